/** The simulation of everything that there is: each evaluator with each verdict, each loop that we bring. */

// deno-lint-ignore-file camelcase -- names of the YAML
import { assert, assertEquals } from "@std/assert";
import { createSources } from "../../src/adapters/mod.ts";
import { PLAIN_REQUEST, prepareRun } from "../../src/app/mod.ts";
import {
  chooseByScenario,
  planSimulation,
  simulate,
} from "../../src/app/simulate/mod.ts";
import {
  EVALUATOR_TYPES,
  possibilitiesOf,
  SCENARIOS,
} from "../../src/model/mod.ts";
import { definitionsOf } from "../support/definitions.ts";
import { fakeSystem, manualClock, memoryFiles } from "../support/fakes.ts";
import { PROJECT, simulated, verdicts } from "../support/simulated.ts";

Deno.test("every verdict that a state can give reaches its route", async () => {
  const options: Record<string, string> = {
    convergence: "target: 1",
    output_contains: "pattern: x",
    output_json: "path: a, operator: eq, target: 1",
    output_numeric: "operator: eq, target: 1",
    comparator: "baseline_path: b",
    contract: "pairs: [{producer: p, consumer: c}]",
  };
  for (const type of EVALUATOR_TYPES) {
    const more = Object.hasOwn(options, type) ? `, ${options[type]}` : "";
    for (const action of ["action: x", "action: x, action_type: prompt", ""]) {
      const start = action === "" ? "" : `${action}, `;
      const loop = (route: string) => `
  a: {${start}evaluate: {type: ${type}${more}}, route: {${route}}}
  bad: {terminal: true}
  good: {terminal: true}`;
      const parsed = definitionsOf(loop("_: bad")).loops["/p/.loops/a.yaml"];
      const state = parsed?.states["a"];
      assert(parsed !== undefined && state !== undefined);
      for (const { verdict } of possibilitiesOf(parsed, state).known) {
        const simulation = await simulated(
          loop(`${JSON.stringify(verdict)}: good, _: bad`),
          { choose: verdicts(verdict) },
        );
        assertEquals(
          [simulation.steps[0]?.verdict, simulation.end.finalState],
          [verdict, "good"],
          `${type} ${action} ${verdict}`,
        );
      }
    }
  }
});

Deno.test("every built-in loop goes through every scenario", async () => {
  const sources = createSources();
  const names = sources.builtins.filter((file) => !file.includes("/"))
    .map((file) => file.replace(".yaml", ""));
  assert(names.length >= 6);
  for (const name of names) {
    const world = {
      sources,
      system: fakeSystem(),
      files: memoryFiles(),
      clock: manualClock(),
    };
    const prepared = prepareRun(world, PROJECT, {
      ...PLAIN_REQUEST,
      loop: name,
      isBuiltinOnly: true,
    });
    for (const scenario of SCENARIOS) {
      const { clock, system } = world;
      const plan = planSimulation(prepared, { maxSteps: null });
      const { summary } = await simulate({ clock, sources, system }, plan, {
        choose: chooseByScenario(scenario),
      });
      const { end } = summary;
      const isFine = ["terminal", "max_steps"].includes(end.terminatedBy);
      assert(isFine, `${name} ${scenario}: ${end.terminatedBy} ${end.error}`);
    }
  }
});
