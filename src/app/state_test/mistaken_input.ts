/** Owns telling an INPUT of `test` that was meant as the state to test. */

import { nearest } from "../../model/mod.ts";
import type { Prepared } from "../run/mod.ts";
import type { StateTestRequest } from "./request.ts";

/** A state that an INPUT stands for, or comes near to. */
export interface MistakenInput {
  readonly input: string;
  readonly state: string;
  /** Whether the INPUT is the state's name. */
  readonly isExact: boolean;
}

/**
 * Returns the state that was probably meant by the INPUT; `null` where there is none, or where
 * the state was named as well, so that the INPUT can only be one.
 */
export function mistakenInput(
  { loop, request: { input } }: Prepared,
  { state }: Pick<StateTestRequest, "state">,
): MistakenInput | null {
  if (input === null || state !== null) return null;
  if (Object.hasOwn(loop.states, input)) {
    return { input, state: input, isExact: true };
  }
  const [near] = nearest(input, Object.keys(loop.states), 1);
  return near === undefined ? null : { input, state: near, isExact: false };
}
