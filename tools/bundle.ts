/**
 * Makes the one-file program `ll-loop.js`: no imports, no `node:` modules, the version, the
 * built-in loops and the YAML parser that only places findings inside; arranged so that it
 * starts fast.
 */

import { codeTokens } from "./code_tokens.ts";
import { compileAtOnce } from "./eager_functions.ts";
import { findCalled } from "./find_called.ts";
import { narrowInits } from "./narrow_inits.ts";
import { ROOT, runDeno } from "./run_deno.ts";

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
    const text = joinBundle({
      program,
      lazy,
      version: await readVersion(),
    });
    const file = `${folder}/ll-loop.js`;
    await Deno.writeTextFile(file, text);
    await refuseImports(file);
    const called = await findCalled(file);
    await Deno.writeTextFile(file, withoutIndents(compileAtOnce(text, called)));
    await Deno.copyFile(file, target);
  } finally {
    await Deno.remove(folder, { recursive: true });
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

/** The parts of the one file. */
export interface BundleParts {
  /** Text of the program, with the lazy package left out. */
  readonly program: string;
  /** Text of the lazy package as a module. */
  readonly lazy: string;
  readonly version: string;
}

/**
 * Returns the one file: the lazy package as a string at the top, and the program
 * importing that string as a `data:` module.
 *
 * @throws {Error} when the program does not import the package as expected.
 */
export function joinBundle({ program, lazy, version }: BundleParts): string {
  const url = '"data:text/javascript," + encodeURIComponent(lazyModuleText())';
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
    headOf(version),
    // In a function: as a constant it would be a part of what each start reads.
    inAscii(`function lazyModuleText() { return ${JSON.stringify(lazy)}; }`),
    inAscii(narrowInits(joined.replace(CACHE_PATH_REGEXP, "$1npm/"))),
  ].join("\n");
}

/** Returns code with its lines and names as they are, a seventh shorter: each start reads all of it. */
export function withoutIndents(code: string): string {
  return codeTokens(code).map(({ kind, start, end }) => {
    const text = code.slice(start, end);
    return kind === "blank" ? text.replace(/\n\s*/, "\n") : text;
  }).join("");
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
