/** Owns `contract`: whether both sides of each pair agree, as a judge sees them (EXEC 4.7). */

import { join } from "@std/path";
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type JudgedVerdict,
  LoopError,
} from "../../model/mod.ts";
import { contractPrompt, failed, readAnswer } from "../judges/mod.ts";
import type { JudgeCalls } from "./judge_calls.ts";

const PLAIN_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    verdict: { type: "string", enum: ["yes", "no"] },
    confidence: { type: "number", minimum: 0, maximum: 1 },
    reason: { type: "string" },
  },
  required: ["verdict", "confidence", "reason"],
};

/** Returns the verdict of `contract`: both sides of each pair agree. */
export async function checkContract(
  calls: JudgeCalls,
  pairs: readonly Json[],
): Promise<JudgedVerdict> {
  if (pairs.length === 0) return failed("A contract needs pairs");
  for (const pair of pairs.slice(calls.answers.length)) {
    const result = await checkPair(calls, isJsonObject(pair) ? pair : {});
    if (calls.isOver) return { verdict: "error", details: result };
    calls.answers.push(result);
  }
  const results = calls.answers.filter((each) => isJsonObject(each));
  const verdicts = results.map((result) => result["verdict"]);
  const verdict = verdicts.includes("error")
    ? "error"
    : verdicts.every((each) => each === "yes")
    ? "yes"
    : "no";
  return { verdict, details: { pair_results: results } };
}

async function checkPair(
  calls: JudgeCalls,
  pair: JsonObject,
): Promise<JsonObject> {
  const text = (key: string) =>
    typeof pair[key] === "string" ? pair[key] : null;
  const names = { producer: text("producer"), consumer: text("consumer") };
  const producer = read(calls, names.producer, text("producer_pattern"));
  const consumer = read(calls, names.consumer, text("consumer_pattern"));
  if (producer === null || consumer === null) {
    const side = producer === null ? "producer" : "consumer";
    const why = names[side] === null
      ? `A pair names no ${side}`
      : `Cannot read "${names[side]}"`;
    return {
      ...names,
      ...failed(why).details,
      verdict: "error",
    };
  }
  const said = await calls.call(
    contractPrompt({ contract: text("contract"), producer, consumer }),
    PLAIN_SCHEMA,
  );
  const { verdict, details } = "details" in said ? said : readAnswer(said, {
    minConfidence: 0,
    uncertainSuffix: false,
    isDefaultSchema: false,
  });
  return { ...names, ...details, verdict };
}

/** A file as a pair names it: all of it, or what a pattern finds. */
function read(
  { options, effect }: JudgeCalls,
  path: string | null,
  pattern: string | null,
): string | null {
  if (path === null) return null;
  const root = effect.cwd ?? options.root;
  const file = path.startsWith("/") ? path : join(root, path);
  try {
    const text = options.world.files.readTextIfExists(file);
    if (text === null || pattern === null) return text;
    return [...text.matchAll(new RegExp(pattern, "gs"))]
      .map(([found]) => found).join("\n");
  } catch (error) {
    if (error instanceof LoopError || error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}
