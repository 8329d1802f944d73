/**
 * Owns the live view: turns the events of a run into lines to print, in order and final;
 * nothing is drawn over. The same lines without colours make the run's log. What belongs
 * together waits here; how it is told is said by `steps.ts`, `output.ts` and `notice.ts`.
 */

import {
  CHECK_TRIAGE_STATE,
  EXCERPT_STATE,
  FIX_TRIAGE_STATE,
  type RunEvent,
  unreachable,
} from "../../model/mod.ts";
import type { EvaluateEvent } from "../evaluation.ts";
import { formatNotice } from "../notice.ts";
import { formatProgress } from "../progress.ts";
import { formatGoalLimit } from "../until_lines.ts";
import { makeVisible } from "../visible.ts";
import {
  type FrameView,
  isInLine,
  newFrame,
  newOutput,
  placeOf,
} from "./frame_view.ts";
import { Layout, type RunViewOptions } from "./layout.ts";
import { activityLine, cutOutputEnd, outputEnd, outputLine } from "./output.ts";
import {
  actionEndLine,
  childEndLine,
  childStartLine,
  formatAction,
  routeLineOf,
  stateLine,
  verdictLines,
} from "./steps.ts";

/** What is not told of states that only look why something failed. */
const TRIAGE_EVENTS: ReadonlySet<RunEvent["event"]> = new Set([
  "state_enter",
  "action_start",
  "action_output",
  "action_complete",
  "evaluate",
]);

/** A pause of a prompt that is shorter is told only where everything is. */
const COOLDOWN_SECONDS_MIN = 1;

/** Turns events into lines. One view belongs to one run. */
export class RunView {
  readonly #layout: Layout;
  #startedAtMs: number | null = null;
  readonly #frames = new Map<string, FrameView>();

  constructor(options: RunViewOptions) {
    this.#layout = new Layout(options);
  }

  /** Returns the lines that `event` completes; often none, since a step's parts are joined. */
  push(event: RunEvent): readonly string[] {
    if (this.#layout.options.verbosity === "quiet") return [];
    this.#startedAtMs ??= Date.parse(event.ts);
    const frame = this.#frameOf(event);
    const before = this.#before(event, frame);
    if (this.#isUninteresting(event, frame)) return before;
    return [...before, ...this.#linesOf(event, frame)];
  }

  /** Returns the lines that still wait for an event that will not come. */
  flush(): readonly string[] {
    return [...this.#frames.values()].flatMap((frame) => [
      ...this.#flushEntered(frame),
      ...outputEnd(this.#layout, frame),
      ...this.#flushEnded(frame),
    ]);
  }

  /** Whoever has typed one or two commands thinks of these, and of where they lead. */
  #isUninteresting(event: RunEvent, frame: FrameView): boolean {
    if (!this.#layout.isPlain(frame.depth)) return false;
    if (event.event === "state_enter") frame.isTriage = isTriage(event.state);
    return event.event === "route"
      ? isTriage(event.to)
      : frame.isTriage && TRIAGE_EVENTS.has(event.event);
  }

  #frameOf(event: RunEvent): FrameView {
    const place = placeOf(event);
    const known = this.#frames.get(place.id);
    if (known !== undefined) return known;
    const frame = newFrame(place, this.#layout);
    this.#frames.set(place.id, frame);
    return frame;
  }

  /**
   * Returns what was waiting and is now known not to be joined with `event`: in its frame, and
   * in those above and below, which do not go on while it does. Others go on waiting.
   */
  #before(event: RunEvent, frame: FrameView): string[] {
    const lines: string[] = [];
    for (const other of this.#frames.values()) {
      if (other === frame || !isInLine(other.id, frame.id)) continue;
      lines.push(...this.#flushEntered(other), ...this.#flushEnded(other));
    }
    if (event.event !== "action_start") {
      lines.push(...this.#flushEntered(frame));
    }
    const isJoined = event.event === "evaluate" || isAside(event);
    return isJoined ? lines : [...lines, ...this.#flushEnded(frame)];
  }

  #linesOf(event: RunEvent, frame: FrameView): readonly string[] {
    const layout = this.#layout;
    const { depth } = frame;
    switch (event.event) {
      case "state_enter":
        frame.entered = event;
        return [];
      case "action_start":
        return this.#actionStart(event, frame);
      case "action_output":
        return frame.output.push(outputLine(layout, event, frame));
      case "action_progress": {
        const line = formatProgress(event);
        return frame.output.push(outputLine(layout, { line }, frame));
      }
      case "action_complete":
        frame.ended = event;
        return frame.isCut
          ? cutOutputEnd(layout, event, frame)
          : outputEnd(layout, frame);
      case "evaluate":
        return this.#verdict(event, frame);
      case "loop_start":
        frame.loop = event.loop;
        return depth === 0 ? [] : [childStartLine(layout, event, frame)];
      case "loop_complete":
        return [
          ...this.#forget(frame),
          ...(depth === 0 ? [] : [childEndLine(layout, event, frame)]),
        ];
      case "route":
        return [routeLineOf(layout, event, frame)];
      case "messages_append":
        return layout.isVerbose ? this.#notice(event, frame) : [];
      case "output_truncated":
        if (layout.options.hasAllOutput) return [];
        frame.isCut = true;
        return this.#notice(event, frame);
      case "cycle_detected": {
        const { goal } = layout;
        if (goal === null || depth > 0) return this.#notice(event, frame);
        const text = `the limit is reached: ${formatGoalLimit(goal)}`;
        return [layout.line(depth, layout.paint("failure", text))];
      }
      case "agent_activity":
        return [activityLine(layout, event, frame)];
      case "host_cooldown":
        // Nobody waits for what is over before it is read.
        return event.cooldown_seconds < COOLDOWN_SECONDS_MIN &&
            !layout.options.hasAllOutput
          ? []
          : this.#notice(event, frame);
      case "rate_limit_waiting":
      case "rate_limit_exhausted":
      case "rate_limit_storm":
      case "infra_retry":
      case "infra_retry_exhausted":
      case "tamper_detected":
      case "budget_warning":
      case "budget_exceeded":
      case "loop_resume":
      case "action_error":
      case "retry_exhausted":
      case "max_steps_summary":
      case "max_iterations_reached_summary":
      case "stall_detected":
      case "throttle_warn":
      case "throttle_hard":
      case "throttle_stop":
      case "prompt_size_warn":
      case "warning":
      case "host_pressure":
      case "host_pressure_relieved":
      case "host_pressure_abort":
      case "handoff_detected":
      case "handoff_spawned":
      case "handoff_spawn_failed":
      case "sub_loop_worktree_attached":
      case "sub_loop_worktree_detached":
      case "sub_loop_worktree_error":
        return this.#notice(event, frame);
      default:
        return unreachable(event);
    }
  }

  /** Returns what was kept back in a frame that has ended, and in all below it. */
  #forget(frame: FrameView): string[] {
    const lines: string[] = [];
    for (const each of this.#frames.values()) {
      if (each !== frame && !each.id.startsWith(`${frame.id}.`)) continue;
      lines.push(...outputEnd(this.#layout, each));
      this.#frames.delete(each.id);
    }
    return lines;
  }

  #notice(event: RunEvent, frame: FrameView): string[] {
    const notice = formatNotice(event);
    if (notice === null) return [];
    const text = notice.tone === null
      ? makeVisible(notice.text)
      : this.#layout.paint(notice.tone, makeVisible(notice.text));
    const line = this.#layout.line(frame.depth, text);
    if (frame.ended === null || !isAside(event)) return [line];
    frame.held.push(line);
    return [];
  }

  #flushEntered(frame: FrameView): string[] {
    const { entered } = frame;
    if (entered === null) return [];
    frame.entered = null;
    return [
      stateLine(this.#layout, frame, {
        entered,
        action: "",
        startedAtMs: this.#startedAtMs,
      }),
    ];
  }

  #flushEnded(frame: FrameView): string[] {
    const { ended } = frame;
    if (ended === null) return [];
    frame.ended = null;
    const line = actionEndLine(this.#layout, ended, frame);
    const held = frame.held.splice(0);
    return line === null ? held : [line, ...held];
  }

  #actionStart(
    event: Extract<RunEvent, { readonly event: "action_start" }>,
    frame: FrameView,
  ): string[] {
    const layout = this.#layout;
    frame.output = newOutput(layout);
    frame.isCut = false;
    const { head, body } = formatAction(layout, event, frame);
    const { entered } = frame;
    if (entered === null) {
      return [layout.line(frame.depth, head.trimStart()), ...body];
    }
    frame.entered = null;
    const line = stateLine(layout, frame, {
      entered,
      action: head.trimEnd(),
      startedAtMs: this.#startedAtMs,
    });
    return [line, ...body];
  }

  #verdict(event: EvaluateEvent, frame: FrameView): readonly string[] {
    const { depth, ended } = frame;
    frame.ended = null;
    return [
      ...verdictLines(this.#layout, event, { depth, ended }),
      ...frame.held.splice(0),
    ];
  }
}

function isTriage(state: string): boolean {
  return state === CHECK_TRIAGE_STATE || state === FIX_TRIAGE_STATE ||
    state === EXCERPT_STATE;
}

/** Returns whether an event may stand between an action's end and its verdict. */
function isAside(event: RunEvent): boolean {
  return event.event === "messages_append" || event.event === "throttle_warn" ||
    event.event === "tamper_detected" ||
    event.event === "budget_warning";
}
