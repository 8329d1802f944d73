/** Owns what the options of a run for its agents come to: a level that a host does not take, and nobody whom they are for. */

import { lackedOptions } from "../../check/mod.ts";
import { isStaticLoopName } from "../../load/mod.ts";
import { LoopError, wrongEffort } from "../../model/mod.ts";
import type { HostWorld } from "../hosts/mod.ts";
import { hostChoice } from "./agent_settings.ts";
import { agentStates } from "./agent_states.ts";
import type { Prepared } from "./prepare.ts";
import { tryChoose } from "./try_choose.ts";

type Asked = Pick<Prepared, "definitions" | "request" | "project" | "loop">;

/**
 * Does nothing where each host that `--effort` is given to takes that level, or leaves it to its model.
 *
 * @throws {LoopError} `usage`
 */
export function requireEffort(world: HostWorld, prepared: Asked): void {
  const { effort } = prepared.request;
  if (effort === null) return;
  const choice = hostChoice(prepared);
  for (const each of agentStates(prepared)) {
    if (each.isJudge || each.state.effort !== null) continue;
    const host = tryChoose(world, choice, each);
    const wrong = host === null ? null : wrongEffort(effort, host.name);
    if (wrong === null || !wrong.isCertain) continue;
    throw new LoopError(
      "usage",
      `"--effort" is "${effort}", and ${wrong.reason}`,
      wrong.near === null ? {} : { hint: `Did you mean "${wrong.near}"?` },
    );
  }
}

/** Returns a sentence where options for agents were given, and nobody has a use for them. */
export function idleAgentOptions(
  world: HostWorld,
  prepared: Asked,
): readonly string[] {
  const { definitions, request, loop } = prepared;
  const given = givenOptions(request);
  if (given.length === 0 || mayCallMore(prepared)) return [];
  const states = agentStates({ definitions });
  if (states.length === 0) {
    return [
      `Loop "${loop.name}" calls no agent: ${listed(given)} ${
        given.length === 1 ? "has" : "have"
      } no effect`,
    ];
  }
  if (request.effort === null) return [];
  const choice = hostChoice(prepared);
  const hosts = new Set<string>();
  const slips = new Set<string>();
  for (const each of states) {
    const host = tryChoose(world, choice, each);
    if (host === null || each.isJudge) continue;
    // As if the state had said it.
    const state = { ...each.state, effort: request.effort };
    const isLacked = lackedOptions(state, each.loop, host.name)
      .includes("effort");
    const wrong = wrongEffort(request.effort, host.name);
    if (wrong !== null) {
      slips.add(
        `"--effort" is "${request.effort}", and ${wrong.reason}: did you mean "${wrong.near}"?`,
      );
    }
    if (!isLacked) return [...slips];
    hosts.add(host.name);
  }
  return [...hosts].map((name) =>
    `Option "--effort" has no effect: host "${name}" has no such option`
  );
}

function givenOptions(
  { host, model, effort, budget }: Prepared["request"],
): string[] {
  const options: [string, unknown][] = [
    ["--host", host],
    ["--model", model],
    ["--effort", effort],
    ["--max-cost", budget.costUsd],
    ["--max-tokens", budget.tokens],
    ["--max-calls", budget.calls],
  ];
  return options.filter(([, value]) => value !== null && value !== undefined)
    .map(([name]) => name);
}

/** A loop whose name is computed may call one, and so does a handoff that spawns. */
function mayCallMore({ definitions }: Asked): boolean {
  return Object.values(definitions.loops).some((loop) =>
    loop.onHandoff === "spawn" ||
    Object.values(loop.states).some((state) =>
      state.loop !== null && !isStaticLoopName(state.loop)
    )
  );
}

function listed(names: readonly string[]): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
