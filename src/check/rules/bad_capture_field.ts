/** Owns the rule `bad-capture-field`. */

import { quote, quoteAll } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { capturesOf } from "../captures_of.ts";
import { readsOf, suggestField } from "../references.ts";

/** Parts of a sub-loop's capture that can be read. */
const LOOP_CAPTURE_FIELDS = ["output", "exit_code", "verdict"];

/** A part of a sub-loop's capture that it does not have. */
export const badCaptureField: Rule = {
  name: "bad-capture-field",
  severity: "error",
  description: "A part of a sub-loop's capture that it does not have",
  unless: "capture_reachability_ok",
  needsWholeGraph: true,
  state(view, report) {
    const { byName } = capturesOf(view.loop);
    for (const { name, rest, source, path } of readsOf(view)) {
      if (Object.hasOwn(view.loop.states, name)) continue;
      const isOfLoop = (byName.get(name) ?? []).some((state) =>
        view.loop.states[state]?.kind === "loop"
      );
      if (!isOfLoop || rest === "" || LOOP_CAPTURE_FIELDS.includes(rest)) {
        continue;
      }
      report(path, {
        message: `${quote(source)}: the capture of a sub-loop has only ${
          quoteAll(LOOP_CAPTURE_FIELDS)
        }`,
        ...suggestField({ source }, rest, LOOP_CAPTURE_FIELDS),
        excerpt: source,
      });
    }
  },
};
