/**
 * Makes the one-file program `ll-loop.js`: no imports, no `node:` modules, the version, the
 * built-in loops, the YAML parser that only places findings and the MCP client inside; arranged
 * so that it starts fast.
 */

import { compileAtOnce } from "./eager_functions.ts";
import {
  COMPILED_COMMANDS,
  findCalled,
  USUAL_COMMANDS,
} from "./find_called.ts";
import { lightenModules } from "./light_modules.ts";
import { mergeModules } from "./merge_modules.ts";
import { narrowInits } from "./narrow_inits.ts";
import { evaluatedIn, nestModules } from "./nest_modules.ts";
import { ROOT, runDeno } from "./run_deno.ts";
import { withoutIndents } from "./without_indents.ts";

/** A package that is parsed only when it is used: its text rides along as a string. */
interface LazyPackage extends Pick<LazyModule, "name" | "isPacked"> {
  /** Packages that it imports and that this program never makes it use. */
  readonly without: readonly string[];
}

const LAZY_PACKAGES: readonly LazyPackage[] = [
  // Packed it would be 40 KB instead of 80, and each place in a file would take 5 ms more.
  { name: "yaml", isPacked: false, without: [] },
  {
    name: "@modelcontextprotocol/sdk",
    // 189 KB for the few loops that call a tool: every start scans 70 KB of base64 instead.
    isPacked: true,
    // Validators of what tools return; the client is given another one, which is never asked.
    without: ["ajv", "ajv-formats"],
  },
];

/** Where the package cache lies differs between machines: names of modules begin below it. */
const CACHE_PATH_REGEXP =
  /^(\s*(?:\/\/ |"))(?:\.\.\/|[A-Za-z]:\/|\/)[^"\s]*?\/npm\/[^/"\s]+\/(?=[^"\s]+(?:"\(\) \{)?$)/gm;

/** The browser's build of a package is the one without `node:` modules. */
const FIXED_FLAGS = [
  "--quiet",
  "--platform",
  "browser",
  "--config",
  "deno.json",
];

const NOTICE = [
  "ll-loop, MIT licence, Copyright (c) the ll-loop authors. It includes:",
  "the Deno standard library, MIT licence, Copyright (c) the Deno authors;",
  "zod, MIT licence, Copyright (c) Colin McDonnell;",
  "yaml, ISC licence, Copyright Eemeli Aro;",
  "@modelcontextprotocol/sdk, MIT licence, Copyright (c) Anthropic, PBC;",
  "ajv, ajv-formats, fast-deep-equal and json-schema-traverse (in executables alone), MIT licence,",
  "  Copyright (c) Evgeny Poberezkin; fast-uri (there too), BSD-3-Clause licence;",
  "content-type, MIT licence, Copyright (c) Douglas Christopher Wilson;",
  "eventsource, MIT licence, Copyright (c) EventSource GitHub organisation;",
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
    const version = await readVersion();
    const joined = `${folder}/joined.js`;
    const whole = joinBundle({ program, lazy, version });
    await Deno.writeTextFile(joined, await arranged(whole, joined));
    const file = `${folder}/ll-loop.js`;
    const text = `${headOf(version)}\n${
      inAscii(await bundle(joined, { output: file, flags: ["--minify"] }))
    }`;
    await Deno.writeTextFile(file, text);
    await refuseImports(file);
    const called = await findCalled(file, COMPILED_COMMANDS);
    await Deno.writeTextFile(file, compileAtOnce(text, called));
    await Deno.copyFile(file, target);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Returns the program so arranged that it starts fast, which does the same. Its modules that no
 * usual command calls are nested, but for those that one evaluates all the same.
 *
 * @param path where it is tried out
 */
async function arranged(program: string, path: string): Promise<string> {
  const narrow = narrowInits(program);
  await Deno.writeTextFile(path, narrow);
  const called = await findCalled(path, USUAL_COMMANDS);
  const kept = new Set<string>();
  while (true) {
    const { program: nesting, nested } = nestModules(narrow, { called, kept });
    const light = lightenModules(nesting);
    await Deno.writeTextFile(path, light);
    const now = evaluatedIn(light, await findCalled(path, USUAL_COMMANDS));
    const evaluated = [...nested].filter(([, init]) => now.has(init));
    if (evaluated.length === 0) return mergeModules(light);
    for (const [module] of evaluated) kept.add(module);
  }
}

/** Name of the file in {@linkcode writeParts} that is run. */
export const MAIN_PART = "main.js";

/**
 * Writes the program to `folder` as modules that load each other late, for executables: those
 * keep no compiled code, so that each start reads and compiles what it loads, and nothing else.
 *
 * @throws {Error} when the bundler fails or a part imports what is no other part
 */
export async function writeParts(folder: string): Promise<void> {
  const flags = ["--code-splitting", "--outdir", folder];
  await runDeno(["bundle", ...FIXED_FLAGS, ...flags, "main.ts"]);
  const version = await readVersion();
  for await (const { name } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    const code = inAscii(withoutIndents(await Deno.readTextFile(path)))
      .replace(CACHE_PATH_REGEXP, "$1npm/");
    const head = name === MAIN_PART ? `${headOf(version)}\n` : "";
    await Deno.writeTextFile(path, head + code);
    for (const specifier of await importsOf(path)) {
      if (!specifier.startsWith("./")) {
        throw new Error(`"${name}" imports "${specifier}", wanted parts alone`);
      }
    }
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
 * Returns the one file: the lazy packages as strings at the top, and the program
 * importing those strings as `data:` modules.
 *
 * @throws {Error} when the program does not import a package as expected.
 */
export function joinBundle({ program, lazy, version }: BundleParts): string {
  let joined = program;
  const texts: string[] = [];
  for (const [index, { name, text, isPacked }] of lazy.entries()) {
    const call = `lazyModule${index}()`;
    // In a function: as a constant it would be a part of what each start reads.
    texts.push(`function ${call} { return ${JSON.stringify(text)}; }`);
    joined = importAsData(
      joined,
      name,
      isPacked
        ? `"data:text/javascript;base64," + await unpackModule(${call})`
        : `"data:text/javascript," + encodeURIComponent(${call})`,
    );
  }
  if (lazy.some(({ isPacked }) => isPacked)) texts.push(UNPACK);
  return [
    headOf(version),
    ...texts.map(inAscii),
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

function headOf(version: string): string {
  return [`ll-loop ${version}`, ...NOTICE].map((line) => `// ${line}`)
    .join("\n");
}

/** Bundles the module `entry` of the project into the file `output`; returns its text. */
export async function bundle(
  entry: string,
  { output, flags }: { readonly output: string; readonly flags: string[] },
): Promise<string> {
  await runDeno([
    "bundle",
    ...FIXED_FLAGS,
    ...flags,
    "--output",
    output,
    entry,
  ]);
  return await Deno.readTextFile(output);
}

async function refuseImports(path: string): Promise<void> {
  const specifiers = (await importsOf(path)).map((each) => `"${each}"`);
  if (specifiers.length > 0) {
    throw new Error(
      `The bundle imports ${specifiers.join(", ")}, wanted no import`,
    );
  }
}

async function importsOf(path: string): Promise<string[]> {
  const { modules } = JSON.parse(
    await runDeno(["info", "--json", "--no-config", path]),
  );
  const module =
    modules.find(({ specifier }: { specifier: string }) =>
      specifier.endsWith(path)
    ) ?? modules[0];
  return (module.dependencies ?? [])
    .map(({ specifier }: { specifier: string }) => specifier);
}
