/** Owns judging a state: which evaluator, on what, and what its verdict leads to (EXEC 4.1, 5.1). */

import {
  DEFAULT_EVALUATE,
  defaultEvaluatorOf,
  type Evaluate,
  evaluatorFacts,
  type EvaluatorType,
  hideReferences,
  type JsonObject,
  type LookPurpose,
  LoopError,
  type ObservedOutcome,
  own,
  pickTarget,
  type State,
  type Subject,
} from "../model/mod.ts";
import { rememberPrevious } from "./act.ts";
import { type CircuitTrip, recordInCircuit } from "./circuit.ts";
import { type Decision, WAIT } from "./decision.ts";
import { endOfTimeout } from "./enter.ts";
import {
  type Evidence,
  findEvaluator,
  type Judgement,
} from "./evaluators/mod.ts";
import { interpolate, InterpolationError } from "./interpolate.ts";
import { obeyOutput } from "./obey_output.ts";
import type { Turn } from "./turn.ts";

/** How long a look may take that sets no limit of its own. */
const LOOK_TIMEOUT_MS = 30_000;

/** Judges the frame's state and picks its way out; asks for a look at the world where it must. */
export function judge(turn: Turn, id: string): Decision {
  const state = turn.state(id);
  const frame = turn.frame(id);
  const judgement = judgeState(turn, id);
  if (judgement === null) {
    return leave(turn, id, { verdict: "yes", details: {} });
  }
  if (judgement.kind === "look") {
    const { subject, timeoutMs } = judgement;
    return look(turn, id, { purpose: "evaluator", subject, timeoutMs });
  }
  const circuit = turn.loop(frame.loop).circuit;
  if (
    circuit !== null && circuit.progressPaths.length > 0 &&
    !frame.observed.progress
  ) {
    const subject = { kind: "stat", paths: progressPaths(turn, id) } as const;
    return look(turn, id, { purpose: "progress", subject });
  }
  const { verdict, details, memory } = judgement;
  if (memory !== undefined) {
    turn.update(id, { stalls: { ...frame.stalls, [state.name]: memory } });
  }
  turn.emit(id, {
    event: "evaluate",
    type: state.evaluate?.type ?? "default",
    verdict,
    ...details,
    state: state.name,
  });
  return leave(turn, id, { verdict, details });
}

/** Takes what a look at the world showed and judges again. */
export function completeLook(
  turn: Turn,
  id: string,
  answer: {
    readonly purpose: LookPurpose;
    readonly outcome: ObservedOutcome;
  },
): Decision {
  const { purpose, outcome } = answer;
  if (outcome.isCancelled) return { do: "halt" };
  if (outcome.timeoutKind === "loop") {
    return { do: "finish", end: endOfTimeout(turn, id) };
  }
  const { observed } = turn.frame(id);
  turn.update(id, { observed: { ...observed, [purpose]: outcome } });
  return { do: "judge" };
}

function look(
  turn: Turn,
  id: string,
  asked: {
    readonly purpose: LookPurpose;
    readonly subject: Subject;
    readonly timeoutMs?: number | undefined;
  },
): Decision {
  const { purpose, subject, timeoutMs = LOOK_TIMEOUT_MS } = asked;
  turn.ask(id, "observing", {
    kind: "observe",
    purpose,
    subject,
    ...turn.clamp(id, timeoutMs),
    cwd: turn.frame(id).cwd,
  });
  return WAIT;
}

/** Returns the judgement of the frame's state; `null` where there is nothing to judge. */
function judgeState(turn: Turn, id: string): Judgement | null {
  const state = turn.state(id);
  const frame = turn.frame(id);
  const outcome = frame.result?.outcome ?? null;
  if (state.evaluate === null && outcome === null) return null;
  const type = state.evaluate?.type ?? defaultEvaluatorOf(state);
  if (type === null) return null;
  const exitCode = outcome?.exitCode ?? 0;
  if (state.evaluate !== null) {
    const early = judgeFailedAction(type, exitCode);
    if (early !== null) return early;
  }
  if (type === "llm_structured" && !turn.loop(frame.loop).llm.enabled) {
    return failed({
      error: "Judging by a language model is off: --no-llm or llm.enabled",
    });
  }
  const evaluator = findEvaluator(type);
  if (evaluator === null) {
    throw new LoopError("internal", `No evaluator "${type}" in this engine`);
  }
  const source = sourceOf(turn, id, state.evaluate);
  const evidence: Evidence = {
    evaluate: state.evaluate ??
      { ...DEFAULT_EVALUATE, type, at: state.at },
    text: source ?? outcome?.stdout.text ?? "",
    isWhole: source !== null || outcome?.stdout.isTruncated !== true,
    spill: source === null && outcome !== null && outcome.stdout.isTruncated
      ? outcome.stdout.spill
      : null,
    exitCode,
    lookup: turn.lookup(id),
    action: frame.result?.action ?? "",
    memory: own(frame.stalls, state.name) ?? null,
    observed: frame.observed.evaluator ?? null,
  };
  return evaluator(evidence);
}

/** An action that failed is an error for the evaluators that read its output. */
function judgeFailedAction(
  type: EvaluatorType,
  exitCode: number,
): Judgement | null {
  if (exitCode === 124 && type !== "mcp_result") {
    return failed({ exit_code: exitCode, error: "action timed out" });
  }
  if (exitCode !== 0 && evaluatorFacts(type)?.seesFailedActions !== true) {
    return failed({
      exit_code: exitCode,
      error: `action exited with code ${exitCode}`,
    });
  }
  return null;
}

function failed(details: JsonObject): Judgement {
  return { kind: "verdict", verdict: "error", details };
}

/** Returns the resolved `source`; `null` to judge the action's output instead. */
function sourceOf(
  turn: Turn,
  id: string,
  evaluate: Evaluate | null,
): string | null {
  if (evaluate === null || evaluate.source === null) return null;
  try {
    // Like the output of an action: masked.
    return hideReferences(interpolate(evaluate.source, turn.lookup(id)));
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    const { state, observed } = turn.frame(id);
    // Judged once more after each look; said once.
    if (Object.keys(observed).length === 0) {
      const message = `\`evaluate.source\` is not used: ${error.message}`;
      turn.emit(id, { event: "warning", state, message });
    }
    return null;
  }
}

/** Leaves a judged state: guards first, then the route for its verdict. */
function leave(
  turn: Turn,
  id: string,
  result: { readonly verdict: string; readonly details: JsonObject },
): Decision {
  const { verdict } = result;
  const state = turn.state(id);
  const exitCode = turn.frame(id).result?.outcome.exitCode ?? null;
  const progress = turn.frame(id).observed.progress?.value ?? null;
  rememberPrevious(turn, id);
  addVerdictToCapture(turn, id, { state, verdict });
  const obeyed = obeyOutput(turn, id);
  if (obeyed !== null) return obeyed;
  const trip = exitCode === null && state.evaluate === null
    ? null
    : recordInCircuit(turn, id, { verdict, exitCode: exitCode ?? 0, progress });
  if (trip !== null) return leaveByCircuit(trip);
  if (isBeyondRetry(state, { verdict, exitCode })) {
    const target = state.onRetryExhausted ?? own(state.on, "error");
    if (target !== undefined) return { do: "follow", target };
  }
  const target = pickTarget(state, verdict);
  return target === null
    ? { do: "no-target", verdict, exitCode }
    : { do: "follow", target, result };
}

function leaveByCircuit(trip: CircuitTrip): Decision {
  return trip.target === null
    ? { do: "finish", end: { by: "stall_detected", error: trip.message } }
    : { do: "follow", target: trip.target };
}

function isBeyondRetry(
  state: State,
  given: { readonly verdict: string; readonly exitCode: number | null },
): boolean {
  return state.retryableExitCodes !== null && given.verdict === "error" &&
    given.exitCode !== null &&
    !state.retryableExitCodes.includes(given.exitCode);
}

function addVerdictToCapture(
  turn: Turn,
  id: string,
  options: { readonly state: State; readonly verdict: string },
): void {
  const { capture } = options.state;
  const { captured } = turn.frame(id);
  const record = capture === null ? undefined : own(captured, capture);
  if (
    capture === null || record === undefined || turn.frame(id).result === null
  ) return;
  turn.update(id, {
    captured: {
      ...captured,
      [capture]: { ...record, verdict: options.verdict },
    },
  });
}

function progressPaths(turn: Turn, id: string): string[] {
  const lookup = turn.lookup(id);
  const paths = lookup.loop.circuit?.progressPaths ?? [];
  return paths.flatMap((path) => {
    try {
      return [interpolate(path, lookup)];
    } catch (error) {
      if (error instanceof InterpolationError) return [];
      throw error;
    }
  });
}
