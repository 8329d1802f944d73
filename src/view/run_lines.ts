/**
 * Owns the live view: turns the events of a run into lines to print, in order and final;
 * nothing is drawn over. The same lines without colours make the run's log.
 */

import { type RunEvent, unreachable } from "../model/mod.ts";
import { formatElapsed } from "./duration.ts";
import {
  type ActionCompleteEvent,
  type EvaluateEvent,
  formatActionEnd,
  formatConfidence,
  formatEvaluationDetail,
  verdictTone,
} from "./evaluation.ts";
import { count } from "./count.ts";
import { formatNotice } from "./notice.ts";
import { LIVE_LINES_MAX, OutputLines, TAIL_LINES_MAX } from "./output_lines.ts";
import { painter, type Style, type Symbols, symbolsOf } from "./style.ts";
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
  /** Step caps of its sub-loops by name. */
  readonly childMaxSteps?: { readonly [loop: string]: number };
  /** Running time of earlier segments of a resumed run. @default {0} */
  readonly elapsedOffsetMs?: number;
  /** Whether every line of output is handed in, however many there are. @default {false} */
  readonly hasAllOutput?: boolean;
}

type StateEnterEvent = Extract<RunEvent, { readonly event: "state_enter" }>;

/** Turns events into lines. One view belongs to one run. */
export class RunView {
  readonly #options: RunViewOptions;
  readonly #symbols: Symbols;
  readonly #paint: ReturnType<typeof painter>;
  readonly #isVerbose: boolean;
  #startedAtMs: number | null = null;
  /** Loop names by depth; the root's cap comes from the options. */
  #childLoops: string[] = [];
  /** An entered state whose line waits for its action. */
  #entered: StateEnterEvent | null = null;
  /** An action's end that waits for its verdict, and what was said in between. */
  #ended: (ActionCompleteEvent & { readonly depth?: number }) | null = null;
  #held: string[] = [];
  #output: OutputLines;
  /** Whether the end of an action's output was not handed in. */
  #isCut = false;

  constructor(options: RunViewOptions) {
    this.#options = options;
    this.#symbols = symbolsOf(options.style);
    this.#paint = painter(options.style);
    this.#isVerbose = options.verbosity === "verbose";
    this.#output = this.#newOutput();
  }

  /** Returns the lines that `event` completes; often none, since a step's parts are joined. */
  push(event: RunEvent): readonly string[] {
    if (this.#options.verbosity === "quiet") return [];
    this.#startedAtMs ??= Date.parse(event.ts);
    const before = this.#before(event);
    return [...before, ...this.#linesOf(event)];
  }

  /** Returns the lines that still wait for an event that will not come. */
  flush(): readonly string[] {
    return [
      ...this.#flushEntered(),
      ...this.#outputEnd(0),
      ...this.#flushEnded(),
    ];
  }

  /** Returns what was waiting and is now known not to be joined with `event`. */
  #before(event: RunEvent): string[] {
    const lines = event.event === "action_start" ? [] : this.#flushEntered();
    const isJoined = event.event === "evaluate" || isAside(event);
    return isJoined ? lines : [...lines, ...this.#flushEnded()];
  }

  #linesOf(event: RunEvent): string[] {
    const depth = event.depth ?? 0;
    switch (event.event) {
      case "state_enter":
        this.#entered = event;
        return [];
      case "action_start":
        return this.#actionStart(event);
      case "action_output":
        return this.#outputLine(event);
      case "action_complete":
        this.#ended = event;
        return this.#isCut ? this.#cutEnd(event) : this.#outputEnd(depth);
      case "evaluate":
        return this.#verdict(event, depth);
      case "loop_start":
        if (depth === 0) return [];
        this.#childLoops[depth] = event.loop;
        return [this.#line(
          depth,
          `${this.#symbols.child} ${this.#paint("name", event.loop)}`,
          { indent: 0 },
        )];
      case "loop_complete":
        return depth === 0 ? [] : [this.#childEnd(event, depth)];
      case "route": {
        const reason = event.reason === undefined ? "" : ` (${event.reason})`;
        return [this.#line(depth, `-> ${event.to}${reason}`)];
      }
      case "messages_append":
        return this.#isVerbose ? this.#notice(event, depth) : [];
      case "output_truncated":
        if (this.#options.hasAllOutput) return [];
        this.#isCut = true;
        return this.#notice(event, depth);
      case "loop_resume":
      case "action_error":
      case "retry_exhausted":
      case "max_steps_summary":
      case "max_iterations_reached_summary":
      case "cycle_detected":
      case "stall_detected":
      case "throttle_warn":
      case "throttle_hard":
      case "throttle_stop":
      case "prompt_size_warn":
      case "warning":
      case "handoff_detected":
      case "sub_loop_worktree_attached":
      case "sub_loop_worktree_detached":
      case "sub_loop_worktree_error":
        return this.#notice(event, depth);
      default:
        return unreachable(event);
    }
  }

  #notice(event: RunEvent, depth: number): string[] {
    const notice = formatNotice(event);
    if (notice === null) return [];
    const text = notice.tone === null
      ? makeVisible(notice.text)
      : this.#paint(notice.tone, makeVisible(notice.text));
    const line = this.#line(depth, text);
    if (this.#ended === null || !isAside(event)) return [line];
    this.#held.push(line);
    return [];
  }

  #flushEntered(): string[] {
    if (this.#entered === null) return [];
    const line = this.#stateLine(this.#entered, "");
    this.#entered = null;
    return [line];
  }

  #flushEnded(): string[] {
    const ended = this.#ended;
    if (ended === null) return [];
    this.#ended = null;
    const tone = ended.exit_code === 0 ? "secondary" : "failure";
    const symbol = ended.exit_code === 0
      ? this.#symbols.neutral
      : this.#symbols.bad;
    const line = this.#line(
      ended.depth ?? 0,
      this.#paint(tone, `${symbol} ${formatActionEnd(ended)}`),
    );
    return [line, ...this.#held.splice(0)];
  }

  #stateLine(event: StateEnterEvent, action: string): string {
    const depth = event.depth ?? 0;
    const max = depth === 0
      ? this.#options.maxSteps
      : this.#options.childMaxSteps?.[this.#childLoops[depth] ?? ""];
    const step = max === undefined
      ? `[${event.iteration}]`
      : `[${event.iteration}/${max}]`;
    const elapsedMs = Date.parse(event.ts) -
      (this.#startedAtMs ?? Date.parse(event.ts)) +
      (this.#options.elapsedOffsetMs ?? 0);
    const text = this.#paint("secondary", step) + " " +
      this.#paint("name", event.state) + " " +
      this.#paint("secondary", `(${formatElapsed(elapsedMs)})`) + action;
    return this.#line(depth, text, { indent: 0 });
  }

  #actionStart(
    event: Extract<RunEvent, { readonly event: "action_start" }>,
  ): string[] {
    this.#output = this.#newOutput();
    const texts = event.action.trim().split("\n");
    const mark = event.is_prompt ? `${this.#symbols.prompt} ` : "";
    const first = this.#visible(texts[0] ?? "");
    const isWhole = texts.length === 1 || this.#isVerbose;
    const rest = isWhole ? "" : ` (+${count(texts.length - 1, "line")})`;
    const action = ` -> ${mark}${
      this.#isVerbose && texts.length > 1 ? "" : first + rest
    }`;
    const lines: string[] = [];
    if (this.#entered === null) {
      lines.push(this.#line(event.depth ?? 0, action.trimStart()));
    } else {
      lines.push(this.#stateLine(this.#entered, action.trimEnd()));
      this.#entered = null;
    }
    if (this.#isVerbose && texts.length > 1) {
      for (const text of texts) {
        lines.push(this.#line(event.depth ?? 0, `  ${this.#visible(text)}`));
      }
    }
    return lines;
  }

  #outputLine(
    event: Extract<RunEvent, { readonly event: "action_output" }>,
  ): string[] {
    return this.#output.push(this.#formatOutput(event));
  }

  #formatOutput(
    event: {
      readonly line: string;
      readonly stream?: string;
      readonly depth?: number;
    },
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
    return this.#line(event.depth ?? 0, `${mark} ${text}`.trimEnd());
  }

  #outputEnd(depth: number): string[] {
    const { hidden, tail } = this.#output.end();
    if (hidden === 0) return tail;
    const text = `${this.#symbols.ellipsis} ${
      count(hidden, "more line")
    } (--verbose shows all, the log has all)`;
    return [this.#line(depth, this.#paint("secondary", text)), ...tail];
  }

  /** The lines that came last are not the last ones: those stand in the preview. */
  #cutEnd(event: ActionCompleteEvent & { readonly depth?: number }): string[] {
    this.#output.end();
    const { depth = 0 } = event;
    const stream = event.output_preview ? "stdout" : "stderr";
    const preview = event.output_preview || event.stderr_preview || "";
    const tail = preview.trimEnd().split("\n").slice(-TAIL_LINES_MAX)
      .map((line) => this.#formatOutput({ line, stream, depth }));
    const text = `${this.#symbols.ellipsis} (--verbose shows all)`;
    return [this.#line(depth, this.#paint("secondary", text)), ...tail];
  }

  #newOutput(): OutputLines {
    this.#isCut = false;
    return new OutputLines({
      liveMax: this.#isVerbose ? Infinity : LIVE_LINES_MAX,
    });
  }

  #verdict(event: EvaluateEvent, depth: number): string[] {
    const tone = verdictTone(event.verdict);
    const symbol = tone === "success"
      ? this.#symbols.good
      : tone === "failure"
      ? this.#symbols.bad
      : this.#symbols.neutral;
    const ended = this.#ended;
    this.#ended = null;
    const parts = [
      this.#paint(tone, `${symbol} ${makeVisible(event.verdict)}`),
      formatConfidence(event),
      ended === null ? "" : this.#paint("secondary", formatActionEnd(ended)),
    ];
    const lines = [
      this.#line(depth, parts.filter((part) => part !== "").join("  ")),
    ];
    const detail = formatEvaluationDetail(event);
    if (detail !== "") {
      const text = this.#visible(detail.split("\n").join(" "));
      lines.push(this.#line(depth, `  ${this.#paint("secondary", text)}`));
    }
    return [...lines, ...this.#held.splice(0)];
  }

  #childEnd(
    event: Extract<RunEvent, { readonly event: "loop_complete" }>,
    depth: number,
  ): string {
    const isGood = event.terminated_by === "terminal" &&
      event.failure_terminal !== true;
    const how = event.terminated_by === "terminal"
      ? event.final_state
      : `${event.terminated_by} at ${event.final_state}`;
    const why = event.error === undefined
      ? ""
      : `: ${this.#visible(event.error)}`;
    const text = `${this.#childLoops[depth] ?? "sub-loop"} ended: ${how} (${
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

/** Returns whether an event may stand between an action's end and its verdict. */
function isAside(event: RunEvent): boolean {
  return event.event === "messages_append" || event.event === "throttle_warn";
}
