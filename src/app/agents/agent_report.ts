/** Owns what is reported of a call that has ended: its stream, its exit code and its time together. */

import {
  type AgentFailure,
  type AgentReport,
  costOf,
  type HostName,
  priceOf,
  type Prices,
  unreachable,
  type Usage,
} from "../../model/mod.ts";
import type { HostStream } from "../hosts/mod.ts";
import type { StreamFacts } from "./agent_event.ts";
import { failureOf } from "./failure_of.ts";

/** What is known of an ended call. */
export interface EndedCall {
  readonly host: HostName;
  /** Whose events its stream has. */
  readonly stream: HostStream;
  readonly facts: StreamFacts;
  /** The model that was asked for, where the stream names none. */
  readonly model: string | null;
  readonly prices: Prices;
  readonly exitCode: number;
  readonly stderr: string;
  /** Whether it was ended by us after its result, or by a limit of a budget. */
  readonly isEnded: boolean;
  readonly exceeded: AgentReport["exceeded"];
  readonly timedOut: boolean;
}

/** API errors are the status modulo 256 (agent-hosts 5). */
const GEMINI_STATUS: { readonly [exitCode: number]: number } = {
  144: 400,
  145: 401,
  147: 403,
  173: 429,
  244: 500,
  246: 502,
  247: 503,
};

/** Returns the usage with an estimated cost where the host tells none and the price is known. */
export function withCost(
  usage: Usage,
  model: string | null,
  prices: Prices,
): Usage {
  if (usage.costUsd !== null) return usage;
  const price = priceOf(model, prices);
  return price === null ? usage : { ...usage, costUsd: costOf(usage, price) };
}

/** Returns the report of a call. */
export function reportOf(call: EndedCall): AgentReport {
  const { facts, exceeded } = call;
  const model = facts.model ?? call.model;
  const usage = withCost(facts.usage, model, call.prices);
  return {
    host: call.host,
    model,
    session: facts.sessionId === null
      ? null
      : { id: facts.sessionId, total: facts.sessionTotal ?? zeroed(usage) },
    usage,
    failure: exceeded === null ? failureIn(call) : null,
    exceeded,
    denied: facts.denied,
  };
}

/** Where the host counts each call by itself there is nothing to take off the next one. */
function zeroed(usage: Usage): Usage {
  return {
    ...usage,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    costUsd: 0,
  };
}

function failureIn(call: EndedCall): AgentFailure | null {
  const { facts, exitCode, stderr, stream } = call;
  if (facts.failure !== null) {
    const status = stream === "gemini" ? GEMINI_STATUS[exitCode] ?? null : null;
    const isVague = facts.failure.kind === "other" && status !== null;
    return isVague
      ? failureOf({ message: facts.failure.message, status })
      : facts.failure;
  }
  if (call.timedOut) return null;
  if (call.isEnded && facts.hasResult) return null;
  const message = lastLine(stderr);
  switch (stream) {
    case "text":
      return exitCode === 0 ? null : failureOf({ message });
    case "claude":
    case "codex":
    case "gemini":
      if (exitCode === 0 && facts.hasResult) return null;
      // An exit without a result is no success, whatever the code says (agent-hosts 1.2).
      return failureOf({
        message: message ||
          `It ${
            facts.hasResult ? "failed after its" : "ended without a"
          } result${howOf(exitCode)}`,
        ...(message === "" ? { kind: "no_result" as const } : {}),
        status: stream === "gemini" ? GEMINI_STATUS[exitCode] ?? null : null,
      });
    default:
      return unreachable(stream);
  }
}

function howOf(exitCode: number): string {
  if (exitCode === 0) return "";
  return exitCode < 0 ? ` (signal ${-exitCode})` : ` (exit ${exitCode})`;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
