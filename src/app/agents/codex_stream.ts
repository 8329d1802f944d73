// deno-lint-ignore-file camelcase -- the names are the host's
/** Owns reading what `codex exec --json` prints. */

import { NO_USAGE, type Usage, usageSince } from "../../model/mod.ts";
import type { AgentEvent } from "./agent_event.ts";
import { failureOf } from "./failure_of.ts";
import {
  countAt,
  type HostEvent,
  JsonLines,
  numberAt,
  objectAt,
  oneLine,
  textAt,
  toolDetail,
} from "./json_lines.ts";
import { uncachedUsage } from "./uncached_usage.ts";

const RETRY_REGEXP = /^Reconnecting\.\.\./;
/** Items that are work of the agent, with the field that says on what. */
const TOOLS: { readonly [type: string]: string } = {
  command_execution: "shell",
  file_change: "edit",
  mcp_tool_call: "mcp",
  web_search: "search",
  collab_tool_call: "agent",
};
const QUIET_ITEMS: ReadonlySet<string> = new Set(["reasoning", "todo_list"]);

/** Reads one call; `before` is what earlier calls of a resumed thread have used. */
export class CodexStream extends JsonLines {
  readonly #before: Usage;
  #lastError: string | null = null;

  constructor({ before }: { readonly before: Usage } = { before: NO_USAGE }) {
    super();
    this.#before = before;
  }

  protected override take(event: HostEvent): readonly AgentEvent[] | null {
    switch (textAt(event, "type")) {
      case "thread.started": {
        const id = textAt(event, "thread_id");
        if (id === null) return [];
        this.note({ sessionId: id });
        return [{ kind: "session", id }];
      }
      case "turn.started":
        return [];
      case "item.started":
      case "item.updated":
      case "item.completed":
        return itemEvents(event);
      case "error": {
        const message = textAt(event, "message") ?? "";
        this.#lastError = message;
        return [{
          kind: RETRY_REGEXP.test(message) ? "retry" : "notice",
          text: oneLine(message),
        }];
      }
      case "turn.completed": {
        const total = usageOf(objectAt(event, "usage"));
        this.note({
          hasResult: true,
          usage: usageSince(total, this.#before),
          sessionTotal: total,
        });
        return [{ kind: "usage" }, { kind: "result" }];
      }
      case "turn.failed": {
        const message = textAt(objectAt(event, "error"), "message") ??
          this.#lastError ?? "";
        this.note({ hasResult: true, failure: failureOf({ message }) });
        return [{ kind: "result" }];
      }
      default:
        return null;
    }
  }
}

function itemEvents(event: HostEvent): readonly AgentEvent[] | null {
  const item = objectAt(event, "item");
  const type = textAt(item, "type") ?? "";
  const stage = textAt(event, "type");
  const isDone = stage === "item.completed";
  if (type === "agent_message") {
    const text = textAt(item, "text") ?? "";
    return isDone && text !== "" ? [{ kind: "text", text, isOpen: false }] : [];
  }
  if (type === "error") {
    const text = oneLine(textAt(item, "message") ?? "");
    return isDone && text !== "" ? [{ kind: "notice", text }] : [];
  }
  if (QUIET_ITEMS.has(type)) return [];
  if (!Object.hasOwn(TOOLS, type)) return null;
  const name = TOOLS[type] ?? type;
  if (stage === "item.started") {
    return [{ kind: "tool", name, detail: detailOf(item) }];
  }
  if (!isDone) return [];
  // Some items are told of only once they are done.
  const told: AgentEvent[] = type === "file_change" || type === "web_search"
    ? [{ kind: "tool", name, detail: detailOf(item) }]
    : [];
  const exitCode = numberAt(item, "exit_code");
  const hasFailed = textAt(item, "status") === "failed" ||
    (exitCode !== null && exitCode !== 0);
  if (!hasFailed) return told;
  const output = oneLine(textAt(item, "aggregated_output") ?? "");
  const code = exitCode === null ? "failed" : `exit ${exitCode}`;
  const detail = output === "" ? code : `${code}: ${output}`;
  return [...told, { kind: "tool_failed", detail }];
}

function detailOf(item: HostEvent): string {
  const changes = item["changes"];
  if (Array.isArray(changes)) {
    return oneLine(
      changes.map((each) => String((each as HostEvent)?.["path"] ?? ""))
        .filter((path) => path !== "").join(", "),
    );
  }
  const tool = textAt(item, "tool");
  if (tool !== null) return oneLine(`${textAt(item, "server") ?? ""}/${tool}`);
  return toolDetail({ ...item, id: "", type: "", status: "" });
}

function usageOf(usage: HostEvent): Usage {
  return uncachedUsage({
    input: countAt(usage, "input_tokens"),
    output: countAt(usage, "output_tokens"),
    cached: countAt(usage, "cached_input_tokens"),
    written: countAt(usage, "cache_write_input_tokens"),
  });
}
