/** Ends what a run left behind for whoever is not its runner. */

import type { Reaper, Survivor } from "../../ports/mod.ts";
import { outlastGuardians } from "./outlast_guardians.ts";
import { readRow } from "./proc_table.ts";
import { sendSignal } from "./send_signal.ts";
import { findLeftovers, sweep } from "./sweep.ts";

/** Returns the reaper of this machine. */
export function makeReaper(): Reaper {
  return {
    find,
    async end(runId, { graceMs }) {
      const before = find(runId);
      await outlastGuardians(runId);
      const spared = findParents();
      const after = await sweep({ runId, sessions: [], graceMs, spared });
      const all = new Map([...before, ...after].map((one) => [one.pid, one]));
      return [...all.values()];
    },
    signal: (pid, signal) => pid > 1 && sendSignal(pid, signal) === "sent",
  };
}

function find(runId: string): readonly Survivor[] {
  return findLeftovers({ runId, sessions: [], spared: findParents() });
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
