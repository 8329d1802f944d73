/** Owns the question whether a loop also runs in the reference: everything that speaks against it. */

import { BUILTIN_PREFIX, type Finding } from "../../model/mod.ts";
import {
  type DefinitionsResult,
  isStaticLoopName,
  type LoadResult,
  quote,
  readTexts,
  sourceBeside,
} from "../../load/mod.ts";
import { checkLoop } from "../check_loop.ts";
import { PORTABLE_RULES } from "./rules.ts";
import { findOtherReadings } from "./scalars.ts";

/** What is looked at of a loop and the loops that it runs. */
export type Loaded = Pick<DefinitionsResult, "results" | "names" | "root"> & {
  /** Paths of the embedded files. */
  readonly builtins: readonly string[];
};

/** Warnings of ours about what the reference does something else with altogether. */
const OTHERWISE_THERE: ReadonlySet<string> = new Set([
  "absolute-path-action",
  "scope-not-a-list",
]);
/** Where the files are that both programs have embedded, under the same names. */
const SHARED_BUILTINS = `${BUILTIN_PREFIX}lib/`;

/**
 * Returns what the reference would refuse, could not load, would ignore or would read as
 * something else, in a loop and in what it inherits and imports, each at its place. Its
 * sub-loops are files of their own. What is an error here is not told again.
 */
export async function findUnportable(
  loaded: Loaded,
): Promise<Finding[]> {
  const result = loaded.results.get(loaded.root);
  if (result === undefined) return [];
  const findings = [
    ...checkLoop(result, { rules: PORTABLE_RULES }),
    ...result.findings.filter(({ rule }) => OTHERWISE_THERE.has(rule))
      .map((finding): Finding => ({
        ...finding,
        rule: "portable-otherwise",
        severity: "error",
        message: otherwise(finding.rule),
      })),
    ...findUnknownFiles(loaded, result),
  ];
  // What is no YAML has no words of which one could tell how they are read.
  const broken = new Set(
    result.findings.filter(({ rule }) => rule === "yaml-syntax")
      .map(({ at }) => at.file),
  );
  for (const [file, text] of Object.entries(result.files)) {
    if (file.startsWith(BUILTIN_PREFIX) || broken.has(file)) continue;
    findings.push(...await findOtherReadings(file, text));
  }
  return findings;
}

function otherwise(rule: string): string {
  return rule === "absolute-path-action"
    ? "The reference takes an action that begins with a slash for a prompt to an agent"
    : 'The reference reads a "scope" that is text as a list of its letters';
}

/** Files that are found here and not there. */
function findUnknownFiles(
  loaded: Loaded,
  result: LoadResult,
): Finding[] {
  const findings: Finding[] = [];
  const report = (problem: Pick<Finding, "message" | "hint" | "at">) =>
    findings.push({ rule: "portable-file", severity: "error", ...problem });
  const names = loaded.names[result.file] ?? {};
  for (const state of Object.values(result.draft?.states ?? {})) {
    const { loop: name } = state;
    if (name === null || !isStaticLoopName(name)) continue;
    const file = Object.hasOwn(names, name) ? names[name] : undefined;
    if (file === undefined) continue;
    const at = result.originOf(["states", state.name, "loop"]);
    if (isOurs(file)) report({ message: ownBuiltin(name), at });
    else if (!isFoundThere(file, { name, asking: result.file })) {
      report({
        message: `The reference, when it validates, looks for the loop ${
          quote(name)
        } beside this file and among its own loops only`,
        at,
      });
    }
  }
  for (const file of Object.keys(result.files)) {
    if (file === result.file || !isOurs(file)) continue;
    report({
      message: ownBuiltin(
        file.slice(BUILTIN_PREFIX.length).replace(/\.yaml$/, ""),
      ),
      at: { file: result.file, path: ["from"] },
    });
  }
  const imports = readTexts(result.document ?? {}, "import") ?? [];
  for (const [index, entry] of imports.entries()) {
    const beside = sourceBeside(result.file, entry);
    const isThere = Object.hasOwn(result.files, beside) ||
      loaded.builtins.includes(entry);
    if (isThere) continue;
    report({
      message: `The reference looks for ${
        quote(entry)
      } beside this file and among its own libraries only`,
      at: result.originOf(["import", index]),
    });
  }
  return findings;
}

function isOurs(file: string): boolean {
  return file.startsWith(BUILTIN_PREFIX) && !file.startsWith(SHARED_BUILTINS);
}

function ownBuiltin(name: string): string {
  return `The reference has no built-in loop ${quote(name)}`;
}

function isFoundThere(
  file: string,
  { name, asking }: { readonly name: string; readonly asking: string },
): boolean {
  // A path counts from the working folder there, too.
  if (/\.ya?ml$/.test(name)) return true;
  return [".fsm.yaml", ".yaml", ""].some((ending) =>
    sourceBeside(asking, name + ending) === file
  );
}
