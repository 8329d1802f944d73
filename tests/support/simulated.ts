/** Simulations of loops that a test writes. */

import { PLAIN_REQUEST, prepareRun } from "../../src/app/mod.ts";
import { DEFAULT_CONFIG } from "../../src/app/project/mod.ts";
import {
  chooseByScenario,
  chooseByVerdicts,
  type Chooser,
  parseVerdictList,
  planSimulation,
  simulate,
  type Simulation,
} from "../../src/app/simulate/mod.ts";
import type { RunEnd, RunEvent, Scenario } from "../../src/model/mod.ts";
import { fakeSources, fakeSystem, manualClock, memoryFiles } from "./fakes.ts";

interface Options {
  readonly choose?: Chooser;
  readonly others?: Readonly<Record<string, string>>;
  readonly maxSteps?: number;
  readonly context?: readonly (readonly [string, string])[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** Simulates the loop `a`; without a chooser everything passes. */
export async function simulated(
  text: string,
  options: Options = {},
): Promise<
  Simulation & { readonly end: RunEnd; readonly events: readonly RunEvent[] }
> {
  const files: Record<string, string> = {};
  for (const [name, body] of Object.entries({ a: text, ...options.others })) {
    const states = body.includes("states:") ? body : `states:\n${body}`;
    const first = /states:\s+([\w-]+|"[^"]+"):/.exec(states)?.[1] ?? "";
    files[`/p/.loops/${name}.yaml`] =
      `name: ${name}\ndescription: A test\ninitial: ${first}\n${states}`;
  }
  const world = {
    sources: fakeSources(files),
    system: fakeSystem({ variables: options.variables ?? {} }),
    files: memoryFiles(files),
    clock: manualClock(),
  };
  const prepared = prepareRun(world, PROJECT, {
    ...PLAIN_REQUEST,
    loop: "a",
    context: options.context ?? [],
  });
  const events: RunEvent[] = [];
  const { clock, sources, system } = world;
  // There is no port through which anything could be run or written.
  const plan = planSimulation(prepared, { maxSteps: options.maxSteps ?? null });
  const simulation = await simulate({ clock, sources, system }, plan, {
    choose: options.choose ?? chooseByScenario("all-pass"),
    onEvents: (more) => void events.push(...more),
  });
  return { ...simulation, end: simulation.summary.end, events };
}

/** A project without a file of its own. */
export const PROJECT = {
  root: "/p",
  loopsDir: "/p/.loops",
  exists: true,
  config: DEFAULT_CONFIG,
  findings: [],
};

/** Gives the verdicts of a list, and after it those of a scenario. */
export function verdicts(list: string, others: Scenario = "all-pass"): Chooser {
  return chooseByVerdicts(parseVerdictList(list), chooseByScenario(others));
}
