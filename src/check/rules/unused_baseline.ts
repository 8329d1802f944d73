/** Owns the rule `unused-baseline`. */

import { readText } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { isMetaLoop } from "../terms.ts";

/** FORMAT V121. */
export const unusedBaseline: Rule = {
  name: "unused-baseline",
  severity: "warning",
  description:
    "A loop that changes its own tools and compares with nothing that it noted before",
  unless: "meta_self_eval_ok",
  isOnTextOnly: true,
  loop({ loop, document }, report) {
    if (!isMetaLoop(loop, document)) return;
    const states = Object.values(loop.states);
    const captures = states.flatMap(({ capture }) => capture ?? []);
    if (captures.length === 0) return;
    const texts = states.flatMap(({ evaluate }) => [
      evaluate?.previous ?? "",
      evaluate?.source ?? "",
      readText({ target: evaluate?.target ?? "" }, "target") ?? "",
    ]);
    const isUsed = texts.some((text) =>
      captures.some((name) => text.includes(`captured.${name}`))
    );
    if (isUsed) return;
    report([], {
      message: "The loop changes loops, skills or agents, and no evaluator " +
        "compares with what was captured before",
      hint:
        'Name a capture in "previous", "source" or "target" of an evaluator, ' +
        'or say "meta_self_eval_ok: true"',
    });
  },
};
