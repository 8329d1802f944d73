/** Owns what a simulation starts from: its cap, and values made up for those that are missing. */

import type { JsonObject, Loop } from "../../model/mod.ts";
import {
  contextOf,
  type MissingValue,
  missingValues,
  type Prepared,
} from "../run/mod.ts";

/** Without a wish nothing is simulated for longer than this (CLI 2.15). */
export const SIMULATED_STEPS_MAX = 20;
/** Sub-loops have steps of their own; all steps together end here, or at ten times the cap. */
const ALL_STEPS_MAX = 1000;

/** A simulation that can start. */
export interface SimulationPlan {
  /** With the caps of the simulation. */
  readonly prepared: Prepared;
  readonly context: JsonObject;
  readonly cap: SimulationCap;
  /** What a run would refuse to start without; context values among it are made up. */
  readonly missing: readonly MissingValue[];
}

/** How far a simulation goes. */
export interface SimulationCap {
  readonly maxSteps: number;
  /** The cap of the definition. */
  readonly definedSteps: number;
  /** Cap on the steps of all loops together. */
  readonly allSteps: number;
}

/** Returns the simulation of a prepared run; `maxSteps` is a wish for more or fewer steps. */
export function planSimulation(
  prepared: Prepared,
  options: { readonly maxSteps: number | null },
): SimulationPlan {
  const definedSteps = prepared.loop.maxSteps;
  const maxSteps = options.maxSteps ??
    Math.min(definedSteps, SIMULATED_STEPS_MAX);
  const cap = {
    maxSteps,
    definedSteps,
    allSteps: Math.max(ALL_STEPS_MAX, maxSteps * 10),
  };
  const { root, loops } = prepared.definitions;
  const loop = { ...prepared.loop, maxSteps };
  const missing = missingValues(prepared);
  const context = prepared.vault.hideContext(contextOf(prepared.values));
  // What the command line could give stands in the context.
  const madeUp = missing.filter(({ words }) => words.length > 0)
    .map(({ name }) => [name, placeholderFor(name)]);
  return {
    prepared: {
      ...prepared,
      loop,
      definitions: {
        ...prepared.definitions,
        loops: { ...capLoops(loops, cap), [root]: loop },
      },
    },
    context: { ...context, ...Object.fromEntries(madeUp) },
    cap,
    missing,
  };
}

/** Returns loops that end about as soon as the simulated one. */
export function capLoops(
  loops: { readonly [id: string]: Loop },
  cap: SimulationCap,
): { readonly [id: string]: Loop } {
  const most = Math.max(SIMULATED_STEPS_MAX, cap.maxSteps);
  return Object.fromEntries(
    Object.entries(loops).map(([id, loop]) => [
      id,
      { ...loop, maxSteps: Math.min(loop.maxSteps, most) },
    ]),
  );
}

/** Returns what stands for a context value that nobody gave. */
export function placeholderFor(name: string): string {
  return `<${name}>`;
}
