/** Owns reading what `gemini -o stream-json` prints. */

import type { AgentEvent } from "./agent_event.ts";
import { failureOf } from "./failure_of.ts";
import {
  countAt,
  type HostEvent,
  JsonLines,
  objectAt,
  oneLine,
  textAt,
  toolDetail,
} from "./json_lines.ts";
import { uncachedUsage } from "./uncached_usage.ts";

const STATUS_REGEXP = /"code":(\d{3})\b/;
const FAILED_TOOL = "failed";

/** Reads one call. Its counts are those of the call alone, also in a session that goes on. */
export class GeminiStream extends JsonLines {
  #lastError: string | null = null;

  protected override take(event: HostEvent): readonly AgentEvent[] | null {
    switch (textAt(event, "type")) {
      case "init": {
        const id = textAt(event, "session_id");
        this.note({ sessionId: id, model: textAt(event, "model") });
        return id === null ? [] : [{ kind: "session", id }];
      }
      case "message": {
        const text = textAt(event, "content") ?? "";
        const isAgent = textAt(event, "role") === "assistant";
        const isOpen = event["delta"] === true;
        return isAgent && text !== "" ? [{ kind: "text", text, isOpen }] : [];
      }
      case "tool_use":
        return [{
          kind: "tool",
          name: textAt(event, "tool_name") ?? "tool",
          detail: toolDetail(objectAt(event, "parameters")),
        }];
      case "tool_result":
        return toolFailure(event);
      case "error": {
        const message = textAt(event, "message") ?? "";
        this.#lastError = message;
        return [{ kind: "notice", text: oneLine(message) }];
      }
      case "result":
        return this.#result(event);
      default:
        return null;
    }
  }

  #result(event: HostEvent): readonly AgentEvent[] {
    const error = objectAt(event, "error");
    const stats = objectAt(event, "stats");
    const message = textAt(error, "message") ?? this.#lastError ?? "";
    const isOk = textAt(event, "status") === "success";
    const code = STATUS_REGEXP.exec(message)?.[1];
    const isTurns = textAt(error, "type") === "FatalTurnLimitedError";
    this.note({
      hasResult: true,
      usage: uncachedUsage({
        input: countAt(stats, "input_tokens"),
        output: countAt(stats, "output_tokens"),
        cached: countAt(stats, "cached"),
      }),
      failure: isOk ? null : failureOf({
        message,
        status: code === undefined ? null : Number(code),
        kind: isTurns
          ? "turns"
          : message.includes("API_KEY_INVALID")
          ? "auth"
          : null,
      }),
    });
    return [{ kind: "usage" }, { kind: "result" }];
  }
}

function toolFailure(event: HostEvent): readonly AgentEvent[] {
  if (textAt(event, "status") !== "error") return [];
  const message = textAt(objectAt(event, "error"), "message") ??
    textAt(event, "output") ?? FAILED_TOOL;
  return [{ kind: "tool_failed", detail: oneLine(message) }];
}
