/**
 * Makes the one-file program `ll-loop.js`: no imports, no `node:` modules, the version, the
 * built-in loops, the YAML parser that only places findings and the MCP client inside.
 */

/** Root folder of the project, with a slash at its end. */
export const ROOT = new URL("../", import.meta.url);

/** A package that is parsed only when it is used: its text rides along as a string. */
interface LazyPackage extends Pick<LazyModule, "name" | "isPacked"> {
  /** Packages that it imports and that this program never makes it use. */
  readonly without: readonly string[];
}

const LAZY_PACKAGES: readonly LazyPackage[] = [
  { name: "yaml", isPacked: false, without: [] },
  {
    name: "@modelcontextprotocol/sdk",
    // 180 KB for the few loops that call a tool: every start scans 67 KB of base64 instead.
    isPacked: true,
    // Validators of what tools return; the client is given another one, which is never asked.
    without: ["ajv", "ajv-formats"],
  },
];

/** Where the package cache lies differs between machines: names of modules begin below it. */
const CACHE_PATH_REGEXP =
  /^(\s*(?:\/\/ |"))(?:\.\.\/|[A-Za-z]:\/|\/)[^"\s]*?\/npm\/[^/"\s]+\/(?=[^"\s]+(?:"\(\) \{)?$)/gm;

const NOTICE = [
  "ll-loop, MIT licence, Copyright (c) the ll-loop authors. It includes:",
  "the Deno standard library, MIT licence, Copyright (c) the Deno authors;",
  "zod, MIT licence, Copyright (c) Colin McDonnell;",
  "yaml, ISC licence, Copyright Eemeli Aro;",
  "the MCP TypeScript SDK, MIT licence, Copyright (c) Anthropic, PBC;",
  "content-type, MIT licence, Copyright (c) Douglas Christopher Wilson;",
  "eventsource-parser, MIT licence, Copyright (c) Espen Hovlandsdal;",
  "pkce-challenge, MIT licence, Copyright (c) crouchcd;",
  "zod-to-json-schema, ISC licence, Copyright (c) Stefan Terdell.",
];

/** Returns the version in `deno.json`, the one place where it stands. */
export async function readVersion(): Promise<string> {
  const config = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  return config.version;
}

/**
 * Writes the bundled program to `target`.
 *
 * @throws {Error} when the bundler fails or its output still imports something.
 */
export async function writeBundle(target: string | URL): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "ll-loop-bundle-" });
  try {
    const program = await bundle("main.ts", {
      output: `${folder}/program.js`,
      flags: LAZY_PACKAGES.flatMap(({ name }) => ["--external", name]),
    });
    const lazy: LazyModule[] = [];
    for (const each of LAZY_PACKAGES) {
      const output = `${folder}/lazy-${lazy.length}.js`;
      const entry = `${folder}/entry-${lazy.length}.ts`;
      await Deno.writeTextFile(entry, `export * from "${each.name}";\n`);
      const text = leaveOut(
        await bundle(entry, {
          output,
          flags: [
            "--minify",
            ...each.without.flatMap((name) => ["--external", name]),
          ],
        }),
        each.without,
      );
      await Deno.writeTextFile(output, text);
      await refuseImports(output);
      lazy.push({
        name: each.name,
        isPacked: each.isPacked,
        text: each.isPacked ? await pack(text) : text,
      });
    }
    const text = joinBundle({ program, lazy, version: await readVersion() });
    await Deno.writeTextFile(`${folder}/ll-loop.js`, text);
    await refuseImports(`${folder}/ll-loop.js`);
    await Deno.copyFile(`${folder}/ll-loop.js`, target);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A package that the program imports while it runs. */
export interface LazyModule {
  /** As the source imports it. */
  readonly name: string;
  /** The package as one module, which imports nothing; in base64 of gzip where it is packed. */
  readonly text: string;
  readonly isPacked: boolean;
}

/** The parts of the one file. */
export interface BundleParts {
  /** Text of the program, with the lazy packages left out. */
  readonly program: string;
  readonly lazy: readonly LazyModule[];
  readonly version: string;
}

/** Reads a packed module, in the one-file program. */
const UNPACK = `const unpackModule = async (packed) =>
  new Uint8Array(await new Response(new Blob([Uint8Array.fromBase64(packed)]).stream()
    .pipeThrough(new DecompressionStream("gzip"))).arrayBuffer()).toBase64();`;

/**
 * Returns the one file: the lazy packages as string constants at the top, and the program
 * importing those strings as `data:` modules.
 *
 * @throws {Error} when the program does not import a package as expected.
 */
export function joinBundle({ program, lazy, version }: BundleParts): string {
  let joined = program;
  const constants: string[] = [];
  for (const [index, { name, text, isPacked }] of lazy.entries()) {
    const constant = `LAZY_MODULE_${index}`;
    constants.push(`const ${constant} = ${JSON.stringify(text)};`);
    joined = importAsData(
      joined,
      name,
      isPacked
        ? `"data:text/javascript;base64," + await unpackModule(${constant})`
        : `"data:text/javascript," + encodeURIComponent(${constant})`,
    );
  }
  if (lazy.some(({ isPacked }) => isPacked)) constants.push(UNPACK);
  return [
    `// ll-loop ${version}`,
    ...NOTICE.map((line) => `// ${line}`),
    ...constants.map(inAscii),
    inAscii(joined.replace(CACHE_PATH_REGEXP, "$1npm/")),
  ].join("\n");
}

/**
 * Returns code with every other character as its escape. One such character makes the engine
 * keep the whole text in two bytes a character, and scan all of it that way at every start.
 */
function inAscii(code: string): string {
  return code.replace(
    // deno-lint-ignore no-control-regex -- the range is that of ASCII
    /[^\x00-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Returns the program with every import of a package as an import of `url`, an expression. */
function importAsData(program: string, name: string, url: string): string {
  const quoted = `["']${RegExp.escape(name)}["']`;
  // The dynamic import that the source writes, as the bundler leaves it.
  const dynamic = new RegExp(`\\bimport\\(\\s*${quoted}\\s*\\)`, "g");
  // Whatever else would still refer to the package.
  const left = new RegExp(`(?:\\bfrom|\\bimport|\\brequire\\()\\s*${quoted}`);
  let count = 0;
  const joined = program.replace(dynamic, () => {
    count++;
    return `import(${url})`;
  });
  if (count === 0 || left.test(joined)) {
    throw new Error(
      `Cannot embed "${name}": found ${count} dynamic imports, ` +
        "wanted at least one and no other kind",
    );
  }
  return joined;
}

/**
 * Returns a minified module in which the defaults of `packages` are nothing at all.
 *
 * @throws {Error} when a package is not imported for its default alone
 */
export function leaveOut(module: string, packages: readonly string[]): string {
  let rest = module;
  for (const name of packages) {
    const statement = new RegExp(
      `\\bimport\\s*([\\w$]+)\\s*from\\s*"${RegExp.escape(name)}"`,
    );
    if (!statement.test(rest)) {
      throw new Error(
        `Cannot leave out "${name}": wanted an import of its default`,
      );
    }
    rest = rest.replace(statement, "var $1");
  }
  return rest;
}

async function pack(text: string): Promise<string> {
  const stream = new Blob([text]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).bytes()).toBase64();
}

async function bundle(
  entry: string,
  { output, flags }: { readonly output: string; readonly flags: string[] },
): Promise<string> {
  // The browser's build of a package is the one without `node:` modules.
  const fixed = ["--quiet", "--platform", "browser", "--config", "deno.json"];
  await runDeno(["bundle", ...fixed, ...flags, "--output", output, entry]);
  return await Deno.readTextFile(output);
}

async function refuseImports(path: string): Promise<void> {
  const info = JSON.parse(
    await runDeno(["info", "--json", "--no-config", path]),
  );
  const specifiers = (info.modules[0].dependencies ?? [])
    .map(({ specifier }: { specifier: string }) => `"${specifier}"`);
  if (specifiers.length > 0) {
    throw new Error(
      `The bundle imports ${specifiers.join(", ")}, wanted no import`,
    );
  }
}

/**
 * Runs the Deno that runs this with `args` in `cwd`, by default the project; returns what it
 * prints.
 *
 * @throws {Error} when it fails, with what it said.
 */
export async function runDeno(
  args: readonly string[],
  { cwd = ROOT }: { readonly cwd?: string | URL } = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) {
    const said = new TextDecoder().decode(stderr).trim();
    throw new Error(`"deno ${args.join(" ")}" failed: ${said}`);
  }
  return new TextDecoder().decode(stdout);
}
