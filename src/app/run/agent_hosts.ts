/** Owns which agent hosts a run would start, and refusing one that would not start. */

import { displayPath, LoopError } from "../../model/mod.ts";
import {
  chooseHost,
  type ChosenHost,
  type HostChoice,
  type HostWork,
  type HostWorld,
  isSafe,
  nameOf,
  NO_HOST,
} from "../hosts/mod.ts";
import { AGENT_HOSTS, type FoundNeed } from "../needs/mod.ts";
import type { World } from "../world.ts";
import { hostChoice } from "./agent_settings.ts";
import { agentStates } from "./agent_states.ts";
import type { Prepared } from "./prepare.ts";
import { lineOf } from "./readiness.ts";
import { spawnsOnHandoff } from "./successor.ts";

/** What the header of a run says of agents. */
export interface HeaderAgents {
  /** The hosts that it starts, each once; those that cannot be had are left out. */
  readonly hosts: readonly ChosenHost[];
  /** Whether a handoff starts one, which safe mode forbids; absent where the loop does not ask for it. */
  readonly spawnsOnHandoff?: boolean;
}

/** Returns what the header of a run says of agents. */
export function headerAgents(
  world: HostWorld,
  prepared: Pick<Prepared, "definitions" | "request" | "project">,
): HeaderAgents {
  const choice = hostChoice(prepared);
  const chosen = new Map<string, ChosenHost>();
  const { loops, root } = prepared.definitions;
  const loop = loops[root];
  const asks = loop !== undefined && spawnsOnHandoff({ loop });
  const spawns = asks && !isSafe(world, choice);
  const handoff = spawns ? [{ named: loop.host ?? null }] : [];
  for (const each of [...agentStates(prepared), ...handoff]) {
    try {
      const host = chooseHost(world, choice, each);
      // One that acts somewhere is told as that.
      if (chosen.get(host.name)?.isJudge === false) continue;
      chosen.set(host.name, host);
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
    }
  }
  return {
    hosts: [...chosen.values()],
    ...(asks ? { spawnsOnHandoff: spawns } : {}),
  };
}

/**
 * Returns `needs` with the agents that the run would start for its states, by name, in the place of
 * those that would do for somebody.
 */
export function withHosts(
  world: HostWorld,
  prepared: Pick<Prepared, "definitions" | "request" | "project">,
  needs: readonly FoundNeed[],
): readonly FoundNeed[] {
  const choice = hostChoice(prepared);
  const found = new Map<string, FoundNeed>();
  const { loops, root } = prepared.definitions;
  for (const each of agentStates(prepared)) {
    const { state, loop } = each;
    const seen = seeHost(world, choice, each);
    const key = `${seen.name}\0${seen.why ?? ""}`;
    const name = loop === loops[root]
      ? state.name
      : `${loop.name}/${state.name}`;
    const states = [...found.get(key)?.states ?? [], name];
    found.set(key, {
      kind: "agent host",
      ...seen,
      isOfReference: false,
      states,
    });
  }
  return found.size === 0
    ? needs
    : needs.flatMap((need) =>
      need.kind === "agent host" ? [...found.values()] : [need]
    );
}

function seeHost(
  world: HostWorld,
  choice: HostChoice,
  work: HostWork,
): Pick<FoundNeed, "name" | "isFound" | "where" | "why"> {
  let name = AGENT_HOSTS.join(" or ");
  try {
    name = nameOf(world, choice, work.named).name;
    const { path } = chooseHost(world, choice, work);
    const where = path ?? "host_command of the configuration";
    return { name, isFound: true, where };
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    const why = error.message === NO_HOST ? {} : { why: error.message };
    return { name, isFound: false, where: null, ...why };
  }
}

/**
 * Does nothing when every host that the run needs is there and starts.
 *
 * @throws {LoopError} `missing-program`, naming the first state that has none
 */
export async function requireHosts(
  world: HostWorld & Pick<World, "system">,
  prepared: Prepared,
  what: string,
): Promise<void> {
  const choice = hostChoice(prepared);
  for (const each of agentStates(prepared)) {
    const { state } = each;
    try {
      chooseHost(world, choice, each);
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      const line = await lineOf(prepared, state.at) ?? 1;
      const file = displayPath(state.at.file, world.system.cwd);
      throw new LoopError(
        "missing-program",
        `Cannot ${what}: ${error.message}\n  ${file}:${line}: state "${state.name}" calls an agent`,
        error.hint === null ? {} : { hint: error.hint },
      );
    }
  }
}
