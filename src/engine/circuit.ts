/** Owns the stall circuit: a run that gives the same result again and again (EXEC 9.2). */

import { count, CURRENT_TARGET, type Json, own } from "../model/mod.ts";
import type { Turn } from "./turn.ts";

/** What a tripped circuit leads to: a state, or the end where `target` is `null`. */
export interface CircuitTrip {
  readonly target: string | null;
  readonly message: string;
}

const PROGRESS_VERDICTS: ReadonlySet<string> = new Set([
  "yes",
  "target",
  "progress",
]);

/**
 * Remembers the result of a judged state; returns what follows when it repeats once too
 * often. The window starts afresh after a trip.
 */
export function recordInCircuit(
  turn: Turn,
  id: string,
  given: {
    readonly verdict: string;
    readonly exitCode: number;
    /** What the watched files look like now. */
    readonly progress: Json;
  },
): CircuitTrip | null {
  const frame = turn.frame(id);
  const { circuit } = turn.loop(frame.loop);
  if (circuit === null) return null;
  if (circuit.failuresOnly && PROGRESS_VERDICTS.has(given.verdict)) {
    turn.update(id, { circuit: [] });
    return null;
  }
  let records = frame.circuit;
  if (circuit.progressPaths.length > 0) {
    const before = own(frame.circuitProgress, frame.state);
    if (JSON.stringify(before ?? null) !== JSON.stringify(given.progress)) {
      records = [];
    }
    turn.update(id, {
      circuitProgress: {
        ...frame.circuitProgress,
        [frame.state]: given.progress,
      },
    });
  }
  const record = {
    state: frame.state,
    exitCode: given.exitCode,
    verdict: given.verdict,
  };
  records = [...records, record];
  const isSame = (other: typeof record) =>
    other.state === record.state && other.exitCode === record.exitCode &&
    other.verdict === record.verdict;
  const last = records.slice(-circuit.window);
  const consecutive = last.length === circuit.window && last.every(isSame)
    ? circuit.window
    : null;
  const total = records.filter(isSame).length;
  const recurrent =
    circuit.recurrentWindow !== null && total >= circuit.recurrentWindow
      ? total
      : null;
  if (consecutive === null && recurrent === null) {
    const kept = circuit.recurrentWindow === null
      ? records.slice(-circuit.window)
      : records;
    turn.update(id, { circuit: kept });
    return null;
  }
  turn.update(id, { circuit: [] });
  const { onRepeatedFailure } = circuit;
  const target = onRepeatedFailure === "abort"
    ? null
    : onRepeatedFailure === CURRENT_TARGET
    ? frame.state
    : onRepeatedFailure;
  turn.emit(id, {
    event: "stall_detected",
    state: frame.state,
    exit_code: given.exitCode,
    verdict: given.verdict,
    ...(consecutive === null ? { recurrent: total } : { consecutive }),
    action: target === null ? "abort" : `route:${target}`,
  });
  const times = consecutive === null
    ? count(total, "time")
    : `${count(consecutive, "time")} in a row`;
  return {
    target,
    message: `State "${frame.state}" gave verdict "${given.verdict}" ` +
      `(exit code ${given.exitCode}) ${times}`,
  };
}
