/** Owns what is said around a run, beside its events: waiting, stopping, what was left behind. */

const SURVIVORS_MAX = 3;

/** Returns that a run waits for another one; `claim` is `null` where only its lock file is known. */
export function formatWait(
  blocker: {
    readonly file: string;
    readonly claim: { readonly loopName: string; readonly pid: number } | null;
  },
): string {
  const who = blocker.claim === null
    ? `the holder of ${blocker.file}`
    : `loop "${blocker.claim.loopName}" (pid ${blocker.claim.pid})`;
  return `Waiting for ${who}`;
}

/** Returns what a signal does to the run. */
export function formatStopRequest(
  signal: string,
  options: { readonly isForced: boolean },
): string {
  return options.isForced
    ? `${signal} again: killing what is left`
    : `${signal}: stopping; once more kills at once`;
}

/** Returns which processes had to be ended after the last action. */
export function formatSurvivors(
  survivors: readonly { readonly pid: number; readonly command: string }[],
): string {
  const list = survivors.slice(0, SURVIVORS_MAX).map(({ pid, command }) =>
    `${pid} (${command})`
  );
  const rest = survivors.length > SURVIVORS_MAX
    ? ` and ${survivors.length - SURVIVORS_MAX} more`
    : "";
  return `Ended processes that were left: ${list.join(", ")}${rest}`;
}
