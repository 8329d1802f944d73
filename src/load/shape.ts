/** Owns the sentences for values of the wrong type. */

import {
  type DocumentPath,
  EVALUATOR_TYPES,
  evaluatorFacts,
  type Finding,
  type Json,
  nearest,
  parseDuration,
} from "../model/mod.ts";
import { describeValue, quote } from "./describe.ts";
import { fits } from "./fits.ts";
import { LOOP_SHAPE } from "./schema.ts";
import { yamlScalar } from "./yaml_scalar.ts";
import { zodSchema } from "./zod_schema.ts";

/** A value of the wrong type; `path` is that of the merged document. */
export interface ShapeProblem
  extends Pick<Finding, "rule" | "message" | "hint" | "edit" | "onKey"> {
  readonly path: DocumentPath;
}

const NUMERIC_TEXT_REGEXP = /^\s*[-+]?\d[\d_]*(?:\.\d+)?\s*$/;

/** Returns the key that the value at a path was written under. */
type WrittenKey = (path: DocumentPath) => string | number | undefined;

/** Returns every value of `document` that has the wrong type. */
export function findShapeProblems(
  document: Json,
  writtenKey: WrittenKey,
): ShapeProblem[] {
  if (fits(LOOP_SHAPE, document)) return [];
  const result = zodSchema(LOOP_SHAPE).safeParse(document);
  if (result.success) return [];
  const problems: ShapeProblem[] = [];
  for (const issue of result.error.issues) {
    const path = issue.path.map((part) =>
      typeof part === "number" ? part : String(part)
    );
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) {
        problems.push({
          rule: "bad-value",
          path: [...path, key],
          onKey: true,
          message: `${labelOf(path)} has the unknown key ${quote(key)}`,
        });
      }
      continue;
    }
    problems.push(explain(path, {
      expected: issue.message,
      value: valueAt(document, path),
      writtenKey,
    }));
  }
  return problems;
}

function explain(
  path: DocumentPath,
  { expected, value, writtenKey }: {
    readonly expected: string;
    readonly value: Json | undefined;
    readonly writtenKey: WrittenKey;
  },
): ShapeProblem {
  if (value === undefined) {
    const key = String(path.at(-1));
    return {
      rule: "missing-key",
      path: path.slice(0, -1),
      onKey: true,
      message: `${labelOf(path.slice(0, -1))} has no ${
        quote(key)
      }: expected ${expected}`,
    };
  }
  const isAction = path.length === 3 && path[2] === "action";
  const key = isAction ? String(writtenKey(path)) : String(path.at(-1));
  const isState = path.length === 2 && path[0] === "states";
  const wayOut = wayOutOf(key, { expected, value, isState });
  const label = isAction ? quote(key) : labelOf(path);
  return {
    rule: "bad-value",
    path,
    message: `${label} must be ${expected}, not ${describeValue(value)}`,
    ...wayOut,
  };
}

function wayOutOf(
  key: string,
  { expected, value, isState }: {
    readonly expected: string;
    readonly value: Json;
    readonly isState: boolean;
  },
): Pick<Finding, "hint" | "edit"> {
  const isBare = typeof value === "boolean" || typeof value === "number";
  if (expected === "text" && isBare) {
    return { hint: `Quote it: ${key}: "${value}"` };
  }
  if (expected === "a mapping of states" && Array.isArray(value)) {
    return {
      hint:
        "Write each state under its name, without a dash: check: { run: npm test, … }",
    };
  }
  if (
    key === "evaluate" && typeof value === "string" &&
    evaluatorFacts(value) !== null
  ) {
    const text = `{ type: ${value} }`;
    return {
      hint: `Write: evaluate: ${text}`,
      edit: { kind: "replace", text },
    };
  }
  if (key === "evaluate" && typeof value === "string") {
    const [near] = nearest(value, EVALUATOR_TYPES, 1);
    return near === undefined
      ? {}
      : { hint: `Write: evaluate: { type: ${near}, … }` };
  }
  if (isState && typeof value === "string" && /^\S.*$/.test(value)) {
    const action = yamlScalar(value);
    return { hint: `Write: ${yamlScalar(key)}: { run: ${action}, … }` };
  }
  const variable = typeof value === "string"
    ? /^([A-Za-z_]\w*)=(.*)$/.exec(value)
    : null;
  if (key === "env" && variable !== null) {
    const [, name = "", text = ""] = variable;
    return { hint: `Write: env: { ${name}: ${yamlScalar(text)} }` };
  }
  if (/number/.test(expected) && typeof value === "string") {
    const durationMs = parseDuration(value);
    if (
      expected.includes("seconds") && /[a-z]/.test(value) && durationMs !== null
    ) {
      const seconds = String(durationMs / 1000);
      return {
        hint: `Write it in seconds: ${key}: ${seconds}`,
        edit: { kind: "replace", text: seconds },
      };
    }
    if (NUMERIC_TEXT_REGEXP.test(value)) {
      return {
        hint: `Drop the quotes: ${key}: ${value.trim()}`,
        edit: { kind: "replace", text: value.trim() },
      };
    }
    if (value.includes("${")) {
      return { hint: "References are not resolved here" };
    }
    if (expected.includes("seconds")) {
      return { hint: `For example, for ten minutes: ${key}: 600` };
    }
  }
  if (expected.startsWith("a list of") && typeof value === "string") {
    return {
      hint: `Write it as a list: ${key}: [${value}]`,
      // A comma may have been meant to stand between two.
      ...(value.includes(",") || value.trim() === ""
        ? {}
        : { edit: { kind: "replace", text: `[${yamlScalar(value)}]` } }),
    };
  }
  if (expected.startsWith("a mapping") && value === null) {
    return { hint: "Write something below it, indented, or remove the key" };
  }
  return {};
}

/** Names what a path points at, as the subject of a sentence. */
function labelOf(path: DocumentPath): string {
  const last = path.at(-1);
  if (last === undefined) return "The loop";
  if (typeof last === "number") {
    return `Entry ${last + 1} of ${quote(String(path.at(-2)))}`;
  }
  if (path.length === 2 && path[0] === "states") return `State ${quote(last)}`;
  if (path.at(-2) === "parameters" && path.length <= 4) {
    return `Parameter ${quote(last)}`;
  }
  if (path.length > 2 && path.at(-2) === "route") {
    return `The target of ${quote(last)}`;
  }
  return quote(last);
}

function valueAt(document: Json, path: DocumentPath): Json | undefined {
  let value: Json | undefined = document;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Array.isArray(value)
      ? value[Number(part)]
      : Object.hasOwn(value, part)
      ? (value as { readonly [key: string]: Json })[part]
      : undefined;
  }
  return value;
}
