/** Owns the rule on output of a generator that a script then repairs. */

import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { filesIn } from "../run_files.ts";
import { isMetaLoop } from "../terms.ts";

const EDITOR_REGEXP = /yaml_state_editor|replace_action|to_file:/;

/** FORMAT V128. */
export const handPatchedOutput: Rule = {
  name: "hand-patched-output",
  severity: "warning",
  description: "A script that touches up the file which an agent generates",
  unless: "generator_fix_ok",
  isOnTextOnly: true,
  loop({ loop, document }, report) {
    if (!isMetaLoop(loop, document)) return;
    const states = Object.values(loop.states);
    const generators = states.filter(({ kind, action }) =>
      kind === "prompt" && EDITOR_REGEXP.test(action ?? "")
    );
    for (
      const { name, action } of states.filter(({ kind }) => kind === "shell")
    ) {
      const touched = filesIn(action ?? "");
      for (const generator of generators) {
        const file = filesIn(generator.action ?? "")
          .find((each) => touched.includes(each));
        if (file === undefined) continue;
        report(["states", name, "action"], {
          message: `State ${quote(name)} changes ${quote(file)}, which state ${
            quote(generator.name)
          } generates`,
          hint:
            'Correct the prompt that makes it, or say "generator_fix_ok: true"',
          onKey: true,
        });
      }
    }
  },
};
