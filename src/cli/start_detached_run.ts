/** Owns `--background`: the program starts itself again, and returns once that run goes on by itself. */

import { foundBy, type Project } from "../app/mod.ts";
import { EXIT, LoopError } from "../model/mod.ts";
import type { StopSignal } from "../ports/mod.ts";
import { displayPath, formatStarted, startedJson } from "../view/mod.ts";
import { type DetachedMessage, readMessage } from "./detached.ts";
import { DETACHED_MARK } from "./detached_mark.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "./program.ts";

/** A start takes less than a second; waiting for other runs does not count. */
const START_LIMIT_MS = 60_000;

/** Returns whether a command is to start itself again in the background. */
export function isForBackground(
  { options, isDetached }: Session,
): boolean {
  return options.flag("background") && !options.flag("dry-run") &&
    isDetached !== true;
}

/**
 * Starts this command line again in the background; returns 0 once its run is past everything
 * that can keep it from starting, else whatever the child ended with, which has told why.
 *
 * @throws {LoopError} `usage` for options that need the foreground; `missing-program` where
 * nothing is heard of the child
 */
export async function startDetachedRun(
  session: Session,
  project: Project,
): Promise<number> {
  const { world, options, stdout, stderr, typed } = session;
  if (options.flag("follow")) {
    throw new LoopError(
      "usage",
      'Options "--background" and "--follow" exclude each other',
      { hint: "The log of a run in the background can be followed instead" },
    );
  }
  const { system, clock, signals } = world;
  const running = Promise.withResolvers<DetachedMessage>();
  const deadline = new AbortController();
  let said = "";
  const child = world.startDetached([
    ...system.selfCommand,
    DETACHED_MARK,
    ...typed.map(({ text }) => text),
  ], {
    cwd: system.cwd,
    onStderr: (text) => stderr.write(text),
    onStdout(text) {
      said += text;
      const lines = said.split("\n");
      said = lines.pop() ?? "";
      for (const line of lines) {
        const message = readMessage(line);
        if (message === null) stdout.write(`${line}\n`);
        else if (message.is === "waiting") deadline.abort();
        else running.resolve(message);
      }
    },
  });
  const pass = (signal: StopSignal) => child.signal(signal);
  const unlisten = signals.onStop(pass);
  try {
    const isLate = clock.sleep(START_LIMIT_MS, deadline.signal)
      .then(() =>
        deadline.signal.aborted ? new Promise<never>(() => {}) : null
      );
    const first = await Promise.race([running.promise, child.ended, isLate]);
    if (first === null) {
      child.signal("SIGTERM");
      await child.release();
      throw new LoopError(
        "missing-program",
        `Cannot start in the background: nothing was heard of process ${child.pid} for ${
          START_LIMIT_MS / 1000
        } s`,
        { hint: "Without --background it tells where it hangs" },
      );
    }
    if (typeof first === "number") {
      stdout.write(said);
      return first;
    }
    await child.release();
    if (first.is === "running") report(session, project, first);
    return EXIT.ok;
  } finally {
    deadline.abort();
    unlisten();
  }
}

function report(
  session: Session,
  project: Project,
  message: Extract<DetachedMessage, { is: "running" }>,
): void {
  const { world, stdout, options } = session;
  const folder = displayPath(message.folder, world.system.cwd);
  const started = {
    loop: message.loop,
    runId: message.runId,
    pid: message.pid,
    runFolder: `${folder}/`,
    log: `${folder}/log`,
    foundBy: foundBy(world, project),
  };
  if (options.flag("json")) return printJson(stdout, startedJson(started));
  if (options.flag("quiet")) return;
  const style = sessionStyle(session, stdout, project);
  printLines(stdout, formatStarted(started, style));
}
