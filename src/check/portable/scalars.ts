/** Owns the check of words without quotes, which the reference reads by YAML 1.1. */

import type { DocumentPath, Finding } from "../../model/mod.ts";
import {
  flagKeys,
  type PlainScalar,
  plainScalars,
  quote,
} from "../../load/mod.ts";
import { otherReading } from "./yaml_1_1.ts";

/** Mappings whose keys are the user's own: a key there is no setting. */
const FREE_MAPS = ["context", "with", "params", "schema", "default"];
const STATE_MAPS = ["states", "state_defs", "fragments"];

/** Returns what a file says by words that the reference reads as something else. */
export async function findOtherReadings(
  file: string,
  text: string,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const scalar of await plainScalars(text)) {
    const problem = scalar.isKey ? keyProblem(scalar) : valueProblem(scalar);
    if (problem === null) continue;
    findings.push({
      rule: "portable-scalar",
      severity: "error",
      message: problem,
      at: { file, path: scalar.path },
      hint: `Put it in quotes: "${scalar.source}"`,
      ...(scalar.isKey ? { onKey: true } : {}),
      // What is no text here either would become one.
      ...(scalar.isText || scalar.isKey
        ? { edit: { kind: "replace", text: JSON.stringify(scalar.source) } }
        : {}),
    });
  }
  return findings;
}

function keyProblem({ path, source, isText }: PlainScalar): string | null {
  const reading = otherReading(source);
  if (isText && reading === null) return null;
  // Names of states are read alike wherever they stand; other keys have names that are text.
  if (path.length === 1) {
    return `The reference cannot load a top-level key that is no text: ${
      quote(source)
    } without quotes`;
  }
  return path.length === 4 && path[2] === "route" && isIn(STATE_MAPS, path)
    ? `The reference cannot load a "route" whose key is no text: ${
      quote(source)
    } without quotes${reading === null ? "" : ` is ${reading} there`}`
    : null;
}

function valueProblem({ path, source }: PlainScalar): string | null {
  const reading = otherReading(source);
  if (reading === null) return null;
  const isFree = path.slice(0, -1).some((part) =>
    FREE_MAPS.includes(String(part))
  );
  const key = String(path.at(-1));
  if (reading === "a boolean" && !isFree) {
    // The same meaning there, or the name of a state, which is read alike everywhere.
    const names = key === "next" || key === "initial" ||
      key.startsWith("on_") || path.at(-2) === "route" || path[0] === "flow";
    if (names || flagKeys().has(key)) return null;
  }
  return `The reference reads ${quote(source)} without quotes as ${reading}`;
}

function isIn(names: readonly string[], path: DocumentPath): boolean {
  return names.includes(String(path[0]));
}
