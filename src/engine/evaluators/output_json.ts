/** Owns `output_json`: judging by a value inside a JSON output (EXEC 4.3). */

import {
  hideReferences,
  isJsonObject,
  isLongNumber,
  isTemplate,
  type Json,
  type Operator,
  parseJson,
} from "../../model/mod.ts";
import { formatValue, interpolateOrKeep, type Lookup } from "../interpolate.ts";
import { compareNumbers, numberDetail, parseNumber } from "../numbers.ts";
import {
  errorVerdict,
  type Evidence,
  type Judgement,
  preview,
  tooLong,
  yesOrNo,
} from "./judgement.ts";

/** Parses the whole output, follows `path` and compares with `target`. */
export function judgeJson(evidence: Evidence): Judgement {
  const { evaluate, lookup, text } = evidence;
  if (!evidence.isWhole) return tooLong(evidence);
  let document: Json;
  try {
    document = parseOutput(text);
  } catch {
    return errorVerdict(`Output is not JSON: "${preview(text)}"`);
  }
  if (isDeeperThan(document, DEPTH_MAX)) {
    return errorVerdict(`Output is nested more than ${DEPTH_MAX} levels deep`);
  }
  const path = evaluate.path ?? "";
  const value = follow(document, path);
  if (value === undefined) return errorVerdict(`Path not found: ${path}`);
  const target = resolveTarget(evaluate.target, { lookup, value });
  const operator = evaluate.operator ?? "eq";
  const details = {
    value: typeof value === "number" ? numberDetail(value) : value,
    path,
    target,
    operator,
  };
  const isHolding = compare(operator, value, target);
  if (isHolding !== null) return yesOrNo(isHolding, details);
  if (operator === "eq") return yesOrNo(isEqual(value, target), details);
  if (operator === "ne") return yesOrNo(!isEqual(value, target), details);
  return errorVerdict(
    `Operator "${operator}" needs two numbers, got "${
      preview(formatValue(value))
    }" and "${preview(formatValue(target))}"`,
    details,
  );
}

/**
 * Returns the target with its references replaced. What a reference gave is text; beside
 * a value that is none it is read as the number or JSON that it shows.
 */
function resolveTarget(
  target: Json,
  given: { readonly lookup: Lookup; readonly value: Json },
): Json {
  if (typeof target !== "string" || !isTemplate(target)) return target;
  // Like the output of an action: masked.
  const text = hideReferences(interpolateOrKeep(target, given.lookup));
  if (typeof given.value === "string" || isLongNumber(text)) return text;
  const number = parseNumber(text);
  if (number !== null && Number.isFinite(number)) return number;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

const NOT_FINITE = "\u0000";
const BARE_NUMBER_REGEXP = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * Returns the value of an output. The reference also reads what its language writes for
 * numbers that JSON does not have. @throws {SyntaxError}
 */
function parseOutput(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    const plain = text.replace(
      BARE_NUMBER_REGEXP,
      (found) =>
        found.startsWith('"') ? found : JSON.stringify(NOT_FINITE + found),
    );
    if (plain === text) throw error;
    return parseJson(
      plain,
      (item) =>
        item.startsWith(NOT_FINITE)
          ? Number(item.slice(NOT_FINITE.length))
          : item,
    );
  }
}

/** The parser takes any depth; whatever walks the value later does not. */
const DEPTH_MAX = 500;

function isDeeperThan(document: Json, depth: number): boolean {
  let level: Json[] = [document];
  for (let i = 0; i <= depth; i++) {
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : []
    );
    if (level.length === 0) return false;
  }
  return true;
}

const INDEX_REGEXP = /^\d+$/;

/** Returns the value at a dotted path; `.` alone is the root. */
function follow(document: Json, path: string): Json | undefined {
  const bare = path.startsWith(".") ? path.slice(1) : path;
  if (bare === "") return document;
  let value: Json = document;
  for (const key of bare.split(".")) {
    if (
      Array.isArray(value) && INDEX_REGEXP.test(key) &&
      Number(key) < value.length
    ) {
      value = value[Number(key)] ?? null;
    } else if (isJsonObject(value) && Object.hasOwn(value, key)) {
      value = value[key] ?? null;
    } else return undefined;
  }
  return value;
}

/** Booleans count as numbers, as in the reference: `true` equals 1. */
function asNumber(value: Json): number | null {
  if (typeof value === "number") return value;
  return typeof value === "boolean" || isLongNumber(value)
    ? Number(value)
    : null;
}

/** Returns whether it holds; whole numbers that are alike as numbers may differ in their digits. */
function compare(operator: Operator, left: Json, right: Json): boolean | null {
  const a = asNumber(left);
  const b = asNumber(right);
  if (a === null || b === null) return null;
  if (a !== b || !Number.isInteger(a)) return compareNumbers(operator, a, b);
  const difference = BigInt(left as string) - BigInt(right as string);
  return compareNumbers(operator, Math.sign(Number(difference)), 0);
}

function isEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length &&
      a.every((item, i) => isEqual(item, b[i] ?? null));
  }
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length &&
      keys.every((key) =>
        Object.hasOwn(b, key) && isEqual(a[key] ?? null, b[key] ?? null)
      );
  }
  return false;
}
