/**
 * Owns the live view: turns the events of a run into lines to print, in order and final;
 * nothing is drawn over. The same lines without colours make the run's log.
 */

import {
  CHECK_TRIAGE_STATE,
  EXCERPT_STATE,
  FIX_TRIAGE_STATE,
  own,
  ROOT_FRAME,
  type RunEvent,
  unreachable,
  type UntilGoal,
} from "../model/mod.ts";
import { formatElapsed } from "./duration.ts";
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
} from "./evaluation.ts";
import { count } from "./count.ts";
import { formatNotice } from "./notice.ts";
import { LIVE_LINES_MAX, OutputLines, TAIL_LINES_MAX } from "./output_lines.ts";
import { painter, type Style, type Symbols, symbolsOf } from "./style.ts";
import { formatProgress } from "./progress.ts";
import { formatGoalLimit } from "./until_lines.ts";
import { makeVisible } from "./visible.ts";
import { truncate } from "./width.ts";

/** How a {@linkcode RunView} prints. */
export interface RunViewOptions {
  /** Lines are cut to its columns, but not when verbose. */
  readonly style: Style;
  /** `quiet` prints nothing; `verbose` prints whole actions and every line of output. */
  readonly verbosity: "quiet" | "normal" | "verbose";
  /** Step cap of the loop itself. */
  readonly maxSteps: number;
  /**
   * What a loop of `until` is after: its steps are not counted, and those that only look why
   * something failed are shown when verbose.
   */
  readonly goal?: UntilGoal | null;
  /** Whether those are shown, and counted, in any case. @default {false} */
  readonly hasEveryState?: boolean;
  /** Step caps of its sub-loops by name. */
  readonly childMaxSteps?: { readonly [loop: string]: number };
  /** Running time of earlier segments of a resumed run. @default {0} */
  readonly elapsedOffsetMs?: number;
  /** Whether every line of output is handed in, however many there are. @default {false} */
  readonly hasAllOutput?: boolean;
  /** Whether nothing lasts, so that no times are shown. @default {false} */
  readonly isTimeless?: boolean;
  /** Whether a log keeps what is not shown. @default {true} */
  readonly hasLog?: boolean;
}

/** What is not told of states that only look why something failed. */
const TRIAGE_EVENTS: ReadonlySet<RunEvent["event"]> = new Set([
  "state_enter",
  "action_start",
  "action_output",
  "action_complete",
  "evaluate",
]);

type StateEnterEvent = Extract<RunEvent, { readonly event: "state_enter" }>;

/** What is known of one frame: several may be at work at the same time. */
interface FrameView {
  readonly id: string;
  readonly depth: number;
  /** Name of its loop; `null` where its start was not seen. */
  loop: string | null;
  /** An entered state whose line waits for its action. */
  entered: StateEnterEvent | null;
  /** An action's end that waits for its verdict, and what was said in between. */
  ended: ActionCompleteEvent | null;
  held: string[];
  output: OutputLines;
  /** Whether the end of an action's output was not handed in. */
  isCut: boolean;
  /** Whether it is in a state of `until` that only looks why something failed. */
  isTriage: boolean;
}

/** A pause of a prompt that is shorter is told only where everything is. */
const COOLDOWN_SECONDS_MIN = 1;

/** Turns events into lines. One view belongs to one run. */
export class RunView {
  readonly #options: RunViewOptions;
  readonly #symbols: Symbols;
  readonly #paint: ReturnType<typeof painter>;
  readonly #isVerbose: boolean;
  #startedAtMs: number | null = null;
  readonly #frames = new Map<string, FrameView>();

  constructor(options: RunViewOptions) {
    this.#options = options;
    this.#symbols = symbolsOf(options.style);
    this.#paint = painter(options.style);
    this.#isVerbose = options.verbosity === "verbose";
  }

  /** Returns the lines that `event` completes; often none, since a step's parts are joined. */
  push(event: RunEvent): readonly string[] {
    if (this.#options.verbosity === "quiet") return [];
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
      ...this.#outputEnd(frame),
      ...this.#flushEnded(frame),
    ]);
  }

  /** Whoever has typed one or two commands thinks of these, and of where they lead. */
  #isUninteresting(event: RunEvent, frame: FrameView): boolean {
    if (!this.#isPlain(frame)) return false;
    if (event.event === "state_enter") frame.isTriage = isTriage(event.state);
    return event.event === "route"
      ? isTriage(event.to)
      : frame.isTriage && TRIAGE_EVENTS.has(event.event);
  }

  /** Returns whether commands are told of, and not steps. */
  #isPlain(frame: FrameView): boolean {
    const { goal = null, hasEveryState = false } = this.#options;
    return goal !== null && frame.depth === 0 && !this.#isVerbose &&
      !hasEveryState;
  }

  #frameOf(event: RunEvent): FrameView {
    const { depth = 0 } = event;
    // The reference's events tell their depth alone.
    const { frame: id = ROOT_FRAME + ".1".repeat(depth) } = event;
    const known = this.#frames.get(id);
    if (known !== undefined) return known;
    const frame: FrameView = {
      id,
      depth,
      loop: null,
      entered: null,
      ended: null,
      held: [],
      output: this.#newOutput(),
      isCut: false,
      isTriage: false,
    };
    this.#frames.set(id, frame);
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

  #linesOf(event: RunEvent, frame: FrameView): string[] {
    const { depth } = frame;
    switch (event.event) {
      case "state_enter":
        frame.entered = event;
        return [];
      case "action_start":
        return this.#actionStart(event, frame);
      case "action_output":
        return frame.output.push(this.#formatOutput(event, depth));
      case "action_progress":
        return frame.output.push(
          this.#formatOutput({ line: formatProgress(event) }, depth),
        );
      case "action_complete":
        frame.ended = event;
        return frame.isCut
          ? this.#cutEnd(event, frame)
          : this.#outputEnd(frame);
      case "evaluate":
        return this.#verdict(event, frame);
      case "loop_start":
        frame.loop = event.loop;
        if (depth === 0) return [];
        return [this.#line(
          depth,
          `${this.#symbols.child} ${this.#paint("name", event.loop)}`,
          { indent: 0 },
        )];
      case "loop_complete":
        return [
          ...this.#forget(frame),
          ...(depth === 0 ? [] : [this.#childEnd(event, frame)]),
        ];
      case "route": {
        const reason = routeReason(event);
        const note = reason === "" ? "" : ` (${reason})`;
        return [this.#line(depth, `-> ${event.to}${note}`)];
      }
      case "messages_append":
        return this.#isVerbose ? this.#notice(event, frame) : [];
      case "output_truncated":
        if (this.#options.hasAllOutput) return [];
        frame.isCut = true;
        return this.#notice(event, frame);
      case "cycle_detected": {
        const { goal = null } = this.#options;
        if (goal === null || depth > 0) return this.#notice(event, frame);
        const text = `the limit is reached: ${formatGoalLimit(goal)}`;
        return [this.#line(depth, this.#paint("failure", text))];
      }
      case "agent_activity":
        return [this.#activity(event, depth)];
      case "host_cooldown":
        // Nobody waits for what is over before it is read.
        return event.cooldown_seconds < COOLDOWN_SECONDS_MIN &&
            !this.#options.hasAllOutput
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
      lines.push(...this.#outputEnd(each));
      this.#frames.delete(each.id);
    }
    return lines;
  }

  #notice(event: RunEvent, frame: FrameView): string[] {
    const notice = formatNotice(event);
    if (notice === null) return [];
    const text = notice.tone === null
      ? makeVisible(notice.text)
      : this.#paint(notice.tone, makeVisible(notice.text));
    const line = this.#line(frame.depth, text);
    if (frame.ended === null || !isAside(event)) return [line];
    frame.held.push(line);
    return [];
  }

  #flushEntered(frame: FrameView): string[] {
    if (frame.entered === null) return [];
    const line = this.#stateLine(frame, { entered: frame.entered, action: "" });
    frame.entered = null;
    return [line];
  }

  #flushEnded(frame: FrameView): string[] {
    const { ended } = frame;
    if (ended === null) return [];
    frame.ended = null;
    const end = this.#actionEnd(ended);
    if (end === "") return frame.held.splice(0);
    const tone = ended.exit_code === 0 ? "secondary" : "failure";
    const symbol = ended.exit_code === 0
      ? this.#symbols.neutral
      : this.#symbols.bad;
    const line = this.#line(
      frame.depth,
      this.#paint(tone, `${symbol} ${end}`),
    );
    return [line, ...frame.held.splice(0)];
  }

  #actionEnd(event: ActionCompleteEvent): string {
    return this.#options.isTimeless === true
      ? formatExitOf(event)
      : formatActionEnd(event);
  }

  #stateLine(
    frame: FrameView,
    shown: { readonly entered: StateEnterEvent; readonly action: string },
  ): string {
    const { depth } = frame;
    const { entered: event, action } = shown;
    const isGoal = (this.#options.goal ?? null) !== null;
    const max = depth === 0
      ? isGoal ? undefined : this.#options.maxSteps
      : own(this.#options.childMaxSteps, frame.loop ?? "");
    const step = max === undefined
      ? `[${event.iteration}]`
      : `[${event.iteration}/${max}]`;
    const number = this.#isPlain(frame)
      ? ""
      : `${this.#paint("secondary", step)} `;
    const text = number + this.#paint("name", event.state) +
      this.#elapsed(event) + action;
    return this.#line(depth, text, { indent: 0 });
  }

  #elapsed(event: StateEnterEvent): string {
    if (this.#options.isTimeless === true) return "";
    const elapsedMs = Date.parse(event.ts) -
      (this.#startedAtMs ?? Date.parse(event.ts)) +
      (this.#options.elapsedOffsetMs ?? 0);
    return ` ${this.#paint("secondary", `(${formatElapsed(elapsedMs)})`)}`;
  }

  #actionStart(
    event: Extract<RunEvent, { readonly event: "action_start" }>,
    frame: FrameView,
  ): string[] {
    const { depth } = frame;
    frame.output = this.#newOutput();
    frame.isCut = false;
    const texts = event.action.trim().split("\n");
    const mark = event.is_prompt ? `${this.#symbols.prompt} ` : "";
    const first = this.#visible(texts[0] ?? "");
    const isWhole = texts.length === 1 || this.#isVerbose;
    const rest = isWhole ? "" : ` (+${count(texts.length - 1, "line")})`;
    const action = ` -> ${mark}${
      this.#isVerbose && texts.length > 1 ? "" : first + rest
    }`;
    const lines: string[] = [];
    if (frame.entered === null) {
      lines.push(this.#line(depth, action.trimStart()));
    } else {
      const { entered } = frame;
      lines.push(this.#stateLine(frame, { entered, action: action.trimEnd() }));
      frame.entered = null;
    }
    if (this.#isVerbose && texts.length > 1) {
      for (const text of texts) {
        lines.push(this.#line(depth, `  ${this.#visible(text)}`));
      }
    }
    return lines;
  }

  #formatOutput(
    event: { readonly line: string; readonly stream?: string },
    depth: number,
  ): string {
    const isStderr = event.stream === "stderr";
    const body = makeVisible(event.line, {
      color: this.#options.style.color,
      unicode: this.#options.style.unicode !== false,
    });
    const mark = isStderr
      ? this.#paint("warning", "!")
      : this.#paint("secondary", this.#symbols.bar);
    // A gray of ours around the child's own colours would end at its first reset.
    const text = body.includes("\x1b") ? body : this.#paint("secondary", body);
    return this.#line(depth, `${mark} ${text}`.trimEnd());
  }

  /** What an agent does stands out from what it says, however much that is. */
  #activity(
    event: Extract<RunEvent, { readonly event: "agent_activity" }>,
    depth: number,
  ): string {
    const isTrouble = event.kind !== "tool";
    const mark = isTrouble
      ? this.#paint("warning", "!")
      : this.#paint("secondary", this.#symbols.neutral);
    return this.#line(depth, `${mark} ${this.#visible(event.text)}`);
  }

  #outputEnd({ output, depth }: FrameView): string[] {
    const { hidden, tail } = output.end();
    if (hidden === 0) return tail;
    const log = this.#options.hasLog === false ? "" : ", the log has all";
    const text = `${this.#symbols.ellipsis} ${
      count(hidden, "more line")
    } (--verbose shows all${log})`;
    return [this.#line(depth, this.#paint("secondary", text)), ...tail];
  }

  /** The lines that came last are not the last ones: those stand in the preview. */
  #cutEnd(event: ActionCompleteEvent, frame: FrameView): string[] {
    const { depth } = frame;
    frame.output.end();
    const stream = event.output_preview ? "stdout" : "stderr";
    const preview = event.output_preview || event.stderr_preview || "";
    const lines = preview.trimEnd().split("\n");
    // The preview begins anywhere in its first line.
    lines[0] = `${this.#symbols.ellipsis}${lines[0]}`;
    const tail = lines.slice(-TAIL_LINES_MAX)
      .map((line) => this.#formatOutput({ line, stream }, depth));
    const text = `${this.#symbols.ellipsis} (--verbose shows all)`;
    return [this.#line(depth, this.#paint("secondary", text)), ...tail];
  }

  #newOutput(): OutputLines {
    return new OutputLines({
      liveMax: this.#isVerbose ? Infinity : LIVE_LINES_MAX,
    });
  }

  #verdict(event: EvaluateEvent, frame: FrameView): string[] {
    const { depth, ended } = frame;
    frame.ended = null;
    const tone = verdictTone(event.verdict);
    const symbol = tone === "success"
      ? this.#symbols.good
      : tone === "failure"
      ? this.#symbols.bad
      : this.#symbols.neutral;
    const parts = [
      this.#paint(tone, `${symbol} ${showVerdict(event.verdict)}`),
      formatConfidence(event),
      ended === null ? "" : this.#paint("secondary", this.#actionEnd(ended)),
    ];
    const lines = [
      this.#line(depth, parts.filter((part) => part !== "").join("  ")),
    ];
    const detail = formatEvaluationDetail(event);
    if (detail !== "") {
      const text = this.#visible(detail.split("\n").join(" "));
      lines.push(this.#line(depth, `  ${this.#paint("secondary", text)}`));
    }
    return [...lines, ...frame.held.splice(0)];
  }

  #childEnd(
    event: Extract<RunEvent, { readonly event: "loop_complete" }>,
    { depth, loop }: FrameView,
  ): string {
    const isGood = event.terminated_by === "terminal" &&
      event.failure_terminal !== true;
    const how = event.terminated_by === "terminal"
      ? event.final_state
      : `${event.terminated_by} at ${event.final_state}`;
    const why = event.error === undefined
      ? ""
      : `: ${this.#visible(event.error)}`;
    const text = `${loop ?? "sub-loop"} ended: ${how} (${
      count(event.iterations, "step")
    })${why}`;
    return this.#line(
      depth,
      `${this.#symbols.child} ${
        this.#paint(isGood ? "success" : "failure", text)
      }`,
      { indent: 0 },
    );
  }

  #visible(text: string): string {
    return makeVisible(text, {
      unicode: this.#options.style.unicode !== false,
    });
  }

  /** Returns a line at its depth, cut to the terminal. */
  #line(
    depth: number,
    text: string,
    options: { readonly indent: number } = { indent: 4 },
  ): string {
    const line = " ".repeat(depth * 2 + options.indent) + text;
    if (this.#isVerbose) return line;
    return truncate(line, {
      columns: this.#options.style.columns,
      ellipsis: this.#symbols.ellipsis,
    });
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

/** Returns whether one frame is above the other. */
function isInLine(a: string, b: string): boolean {
  return a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
