/** Owns acting on decisions: the one place that knows every part of the engine. */

import { unreachable } from "../model/mod.ts";
import { startAction } from "./act.ts";
import { type Decision, WAIT } from "./decision.ts";
import { enter } from "./enter.ts";
import { endRun, finish } from "./finish.ts";
import { judge } from "./judge.ts";
import { follow, go, leaveWithoutTarget } from "./route.ts";
import { completeChild, startSubLoop } from "./sub_loop.ts";
import type { Turn } from "./turn.ts";

/** Follows decisions from a frame on until something has to be waited for or the run has ended. */
export function advance(turn: Turn, id: string, first: Decision): void {
  let frame = id;
  let decision = first;
  while (decision.do !== "wait") {
    const next = act(turn, frame, decision);
    frame = next.frame;
    decision = next.decision;
  }
}

interface Next {
  readonly frame: string;
  readonly decision: Decision;
}

function act(turn: Turn, frame: string, decision: Decision): Next {
  switch (decision.do) {
    case "wait":
      return { frame, decision };
    case "turn":
      return { frame, decision: enter(turn, frame) };
    case "act": {
      const isFlush = decision.isFlush ?? false;
      return { frame, decision: startAction(turn, frame, { isFlush }) };
    }
    case "run-child":
      return { frame, decision: startSubLoop(turn, frame) };
    case "judge":
      return { frame, decision: judge(turn, frame) };
    case "follow":
      return { frame, decision: follow(turn, frame, decision) };
    case "go":
      return { frame, decision: go(turn, frame, decision) };
    case "no-target":
      return { frame, decision: leaveWithoutTarget(turn, frame, decision) };
    case "begin":
      return { frame: decision.frame, decision: enter(turn, decision.frame) };
    case "halt":
      return { frame, decision: WAIT };
    case "finish":
      return end(turn, decision, frame);
    default:
      return unreachable(decision);
  }
}

function end(
  turn: Turn,
  decision: Extract<Decision, { do: "finish" }>,
  frame: string,
): Next {
  if (decision.isRun === true) {
    endRun(turn, decision.end);
    return { frame, decision: WAIT };
  }
  const handover = finish(turn, frame, decision.end);
  if (handover === null) return { frame, decision: WAIT };
  const { parent } = handover;
  return { frame: parent, decision: completeChild(turn, parent, handover.end) };
}
