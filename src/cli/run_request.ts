/** Owns reading what a run is asked to be from the options of a command, whichever of them it has. */

import { PLAIN_REQUEST, type RunRequest } from "../app/mod.ts";
import { givenArguments } from "./given_arguments.ts";
import type { Session } from "./program.ts";

/** Returns the request in the options of a command that runs something; loop and input are left open. */
export function readRunOptions(session: Session): RunRequest {
  const { options } = session;
  const isSet = (name: string) => options.declares(name) && options.flag(name);
  const durability = options.text("durability");
  return {
    ...PLAIN_REQUEST,
    args: givenArguments(session),
    isBuiltinOnly: isSet("builtin"),
    context: options.pairs("context"),
    maxSteps: options.number("max-steps"),
    maxIterations: options.number("max-iterations"),
    delayMs: options.milliseconds("delay"),
    noLlm: options.flag("no-llm"),
    llmModel: options.text("llm-model"),
    handoffThreshold: options.number("handoff-threshold"),
    contextLimit: options.number("context-limit"),
    promptSizeGuard: options.flag("no-prompt-size-guard")
      ? false
      : options.number("prompt-size-warn-chars"),
    queue: options.flag("queue"),
    queueTimeoutMs: options.milliseconds("queue-timeout"),
    noLock: options.flag("no-lock"),
    durability: durability === "full" || durability === "fast"
      ? durability
      : null,
    graceMs: options.milliseconds("grace"),
    onEnd: options.text("on-end"),
    isVerbose: options.flag("verbose"),
  };
}
