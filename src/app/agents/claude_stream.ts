// deno-lint-ignore-file camelcase -- the names are the host's
/** Owns reading what `claude -p --output-format stream-json --verbose` prints. */

import {
  type AgentFailure,
  type AgentFailureKind,
  NO_USAGE,
  roundCost,
  type Usage,
  usageSince,
} from "../../model/mod.ts";
import type { AgentEvent } from "./agent_event.ts";
import { failureOf } from "./failure_of.ts";
import {
  countAt,
  type HostEvent,
  JsonLines,
  numberAt,
  objectAt,
  objectsAt,
  oneLine,
  textAt,
  toolDetail,
} from "./json_lines.ts";

/** Events about the client itself, of which there is nothing to tell. */
const QUIET_SUBTYPES: ReadonlySet<string> = new Set([
  "status",
  "compact_boundary",
  "hook_started",
  "hook_response",
]);
const NOTICES: ReadonlySet<string> = new Set([
  "informational",
  "model_fallback",
  "model_refusal_no_fallback",
]);
/** Answers that are still told of: subagents give some at the same time, no more than these. */
const MESSAGES_MAX = 1000;
/** Model of messages that the client makes up itself, to tell a failure. */
const SYNTHETIC_MODEL = "<synthetic>";

/** How a run ended that came to no answer, by `terminal_reason` (agent-hosts 4.1). */
const REASONS: { readonly [reason: string]: AgentFailureKind } = {
  budget_exhausted: "budget",
  max_turns: "turns",
  prompt_too_long: "context",
  aborted_streaming: "no_result",
  aborted_tools: "no_result",
};

/** Reads one call; `before` is what earlier calls of a resumed session have cost. */
export class ClaudeStream extends JsonLines {
  readonly #before: Usage;
  /** Tokens of the latest answers so far, by the id of their messages. */
  readonly #messages = new Map<string, Usage>();
  #nameless = 0;
  #lastId = "#0";
  #retryAtMs: number | null = null;
  #hasText = false;

  constructor({ before }: { readonly before: Usage } = { before: NO_USAGE }) {
    super();
    this.#before = before;
  }

  protected override take(event: HostEvent): readonly AgentEvent[] | null {
    switch (textAt(event, "type")) {
      case "system":
        return this.#system(event);
      case "assistant":
        return this.#assistant(event);
      case "user":
        return toolFailures(event);
      case "rate_limit_event":
        return this.#rateLimit(objectAt(event, "rate_limit_info"));
      case "stream_event":
        return this.#partial(objectAt(event, "event"));
      case "result":
        return this.#result(event);
      default:
        return null;
    }
  }

  #system(event: HostEvent): readonly AgentEvent[] | null {
    const subtype = textAt(event, "subtype") ?? "";
    switch (subtype) {
      case "init":
        return this.#session(event, textAt(event, "model"));
      case "permission_denied": {
        const name = textAt(event, "tool_name") ?? "a tool";
        this.#deny(name);
        return [{ kind: "notice", text: `Not allowed to use ${name}` }];
      }
      case "api_retry":
        return [{ kind: "retry", text: describeRetry(event) }];
    }
    if (QUIET_SUBTYPES.has(subtype)) return [];
    if (!NOTICES.has(subtype)) return null;
    const text = textAt(event, "content") || textAt(event, "message") ||
      subtype.replaceAll("_", " ");
    return [{ kind: "notice", text: oneLine(text) }];
  }

  #session(event: HostEvent, model: string | null): readonly AgentEvent[] {
    const id = textAt(event, "session_id");
    if (model !== null) this.note({ model });
    if (id === null || id === this.facts.sessionId) return [];
    this.note({ sessionId: id });
    return [{ kind: "session", id }];
  }

  #assistant(event: HostEvent): readonly AgentEvent[] {
    const message = objectAt(event, "message");
    const isNotice = textAt(message, "model") === SYNTHETIC_MODEL;
    const isNested = textAt(event, "parent_tool_use_id") !== null;
    const events: AgentEvent[] = [];
    const texts: string[] = [];
    for (const block of objectsAt(message, "content")) {
      const type = textAt(block, "type");
      if (type === "text") texts.push(textAt(block, "text") ?? "");
      if (type === "tool_use") {
        events.push({
          kind: "tool",
          name: textAt(block, "name") ?? "tool",
          detail: toolDetail(objectAt(block, "input")),
        });
      }
    }
    const text = texts.filter((each) => each !== "").join("\n\n");
    // A failure is told by the result; what a subagent says goes to the agent.
    if (text !== "" && isNotice) {
      events.unshift(this.notice(text));
    } else if (text !== "" && !isNested) {
      this.#hasText = true;
      events.unshift({ kind: "text", text, isOpen: false });
    }
    if (!isNotice) {
      const id = textAt(message, "id") ?? `#${this.#nameless++}`;
      events.push(...this.#count(id, usageOf(objectAt(message, "usage"))));
      const model = textAt(message, "model");
      if (model !== null && this.facts.model === null) this.note({ model });
    }
    return events;
  }

  /** Token by token, where the client was asked for it: the counts alone are of use. */
  #partial(event: HostEvent): readonly AgentEvent[] {
    if (textAt(event, "type") !== "message_delta") return [];
    const last = this.#lastId;
    const known = this.#messages.get(last) ?? NO_USAGE;
    const usage = usageOf(objectAt(event, "usage"));
    return this.#count(last, atLeast(known, usage));
  }

  #count(id: string, usage: Usage): readonly AgentEvent[] {
    const before = this.#messages.get(id) ?? NO_USAGE;
    const after = atLeast(before, usage);
    this.#messages.delete(id);
    this.#messages.set(id, after);
    if (this.#messages.size > MESSAGES_MAX) {
      const [oldest = ""] = this.#messages.keys();
      this.#messages.delete(oldest);
    }
    this.#lastId = id;
    // What has come to it, since a long stream has many messages.
    this.note({ usage: plus(this.facts.usage, usageSince(after, before)) });
    return [{ kind: "usage" }];
  }

  #rateLimit(info: HostEvent): readonly AgentEvent[] {
    const status = textAt(info, "status") ?? "";
    const resetsAt = numberAt(info, "resetsAt");
    if (status === "rejected" && resetsAt !== null) {
      this.#retryAtMs = resetsAt * 1000;
    }
    if (status === "allowed" || status === "") return [];
    const used = numberAt(info, "utilization");
    const of = (textAt(info, "rateLimitType") ?? "plan").replaceAll("_", "-");
    const text = status === "rejected"
      ? `The ${of} limit of the plan is reached`
      : `The ${of} limit of the plan is near` +
        (used === null ? "" : `: ${Math.round(used * 100)} %`);
    return [{ kind: "notice", text }];
  }

  #result(event: HostEvent): readonly AgentEvent[] {
    const events = [...this.#session(event, null)];
    for (const denied of objectsAt(event, "permission_denials")) {
      this.#deny(textAt(denied, "tool_name") ?? "a tool");
    }
    const total = numberAt(event, "total_cost_usd");
    // What the result counts lacks an answer that a limit has cut off.
    const told = atLeast(this.facts.usage, usageOf(objectAt(event, "usage")));
    const cost = total === null
      ? null
      : usageSince({ ...NO_USAGE, costUsd: total }, this.#before).costUsd;
    this.note({
      hasResult: true,
      usage: { ...told, costUsd: cost },
      sessionTotal: total === null
        ? null
        : { ...NO_USAGE, costUsd: roundCost(total) },
      failure: this.#failureIn(event),
      structured: Object.hasOwn(event, "structured_output")
        ? event["structured_output"]
        : undefined,
    });
    // Without a stream of its own (`--output-format json`) the answer stands here alone.
    const text = textAt(event, "result") ?? "";
    if (!this.#hasText && text !== "" && this.facts.failure === null) {
      events.push({ kind: "text", text, isOpen: false });
    }
    events.push(...this.noticeOf(this.facts.failure));
    return [...events, { kind: "usage" }, { kind: "result" }];
  }

  #failureIn(event: HostEvent): AgentFailure | null {
    const subtype = textAt(event, "subtype");
    const isError = event["is_error"] === true;
    if (!isError && (subtype === null || subtype === "success")) return null;
    const errors = event["errors"];
    const message = textAt(event, "result") ||
      (Array.isArray(errors) ? errors.map(String).join("; ") : "") ||
      (subtype ?? "");
    const reason = textAt(event, "terminal_reason") ?? "";
    return failureOf({
      message,
      status: numberAt(event, "api_error_status"),
      kind: Object.hasOwn(REASONS, reason)
        ? REASONS[reason] ?? null
        : textAt(event, "stop_reason") === "refusal"
        ? "refused"
        : textAt(event, "api_error") === "connection_failed"
        ? "network"
        : null,
      retryAtMs: this.#retryAtMs,
    });
  }

  #deny(name: string): void {
    const { denied } = this.facts;
    if (!denied.includes(name)) this.note({ denied: [...denied, name] });
  }
}

function usageOf(usage: HostEvent): Usage {
  return {
    inputTokens: countAt(usage, "input_tokens"),
    outputTokens: countAt(usage, "output_tokens"),
    cacheReadTokens: countAt(usage, "cache_read_input_tokens"),
    cacheWriteTokens: countAt(usage, "cache_creation_input_tokens"),
    costUsd: null,
  };
}

function atLeast(a: Usage, b: Usage): Usage {
  return {
    inputTokens: Math.max(a.inputTokens, b.inputTokens),
    outputTokens: Math.max(a.outputTokens, b.outputTokens),
    cacheReadTokens: Math.max(a.cacheReadTokens, b.cacheReadTokens),
    cacheWriteTokens: Math.max(a.cacheWriteTokens, b.cacheWriteTokens),
    costUsd: null,
  };
}

function plus(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    costUsd: null,
  };
}

function toolFailures(event: HostEvent): readonly AgentEvent[] {
  const blocks = objectsAt(objectAt(event, "message"), "content");
  return blocks.flatMap((block): readonly AgentEvent[] => {
    if (textAt(block, "type") !== "tool_result") return [];
    if (block["is_error"] !== true) return [];
    const text = textAt(block, "content") ??
      objectsAt(block, "content").map((each) => textAt(each, "text") ?? "")
        .join("\n");
    return [{ kind: "tool_failed", detail: oneLine(text) }];
  });
}

function describeRetry(event: HostEvent): string {
  const attempt = countAt(event, "attempt");
  const max = countAt(event, "max_retries");
  const seconds = countAt(event, "retry_delay_ms") / 1000;
  const status = numberAt(event, "error_status");
  const why = (textAt(event, "error") ?? "error").replaceAll("_", " ");
  return `${why}${status === null ? "" : ` (${status})`}: asks again in ${
    seconds.toFixed(1)
  } s (${attempt}/${max})`;
}
