/** Owns the rule `bad-fragment-binding`. */

import type { Rule } from "../rule.ts";
import { checkBindings, GIVEN_PARAMETERS } from "../check_bindings.ts";

/** A value for a fragment that the fragment does not take. */
export const badFragmentBinding: Rule = {
  name: "bad-fragment-binding",
  severity: "error",
  description: "A value for a fragment that the fragment does not take",
  stateKeys: ["fragment_bindings", "fragment_parameters"],
  state({ state }, report) {
    checkBindings({
      values: state.bindings,
      parameters: state.bindingParameters,
      given: GIVEN_PARAMETERS,
      owner: "the fragment",
    }, report);
  },
};
