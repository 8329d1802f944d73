/** The life of one child, from its start to its outcome. */

import { EMPTY_OUTPUT } from "../../model/mod.ts";
import type {
  ProcessOutcome,
  ProcessSpec,
  ProcessWatcher,
  RunningProcess,
} from "../../ports/mod.ts";
import { callGuarded } from "./call_guarded.ts";
import { StreamCapture } from "./capture_stream.ts";
import { type Drain, drainStream } from "./drain_stream.ts";
import { feedStdin } from "./feed_stdin.ts";
import { openInput } from "./open_input.ts";
import { ProcessGroup } from "./process_group.ts";
import { settleDrains } from "./settle_drains.ts";
import { explainSetsidError, spawnChild, type Tools } from "./spawn_child.ts";
import { terminate, type Termination } from "./terminate.ts";
import { watchLimits } from "./time_limits.ts";

/** Options of {@linkcode runChild}. */
export interface ChildOptions {
  readonly tools: Tools;
  readonly watcher: ProcessWatcher | undefined;
  /** Told of the session of a child the moment that it is there, before anything else is done about it. */
  readonly onSpawned?: (session: number) => void;
  /** Gets the pipes that something still holds open after the end; without it they are closed. */
  readonly onHeldOpen?: (drain: Drain) => void;
}

/** A child that was started, or a start that failed. */
export interface Child extends RunningProcess {
  /** `null` when it could not be started. */
  readonly group: ProcessGroup | null;
}

/** Why a child was ended by us. */
type Reason = "wall" | "idle" | "stop";

/** Starts a child and follows it to its end. Never throws; the outcome never rejects. */
export function runChild(spec: ProcessSpec, options: ChildOptions): Child {
  const startedMs = performance.now();
  const spawned = spawnChild(spec, options.tools);
  if (spawned.kind === "failed") {
    const durationMs = Math.round(performance.now() - startedMs);
    const outcome = notStarted(spawned.reason, durationMs);
    return { group: null, outcome: Promise.resolve(outcome), stop() {} };
  }
  const { child } = spawned;
  options.onSpawned?.(child.pid);
  const input = spec.isInteractive === true ? openInput(child.stdin) : null;
  const feed = input === null && typeof spec.stdin === "string"
    ? feedStdin(child.stdin, spec.stdin)
    : null;
  const group = new ProcessGroup(child.pid);
  let lastHeardMs = startedMs;
  let heardBytes = 0;
  let reason: Reason | null = null;
  let status: Deno.CommandStatus | null = null;
  let termination: Termination | null = null;
  const wasEnded = Promise.withResolvers<void>();

  const captures = {
    stdout: capture("stdout", spec, options.watcher),
    stderr: capture("stderr", spec, options.watcher),
  };
  const drains = (["stdout", "stderr"] as const).map((stream) =>
    drainStream(child[stream], (bytes) => {
      lastHeardMs = performance.now();
      heardBytes += bytes.length;
      captures[stream].push(bytes);
    })
  );
  const exited = child.status.then((ended) => {
    status = ended;
    group.leaderEnded();
  });
  const stopClocks = watchLimits({
    timeoutMs: spec.timeoutMs,
    idleTimeoutMs: spec.idleTimeoutMs,
    lastHeardMs: () => lastHeardMs,
    onExpire: (kind) => end(kind, { isForced: false }),
  });

  function end(why: Reason, { isForced }: { isForced: boolean }): void {
    // What has ended by itself keeps its own end, and the first reason stands.
    if (status !== null && reason === null) return;
    reason ??= why;
    if (termination !== null) {
      if (isForced) termination.force();
      return;
    }
    stopClocks();
    const { graceMs } = spec;
    termination = terminate(group, { graceMs, isForced, exited });
    wasEnded.resolve();
  }

  async function follow(): Promise<ProcessOutcome> {
    await Promise.race([exited, wasEnded.promise]);
    stopClocks();
    await termination?.finished;
    const durationMs = Math.round(performance.now() - startedMs);
    // Nothing ends a process that is stuck in the kernel; it must not keep us here.
    if (status === null) child.unref();
    await settleDrains(drains, {
      lastHeardMs: () => lastHeardMs,
      heardBytes: () => heardBytes,
    });
    feed?.stop();
    input?.close();
    const stdout = captures.stdout.finish();
    const stderr = captures.stderr.finish();
    for (const drain of drains) await release(drain, options.onHeldOpen);
    const exitCode = exitCodeOf(status, reason);
    const startError = options.tools.setsid === null
      ? null
      : explainSetsidError(spec, { exitCode, stderr: stderr.text });
    if (startError !== null) return notStarted(startError, durationMs);
    return {
      exitCode,
      stdout,
      stderr,
      durationMs,
      timeoutKind: reason === "stop" ? null : reason,
      isCancelled: reason === "stop",
      startError: null,
    };
  }

  const outcome = follow();
  callGuarded(() => options.watcher?.onStart?.(child.pid));
  return {
    group,
    outcome,
    ...(input === null ? {} : { input }),
    stop: (how) => end("stop", { isForced: how?.force === true }),
  };
}

function capture(
  stream: "stdout" | "stderr",
  spec: ProcessSpec,
  watcher: ProcessWatcher | undefined,
): StreamCapture {
  return new StreamCapture({
    mask: spec.mask,
    spillPath: spec.spillPrefix === null
      ? null
      : `${spec.spillPrefix}.${stream}`,
    marks: stream === "stdout" ? spec.marks ?? [] : [],
    onText: watcher?.onText === undefined
      ? null
      : (text) => callGuarded(() => watcher.onText?.(text, stream)),
    onLines: watcher === undefined
      ? null
      : (lines) => callGuarded(() => watcher.onLines(lines, stream)),
    linesMaxBytes: watcher?.linesMaxBytes ?? Infinity,
    ...(watcher?.lineMaxLength === undefined
      ? {}
      : { lineMaxLength: watcher.lineMaxLength }),
  });
}

async function release(
  drain: Drain,
  onHeldOpen: ChildOptions["onHeldOpen"],
): Promise<void> {
  if (drain.hasEnded) return;
  if (onHeldOpen !== undefined) {
    drain.discard();
    onHeldOpen(drain);
  } else {
    drain.cancel();
    await drain.ended;
  }
}

function exitCodeOf(
  status: Deno.CommandStatus | null,
  reason: Reason | null,
): number {
  if (reason === "wall" || reason === "idle") return 124;
  const signal = status?.signal ?? null;
  if (status !== null && signal !== null) return -(status.code - 128);
  // Asked to stop it may end in its own way; what it says then is no verdict.
  if (reason === "stop") return status === null ? -9 : -15;
  return status?.code ?? 0;
}

function notStarted(startError: string, durationMs: number): ProcessOutcome {
  return {
    exitCode: 127,
    stdout: EMPTY_OUTPUT,
    stderr: EMPTY_OUTPUT,
    durationMs,
    timeoutKind: null,
    isCancelled: false,
    startError,
  };
}
