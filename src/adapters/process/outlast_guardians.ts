/**
 * Owns waiting for the guardians of a run whose runner is gone: one that still searches would take
 * whatever goes on with the run for something that was left.
 */

import { GUARDIAN_NAME } from "./guardian.ts";
import { isDead, listPids, readArguments, readRow } from "./proc_table.ts";
import { sendSignal } from "./send_signal.ts";

const PAUSE_MS = 5;
/** A guardian gives up after five seconds; on a busy machine it takes longer to notice. */
const LIMIT_MS = 7000;

/** Resolves once no guardian of a run is left; one that does not end is killed. Only for runs that have no runner. */
export async function outlastGuardians(runId: string): Promise<void> {
  const endMs = performance.now() + LIMIT_MS;
  for (const { pid, startTicks } of findGuardians(runId)) {
    for (;;) {
      const row = readRow(pid);
      if (row === null || isDead(row) || row.startTicks !== startTicks) break;
      if (performance.now() > endMs) sendSignal(pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function findGuardians(runId: string) {
  return (listPids() ?? []).flatMap((pid) => {
    const words = readArguments(pid);
    const at = words.indexOf(GUARDIAN_NAME);
    if (at < 0 || words[at + 1] !== runId) return [];
    const row = readRow(pid);
    return row === null ? [] : [row];
  });
}
