/** Owns the rule on files that each round of a loop writes over. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { filesIn } from "../run_files.ts";

/** FORMAT V127. */
export const overwrittenArtifact: Rule = {
  name: "overwritten-artifact",
  severity: "warning",
  description: "A file of the run that each round of a harness writes over",
  unless: ["artifact_versioning", "artifact_versioning_ok"],
  needsWholeGraph: true,
  isOnTextOnly: true,
  state({ loop, graph, state }, report) {
    if (loop.category !== "harness" || state.kind !== "shell") return;
    const [file] = filesIn(state.action ?? "");
    if (file === undefined || !graph.isInCycle(state.name)) return;
    report(["action"], {
      message: `State ${quote(state.name)} writes ${
        quote(file)
      } anew each time it runs: what was there before is gone`,
      hint: "Put the step into the name: ${state.iteration}; or say " +
        '"artifact_versioning_ok: true"',
      excerpt: file,
    });
  },
};
