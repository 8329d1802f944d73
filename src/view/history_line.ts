/** Owns an event as one line, the format of `history` and `--follow` (CLI 2.13). */

import {
  formatCost,
  formatTokens,
  formatUsed,
  type RunEvent,
} from "../model/mod.ts";
import {
  formatConfidence,
  routeReason,
  showVerdict,
  verdictTone,
} from "./evaluation.ts";
import { formatProgress } from "./progress.ts";
import { painter, type Style, symbolsOf } from "./style.ts";
import { makeVisible } from "./visible.ts";
import { displayWidth, truncate } from "./width.ts";

const EVENT_COLUMNS = 16;
const PREVIEW_LINES_MAX = 5;
/** Fields that are not part of what happened. */
const PLACE_KEYS: ReadonlySet<string> = new Set([
  "event",
  "ts",
  "depth",
  "effect",
  "frame",
  "seq",
]);

/** How {@linkcode formatHistoryLines} prints. */
export interface HistoryOptions {
  readonly style: Style;
  /** Prints output and previews, and cuts nothing. @default {false} */
  readonly isVerbose?: boolean;
  /** Prints every line of the previews. @default {false} */
  readonly isFull?: boolean;
  /** Prints lines of output. @default {isVerbose} */
  readonly hasOutput?: boolean;
}

/**
 * Returns `HH:MM:SS  event  detail` in UTC, as in `ts`: usually one line, none for
 * `action_output` unless it is wanted.
 */
export function formatHistoryLines(
  event: RunEvent,
  options: HistoryOptions,
): readonly string[] {
  const { isVerbose = false, isFull = false } = options;
  const { hasOutput = isVerbose } = options;
  if (event.event === "action_output" && !hasOutput) return [];
  const { style } = options;
  const paint = painter(style);
  const columns = isVerbose ? Infinity : style.columns;
  const { ellipsis } = symbolsOf(style);
  const indent = "  ".repeat(event.depth ?? 0);
  const name = event.event.padEnd(EVENT_COLUMNS);
  const head = `${paint("secondary", clockOf(event.ts))}  ${indent}${
    paint("name", name)
  }  `;
  const [first = "", ...rest] = detailOf(event, {
    style,
    isVerbose,
    isFull,
  });
  const blank = " ".repeat(displayWidth(head));
  return [
    truncate((head + first).trimEnd(), { columns, ellipsis }),
    ...rest.map((line) => truncate(blank + line, { columns, ellipsis })),
  ];
}

/** Returns what happened in a few words, without when and what kind: one line. */
export function formatHistoryDetail(event: RunEvent, style: Style): string {
  return detailOf(event, { style, isVerbose: false, isFull: false })[0] ?? "";
}

/** Returns the clock part of a timestamp, `HH:MM:SS`. */
function clockOf(ts: string): string {
  return /T(\d\d:\d\d:\d\d)/.exec(ts)?.[1] ?? "--:--:--";
}

function detailOf(
  event: RunEvent,
  options: {
    readonly style: Style;
    readonly isVerbose: boolean;
    readonly isFull: boolean;
  },
): string[] {
  const { style, isVerbose, isFull } = options;
  const symbols = symbolsOf(style);
  const paint = painter(style);
  if (!isWhole(event)) return [formatFields(event)];
  switch (event.event) {
    case "loop_start":
      return [event.loop];
    case "loop_complete": {
      const error = event.error === undefined
        ? ""
        : `  ${oneLine(event.error)}`;
      return [
        `${event.final_state}  ${event.iterations} iter  [${event.terminated_by}]${error}`,
      ];
    }
    case "loop_resume":
      return [`from=${event.from_state}  iter=${event.iteration}`];
    case "state_enter":
      return [`${event.state}  (iter ${event.iteration})`];
    case "action_start": {
      const kind = event.is_prompt ? "[prompt]" : "[shell]";
      const lines = event.action.trim().split("\n").map((line) =>
        makeVisible(line)
      );
      if (isVerbose) return [`${kind} ${lines[0] ?? ""}`, ...lines.slice(1)];
      const more = lines.length > 1 ? ` ${symbols.ellipsis}` : "";
      return [`${kind} ${lines[0] ?? ""}${more}`];
    }
    case "action_output": {
      const mark = event.stream === "stderr" ? "!" : symbols.bar;
      return [`${mark} ${makeVisible(event.line, { color: style.color })}`];
    }
    case "action_progress":
      return [makeVisible(formatProgress(event))];
    case "action_complete": {
      const time = `${event.duration_ms}ms`;
      const how = event.cancelled === true
        ? paint("failure", `${symbols.bad} stopped`)
        : event.exit_code === 0
        ? paint("success", symbols.good)
        : paint("failure", `${symbols.bad} exit=${event.exit_code}`);
      const kind = event.timeout_kind === undefined
        ? ""
        : `  timeout=${event.timeout_kind}`;
      const preview = isVerbose && typeof event.output_preview === "string"
        ? event.output_preview.split("\n")
          .slice(isFull ? 0 : -PREVIEW_LINES_MAX)
        : [];
      const used = event.input_tokens === undefined
        ? ""
        : `  ${
          formatTokens(event.input_tokens + (event.output_tokens ?? 0))
        } tokens${
          typeof event.cost_usd === "number"
            ? ` ${formatCost(event.cost_usd)}`
            : ""
        }`;
      return [
        `${how}  ${time}${kind}${used}`,
        ...preview.map((line) => `  ${makeVisible(line)}`),
      ];
    }
    case "evaluate": {
      const tone = verdictTone(event.verdict);
      const symbol = tone === "success"
        ? symbols.good
        : tone === "failure"
        ? symbols.bad
        : symbols.neutral;
      const said = event["reason"] ?? event["error"];
      return [
        [
          paint(tone, `${symbol} ${showVerdict(event.verdict)}`),
          formatConfidence(event).replace(/^\((.*)\)$/, "confidence=$1"),
          typeof said === "string" ? oneLine(said) : "",
        ].filter((part) => part !== "").join("  "),
      ];
    }
    case "route": {
      const reason = routeReason(event);
      const note = reason === "" ? "" : `  [${reason}]`;
      return [`${event.from} ${symbols.arrow} ${event.to}${note}`];
    }
    case "budget_warning":
    case "budget_exceeded": {
      const { kind, of } = event;
      const next = event.event === "budget_exceeded" && event.next !== undefined
        ? `  ${symbols.arrow} ${event.next}`
        : "";
      return [
        `${formatUsed(kind, event)}  ${of}=${
          of === "state" ? event.state : event.loop
        }${next}`,
      ];
    }
    case "handoff_detected":
      return [`state=${event.state}  iter=${event.iteration}`];
    case "handoff_spawned":
      return [
        `state=${event.state}  host=${event.host}  pid=${event.pid}  prompt=${event.prompt_file}`,
      ];
    default:
      return [formatFields(event)];
  }
}

/** Fields that the line of an event is made of. */
const NEEDED_KEYS: ReadonlyMap<RunEvent["event"], readonly string[]> = new Map([
  ["loop_start", ["loop"]],
  ["action_start", ["action"]],
  ["action_output", ["line"]],
  ["evaluate", ["verdict"]],
]);

/** An archive may hold events of another release, with fields of its own. */
function isWhole(event: RunEvent): boolean {
  const fields = event as unknown as { readonly [key: string]: unknown };
  return NEEDED_KEYS.get(event.event)?.every((key) =>
    typeof fields[key] === "string"
  ) ?? true;
}

function formatFields(event: RunEvent): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(event)) {
    if (PLACE_KEYS.has(key)) continue;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    parts.push(`${key}=${oneLine(text)}`);
  }
  return parts.join("  ");
}

function oneLine(text: string): string {
  return makeVisible(text.trim().replaceAll(/\s*\n\s*/g, " "));
}
