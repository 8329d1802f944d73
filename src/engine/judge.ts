/** Owns judging a state: what has to be seen or asked first, then the verdict (EXEC 4.1). */

import {
  type JudgedOutcome,
  LOOK_TIMEOUT_MS,
  type LookPurpose,
  type ObservedOutcome,
  type Subject,
  unreachable,
} from "../model/mod.ts";
import { charge, leaveByBudget, leaveByTime, refuseCall } from "./budget.ts";
import { type Decision, WAIT } from "./decision.ts";
import { interpolate, InterpolationError } from "./interpolate.ts";
import { judgeState } from "./judge_state.ts";
import { leaveJudged } from "./leave_judged.ts";
import { leaveLook, lookAround } from "./look_around.ts";
import { type EndedCall, retryAgent } from "./retry_agent.ts";
import type { Turn } from "./turn.ts";

/** A judgement for which nobody was called. */
const NO_CALL: EndedCall = { host: "", failure: null };

/** Judges the frame's state and picks its way out; asks for a look at the world where it must. */
export function judge(turn: Turn, id: string): Decision {
  const state = turn.state(id);
  const frame = turn.frame(id);
  const judgement = judgeState(turn, id);
  if (judgement === null) {
    return leaveJudged(turn, id, { verdict: "yes", details: {} });
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
  return leaveJudged(turn, id, { verdict, details });
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
