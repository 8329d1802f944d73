/** Owns reading a model's answer: where the verdict stands in it, and what makes it count (EXEC 4.6). */

import {
  isJsonObject,
  type Json,
  type JsonObject,
  type JudgedVerdict,
} from "../../model/mod.ts";

/** Verdicts of the default schema. */
export const DEFAULT_VERDICTS: readonly string[] = [
  "yes",
  "no",
  "blocked",
  "partial",
  "cannot_judge",
];

/** The schema of an answer where the loop gives none. */
export const DEFAULT_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    verdict: { type: "string", enum: DEFAULT_VERDICTS },
    confidence: { type: "number", minimum: 0, maximum: 1 },
    reason: { type: "string" },
    evidence: { type: "string" },
  },
  required: ["verdict", "confidence", "reason", "evidence"],
};

/** What a model said. */
export interface ModelAnswer {
  readonly text: string;
  /** The answer by a schema, where the host gives it apart. */
  readonly structured: unknown;
}

/** How an answer is to be read. */
export interface ReadOptions {
  readonly minConfidence: number;
  readonly uncertainSuffix: boolean;
  /** Whether the schema is the default one, whose verdicts and evidence are insisted on. */
  readonly isDefaultSchema: boolean;
  /** What is judged, in which a quotation should stand; absent where that is not looked at. */
  readonly judgedText?: string;
}

const NO_VERDICT = "The judge's answer holds no verdict";
const PREVIEW_CHARACTERS = 300;
const RAW_CHARACTERS = 500;
const TAGS = ["verdict", "confidence", "reason", "evidence"];

/**
 * Returns the verdict in an answer; `error` where there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const options = { minConfidence: 0.5, uncertainSuffix: false, isDefaultSchema: true };
 * const text = '{"verdict":"yes","confidence":0.9,"reason":"r","evidence":"3 passed"}';
 * assertEquals(readAnswer({ text, structured: undefined }, options).verdict, "yes");
 * assertEquals(readAnswer({ text: "fine", structured: undefined }, options).verdict, "error");
 * ```
 */
export function readAnswer(
  answer: ModelAnswer,
  options: ReadOptions,
): JudgedVerdict {
  const { text, structured } = answer;
  if (text.trim() === "" && !isJson(structured)) {
    return failed("The judge gave no answer", { empty_output: true });
  }
  const raw = objectIn(answer);
  if (raw === null) {
    return failed(NO_VERDICT, {
      raw_preview: cut(text, PREVIEW_CHARACTERS),
    });
  }
  return verdictIn(raw, { ...options, rawOutput: text });
}

function verdictIn(
  raw: JsonObject,
  options: ReadOptions & { readonly rawOutput: string },
): JudgedVerdict {
  const given = textOf(raw["verdict"]);
  const said = given ?? "error";
  const confidence = numberOf(raw["confidence"]) ?? 1;
  const confident = confidence >= options.minConfidence;
  const evidence = textOf(raw["evidence"]) ?? "";
  if (
    options.isDefaultSchema && said !== "error" &&
    !DEFAULT_VERDICTS.includes(said)
  ) {
    return failed(`The judge gave the verdict "${said}", which is none`, {
      invalid_verdict: true,
      raw_verdict: said,
    });
  }
  // Without a quote from what it has seen a verdict is a guess.
  const isCoerced = options.isDefaultSchema && evidence.trim() === "" &&
    said !== "error" && said !== "cannot_judge";
  const verdict = isCoerced ? "no" : said;
  return {
    verdict: options.uncertainSuffix && !confident
      ? `${verdict}_uncertain`
      : verdict,
    details: {
      confidence,
      confident,
      reason: textOf(raw["reason"]) ?? "",
      ...(options.isDefaultSchema ? { evidence } : {}),
      ...(isCoerced ? { evidence_coerced: true } : {}),
      ...(isMadeUp(evidence, options) ? { evidence_found: false } : {}),
      ...(given === null ? { error: NO_VERDICT } : {}),
      raw,
      llm_raw_output: cut(options.rawOutput, RAW_CHARACTERS),
    },
  };
}

/** A quotation that does not stand in the text changes nothing, and is told. */
function isMadeUp(
  evidence: string,
  { isDefaultSchema, judgedText }: ReadOptions,
): boolean {
  if (!isDefaultSchema || judgedText === undefined) return false;
  const wanted = bare(evidence).replace(/^[\W_]+|[\W_]+$/gu, "");
  return wanted !== "" && !bare(judgedText).includes(wanted);
}

/** Models tidy up what they quote: spaces, quotes, letters. */
function bare(text: string): string {
  return text.toLowerCase().replace(/[\s"'`\u2018-\u201f]+/g, " ").trim();
}

/** Returns a verdict `error` with its reason. */
export function failed(error: string, details: JsonObject = {}): JudgedVerdict {
  return { verdict: "error", details: { error, ...details } };
}

/** Returns the object with the verdict: by schema, as JSON, in a fence, in the last line, in tags. */
function objectIn({ text, structured }: ModelAnswer): JsonObject | null {
  if (isJson(structured)) return structured;
  const fenced = /```(?:json)?\s*([\s\S]*?)```/.exec(text)?.[1];
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  for (const candidate of [text, fenced, lines.at(-1)]) {
    const value = candidate === undefined ? null : parse(candidate);
    if (value !== null && Object.hasOwn(value, "verdict")) return value;
  }
  return taggedIn(fenced ?? text);
}

function taggedIn(text: string): JsonObject | null {
  const found: Record<string, Json> = {};
  for (const tag of TAGS) {
    const value = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "i").exec(text)
      ?.[1]?.trim();
    if (value === undefined) continue;
    found[tag] = tag === "verdict"
      ? value.toLowerCase()
      : tag === "confidence"
      ? Number(value)
      : value;
  }
  return Object.hasOwn(found, "verdict") ? found : null;
}

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text.trim());
    return isJson(value) ? value : null;
  } catch {
    return null;
  }
}

function isJson(value: unknown): value is JsonObject {
  return isJsonObject((value ?? null) as Json);
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : null;
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function cut(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}
