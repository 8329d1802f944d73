/** Owns which states of a run call an agent, and the host that their files name. */

import { callsAgent } from "../../check/mod.ts";
import type { Loop, State } from "../../model/mod.ts";
import { namedHost } from "./agent_settings.ts";
import type { Prepared } from "./prepare.ts";

/** A state that calls an agent, and the host that its file names. */
export interface AgentState {
  readonly state: State;
  readonly loop: Loop;
  readonly named: string | null;
  /** Whether an agent only judges it. */
  readonly isJudge: boolean;
}

/** Returns the states that call an agent, to act or to judge, those of the started loop first. */
export function agentStates(
  { definitions }: Pick<Prepared, "definitions">,
): readonly AgentState[] {
  return Object.values(definitions.loops).flatMap((loop) =>
    Object.values(loop.states).filter((state) => callsAgent(state, loop))
      .map((state) => ({
        state,
        loop,
        named: namedHost(loop, state),
        isJudge: state.kind !== "prompt",
      }))
  );
}
