/** Owns what the command line asks of a run, for every command that runs something. */

import { PLAIN_REQUEST, type RunRequest } from "../app/mod.ts";
import { type Budget, DURABILITIES, HOST_NAMES } from "../model/mod.ts";
import { givenArguments } from "./given_arguments.ts";

import type { Session } from "./program.ts";

/** Returns the request in the options of a session; what its command does not have stays plain. */
export function runRequest(
  session: Session,
  given: Partial<RunRequest>,
): RunRequest {
  const { options } = session;
  const flag = (name: string) => options.declares(name) && options.flag(name);
  const read = <T>(name: string, get: (name: string) => T): T | null =>
    options.declares(name) ? get(name) : null;
  const number = (name: string) => read(name, (known) => options.number(known));
  const milliseconds = (name: string) =>
    read(name, (known) => options.milliseconds(known));
  const text = (name: string) => read(name, (known) => options.text(known));
  return {
    ...PLAIN_REQUEST,
    args: givenArguments(session),
    isBuiltinOnly: flag("builtin"),
    context: read("context", (known) => options.pairs(known)) ?? [],
    maxSteps: number("max-steps"),
    maxIterations: number("max-iterations"),
    delayMs: milliseconds("delay"),
    noLlm: flag("no-llm"),
    llmModel: text("llm-model"),
    host: read("host", (known) => options.choice(known, HOST_NAMES)),
    model: text("model"),
    effort: text("effort"),
    budget: budgetOf({
      costUsd: number("max-cost"),
      tokens: number("max-tokens"),
      calls: number("max-calls"),
      timeMs: milliseconds("max-time"),
    }),
    allowsTestEdits: flag("allow-test-edits"),
    handoffThreshold: number("handoff-threshold"),
    contextLimit: number("context-limit"),
    promptSizeGuard: flag("no-prompt-size-guard")
      ? false
      : number("prompt-size-warn-chars"),
    noHostGuard: flag("no-host-guard"),
    queue: flag("queue"),
    queueTimeoutMs: milliseconds("queue-timeout"),
    noLock: flag("no-lock"),
    durability: read(
      "durability",
      (known) => options.choice(known, DURABILITIES),
    ),
    graceMs: milliseconds("grace"),
    onEnd: text("on-end"),
    checkpointAfterMs: milliseconds("checkpoint-after"),
    isVerbose: flag("verbose"),
    ...given,
  };
}

/** Returns the limits that were given. */
function budgetOf(
  given: {
    readonly [key in "costUsd" | "tokens" | "calls" | "timeMs"]: number | null;
  },
): Budget {
  return Object.fromEntries(
    Object.entries(given).filter(([, limit]) => limit !== null),
  );
}
