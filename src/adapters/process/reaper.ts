/** Ends what a run left behind for whoever is not its runner. */

import type { Reaper } from "../../ports/mod.ts";
import { readRow } from "./proc_table.ts";
import { sendSignal } from "./send_signal.ts";
import { findLeftovers, sweep } from "./sweep.ts";

/** Returns the reaper of this machine. */
export function makeReaper(): Reaper {
  return {
    find: (runId) =>
      findLeftovers({ runId, sessions: [], spared: findParents() }),
    end: (runId, { graceMs }) =>
      sweep({ runId, sessions: [], graceMs, spared: findParents() }),
    signal: (pid, signal) => pid > 1 && sendSignal(pid, signal) === "sent",
  };
}

/** Returns the processes that this one was started by. */
function findParents(): ReadonlySet<number> {
  const pids = new Set<number>();
  for (let pid = Deno.ppid; pid > 1 && !pids.has(pid);) {
    pids.add(pid);
    pid = readRow(pid)?.parentPid ?? 0;
  }
  return pids;
}
