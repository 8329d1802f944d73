/**
 * Owns classifying an agent's failure: by the status of its service where the host tells it, else
 * by how the sentence of the failure begins or what it names, and never by what the agent said.
 */

import type { AgentFailure, AgentFailureKind } from "../../model/mod.ts";

/** What is known of a failure. */
export interface FailureClues {
  readonly message: string;
  /** HTTP status of the service; `null` where there was none or it is not told. */
  readonly status?: number | null;
  /** Where the host says it in a field of its own. */
  readonly kind?: AgentFailureKind | null;
  readonly retryAtMs?: number | null;
}

/** It is a part of the journal: what a service answers may be a whole page. */
const MESSAGE_CHARACTERS_MAX = 64 * 1024;

const RETRY_REGEXPS = [
  /\bretry (?:in|after) (\d+(?:\.\d+)?) ?s(?:econds?)?\b/i,
  /\bretry-after:? (\d+(?:\.\d+)?)\b/i,
];

/** Sentences of the hosts' own failure notices, the more telling ones first. */
const SENTENCES: readonly (readonly [RegExp, AgentFailureKind])[] = [
  [/^Credit balance is too low/i, "credit"],
  [/^Quota exceeded\. Check your plan/i, "credit"],
  [/exhausted your daily quota/i, "credit"],
  [/^You['’]ve hit your (?:[\w-]+ )?(?:usage )?limit/i, "rate_limit"],
  [/^\[?API Error: You exceeded your current quota/i, "rate_limit"],
  [/last status: 429\b/i, "rate_limit"],
  [
    /^Repeated 529|(?:unexpected|last) status:? (?:503|529)\b|^Selected model is at capacity/i,
    "overloaded",
  ],
  [/^\[?API Error: The model is overloaded/i, "overloaded"],
  [/(?:unexpected|last) status:? (?:401|403)\b/i, "auth"],
  [
    /^(?:Not logged in|Invalid API key|Failed to authenticate|Missing environment variable|Please set an Auth method|Invalid auth method)/i,
    "auth",
  ],
  [/^\[?API Error: (?:API key not valid|Permission denied)/i, "auth"],
  [/ran out of room in the model['’]s context window/i, "context"],
  [
    /^(?:API Error: )?prompt is too long|exceeds the maximum number of tokens/i,
    "context",
  ],
  [
    /blocked due to safety settings|safeguards flagged this message/i,
    "refused",
  ],
  [
    /(?:unexpected|last) status:? 5\d\d\b|currently experiencing high demand/i,
    "server",
  ],
  [/^\[?API Error: An internal error/i, "server"],
  [
    // The last two: what was answered is no JSON, or breaks off within it.
    /^stream disconnected before completion|waiting for network|^\[?API Error: (?:terminated|fetch failed|Connection error|JSON Parse error|Incomplete JSON)|error sending request/i,
    "network",
  ],
];

/**
 * Returns the failure behind what is known of it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const failure = failureOf({ message: "Please retry in 2s.", status: 429 });
 * assertEquals([failure.kind, failure.retryAfterMs], ["rate_limit", 2000]);
 * ```
 */
export function failureOf(clues: FailureClues): AgentFailure {
  const { status = null, kind = null, retryAtMs = null } = clues;
  const message = clues.message.trim().slice(0, MESSAGE_CHARACTERS_MAX)
    .toWellFormed();
  return {
    kind: kind ?? bySentence(message) ?? byStatus(status) ?? "other",
    message: message === "" ? "It gave no reason" : message,
    retryAtMs,
    retryAfterMs: retryAtMs === null ? retryAfterOf(message) : null,
  };
}

function bySentence(message: string): AgentFailureKind | null {
  const text = message.trim();
  return SENTENCES.find(([regexp]) => regexp.test(text))?.[1] ?? null;
}

function byStatus(status: number | null): AgentFailureKind | null {
  switch (status) {
    case null:
      return null;
    case 401:
    case 403:
      return "auth";
    case 413:
      return "context";
    case 429:
      return "rate_limit";
    case 529:
    case 503:
      return "overloaded";
    default:
      return status >= 500 ? "server" : null;
  }
}

function retryAfterOf(message: string): number | null {
  for (const regexp of RETRY_REGEXPS) {
    const seconds = regexp.exec(message)?.[1];
    if (seconds !== undefined) return Math.round(Number(seconds) * 1000);
  }
  return null;
}
