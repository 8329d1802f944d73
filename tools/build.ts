/**
 * Builds what is released into `dist/`: the one-file program, executables for the systems in
 * `TARGETS`, and their checksums. Usage: `build.ts [--target host|all|TRIPLE] [--bundle-only]
 * [--repository OWNER/NAME]`; with a repository everything that is published from there is made.
 */

import { parseArgs } from "@std/cli";
import { MAIN_PART, writeBundle, writeParts } from "./bundle.ts";
import { ROOT, runDeno } from "./run_deno.ts";
import {
  billOfMaterials,
  findThirdParty,
  formatNotices,
} from "./third_party.ts";

/** One system that an executable is made for. */
export interface Target {
  readonly triple: string;
  /** File name in `dist/`. */
  readonly file: string;
  /** How the executable begins, and where its header names the processor. */
  readonly format: "elf" | "mach-o" | "pe";
  readonly machine: number;
}

/** Every system that executables are released for. */
export const TARGETS: readonly Target[] = [
  {
    triple: "x86_64-unknown-linux-gnu",
    file: "ll-loop-linux-x64",
    format: "elf",
    machine: 0x3e,
  },
  {
    triple: "aarch64-unknown-linux-gnu",
    file: "ll-loop-linux-arm64",
    format: "elf",
    machine: 0xb7,
  },
  {
    triple: "x86_64-apple-darwin",
    file: "ll-loop-macos-x64",
    format: "mach-o",
    machine: 0x0100_0007,
  },
  {
    triple: "aarch64-apple-darwin",
    file: "ll-loop-macos-arm64",
    format: "mach-o",
    machine: 0x0100_000c,
  },
  {
    triple: "x86_64-pc-windows-msvc",
    file: "ll-loop-windows-x64.exe",
    format: "pe",
    machine: 0x8664,
  },
];

const BUNDLE_FILE = "ll-loop.js";
const SUMS_FILE = "SHA256SUMS";
const DIST = new URL("dist/", ROOT);

/** How long a header may be that {@linkcode isMadeFor} reads. */
const HEADER_BYTES = 4096;

/** Returns whether an executable that begins with `header` is for the system and processor of `target`. */
export function isMadeFor(
  { format, machine }: Target,
  header: Uint8Array,
): boolean {
  const view = new DataView(
    header.buffer,
    header.byteOffset,
    header.byteLength,
  );
  const has = (end: number): boolean => header.byteLength >= end;
  switch (format) {
    case "elf":
      return has(20) && view.getUint32(0) === 0x7f45_4c46 &&
        view.getUint16(18, LITTLE_ENDIAN) === machine;
    case "mach-o":
      return has(8) && view.getUint32(0, LITTLE_ENDIAN) === 0xfeed_facf &&
        view.getUint32(4, LITTLE_ENDIAN) === machine;
    case "pe": {
      if (!has(64) || view.getUint16(0) !== 0x4d5a) return false;
      const start = view.getUint32(60, LITTLE_ENDIAN);
      return has(start + 6) && view.getUint32(start) === 0x5045_0000 &&
        view.getUint16(start + 4, LITTLE_ENDIAN) === machine;
    }
  }
}

const LITTLE_ENDIAN = true;

/**
 * Returns the targets that `name` means: `host`, `all`, or one triple.
 *
 * @throws {RangeError} for any other name, and for a target that a given base runtime
 *   (`DENORT_BIN`) is not made for: it would yield an executable for the wrong system.
 */
export function chooseTargets(
  name: string,
  { host, hasOwnRuntime }: {
    readonly host: string;
    readonly hasOwnRuntime: boolean;
  },
): readonly Target[] {
  const chosen = TARGETS.filter(({ triple }) =>
    name === "all" || triple === (name === "host" ? host : name)
  );
  if (chosen.length === 0) {
    const names = TARGETS.map(({ triple }) => `"${triple}"`).join(", ");
    throw new RangeError(
      name === "host"
        ? `Cannot compile for this machine, "${host}": wanted one of ${names}`
        : `Cannot compile for "${name}": wanted "host", "all" or one of ${names}`,
    );
  }
  const foreign = chosen.filter(({ triple }) => triple !== host);
  if (hasOwnRuntime && foreign.length > 0) {
    const names = foreign.map(({ triple }) => `"${triple}"`).join(", ");
    throw new RangeError(
      `Cannot compile for ${names}: the runtime in DENORT_BIN is for "${host}", ` +
        'wanted "--target host"',
    );
  }
  return chosen;
}

/** Compiles the program for `target` into `dist/`; returns the file's name. */
async function compile(target: Target): Promise<string> {
  // A folder of its own: whatever lies beside the program could be embedded.
  const folder = await Deno.makeTempDir({ prefix: "ll-loop-compile-" });
  try {
    const parts = `${folder}/parts`;
    await writeParts(parts);
    const output = `${folder}/${target.file}`;
    await runDeno([
      "compile",
      "--quiet",
      "--allow-all",
      "--no-check",
      "--no-config",
      // Else each program writes a cache of its own into the shared temporary folder.
      "--no-code-cache",
      "--target",
      target.triple,
      "--output",
      output,
      MAIN_PART,
    ], { cwd: parts });
    if (!isMadeFor(target, await readHeader(output))) {
      throw new Error(
        `The executable made for "${target.triple}" is for another system`,
      );
    }
    await Deno.copyFile(output, new URL(target.file, DIST));
    return target.file;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function readHeader(path: string): Promise<Uint8Array> {
  using file = await Deno.open(path);
  const header = new Uint8Array(HEADER_BYTES);
  const count = await file.read(header) ?? 0;
  return header.subarray(0, count);
}

/** Files of the project that are published as they are, by the name that they get. */
const PUBLISHED: Readonly<Record<string, string>> = {
  "loop.schema.json": "schema/loop.schema.json",
  LICENSE: "LICENSE",
};

/** Where an installer looks for releases: until one is published, nobody's. */
const REPOSITORY_REGEXP = /^( *\$?repository ?= ?'?)OWNER\/ll-loop('?)$/im;

/**
 * Returns an installer that looks for releases in `repository`.
 *
 * @throws {RangeError} for what is no name of a repository
 * @throws {Error} when the text has no place for it
 */
export function addressInstaller(text: string, repository: string): string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new RangeError(
      `Cannot publish from "${repository}": wanted "OWNER/NAME"`,
    );
  }
  if (!REPOSITORY_REGEXP.test(text)) {
    throw new Error("The installer has no place for the repository");
  }
  return text.replace(
    REPOSITORY_REGEXP,
    (_, before: string, after: string) => before + repository + after,
  );
}

/** Writes what is published from `repository` beside programs; returns the files' names. */
async function writeRest(repository: string): Promise<string[]> {
  const texts: Record<string, string> = {};
  for (const name of ["install.sh", "install.ps1"]) {
    const text = await Deno.readTextFile(new URL(name, ROOT));
    texts[name] = addressInstaller(text, repository);
  }
  for (const [name, path] of Object.entries(PUBLISHED)) {
    texts[name] = await Deno.readTextFile(new URL(path, ROOT));
  }
  const packages = await findThirdParty();
  texts["THIRD_PARTY_NOTICES.txt"] = formatNotices(packages);
  const bill = await billOfMaterials(packages);
  texts["sbom.cdx.json"] = `${JSON.stringify(bill, null, 2)}\n`;
  for (const [name, text] of Object.entries(texts)) {
    await Deno.writeTextFile(new URL(name, DIST), text);
  }
  return Object.keys(texts);
}

async function checksumLine(name: string): Promise<string> {
  const bytes = await Deno.readFile(new URL(name, DIST));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return `${new Uint8Array(digest).toHex()}  ${name}\n`;
}

async function build(args: readonly string[]): Promise<void> {
  const options = parseArgs(args, {
    string: ["target", "repository"],
    boolean: ["bundle-only"],
    unknown: (argument) => {
      throw new RangeError(
        `Unknown argument "${argument}", wanted "--target", "--bundle-only" or "--repository"`,
      );
    },
  });
  const targets = options["bundle-only"] ? [] : chooseTargets(
    String(options["target"] ?? "all"),
    {
      host: Deno.build.target,
      hasOwnRuntime: (Deno.env.get("DENORT_BIN") ?? "") !== "",
    },
  );
  await Deno.mkdir(DIST, { recursive: true });
  await writeBundle(new URL(BUNDLE_FILE, DIST));
  const files = [BUNDLE_FILE];
  for (const target of targets) files.push(await compile(target));
  const repository = options["repository"] as string | undefined;
  if (repository !== undefined) files.push(...await writeRest(repository));
  const lines = await Promise.all(files.map(checksumLine));
  await Deno.writeTextFile(new URL(SUMS_FILE, DIST), lines.join(""));
  for (const file of [...files, SUMS_FILE]) {
    const { size } = await Deno.stat(new URL(file, DIST));
    print(`dist/${file}  ${(size / 1e6).toFixed(2)} MB`);
  }
}

function print(line: string): void {
  // deno-lint-ignore no-console -- a tool for people
  console.log(line);
}

if (import.meta.main) {
  try {
    await build(Deno.args);
  } catch (error) {
    // deno-lint-ignore no-console -- a tool for people
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
