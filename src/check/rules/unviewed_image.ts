/** Owns the rule on images that a model scores without proof that it looked. */

import { quote } from "../../load/mod.ts";
import { own } from "../../model/mod.ts";
import type { Rule } from "../rule.ts";

const VIEWING_REGEXPS = [
  /read the screenshot|view the (?:generated )?(?:website|page|image)/i,
  /screenshot\.(?:png|jpe?g|webp)/,
  /\.(?:png|jpe?g|webp)[^\n]{0,200}(?:read|view|evaluate|score|judge)/i,
];

/** FORMAT V125. */
export const unviewedImage: Rule = {
  name: "unviewed-image",
  severity: "warning",
  description: "A harness that ends on what a model says of an image",
  unless: "meta_self_eval_ok",
  isOnTextOnly: true,
  stateKinds: ["prompt"],
  state({ loop, state }, report) {
    if (loop.category !== "harness") return;
    const target = own(loop.states, own(state.on, "yes") ?? "");
    if (
      state.evaluate?.type !== "output_contains" || target?.terminal !== true ||
      !VIEWING_REGEXPS.some((each) => each.test(state.action ?? ""))
    ) return;
    report([], {
      message: `State ${
        quote(state.name)
      } ends the loop on what a model says of an image`,
      hint:
        "Lead to a state that checks it another way before the end, or say " +
        '"meta_self_eval_ok: true"',
    });
  },
};
