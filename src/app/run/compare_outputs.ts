/** Owns `comparator`: which of two outputs a judge takes for the better one, not knowing which is which (EXEC 4.7). */

import { join } from "@std/path";
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type JudgedVerdict,
  type JudgeRequest,
} from "../../model/mod.ts";
import { comparisonPrompt } from "../judges/mod.ts";
import type { JudgeCalls } from "./judge_calls.ts";

const COMPARISON_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    verdict_a: { type: "string", enum: ["yes", "no"] },
    verdict_b: { type: "string", enum: ["yes", "no"] },
    confidence: { type: "number", minimum: 0, maximum: 1 },
    reason: { type: "string" },
  },
  required: ["verdict_a", "verdict_b", "confidence", "reason"],
};

/** Returns the verdict of `comparator`: blind comparisons with a stored output. */
export async function compareOutputs(
  calls: JudgeCalls,
  { baselinePath, autoPromote, minPairs }: Extract<
    JudgeRequest["about"],
    { kind: "comparator" }
  >,
): Promise<JudgedVerdict> {
  const { options, effect, answers } = calls;
  const { files } = options.world;
  const { text } = effect;
  const folder = join(effect.cwd ?? options.root, baselinePath);
  const file = join(
    baselinePath.startsWith("/") ? baselinePath : folder,
    "output.txt",
  );
  const promote = () => {
    files.makeFolder(file.slice(0, -"/output.txt".length), {
      isPrivate: false,
    });
    files.replace(file, text);
  };
  const baseline = files.readTextIfExists(file);
  if (baseline === null) {
    if (!autoPromote) return { verdict: "no_baseline", details: {} };
    promote();
    return { verdict: "yes", details: { bootstrapped: true } };
  }
  while (answers.length < minPairs) {
    const isFirst = (options.random(1)[0] ?? 0) % 2 === 0;
    const [a, b] = isFirst ? [text, baseline] : [baseline, text];
    const said = await calls.call(comparisonPrompt(a, b), COMPARISON_SCHEMA);
    if ("details" in said) {
      if (calls.isOver) return said;
      answers.push({ raw: said.details });
      continue;
    }
    const raw = objectOf(said);
    const [mine, theirs] = isFirst
      ? [raw["verdict_a"], raw["verdict_b"]]
      : [raw["verdict_b"], raw["verdict_a"]];
    answers.push({
      mine: mine === "yes",
      theirs: theirs === "yes",
      reason: typeof raw["reason"] === "string" ? raw["reason"] : null,
      raw,
    });
  }
  const pairs = answers.filter((each) => isJsonObject(each));
  const wins = (side: "mine" | "theirs") =>
    pairs.filter((pair) => pair[side] === true).length;
  const harness = wins("mine");
  const before = wins("theirs");
  const reasons = pairs.flatMap(({ reason }) =>
    typeof reason === "string" ? [reason] : []
  );
  const verdict = harness > before ? "yes" : harness < before ? "no" : "tie";
  if (verdict === "yes" && autoPromote) promote();
  return {
    verdict,
    details: {
      harness_wins: harness,
      baseline_wins: before,
      min_pairs: minPairs,
      reason: reasons.at(-1) ?? "",
      raw: pairs.map(({ raw = null }) => raw),
    },
  };
}

function objectOf(
  said: { readonly text: string; readonly structured: unknown },
): JsonObject {
  const value = said.structured ?? null;
  if (isJsonObject(value as Json)) return value as JsonObject;
  const text = /\{[\s\S]*\}/.exec(said.text)?.[0] ?? "";
  try {
    const parsed = JSON.parse(text) as Json;
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
