/** Owns what the programs of a state find in their environment beside what every one finds. */

import type { GivenVariables } from "../model/mod.ts";
import { interpolate } from "./interpolate.ts";
import type { Turn } from "./turn.ts";

/**
 * Returns the variables of a frame's state over those of its loop, resolved, and what is inherited.
 * A sub-loop has its own alone.
 *
 * @throws {InterpolationError} where a reference cannot be resolved
 */
export function givenVariables(turn: Turn, id: string): GivenVariables {
  const state = turn.state(id);
  const loop = turn.loop(turn.frame(id).loop);
  const envAllow = state.envAllow ?? loop.envAllow;
  const limits = envAllow === undefined ? {} : { envAllow };
  if (state.env === undefined && loop.env === undefined) return limits;
  const lookup = turn.lookup(id);
  const env = Object.fromEntries(
    Object.entries({ ...loop.env, ...state.env }).map(([name, text]) => [
      name,
      interpolate(text, lookup),
    ]),
  );
  return { ...limits, env };
}
