/** Owns judging a state: which evaluator, on what, and what its verdict leads to (EXEC 4.1, 5.1). */

import {
  ABSTENTIONS_MAX,
  DEFAULT_EVALUATE,
  type Evaluate,
  evaluatorFacts,
  type EvaluatorType,
  hideReferences,
  isAbstention,
  type JsonObject,
  type JudgedOutcome,
  type JudgeEffect,
  judgeOf,
  type JudgeRequest,
  LOOK_TIMEOUT_MS,
  type LookPurpose,
  type ObservedOutcome,
  own,
  type State,
  type Subject,
  unreachable,
  wayOfAbstention,
  wayOut,
} from "../model/mod.ts";
import { rememberPrevious } from "./act.ts";
import {
  charge,
  leaveByBudget,
  leaveByTime,
  leftFor,
  refuseCall,
} from "./budget.ts";
import { recordInCircuit } from "./circuit.ts";
import { type Decision, WAIT } from "./decision.ts";
import { findEvaluator, type Judgement } from "./evaluators/mod.ts";
import { givenVariables } from "./given_variables.ts";
import { interpolate, InterpolationError } from "./interpolate.ts";
import { leaveLook, lookAround } from "./look_around.ts";
import { obeyOutput, outputSignalOf } from "./obey_output.ts";
import { type EndedCall, retryAgent } from "./retry_agent.ts";
import type { Turn } from "./turn.ts";
import { warnOfLiterals, warnOnce } from "./warn_of_literals.ts";

/** `llm.max_tokens` of the reference, which it never uses: too little for a judge that thinks. */
const MAX_TOKENS_DEFAULT = 256;

/** A judgement for which nobody was called. */
const NO_CALL: EndedCall = { host: "", failure: null };

/** Judges the frame's state and picks its way out; asks for a look at the world where it must. */
export function judge(turn: Turn, id: string): Decision {
  const state = turn.state(id);
  const frame = turn.frame(id);
  const judgement = judgeState(turn, id);
  if (judgement === null) {
    return leave(turn, id, { verdict: "yes", details: {} });
  }
  switch (judgement.kind) {
    case "verdict":
      break;
    case "look": {
      const { subject, timeoutMs } = judgement;
      return look(turn, id, { purpose: "evaluator", subject, timeoutMs });
    }
    case "ask": {
      const { name } = state;
      const { cwd } = frame;
      if (judgement.about.asked !== undefined) {
        const refused = refuseCall(turn, id);
        if (refused !== null) return refused;
        const around = lookAround(turn, id);
        if (around !== null) return around;
      }
      turn.ask(id, "observing", { ...judgement.about, state: name, cwd });
      return WAIT;
    }
    default:
      return unreachable(judgement);
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
    const states = { ...frame.stalls.states, [state.name]: memory };
    turn.update(id, { stalls: { ...frame.stalls, states } });
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
  if (outcome.timeoutKind === "loop") return leaveByTime(turn, id);
  const { observed } = turn.frame(id);
  turn.update(id, { observed: { ...observed, [purpose]: outcome } });
  return purpose === "room" ? leaveLook(turn, id) : { do: "judge" };
}

/** Takes a verdict from outside and goes on with it. */
export function completeJudge(
  turn: Turn,
  id: string,
  outcome: JudgedOutcome,
): Decision {
  // What was spent is spent, also by a judge that was cut short.
  for (const { usage } of outcome.agents ?? []) charge(turn, id, usage);
  if (outcome.isCancelled) return { do: "halt" };
  if (outcome.isTimeUp) return leaveByTime(turn, id);
  const stopped = outcome.agents?.find(({ exceeded }) => exceeded !== null);
  if (stopped !== undefined) return leaveByBudget(turn, id, stopped.exceeded);
  const { observed } = turn.frame(id);
  const { agents = [], answers = [] } = outcome;
  // The failure that has ended a judgement is that of its last call.
  const again = retryAgent(turn, id, agents.at(-1) ?? NO_CALL);
  if (again !== null) {
    turn.update(id, { observed: { ...observed, answers } });
    return again;
  }
  turn.update(id, { observed: { ...observed, judge: outcome } });
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

/** A verdict that somebody else is to give. */
interface Ask {
  readonly kind: "ask";
  readonly about: Pick<
    JudgeEffect,
    "kind" | "judge" | "text" | "exitCode" | "computed" | "asked"
  >;
}

/** Returns the judgement of the frame's state; `null` where there is nothing to judge. */
function judgeState(turn: Turn, id: string): Judgement | Ask | null {
  const state = turn.state(id);
  const frame = turn.frame(id);
  const outcome = frame.result?.outcome ?? null;
  const judge = judgeOf(state);
  if (judge === null || state.evaluate === null && outcome === null) {
    return null;
  }
  const exitCode = outcome?.exitCode ?? 0;
  const { agent } = outcome ?? {};
  // An agent that failed is not judged by its words; by its exit code it may be.
  if (agent !== undefined && exitCode !== 0 && judge !== "exit_code") {
    return failed({
      exit_code: exitCode,
      error: agent.failure?.message ??
        (exitCode === 124 ? "the agent timed out" : "the agent failed"),
      ...(agent.failure === null ? {} : { failure: agent.failure.kind }),
    });
  }
  if (state.evaluate !== null) {
    const early = judgeFailedAction(state.evaluate.type, exitCode);
    if (early !== null) return early;
  }
  if (judge === "llm_structured" && !turn.loop(frame.loop).llm.enabled) {
    return failed({
      error: "Judging by a language model is off: --no-llm or llm.enabled",
    });
  }
  const { judge: judged } = frame.observed;
  if (judged !== undefined) {
    const { verdict, details } = judged;
    return { kind: "verdict", verdict, details };
  }
  const source = sourceOf(turn, id, state.evaluate);
  const text = source ?? outcome?.stdout.text ?? "";
  const ask = (computed: string | null): Judgement | Ask => {
    try {
      const asked = turn.snapshot.isSimulated || judge === "learning"
        ? {}
        : askedOf(turn, id, judge);
      const about = { judge, text, exitCode, computed, ...asked };
      return { kind: "ask", about: { kind: "judge", ...about } };
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      return failed({ error: error.message });
    }
  };
  if (judge === "learning") return ask(null);
  // Outputs that are made up say nothing: only the exit code can then be computed with.
  // `classify` reads one text alone, and who is asked may know that it is not made up.
  const isMadeUp = turn.snapshot.isSimulated && judge !== "exit_code";
  const evaluator = isMadeUp && judge !== "classify"
    ? null
    : findEvaluator(judge);
  if (evaluator === null) return ask(null);
  warnOfLiterals(turn, id, state.evaluate);
  const judgement = evaluator({
    evaluate: state.evaluate ??
      { ...DEFAULT_EVALUATE, type: judge, at: state.at },
    text,
    isWhole: source !== null || outcome?.stdout.isTruncated !== true,
    spill: source === null && outcome !== null && outcome.stdout.isTruncated
      ? outcome.stdout.spill
      : null,
    isSpillCut: outcome?.stdout.isSpillCut === true,
    exitCode,
    lookup: turn.lookup(id),
    action: frame.result?.action ?? "",
    memory: own(frame.stalls.states, state.name) ?? null,
    observed: frame.observed.evaluator ?? null,
  });
  if (!isMadeUp) return judgement;
  return ask(judgement.kind === "verdict" ? judgement.verdict : null);
}

/** Returns what an agent is asked by its evaluator; nothing for those that the engine carries out. */
function askedOf(
  turn: Turn,
  id: string,
  judge: EvaluatorType,
): Pick<JudgeEffect, "asked"> {
  const about = aboutOf(turn, id, judge);
  if (about === null) return {};
  const state = turn.state(id);
  const loop = turn.loop(turn.frame(id).loop);
  const { llm } = loop;
  const { answers = [] } = turn.frame(id).observed;
  return {
    asked: {
      about,
      settings: {
        host: state.host ?? loop.host ?? null,
        model: state.model ?? llm.model,
        agent: null,
        tools: null,
        effort: state.effort ?? llm.effort,
        sessions: {},
        left: leftFor(turn, id),
      },
      ...turn.clamp(id, llm.timeoutMs),
      maxTokens: llm.maxTokens === MAX_TOKENS_DEFAULT ? null : llm.maxTokens,
      ...(answers.length === 0 ? {} : { answers }),
      ...givenVariables(turn, id),
    },
  };
}

function aboutOf(
  turn: Turn,
  id: string,
  judge: EvaluatorType,
): JudgeRequest["about"] | null {
  const state = turn.state(id);
  const evaluate = state.evaluate ??
    { ...DEFAULT_EVALUATE, type: judge, at: state.at };
  switch (judge) {
    case "llm_structured":
      return {
        kind: "model",
        prompt: promptOf(turn, id, evaluate),
        schema: evaluate.schema,
        minConfidence: evaluate.minConfidence,
        uncertainSuffix: evaluate.uncertainSuffix,
      };
    case "comparator":
      return {
        kind: "comparator",
        baselinePath: evaluate.baselinePath ?? "",
        autoPromote: evaluate.autoPromote,
        minPairs: Math.max(1, evaluate.minPairs),
      };
    case "contract":
      return { kind: "contract", pairs: evaluate.pairs };
    default:
      return null;
  }
}

function promptOf(turn: Turn, id: string, evaluate: Evaluate): string | null {
  if (evaluate.prompt === null) return null;
  try {
    return interpolate(evaluate.prompt, turn.lookup(id));
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    warnOnce(turn, id, `\`evaluate.prompt\` is not used: ${error.message}`);
    return null;
  }
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
    warnOnce(turn, id, `\`evaluate.source\` is not used: ${error.message}`);
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
  const trip = exitCode === null && state.evaluate === null
    ? null
    : recordInCircuit(turn, id, { verdict, exitCode: exitCode ?? 0, progress });
  // A fatal error wins over everything, an aborting circuit over a handoff (EXEC 1.5).
  if (trip?.target === null && outputSignalOf(turn, id)?.kind !== "fatal") {
    return { do: "finish", end: { by: "stall_detected", error: trip.message } };
  }
  const obeyed = obeyOutput(turn, id);
  if (obeyed !== null) return obeyed;
  if (trip !== null && trip.target !== null) {
    return { do: "follow", target: trip.target, by: "circuit" };
  }
  const held = hold(turn, id, result);
  if (held !== null) return held;
  const way = wayOut(state, { verdict, exitCode });
  return way === null
    ? { do: "no-target", verdict, exitCode }
    : { do: "follow", ...way, result };
}

/**
 * A judge that cannot judge is asked again, by running the state again, unless the state says what
 * then; after that it is an error, and never a yes or a no.
 */
function hold(
  turn: Turn,
  id: string,
  result: { readonly verdict: string; readonly details: JsonObject },
): Decision | null {
  const { verdict } = result;
  const state = turn.state(id);
  const { abstained } = turn.frame(id);
  const count = abstained?.state === state.name ? abstained.count : 0;
  if (!isAbstention(state, verdict)) {
    if (count > 0) turn.update(id, { abstained: { state: "", count: 0 } });
    return null;
  }
  const isHeld = count < ABSTENTIONS_MAX;
  turn.update(id, {
    abstained: isHeld
      ? { state: state.name, count: count + 1 }
      : { state: "", count: 0 },
  });
  const way = wayOfAbstention(state, count);
  return way === null
    ? { do: "no-target", verdict, exitCode: null }
    : { do: "follow", ...way, result };
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
