// deno-lint-ignore-file camelcase -- events and records keep the reference's names
/** Owns the stall evaluators: `yes` while things move, `no` once they have stood still. */

import type { JsonObject, StallMemory } from "../../model/mod.ts";
import {
  formatValue,
  interpolate,
  interpolateOrKeep,
  InterpolationError,
  type Lookup,
} from "../interpolate.ts";
import { numberDetail, parseNumber } from "../numbers.ts";
import {
  errorVerdict,
  type Evidence,
  type Judgement,
  verdict,
  yesOrNo,
} from "./judgement.ts";

/** Looks at the git tree: staged, unstaged and untracked changes below `scope`. */
export function judgeDiffStall(evidence: Evidence): Judgement {
  const { evaluate, observed } = evidence;
  if (observed === null) {
    return { kind: "look", subject: { kind: "git", scope: evaluate.scope } };
  }
  if (observed.error !== null) return errorVerdict(observed.error);
  return judgeRepetition(String(observed.value), {
    memory: evidence.memory,
    max: evaluate.maxStall,
    describe: (count, isChanged) => ({
      stall_count: count,
      max_stall: evaluate.maxStall,
      diff_changed: isChanged,
    }),
  });
}

/** Looks at the tracked values: by default the resolved action. */
export function judgeActionStall(evidence: Evidence): Judgement {
  const { evaluate } = evidence;
  const tracked = evaluate.track ?? ["action"];
  const text = tracked.map((key) => `${key}=${trackedValue(key, evidence)}`)
    .join("|");
  const hash = fingerprint(text);
  return judgeRepetition(hash, {
    memory: evidence.memory,
    max: evaluate.maxRepeat,
    describe: (count, isChanged) => ({
      stall_count: count,
      max_repeat: evaluate.maxRepeat,
      hash_changed: isChanged,
      tracked_keys: tracked,
      ...(isChanged ? {} : { repeated_hash: hash }),
    }),
  });
}

function judgeRepetition(
  seen: string,
  options: {
    readonly memory: StallMemory | null;
    readonly max: number;
    describe(count: number, isChanged: boolean): JsonObject;
  },
): Judgement {
  const { memory, max } = options;
  const isChanged = memory === null || memory.fingerprint !== seen;
  const count = isChanged ? 0 : memory.count + 1;
  return {
    kind: "verdict",
    verdict: isChanged || count < max ? "yes" : "no",
    details: options.describe(count, isChanged),
    memory: { fingerprint: seen, count },
  };
}

function trackedValue(key: string, evidence: Evidence): string {
  if (key === "action") return evidence.action;
  const { frame } = evidence.lookup;
  if (key.includes(".")) return resolveOrEmpty(`\${${key}}`, evidence.lookup);
  for (const map of [frame.context, frame.captured, { ...frame.prev }]) {
    if (Object.hasOwn(map, key)) return formatValue(map[key] ?? null);
  }
  return "";
}

function resolveOrEmpty(template: string, lookup: Lookup): string {
  try {
    return interpolate(template, lookup);
  } catch (error) {
    if (error instanceof InterpolationError) return "";
    throw error;
  }
}

const HISTORY_FILES = {
  scores: "${context.run_dir}/.score_history",
  questions: "${context.run_dir}/.open_questions_history",
} as const;

/** Reads a history of scores that should rise. */
export function judgeScoreStall(evidence: Evidence): Judgement {
  return judgeHistory(evidence, { file: HISTORY_FILES.scores, sign: 1 });
}

/** Reads a history of counts that should fall. */
export function judgeQuestionStall(evidence: Evidence): Judgement {
  return judgeHistory(evidence, {
    file: HISTORY_FILES.questions,
    sign: -1,
  });
}

function judgeHistory(
  evidence: Evidence,
  options: { readonly file: string; readonly sign: 1 | -1 },
): Judgement {
  const { evaluate, observed, lookup } = evidence;
  if (observed === null) {
    const path = interpolateOrKeep(
      evaluate.historyFile ?? options.file,
      lookup,
    );
    return {
      kind: "look",
      subject: { kind: "file", path: path.replaceAll("//", "/") },
    };
  }
  if (observed.error !== null) return errorVerdict(observed.error);
  const scores = formatValue(observed.value).split("\n").map((line) =>
    line.trim() === "" ? null : parseNumber(line)
  ).filter((score): score is number => score !== null && !Number.isNaN(score));
  const common = { max_stall: evaluate.maxStall, epsilon: evaluate.epsilon };
  let best = scores[0];
  if (scores.length < 2 || best === undefined) {
    return verdict("yes", {
      stall_count: 0,
      ...common,
      rounds: scores.length,
      best: best === undefined ? null : numberDetail(best),
    });
  }
  let count = 0;
  for (const score of scores.slice(1)) {
    const gain = (score - best) * options.sign;
    if (gain > evaluate.epsilon) count = 0;
    else count++;
    if (gain > 0) best = score;
  }
  return yesOrNo(count < evaluate.maxStall, {
    stall_count: count,
    ...common,
    rounds: scores.length,
    best: numberDetail(best),
  });
}

/**
 * Returns 16 hexadecimal digits that differ for different texts with near certainty.
 * Not cryptographic: it tells repetition from change.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * assertEquals(fingerprint("a"), fingerprint("a"));
 * assertNotEquals(fingerprint("a"), fingerprint("b"));
 * ```
 */
export function fingerprint(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^
    Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^
    Math.imul(high ^ (high >>> 13), 3266489909);
  const hex = (value: number) => (value >>> 0).toString(16).padStart(8, "0");
  return hex(high) + hex(low);
}
