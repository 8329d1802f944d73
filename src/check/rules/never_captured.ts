/** Owns the rule `never-captured`. */

import { nearest } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { capturesOf } from "../captures_of.ts";
import { readsOf } from "../references.ts";

/** A reference to a capture that no state makes. */
export const neverCaptured: Rule = {
  name: "never-captured",
  severity: "error",
  description: "A reference to a capture that no state makes",
  unless: "capture_reachability_ok",
  needsWholeGraph: true,
  state(view, report) {
    const captures = capturesOf(view.loop);
    if (captures.hasLoops) return;
    for (const read of readsOf(view)) {
      if (captures.byName.has(read.name)) continue;
      const names = [...captures.byName.keys()];
      const [near] = nearest(read.name, names, 1);
      report(read.path, {
        message: `${
          quote(read.source)
        } is never captured: no state has "capture: ${read.name}"`,
        excerpt: read.source,
        ...(near === undefined ? {} : { hint: `Did you mean ${quote(near)}?` }),
      });
    }
  },
};
