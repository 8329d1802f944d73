/** Owns loading from texts in memory, and findings as one line each. */

import { checkDefinitions, type CheckOptions } from "../../../src/check/mod.ts";
import {
  type DefinitionsResult,
  loadDefinitions,
  type LoadOptions,
  placeFindings,
} from "../../../src/load/mod.ts";
import type { Sources, SourceText } from "../../../src/ports/mod.ts";
import type { Finding } from "../../../src/model/mod.ts";
import { namesIn } from "../../support/fakes.ts";

/** Files by path; anything but a text stands for itself. */
export type MemoryFiles = Readonly<Record<string, string | SourceText>>;

/** Returns sources over `files`; paths in `executables` are programs. */
export function memorySources(
  files: MemoryFiles,
  executables: readonly string[] = [],
): Sources {
  return {
    read(file) {
      const found = Object.hasOwn(files, file) ? files[file] : undefined;
      if (found === undefined) return { kind: "missing" };
      return typeof found === "string" ? { kind: "text", text: found } : found;
    },
    builtins: Object.keys(files).filter((file) => file.startsWith("builtin:"))
      .map((file) => file.slice("builtin:".length)).sort(),
    list: (folder) => namesIn(Object.keys(files), folder),
    isExecutable: (path) => executables.includes(path),
  };
}

/** Where the tests' loops live. */
export const LOOPS_DIR = "/p/.loops";

/** Returns options over `files`, for a project in `/p`. */
export function optionsFor(
  files: MemoryFiles,
  executables: readonly string[] = [],
): LoadOptions {
  return {
    sources: memorySources(files, executables),
    origin: "project",
    loopsDir: LOOPS_DIR,
    cwd: "/p",
  };
}

/** Loads `/p/.loops/a.yaml` out of `text`, with other files beside it. */
export function loadText(
  text: string,
  others: MemoryFiles = {},
  executables: readonly string[] = [],
): DefinitionsResult {
  const file = `${LOOPS_DIR}/a.yaml`;
  return loadDefinitions(
    file,
    optionsFor({ [file]: text, ...others }, executables),
  );
}

/** Returns findings as `a.yaml:1:2 error rule: message`, placed and sorted. */
export async function linesOf(
  findings: readonly Finding[],
  files: { readonly [file: string]: string },
): Promise<string[]> {
  return (await placeFindings(findings, files)).map((finding) => {
    const { position, at, severity, rule, message } = finding;
    const file = at.file.replace(`${LOOPS_DIR}/`, "");
    return `${file}:${position.line}:${position.column} ${severity} ${rule}: ${message}`;
  });
}

/** Returns what loading finds. */
export function loadLines(
  text: string,
  others: MemoryFiles = {},
): Promise<string[]> {
  const result = loadText(text, others);
  return linesOf(result.findings, result.files);
}

/** What is good manners in every loop, and would only make the tests' loops longer. */
const MANNERS = ["missing-scope", "unrouted-verdict"];

/** Returns what loading and checking find, good manners left aside unless `rule` is about them. */
export function checkLines(
  text: string,
  others: MemoryFiles = {},
  { rule, ...options }: CheckOptions & { readonly rule?: string } = {},
): Promise<string[]> {
  const result = loadText(text, others);
  const findings = [...result.findings, ...checkDefinitions(result, options)];
  return linesOf(
    findings.filter((each) =>
      each.rule === rule || !MANNERS.includes(each.rule)
    ),
    result.files,
  );
}
