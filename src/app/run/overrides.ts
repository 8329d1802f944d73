/** Owns applying the command line and the configuration to a definition. */

import {
  type Budget,
  type Definitions,
  limitsSpend,
  type Loop,
} from "../../model/mod.ts";
import type { Config } from "../project/mod.ts";
import type { RunRequest } from "./request.ts";

/** A definition with what was set over it: the field's YAML name → the option or file. */
export interface Overridden {
  readonly definitions: Definitions;
  readonly loop: Loop;
  readonly overrides: { readonly [field: string]: string };
}

/**
 * Returns the definitions with flags over configuration over the loop file: of the root loop
 * only, but `--no-llm` of every one.
 */
export function applyOverrides(
  definitions: Definitions,
  request: RunRequest,
  config: Config,
): Overridden {
  let loop = definitions.loops[definitions.root];
  if (loop === undefined) {
    throw new RangeError("Definitions without their root");
  }
  const overrides: Record<string, string> = {};
  const set = (change: Partial<Loop>, field: string, by: string) => {
    loop = { ...loop as Loop, ...change };
    overrides[field] = by;
  };
  if (request.maxSteps !== null) {
    set({ maxSteps: request.maxSteps }, "max_steps", "--max-steps");
  }
  if (request.maxIterations !== null) {
    const change = { maxIterations: request.maxIterations };
    set(change, "max_iterations", "--max-iterations");
  }
  if (request.delayMs !== null) {
    set({ backoffMs: request.delayMs }, "backoff", "--delay");
  } else if (config.delayMs !== null) {
    set({ backoffMs: config.delayMs }, "backoff", "configuration");
  }
  if (request.noLlm) overrides["llm.enabled"] = "--no-llm";
  if (request.allowsTestEdits) {
    overrides["tamper_guard"] = "--allow-test-edits";
  }
  if (request.llmModel !== null) {
    set(
      { llm: { ...loop.llm, model: request.llmModel } },
      "llm.model",
      "--llm-model",
    );
  }
  if (Object.keys(request.budget).length > 0) {
    const { isDefault, ...own } = loop.budget ?? {};
    const isStill = isDefault === true && !limitsSpend(request.budget);
    const budget: Budget = {
      ...own,
      ...request.budget,
      ...(isStill ? { isDefault } : {}),
    };
    set({ budget }, "budget", "the command line");
  }
  if (request.handoffThreshold !== null) {
    const change = { handoffThreshold: request.handoffThreshold };
    set(change, "config.handoff_threshold", "--handoff-threshold");
  }
  if (request.promptSizeGuard === false) {
    set(
      { promptSizeGuard: { ...loop.promptSizeGuard, enabled: false } },
      "prompt_size_guard",
      "--no-prompt-size-guard",
    );
  } else if (request.promptSizeGuard !== null) {
    set(
      {
        promptSizeGuard: { enabled: true, warnChars: request.promptSizeGuard },
      },
      "prompt_size_guard",
      "--prompt-size-warn-chars",
    );
  }
  const loops = overrideLoops(
    { ...definitions.loops, [definitions.root]: loop },
    request,
  );
  return {
    definitions: { ...definitions, loops },
    loop: loops[definitions.root] ?? loop,
    overrides,
  };
}

/** Returns the loops with what the command line says of every loop of a run. */
export function overrideLoops(
  loops: Definitions["loops"],
  { noLlm, allowsTestEdits }: Pick<RunRequest, "noLlm" | "allowsTestEdits">,
): Definitions["loops"] {
  if (!noLlm && !allowsTestEdits) return loops;
  return Object.fromEntries(
    Object.entries(loops).map(([id, loop]) => [
      id,
      {
        ...loop,
        ...(noLlm ? { llm: { ...loop.llm, enabled: false } } : {}),
        ...(allowsTestEdits ? unguarded(loop) : {}),
      },
    ]),
  );
}

function unguarded(loop: Loop): Pick<Loop, "tamperGuard" | "states"> {
  return {
    tamperGuard: "allow",
    states: Object.fromEntries(
      Object.entries(loop.states).map(([name, state]) => [
        name,
        state.tamperGuard === undefined
          ? state
          : { ...state, tamperGuard: "allow" },
      ]),
    ),
  };
}
