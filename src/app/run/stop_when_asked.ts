/** Owns ending the process of an action when its run is to stop. */

import type { PerformOptions } from "./drive.ts";

/** Stops `child` once that is asked for; returns what ends the waiting for it. */
export function stopWhenAsked(
  child: { stop(options: { readonly force: boolean }): void },
  { cancel, force }: Pick<PerformOptions, "cancel" | "force">,
): () => void {
  const stop = () => child.stop({ force: force.aborted });
  const signals = [cancel, force];
  for (const each of signals) {
    each.addEventListener("abort", stop, { once: true });
  }
  return () => {
    for (const each of signals) each.removeEventListener("abort", stop);
  };
}
