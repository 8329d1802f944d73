/** Owns the look before an agent is called. */

import { type JsonObject, LoopError, type Subject } from "../../model/mod.ts";
import type { SharedCircuit } from "../rate_limits/mod.ts";
import type { System } from "../../ports/mod.ts";
import type { AgentSettings } from "./agent_settings.ts";

/** What {@linkcode lookForRoom} looks at. */
export interface RoomOptions {
  readonly agents: Pick<AgentSettings, "choose">;
  /** What runs tell each other of rate limits; `null` where that is off. */
  readonly circuit: SharedCircuit | null;
  readonly world: { readonly system: Pick<System, "memoryUsedPercent"> };
}

/** Returns what is known of the room for a call of an agent, as the engine wants it. */
export function lookForRoom(
  { agents, circuit, world }: RoomOptions,
  { host: named, limits, memory }: Extract<
    Subject,
    { readonly kind: "room" }
  >,
): JsonObject {
  return {
    recovery_at_ms: limits ? recoveryOf(agents, { circuit, named }) : null,
    used_pct: memory ? world.system.memoryUsedPercent() : null,
  };
}

function recoveryOf(
  agents: RoomOptions["agents"],
  { circuit, named }: Pick<RoomOptions, "circuit"> & {
    readonly named: string | null;
  },
): number | null {
  if (circuit === null) return null;
  try {
    return circuit.recoveryMs(agents.choose({ named }).name);
  } catch (error) {
    // A host that is not there is told by the call.
    if (error instanceof LoopError) return null;
    throw error;
  }
}
