/** Owns what an agent does as an event of the run. */

import type { EventBody } from "../../model/mod.ts";
import type { Mask } from "../../ports/mod.ts";
import type { AgentEvent } from "../agents/mod.ts";
import { maskText } from "../secrets/mod.ts";
import { cleanText } from "./clean_text.ts";

/** What is kept of a detail. */
const DETAIL_CHARACTERS_MAX = 500;

/** Returns the event that tells of an agent's; `null` for words, and for what nobody has to see. */
export function agentActivity(
  event: AgentEvent,
  { host, mask }: { readonly host: string; readonly mask: Mask | null },
): EventBody | null {
  const give = (
    kind: "tool" | "tool_failed" | "notice" | "retry",
    text: string,
  ): EventBody => ({
    event: "agent_activity",
    host,
    kind,
    text: maskText(mask, cleanText(text).slice(0, DETAIL_CHARACTERS_MAX)),
  });
  switch (event.kind) {
    case "tool":
      return give(
        "tool",
        event.detail === "" ? event.name : `${event.name}: ${event.detail}`,
      );
    case "tool_failed":
      return give("tool_failed", event.detail);
    case "notice":
    case "retry":
      return give(event.kind, event.text);
    case "text":
    case "line":
    case "session":
    case "usage":
    case "result":
      return null;
  }
}
