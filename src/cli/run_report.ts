/** Owns printing a run while it goes on: the live view on the terminal, the same in its log. */

import type { Prepared, RunFolder, RunListener } from "../app/mod.ts";
import { LoopError, type RunEvent } from "../model/mod.ts";
import type { AppendFile } from "../ports/mod.ts";
import {
  formatHistoryLines,
  formatRunHeader,
  type LastAction,
  RunView,
  type RunViewOptions,
  type Style,
} from "../view/mod.ts";
import type { Session } from "./program.ts";
import { linesText, printLines } from "./program.ts";
import { runHeader } from "./run_records.ts";

const CLEAR_SCREEN = "\x1b[2J\x1b[H";
const LOG_STYLE: Style = { color: false, columns: Infinity };
const TAIL_LINES = 12;

/** How a run is shown. */
export interface RunReportOptions {
  readonly style: Style;
  readonly verbosity: RunViewOptions["verbosity"];
  /** Prints each event as a line of the history instead of the view. */
  readonly isFollowing: boolean;
  /** Clears the screen at each state, on a terminal. */
  readonly isClearing: boolean;
  /** Where the view goes: stdout, or stderr where stdout is for a program. */
  readonly stream: Session["stdout"];
}

/** Prints one run. */
export class RunReport implements RunListener {
  readonly #session: Session;
  readonly #prepared: Prepared;
  readonly #options: RunReportOptions;
  readonly #view: RunView;
  readonly #logView: RunView;
  #log: AppendFile | null = null;
  #state = "";
  #depth = 0;
  #loops: string[] = [];
  #lastAction: LastAction | null = null;

  constructor(session: Session, prepared: Prepared, options: RunReportOptions) {
    this.#session = session;
    this.#prepared = prepared;
    this.#options = options;
    const { maxSteps } = prepared.loop;
    const childMaxSteps = Object.fromEntries(
      Object.values(prepared.definitions.loops).map((
        loop,
      ) => [loop.name, loop.maxSteps]),
    );
    const { style, verbosity } = options;
    const hasAllOutput = verbosity === "verbose";
    const shared = { maxSteps, childMaxSteps, hasAllOutput };
    this.#view = new RunView({ ...shared, style, verbosity });
    this.#logView = new RunView({
      ...shared,
      style: LOG_STYLE,
      verbosity: "verbose",
    });
  }

  /** What is told of the last action when the run has ended; `null` when none ran. */
  get lastAction(): LastAction | null {
    return this.#lastAction;
  }

  onStart(folder: RunFolder): void {
    const { world } = this.#session;
    const header = runHeader(this.#session, this.#prepared, folder);
    this.#log = world.files.openAppend(`${folder.path}/log`);
    this.#writeLog(formatRunHeader(header, LOG_STYLE));
    if (this.#options.verbosity === "quiet") return;
    printLines(this.#options.stream, [
      ...formatRunHeader(header, this.#options.style),
      "",
    ]);
  }

  onEvents(events: readonly RunEvent[]): void {
    const { stream, style, isFollowing, isClearing, verbosity } = this.#options;
    const lines: string[] = [];
    const logLines: string[] = [];
    for (const event of events) {
      this.#note(event);
      logLines.push(...this.#logView.push(event));
      if (isFollowing) {
        const isVerbose = verbosity === "verbose";
        lines.push(...formatHistoryLines(event, { style, isVerbose }));
        continue;
      }
      if (isClearing && event.event === "state_enter" && stream.isTerminal) {
        printLines(stream, lines.splice(0));
        stream.write(CLEAR_SCREEN);
      }
      lines.push(...this.#view.push(event));
    }
    printLines(stream, lines);
    this.#writeLog(logLines);
  }

  onWait(blocker: Parameters<NonNullable<RunListener["onWait"]>>[0]): void {
    const who = blocker.claim === null
      ? `the holder of ${blocker.file}`
      : `loop "${blocker.claim.loopName}" (pid ${blocker.claim.pid})`;
    this.#say(`Waiting for ${who}`);
  }

  onWarning(message: string): void {
    this.#say(`warning: ${message}`);
  }

  onStopRequest(signal: string, isForced: boolean): void {
    this.#say(
      isForced
        ? `${signal} again: killing what is left`
        : `${signal}: stopping; once more kills at once`,
    );
  }

  onSurvivors(survivors: readonly { pid: number; command: string }[]): void {
    const list = survivors.slice(0, 3).map(({ pid, command }) =>
      `${pid} (${command})`
    );
    const rest = survivors.length > 3
      ? ` and ${survivors.length - 3} more`
      : "";
    this.#say(`Ended processes that were left: ${list.join(", ")}${rest}`);
  }

  /** Prints what still waits, and the end message into the log. */
  close(endLines: readonly string[]): void {
    if (!this.#options.isFollowing) {
      printLines(this.#options.stream, this.#view.flush());
    }
    this.#writeLog([...this.#logView.flush(), "", ...endLines]);
    this.#log?.close();
    this.#log = null;
  }

  #say(text: string): void {
    this.#writeLog([text]);
    if (this.#options.verbosity === "quiet") return;
    printLines(this.#session.stderr, [text]);
  }

  /** The log is a copy for people: where it cannot be written the run goes on. */
  #writeLog(lines: readonly string[]): void {
    if (this.#log === null || lines.length === 0) return;
    try {
      this.#log.write(linesText(lines));
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      this.#log.close();
      this.#log = null;
      this.#say(`warning: The log ends here: ${error.message}`);
    }
  }

  #note(event: RunEvent): void {
    const depth = event.depth ?? 0;
    switch (event.event) {
      case "loop_start":
        this.#loops[depth] = event.loop;
        break;
      case "action_start":
        this.#state = event.state;
        this.#depth = depth;
        break;
      case "action_complete":
        this.#lastAction = {
          state: this.#state,
          subLoop: depth === 0 ? null : this.#loops[depth] ?? null,
          exitCode: event.exit_code,
          verdict: null,
          durationMs: event.duration_ms,
          timeoutKind: event.timeout_kind ?? null,
          isCancelled: event.cancelled ?? false,
          stdoutLines: tailOf(event.output_preview),
          stderrLines: tailOf(event.stderr_preview),
        };
        break;
      case "evaluate":
        // A state without action may be judged after it: that verdict is another one's.
        if (this.#lastAction?.state === event.state && this.#depth === depth) {
          this.#lastAction = { ...this.#lastAction, verdict: event.verdict };
        }
    }
  }
}

function tailOf(preview: string | null): string[] {
  return preview === null ? [] : preview.split("\n").slice(-TAIL_LINES);
}
