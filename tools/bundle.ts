/**
 * Makes the one-file program `ll-loop.js`: no imports, no `node:` modules, the version, the
 * built-in loops and the YAML parser that only places findings inside.
 */

/** Root folder of the project, with a slash at its end. */
export const ROOT = new URL("../", import.meta.url);

/** The package that is parsed only when it is used: its text rides along as a string. */
const LAZY_PACKAGE = "yaml";

/** The dynamic import that the source writes, as the bundler leaves it. */
const LAZY_IMPORT_REGEXP = new RegExp(
  `\\bimport\\(\\s*["']${LAZY_PACKAGE}["']\\s*\\)`,
  "g",
);

/** Whatever else would still refer to the package. */
const LEFT_IMPORT_REGEXP = new RegExp(
  `(?:\\bfrom|\\bimport|\\brequire\\()\\s*["']${LAZY_PACKAGE}["']`,
);

/** Where the package cache lies differs between machines: names of modules begin below it. */
const CACHE_PATH_REGEXP =
  /^(\s*(?:\/\/ |"))(?:\.\.\/|[A-Za-z]:\/|\/)[^"\s]*?\/npm\/[^/"\s]+\/(?=[^"\s]+(?:"\(\) \{)?$)/gm;

const NOTICE = [
  "ll-loop, MIT licence, Copyright (c) the ll-loop authors. It includes:",
  "the Deno standard library, MIT licence, Copyright (c) the Deno authors;",
  "zod, MIT licence, Copyright (c) Colin McDonnell;",
  "yaml, ISC licence, Copyright Eemeli Aro.",
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
      flags: ["--external", LAZY_PACKAGE],
    });
    const entry = `${folder}/lazy.ts`;
    await Deno.writeTextFile(entry, `export * from "${LAZY_PACKAGE}";\n`);
    const lazy = await bundle(entry, {
      output: `${folder}/lazy.js`,
      flags: ["--minify"],
    });
    const text = joinBundle({ program, lazy, version: await readVersion() });
    await Deno.writeTextFile(`${folder}/ll-loop.js`, text);
    await refuseImports(`${folder}/ll-loop.js`);
    await Deno.copyFile(`${folder}/ll-loop.js`, target);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The parts of the one file. */
export interface BundleParts {
  /** Text of the program, with the lazy package left out. */
  readonly program: string;
  /** Text of the lazy package as a module. */
  readonly lazy: string;
  readonly version: string;
}

/**
 * Returns the one file: the lazy package as a string constant at the top, and the program
 * importing that string as a `data:` module.
 *
 * @throws {Error} when the program does not import the package as expected.
 */
export function joinBundle({ program, lazy, version }: BundleParts): string {
  const url = '"data:text/javascript," + encodeURIComponent(LAZY_MODULE_TEXT)';
  let count = 0;
  const joined = program.replace(LAZY_IMPORT_REGEXP, () => {
    count++;
    return `import(${url})`;
  });
  if (count === 0 || LEFT_IMPORT_REGEXP.test(joined)) {
    throw new Error(
      `Cannot embed "${LAZY_PACKAGE}": found ${count} dynamic imports, ` +
        "wanted at least one and no other kind",
    );
  }
  return [
    `// ll-loop ${version}`,
    ...NOTICE.map((line) => `// ${line}`),
    inAscii(`const LAZY_MODULE_TEXT = ${JSON.stringify(lazy)};`),
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
