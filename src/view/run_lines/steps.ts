/** Owns how a step is told: its state, its action, how that ended, and what was made of it. */

import type { RunEvent } from "../../model/mod.ts";
import { count } from "../count.ts";
import { formatElapsed } from "../duration.ts";
import {
  type ActionCompleteEvent,
  type EvaluateEvent,
  formatActionEnd,
  formatConfidence,
  formatEvaluationDetail,
  formatExitOf,
  routeReason,
  showVerdict,
  verdictTone,
} from "../evaluation.ts";
import type { Layout } from "./layout.ts";

/** A state was entered. */
export type StateEnterEvent = Extract<
  RunEvent,
  { readonly event: "state_enter" }
>;

/** Where a step is told: its depth, and the name of its loop, `null` where that is not known. */
interface Place {
  readonly depth: number;
  readonly loop: string | null;
}

/** Returns the line of an entered state. */
export function stateLine(
  layout: Layout,
  { depth, loop }: Place,
  shown: {
    readonly entered: StateEnterEvent;
    /** What follows in its line; empty without an action. */
    readonly action: string;
    readonly startedAtMs: number | null;
  },
): string {
  const { entered: event, action, startedAtMs } = shown;
  const max = layout.maxSteps(depth, loop);
  const step = max === undefined
    ? `[${event.iteration}]`
    : `[${event.iteration}/${max}]`;
  const number = layout.isPlain(depth)
    ? ""
    : `${layout.paint("secondary", step)} `;
  const text = number + layout.paint("name", event.state) +
    formatSince(layout, event, { startedAtMs }) + action;
  return layout.line(depth, text, { indent: 0 });
}

function formatSince(
  { options, paint }: Layout,
  event: StateEnterEvent,
  { startedAtMs }: { readonly startedAtMs: number | null },
): string {
  if (options.isTimeless === true) return "";
  const elapsedMs = Date.parse(event.ts) -
    (startedAtMs ?? Date.parse(event.ts)) +
    (options.elapsedOffsetMs ?? 0);
  return ` ${paint("secondary", `(${formatElapsed(elapsedMs)})`)}`;
}

/** An action as it is told when it starts. */
export interface StartedAction {
  /** What stands behind its state. */
  readonly head: string;
  /** The lines below, where all of it is shown. */
  readonly body: readonly string[];
}

/** Returns how an action is told that starts. */
export function formatAction(
  layout: Layout,
  event: Extract<RunEvent, { readonly event: "action_start" }>,
  { depth }: Pick<Place, "depth">,
): StartedAction {
  const texts = event.action.trim().split("\n");
  const mark = event.is_prompt ? `${layout.symbols.prompt} ` : "";
  const isBelow = layout.isVerbose && texts.length > 1;
  const rest = texts.length === 1
    ? ""
    : ` (+${count(texts.length - 1, "line")})`;
  const first = isBelow ? "" : layout.visible(texts[0] ?? "") + rest;
  return {
    head: ` -> ${mark}${first}`,
    body: isBelow
      ? texts.map((text) => layout.line(depth, `  ${layout.visible(text)}`))
      : [],
  };
}

/** Returns the line of an action's end that nothing was made of; `null` where there is nothing to say. */
export function actionEndLine(
  layout: Layout,
  ended: ActionCompleteEvent,
  { depth }: Pick<Place, "depth">,
): string | null {
  const end = formatEnd(layout, ended);
  if (end === "") return null;
  const tone = ended.exit_code === 0 ? "secondary" : "failure";
  const symbol = ended.exit_code === 0
    ? layout.symbols.neutral
    : layout.symbols.bad;
  return layout.line(depth, layout.paint(tone, `${symbol} ${end}`));
}

function formatEnd({ options }: Layout, event: ActionCompleteEvent): string {
  return options.isTimeless === true
    ? formatExitOf(event)
    : formatActionEnd(event);
}

/** Returns the lines of a verdict, with the end of the action that it is about. */
export function verdictLines(
  layout: Layout,
  event: EvaluateEvent,
  { depth, ended }: {
    readonly depth: number;
    readonly ended: ActionCompleteEvent | null;
  },
): readonly string[] {
  const { paint, symbols } = layout;
  const tone = verdictTone(event.verdict);
  const symbol = tone === "success"
    ? symbols.good
    : tone === "failure"
    ? symbols.bad
    : symbols.neutral;
  const parts = [
    paint(tone, `${symbol} ${showVerdict(event.verdict)}`),
    formatConfidence(event),
    ended === null ? "" : paint("secondary", formatEnd(layout, ended)),
  ];
  const lines = [
    layout.line(depth, parts.filter((part) => part !== "").join("  ")),
  ];
  const detail = formatEvaluationDetail(event);
  if (detail !== "") {
    const text = layout.visible(detail.split("\n").join(" "));
    lines.push(layout.line(depth, `  ${paint("secondary", text)}`));
  }
  return lines;
}

/** Returns the line of the way that is taken. */
export function routeLineOf(
  layout: Layout,
  event: Extract<RunEvent, { readonly event: "route" }>,
  { depth }: Pick<Place, "depth">,
): string {
  const reason = routeReason(event);
  const note = reason === "" ? "" : ` (${reason})`;
  return layout.line(depth, `-> ${event.to}${note}`);
}

/** Returns the line of the beginning of a sub-loop. */
export function childStartLine(
  layout: Layout,
  event: Extract<RunEvent, { readonly event: "loop_start" }>,
  { depth }: Pick<Place, "depth">,
): string {
  const { symbols, paint } = layout;
  return layout.line(depth, `${symbols.child} ${paint("name", event.loop)}`, {
    indent: 0,
  });
}

/** Returns the line of the end of a sub-loop. */
export function childEndLine(
  layout: Layout,
  event: Extract<RunEvent, { readonly event: "loop_complete" }>,
  { depth, loop }: Place,
): string {
  const { symbols, paint } = layout;
  const isGood = event.terminated_by === "terminal" &&
    event.failure_terminal !== true;
  const how = event.terminated_by === "terminal"
    ? event.final_state
    : `${event.terminated_by} at ${event.final_state}`;
  const why = event.error === undefined
    ? ""
    : `: ${layout.visible(event.error)}`;
  const text = `${loop ?? "sub-loop"} ended: ${how} (${
    count(event.iterations, "step")
  })${why}`;
  return layout.line(
    depth,
    `${symbols.child} ${paint(isGood ? "success" : "failure", text)}`,
    { indent: 0 },
  );
}
