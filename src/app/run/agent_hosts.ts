/** Owns which agent hosts a run would start, and refusing one that would not start. */

import { displayPath, LoopError } from "../../model/mod.ts";
import { chooseHost, type ChosenHost, type HostWorld } from "../hosts/mod.ts";
import type { World } from "../world.ts";
import { hostChoice } from "./agent_settings.ts";
import { agentStates } from "./agent_states.ts";
import type { Prepared } from "./prepare.ts";
import { lineOf } from "./readiness.ts";

/** Returns the hosts that a run starts, each once; those that cannot be had are left out. */
export function agentHosts(
  world: HostWorld,
  prepared: Pick<Prepared, "definitions" | "request" | "project">,
): readonly ChosenHost[] {
  const choice = hostChoice(prepared);
  const chosen = new Map<string, ChosenHost>();
  for (const { named } of agentStates(prepared)) {
    try {
      const host = chooseHost(world, choice, named);
      chosen.set(host.name, host);
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
    }
  }
  return [...chosen.values()];
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
  for (const { state, named } of agentStates(prepared)) {
    try {
      chooseHost(world, choice, named);
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
