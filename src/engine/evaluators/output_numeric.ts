/** Owns `output_numeric` and `convergence`: judging by a number in the output. */

import { escapePattern, type Json } from "../../model/mod.ts";
import {
  interpolate,
  InterpolationError,
  type Lookup,
} from "../interpolate.ts";
import { compareNumbers, numberDetail, parseNumber } from "../numbers.ts";
import {
  errorVerdict,
  type Evidence,
  type Judgement,
  preview,
  tooLong,
  verdict,
  yesOrNo,
} from "./judgement.ts";

/** Compares the trimmed output, or the last `key = number` in it, with `target`. */
export function judgeNumber(evidence: Evidence): Judgement {
  const { evaluate, lookup, text } = evidence;
  if (!evidence.isWhole && evaluate.key === null) return tooLong(evidence);
  const value = evaluate.key === null
    ? parseNumber(text)
    : lastKeyedNumber(text, evaluate.key);
  if (value === null) {
    return errorVerdict(
      evaluate.key === null
        ? `Output is not a number: "${preview(text)}"`
        : `No "${evaluate.key}=NUMBER" in the output: "${preview(text)}"`,
    );
  }
  const target = resolveNumber(evaluate.target, lookup);
  if (typeof target === "string") return errorVerdict(`Bad target: ${target}`);
  const operator = evaluate.operator ?? "eq";
  return yesOrNo(compareNumbers(operator, value, target), {
    value: numberDetail(value),
    target: numberDetail(target),
    operator,
  });
}

/** Compares the output with `target` and with `previous` (EXEC 4.4). */
export function judgeConvergence(evidence: Evidence): Judgement {
  const { evaluate, lookup, text } = evidence;
  const current = parseNumber(text);
  if (current === null) {
    return errorVerdict(`Output is not a number: "${preview(text)}"`);
  }
  const target = resolveNumber(evaluate.target, lookup);
  if (typeof target === "string") return errorVerdict(`Bad target: ${target}`);
  const tolerance = resolveNumber(evaluate.tolerance ?? 0, lookup);
  const previous = evaluate.previous === null
    ? null
    : resolveNumber(evaluate.previous, lookup);
  const direction = evaluate.direction;
  const common = {
    current: numberDetail(current),
    target: numberDetail(target),
  };
  if (
    Math.abs(current - target) <=
      (typeof tolerance === "number" ? tolerance : 0)
  ) {
    return verdict("target", {
      ...common,
      previous: null,
      delta: 0,
      direction,
    });
  }
  if (typeof previous !== "number") {
    return verdict("progress", {
      ...common,
      previous: null,
      delta: null,
      direction,
    });
  }
  const delta = current - previous;
  const isProgress = direction === "maximize" ? delta > 0 : delta < 0;
  return verdict(isProgress ? "progress" : "stall", {
    ...common,
    previous: numberDetail(previous),
    delta: numberDetail(delta),
    direction,
  });
}

/** Returns the number, or the reason why there is none. */
function resolveNumber(value: Json, lookup: Lookup): number | string {
  if (typeof value === "number") return value;
  if (typeof value !== "string") {
    return `${JSON.stringify(value)} is not a number`;
  }
  try {
    const text = interpolate(value, lookup);
    const number = parseNumber(text);
    return number ?? `"${preview(text)}" is not a number`;
  } catch (error) {
    if (error instanceof InterpolationError) return error.message;
    throw error;
  }
}

const DIGITS = "\\d+(?:_\\d+)*";
/** A number up to where it ends: "3.5." holds 3.5. */
const NUMBER =
  `[-+]?(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})(?:[eE][-+]?\\d+)?`;

/** The key is a whole word: "highscore=4" says nothing about "score". */
function lastKeyedNumber(text: string, key: string): number | null {
  const regexp = new RegExp(
    `(?<!\\w)${escapePattern(key)}\\s*=\\s*(${NUMBER})`,
    "g",
  );
  let last: string | null = null;
  for (const match of text.matchAll(regexp)) last = match[1] ?? null;
  return last === null ? null : parseNumber(last);
}
