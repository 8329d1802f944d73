/**
 * Owns what a run in the background and whoever starts it say to each other. The program starts
 * itself again with the same arguments behind a word of its own; as long as it is not certain that
 * the run goes on, what the child says and how it ends is what this command says and ends with.
 */

import type { RunFolder, RunListener } from "../app/mod.ts";
import { formatWait } from "../view/mod.ts";
import { printLines, type Session } from "./program.ts";

/** Begins a line on the child's stdout that is for the program that started it, not for people. */
const MESSAGE_MARK = "\0ll-loop ";

/** What a child tells. */
export type DetachedMessage =
  /** It waits for another run to end, which may take long. */
  | { readonly is: "waiting" }
  /** Everything that can keep a run from starting lies behind it. */
  | {
    readonly is: "running";
    readonly runId: string;
    readonly pid: number;
    readonly loop: string;
    /** Absolute path of the run's folder. */
    readonly folder: string;
  };

/** Returns the message in a line of a child's stdout; `null` for every other line. */
export function readMessage(line: string): DetachedMessage | null {
  if (!line.startsWith(MESSAGE_MARK)) return null;
  return JSON.parse(line.slice(MESSAGE_MARK.length)) as DetachedMessage;
}

/** Tells whoever started this program how far its run has come; from then on its log tells the rest. */
export class DetachedReport implements RunListener {
  readonly #session: Session;
  readonly #isQuiet: boolean;
  #folder: RunFolder | null = null;
  #isRunning = false;

  constructor(session: Session, options: { readonly isQuiet: boolean }) {
    this.#session = session;
    this.#isQuiet = options.isQuiet;
  }

  onWait(blocker: Parameters<NonNullable<RunListener["onWait"]>>[0]): void {
    this.#say(formatWait(blocker));
    this.#tell({ is: "waiting" });
  }

  onWarning(message: string): void {
    this.#say(`warning: ${message}`);
  }

  onStart(folder: RunFolder): void {
    this.#folder = folder;
  }

  /** The first step has been recorded; its state file is written right after this call. */
  onSnapshot(): void {
    if (this.#isRunning || this.#folder === null) return;
    this.#isRunning = true;
    const { id, path, record } = this.#folder;
    const { pid } = this.#session.world.system;
    queueMicrotask(() =>
      this.#tell({
        is: "running",
        runId: id,
        pid,
        loop: record.loop,
        folder: path,
      })
    );
  }

  /** Where no step was left to take: a run that only lacked its last words. */
  onEnd(): void {
    this.onSnapshot();
  }

  #say(text: string): void {
    if (this.#isQuiet || this.#isRunning) return;
    printLines(this.#session.stderr, [text]);
  }

  #tell(message: DetachedMessage): void {
    this.#session.stdout.write(`${MESSAGE_MARK}${JSON.stringify(message)}\n`);
  }
}
