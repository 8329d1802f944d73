/** Owns the command that somebody wants run at every end of a run: told how it ended, without a say in it. */

import { EXIT, LoopError } from "../../model/mod.ts";
import type { RunningProcess } from "../../ports/mod.ts";
import { linesText, type RunSummary, totalSpend } from "../../view/mod.ts";
import { maskText } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import type { Prepared } from "./prepare.ts";
import type { RunFolder } from "./run_folder.ts";
import type { RunListener } from "./run_listener.ts";
import type { Stopping } from "./stop_signals.ts";

/** The command may take this long. */
const LIMIT_MS = 60_000;
/** After a second signal somebody wants out. */
const FORCED_LIMIT_MS = 5000;

/** How a segment ended: as its run's end, or by an error that kept it from going on. */
export interface EndedSegment {
  readonly folder: RunFolder;
  readonly summary?: RunSummary;
  readonly error?: unknown;
}

/**
 * Runs the command of the request, if there is one, after everything of the run has been let go.
 * Its output goes to the run's log; that it failed is told as a warning. Never rejects.
 */
export async function runOnEnd(
  world: Pick<World, "files" | "processes">,
  prepared: Pick<
    Prepared,
    "request" | "project" | "vault" | "loop" | "graceMs"
  >,
  ended: EndedSegment & {
    readonly stopping: Stopping;
    readonly listener: RunListener;
  },
): Promise<void> {
  const { request, project, vault } = prepared;
  const { folder, stopping, listener } = ended;
  if (request.onEnd === null) return;
  const log = openLog(world, folder);
  log([`on-end: ${maskText(vault.mask, request.onEnd)}`]);
  const limitMs = stopping.force.aborted ? FORCED_LIMIT_MS : LIMIT_MS;
  const child = world.processes.start({
    argv: ["bash", "-c", "--", request.onEnd],
    cwd: project.root,
    env: environmentOf(prepared, ended),
    timeoutMs: limitMs,
    idleTimeoutMs: 0,
    graceMs: prepared.graceMs,
    detach: false,
    spillPrefix: null,
    mask: vault.mask,
  }, {
    onLines: (lines) => log(lines.map((line) => `    │ ${line}`)),
  });
  const unfollow = stopWith(stopping, child);
  const { exitCode, timeoutKind, isCancelled, startError } = await child
    .outcome;
  unfollow();
  if (exitCode === 0 && !isCancelled) return;
  const how = startError !== null
    ? startError
    : isCancelled
    ? "it was stopped"
    : timeoutKind !== null
    ? `it took more than ${limitMs / 1000} s`
    : exitCode < 0
    ? `signal ${-exitCode}`
    : `exit ${exitCode}`;
  const message = `The --on-end command did not succeed: ${how}`;
  log([`warning: ${message}`]);
  listener.onWarning?.(`${message}; its output is in the log`);
}

/** Ends the command with the signals that come while it runs. */
function stopWith(stopping: Stopping, child: RunningProcess): () => void {
  const { stop, force } = stopping;
  const onStop = () => child.stop();
  const onForce = () => child.stop({ force: true });
  // A signal that ended the run has been acted on: the next one is for the command.
  const first = stop.aborted ? force : stop;
  first.addEventListener("abort", onStop);
  if (first !== force) force.addEventListener("abort", onForce);
  return () => {
    first.removeEventListener("abort", onStop);
    force.removeEventListener("abort", onForce);
  };
}

function environmentOf(
  { loop }: Pick<Prepared, "loop">,
  { folder, summary, error }: EndedSegment,
): Record<string, string | null> {
  const common = {
    LL_END_RUN_ID: folder.id,
    LL_END_RUN_FOLDER: folder.path,
    LL_END_LOOP: loop.name,
  };
  if (summary === undefined) {
    const isKnown = error instanceof LoopError;
    return {
      ...common,
      LL_END_STATUS: String(isKnown ? error.exitStatus : EXIT.internal),
      LL_END_REASON: isKnown ? error.code : "internal",
      LL_END_ERROR: error instanceof Error ? error.message : String(error),
      LL_END_STATE: null,
      LL_END_STEPS: null,
      LL_END_DURATION_MS: null,
      LL_END_COST: null,
    };
  }
  const { end } = summary;
  return {
    ...common,
    LL_END_STATUS: String(summary.exitStatus),
    LL_END_REASON: end.terminatedBy,
    LL_END_ERROR: (end.error ?? "").replaceAll("\0", ""),
    LL_END_STATE: end.finalState,
    LL_END_STEPS: String(end.steps),
    LL_END_DURATION_MS: String(Math.round(summary.elapsedMs)),
    LL_END_COST: costOf(summary),
  };
}

/** Returns US dollars; empty where no agent was called or the cost is not known. */
function costOf({ spend = null }: RunSummary): string {
  const { costUsd, calls } = totalSpend(spend?.states ?? {});
  return calls === 0 || costUsd === null ? "" : String(costUsd);
}

/** Returns what adds lines to the run's log, as long as that can be written. */
function openLog(
  { files }: Pick<World, "files">,
  folder: RunFolder,
): (lines: readonly string[]) => void {
  return (lines) => {
    try {
      const file = files.openAppend(`${folder.path}/log`);
      try {
        file.write(linesText(lines));
      } finally {
        file.close();
      }
    } catch (error) {
      // The log is a copy for people.
      if (!(error instanceof LoopError)) throw error;
    }
  };
}
