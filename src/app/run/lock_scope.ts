/** Owns taking the scope of a prepared run, or waiting for it until somebody stops us. */

import { join } from "@std/path";
import { commandAgain, LoopError } from "../../model/mod.ts";
import type { StopSignal } from "../../ports/mod.ts";
import { acquireScope, type ScopeLock } from "../scope/mod.ts";
import type { World } from "../world.ts";
import { signalStatusOf } from "./exit_status.ts";
import type { Prepared } from "./prepare.ts";
import { maskArguments } from "./run_folder.ts";
import type { RunListener } from "./run_listener.ts";

/**
 * Returns the lock; `null` where the request wants none.
 *
 * @throws {LoopError} `locked`, or `interrupted` while waiting
 */
export async function lockScope(
  world: World,
  prepared: Prepared,
  options: {
    readonly id: string;
    readonly stop: AbortSignal;
    readonly listener: RunListener;
  },
): Promise<ScopeLock | null> {
  const { request, project, loop, ancestors, scope } = prepared;
  if (request.noLock) return null;
  const { listener, stop } = options;
  const waiting = new AbortController();
  const onStop = () => {
    const { signal } = stop.reason as { readonly signal: StopSignal };
    waiting.abort(
      new LoopError(
        "interrupted",
        `Stopped by ${signal} before loop "${loop.name}" had its scope`,
        { exitStatus: signalStatusOf(signal) },
      ),
    );
  };
  if (stop.aborted) onStop();
  else stop.addEventListener("abort", onStop, { once: true });
  return await acquireScope(world, {
    runningDir: join(project.loopsDir, ".running"),
    queueDir: join(project.loopsDir, ".queue"),
    runId: options.id,
    loopName: loop.name,
    singleton: loop.singleton,
    scope,
    ancestors,
    queue: request.queue,
    queueTimeoutMs: request.queueTimeoutMs ?? project.config.queueTimeoutMs,
    signal: waiting.signal,
    onWait: (blocker) => listener.onWait?.(blocker),
    onWarning: (message) => listener.onWarning?.(message),
    queueCommand: commandAgain(maskArguments(prepared), ["--queue"]),
  });
}
