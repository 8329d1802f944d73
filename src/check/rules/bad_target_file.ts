/** Owns the rule `bad-target-file`. */

import { entry, quote, readText } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";

/** An entry of targets that is no YAML file. */
export const badTargetFile: Rule = {
  name: "bad-target-file",
  severity: "error",
  description: "An entry of targets that is no YAML file",
  needs: "value",
  loop({ document }, report) {
    const targets = entry(document, "targets");
    if (!Array.isArray(targets)) return;
    for (const [index, target] of targets.entries()) {
      const file = typeof target === "object" && target !== null
        ? readText(target, "file")
        : null;
      if (file === null || file.endsWith(".yaml")) continue;
      report(["targets", index, "file"], {
        message: `"file" must end in ".yaml", not ${quote(file)}`,
      });
    }
  },
};
