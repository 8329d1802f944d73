/** Owns a run's `log`: what a terminal shows of it, in full and without colours. */

import { LoopError, type RunEvent } from "../../model/mod.ts";
import type { AppendFile, StopSignal, Survivor } from "../../ports/mod.ts";
import {
  formatLoopError,
  formatRunEnd,
  formatRunHeader,
  formatStopRequest,
  formatSurvivors,
  linesText,
  type RunSummary,
  RunView,
  type Style,
} from "../../view/mod.ts";
import type { World } from "../world.ts";
import { headerAgents } from "./agent_hosts.ts";
import type { Prepared } from "./prepare.ts";
import type { RunFolder } from "./run_folder.ts";
import type { RunListener } from "./run_listener.ts";
import { runHeader, stepCaps } from "./run_records.ts";

const LOG_STYLE: Style = { color: false, columns: Infinity };

/** What a {@linkcode RunLog} needs. */
export interface RunLogOptions {
  readonly world: Pick<World, "files" | "system" | "processes">;
  readonly prepared: Prepared;
  /** Running time before this segment. */
  readonly elapsedOffsetMs: number;
  /** Told when the log cannot be written: the run goes on without it. */
  onFailure(message: string): void;
}

/** Writes the log of one segment. */
export class RunLog implements RunListener {
  readonly #options: RunLogOptions;
  readonly #view: RunView;
  #file: AppendFile | null = null;

  constructor(options: RunLogOptions) {
    const { prepared, elapsedOffsetMs } = options;
    this.#options = options;
    this.#view = new RunView({
      ...stepCaps(prepared),
      hasAllOutput: prepared.request.isVerbose,
      elapsedOffsetMs,
      style: LOG_STYLE,
      verbosity: "verbose",
    });
  }

  onStart(folder: RunFolder): void {
    const { world, prepared } = this.#options;
    try {
      this.#file = world.files.openAppend(`${folder.path}/log`);
    } catch (error) {
      this.#giveUp(error);
    }
    const agents = headerAgents(world, prepared);
    const header = runHeader(world, prepared, { ...folder, ...agents });
    this.#write([
      ...(folder.resumedAt === null ? [] : [""]),
      ...formatRunHeader(header, LOG_STYLE),
    ]);
  }

  onEvents(events: readonly RunEvent[]): void {
    this.#write(events.flatMap((event) => this.#view.push(event)));
  }

  onWarning(message: string): void {
    this.#write([`warning: ${message}`]);
  }

  onNote(message: string): void {
    this.#write([`note: ${message}`]);
  }

  onStopRequest(signal: StopSignal, isForced: boolean): void {
    this.#write([formatStopRequest(signal, { isForced })]);
  }

  onSurvivors(survivors: readonly Survivor[]): void {
    this.#write([formatSurvivors(survivors)]);
  }

  /** Takes the error that keeps the run from going on. */
  onError(error: LoopError): void {
    this.#write([
      ...this.#view.flush(),
      "",
      ...formatLoopError(error, LOG_STYLE),
    ]);
  }

  onEnd(summary: RunSummary): void {
    this.#write([
      ...this.#view.flush(),
      "",
      ...formatRunEnd(summary, LOG_STYLE),
    ]);
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  #write(lines: readonly string[]): void {
    if (this.#file === null || lines.length === 0) return;
    try {
      this.#file.write(linesText(lines, LOG_STYLE));
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** The log is a copy for people: where it cannot be written the run goes on. */
  #giveUp(error: unknown): void {
    if (!(error instanceof LoopError)) throw error;
    this.close();
    this.#options.onFailure(`The log ends here: ${error.message}`);
  }
}
