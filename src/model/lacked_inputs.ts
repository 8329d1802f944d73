/** Owns which required inputs of a loop have no value. */

import type { Json } from "./json.ts";
import type { Loop } from "./loop.ts";

/**
 * Returns the `required_inputs` of a loop that have no value, in their order. Like in the reference,
 * what is empty is no value: `""`, `null`, `false`, `0`, `[]`.
 *
 * @param valueOf gives the value of a context key; `undefined` where there is none
 */
export function lackedInputs(
  loop: Pick<Loop, "requiredInputs">,
  valueOf: (key: string) => Json | undefined,
): string[] {
  return loop.requiredInputs.filter((key) => {
    const value = valueOf(key);
    return value === undefined || value === null || value === "" ||
      value === false || value === 0 ||
      (Array.isArray(value) && value.length === 0);
  });
}
