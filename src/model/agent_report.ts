/** Owns how a call of an agent went, beside the words that it said: a part of its outcome. */

import type { Usage } from "./usage.ts";

/** Why an agent did not do its work. Told by fields of its stream, never guessed from its words. */
export const AGENT_FAILURES = [
  /** Too many requests, or a plan that is used up for now. */
  "rate_limit",
  /** The service has no room. */
  "overloaded",
  /** The service failed. */
  "server",
  "network",
  /** No credentials, or wrong ones. */
  "auth",
  /** An account without credit. */
  "credit",
  /** The prompt, or what came of it, is too long for the model. */
  "context",
  /** The model declines. */
  "refused",
  /** The host's own limit of turns. */
  "turns",
  /** The host's own limit of money. */
  "budget",
  /** It ended before its result. */
  "no_result",
  "other",
] as const;

/** One of {@linkcode AGENT_FAILURES}. */
export type AgentFailureKind = typeof AGENT_FAILURES[number];

/** A failure of an agent. */
export interface AgentFailure {
  readonly kind: AgentFailureKind;
  readonly message: string;
  /** When asking again makes sense, epoch milliseconds; `null` where the host does not say. */
  readonly retryAtMs: number | null;
  /** The same as a time from the failure on. */
  readonly retryAfterMs: number | null;
}

/** A session of a host that a later prompt can go on with. */
export interface AgentSession {
  readonly id: string;
  /** What the host has told as the sum over the session, for hosts that go on counting. */
  readonly total: Usage;
}

/** How a call of an agent went. */
export interface AgentReport {
  readonly host: string;
  readonly model: string | null;
  readonly session: AgentSession | null;
  readonly usage: Usage;
  /** `null` when it came to a result. */
  readonly failure: AgentFailure | null;
  /** The limit of a budget that ended it. */
  readonly exceeded: "cost" | "tokens" | "time" | null;
  /** Tools that it was not allowed to use. */
  readonly denied: readonly string[];
}
