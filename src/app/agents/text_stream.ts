/** Owns reading a host that has no events: every line is what the agent says. */

import type { AgentEvent } from "./agent_event.ts";
import { type HostEvent, JsonLines } from "./json_lines.ts";

/** Reads one call; its end is that of the program. */
export class TextStream extends JsonLines {
  protected override take(_event: HostEvent): readonly AgentEvent[] | null {
    return null;
  }

  protected override get isPlain(): boolean {
    return true;
  }
}
