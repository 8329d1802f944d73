/** Owns counting what a run did, from its events alone: ours and the reference's. */

import { ROOT_FRAME, type RunEvent } from "../../model/mod.ts";
import type { RunAudit, StateAudit } from "../../view/mod.ts";
import type { HistoryRun } from "./history.ts";

/** A state that is being executed. */
interface Visit {
  readonly key: string;
  readonly sinceMs: number;
}

/** Returns what the events of a run come to; `maxSteps` is the cap to compare its steps with. */
export function auditRun(
  run: Pick<HistoryRun, "id" | "loop">,
  events: readonly RunEvent[],
  options: { readonly maxSteps: number | null },
): RunAudit {
  const counts = new Map<string, number>();
  const verdicts = new Map<string, number>();
  const states = new Map<string, StateAudit>();
  const loops = new Map<string, string>();
  const visits = new Map<string, Visit>();
  const actions = { run: 0, failed: 0, timedOut: 0, stopped: 0 };
  let end: Extract<RunEvent, { event: "loop_complete" }> | null = null;
  let steps = 0;
  let elapsedMs = 0;
  let lastMs: number | null = null;
  const leave = (frame: string, nowMs: number) => {
    const visit = visits.get(frame);
    const state = visit === undefined ? undefined : states.get(visit.key);
    visits.delete(frame);
    if (visit === undefined || state === undefined) return;
    const durationMs = state.durationMs + nowMs - visit.sinceMs;
    states.set(visit.key, { ...state, durationMs });
  };
  for (const event of events) {
    const nowMs = Date.parse(event.ts);
    const { depth = 0 } = event;
    const { frame = ROOT_FRAME + ".1".repeat(depth) } = event;
    const isRoot = frame === ROOT_FRAME;
    // The time between two segments is no running time.
    const isResume = event.event === "loop_resume";
    if (isResume) {
      const gapMs = nowMs - (lastMs ?? nowMs);
      for (const [open, { key, sinceMs }] of visits) {
        visits.set(open, { key, sinceMs: sinceMs + gapMs });
      }
      end = null;
    }
    if (!isResume && lastMs !== null) elapsedMs += nowMs - lastMs;
    lastMs = nowMs;
    add(counts, event.event);
    switch (event.event) {
      case "loop_start":
        loops.set(frame, event.loop);
        break;
      case "state_enter": {
        leave(frame, nowMs);
        const subLoop = isRoot ? null : loops.get(frame) ?? "sub-loop";
        const key = JSON.stringify([subLoop, event.state]);
        const state = states.get(key) ??
          { state: event.state, subLoop, entries: 0, durationMs: 0 };
        states.set(key, { ...state, entries: state.entries + 1 });
        visits.set(frame, { key, sinceMs: nowMs });
        if (isRoot) steps = event.iteration;
        break;
      }
      case "action_complete":
        actions.run++;
        if (event.cancelled === true) actions.stopped++;
        else if (event.exit_code !== 0) actions.failed++;
        if (event.timeout_kind !== undefined || event.exit_code === 124) {
          actions.timedOut++;
        }
        break;
      case "evaluate":
        add(verdicts, event.verdict);
        break;
      case "loop_complete":
        // The loop itself may be resumed, within the same state.
        if (isRoot) end = event;
        else leave(frame, nowMs);
    }
  }
  for (const open of [...visits.keys()]) leave(open, lastMs ?? 0);
  return {
    runId: run.id,
    loop: run.loop,
    terminatedBy: end?.terminated_by ?? null,
    finalState: end?.final_state ?? null,
    isFailureTerminal: end?.failure_terminal ?? false,
    events: Object.fromEntries(counts),
    states: [...states.values()],
    actions,
    verdicts: Object.fromEntries(verdicts),
    steps,
    maxSteps: options.maxSteps,
    elapsedMs,
    resumes: counts.get("loop_resume") ?? 0,
  };
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
