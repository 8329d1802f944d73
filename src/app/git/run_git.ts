/** Owns how this program runs git for itself: bounded in time, with nothing of a loop in it. */

import type { Processes, ProcessOutcome } from "../../ports/mod.ts";

const GRACE_MS = 1000;

/** How git is run. */
export interface GitOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  /** Variables on top of this process's own. @default {{}} */
  readonly env?: Readonly<Record<string, string>>;
  /** A bash program that is run in place of `git`; the arguments are its own. */
  readonly script?: string;
  /** Ends it early; the outcome is then cancelled. */
  readonly cancel?: AbortSignal;
  /** Ends it at once. */
  readonly force?: AbortSignal;
}

/** Returns how `git` with these arguments ended; never rejects. */
export async function runGit(
  processes: Pick<Processes, "start">,
  args: readonly string[],
  options: GitOptions,
): Promise<ProcessOutcome> {
  const { cwd, timeoutMs, env = {}, script, cancel, force } = options;
  const child = processes.start({
    argv: script === undefined
      ? ["git", ...args]
      : ["bash", "-c", script, "git", ...args],
    cwd,
    env,
    timeoutMs,
    idleTimeoutMs: 0,
    graceMs: GRACE_MS,
    detach: false,
    spillPrefix: null,
    mask: null,
  });
  const stop = () => child.stop({ force: force?.aborted ?? false });
  cancel?.addEventListener("abort", stop, { once: true });
  force?.addEventListener("abort", stop, { once: true });
  if (cancel?.aborted) stop();
  const outcome = await child.outcome;
  cancel?.removeEventListener("abort", stop);
  force?.removeEventListener("abort", stop);
  return outcome;
}
