/** Owns the look before an agent is called. */

import { type JsonObject, LoopError } from "../../model/mod.ts";
import type { SharedCircuit } from "../rate_limits/mod.ts";
import type { AgentSettings } from "./agent_settings.ts";

/** What {@linkcode lookForRoom} looks at. */
export interface RoomOptions {
  readonly agents: Pick<AgentSettings, "choose">;
  /** What runs tell each other of rate limits; `null` where that is off. */
  readonly circuit: SharedCircuit | null;
}

/** Returns what is known of the room for a call of the host that a state names, as the engine wants it. */
export function lookForRoom(
  { agents, circuit }: RoomOptions,
  named: string | null,
): JsonObject {
  return { recovery_at_ms: recoveryOf(agents, { circuit, named }) };
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
