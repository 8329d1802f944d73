/** Owns the rule on values from outside that a shell reads as a part of its script. */

import {
  type Loop,
  own,
  type ReferencePart,
  referencesOf,
  variableName,
} from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { capturesOf } from "../captures_of.ts";
import { shellActionOf } from "../terms.ts";
import { unsafeReferences } from "../unsafe_references.ts";

/** Keys of the context that hold what somebody typed (FORMAT V137). */
const TYPED_KEYS = [
  "input",
  "goal",
  "description",
  "task",
  "prompt",
  "query",
  "topic",
];

/** FORMAT V137, and what agents have written. */
export const unquotedValue: Rule = {
  name: "unquoted-value",
  severity: "warning",
  description: "A value from outside that becomes a part of a shell script",
  unless: "unsafe_context_interpolation_ok",
  isOnTextOnly: true,
  state({ loop, state }, report) {
    const action = shellActionOf(state);
    if (action === null || !action.includes("${")) return;
    if (!referencesOf(action).some((part) => isFromOutside(part, loop))) return;
    for (const reference of unsafeReferences(action)) {
      const { source, excerpt, occurrence, fix } = reference;
      const [part] = referencesOf(source);
      if (part === undefined || !isFromOutside(part, loop)) continue;
      report(["action"], {
        message: `${quote(source)} comes from outside and is read as shell: ` +
          "what stands in it may run",
        hint: fix === null ? otherHint(part) : `Write ${fix}`,
        excerpt,
        occurrence,
        ...(fix === null ? {} : { edit: { kind: "replace", text: fix } }),
      });
    }
  },
};

function isFromOutside(
  { namespace, path, isShellQuoted }: ReferencePart,
  loop: Loop,
): boolean {
  if (isShellQuoted) return false;
  const [name = "", field = ""] = path.split(".", 2);
  if (namespace === "context") {
    return TYPED_KEYS.includes(name.replace(/\W.*$/s, "")) ||
      name === loop.inputKey;
  }
  if (namespace !== "captured" || (field !== "output" && field !== "stderr")) {
    return false;
  }
  const makers = capturesOf(loop).byName.get(name) ?? [];
  return makers.some((maker) => own(loop.states, maker)?.kind === "prompt");
}

function otherHint({ namespace, path }: ReferencePart): string {
  const [name = "", field, ...rest] = path.split(".");
  const quoted = `\${${namespace}.${path}:shell} outside of quotes`;
  const variable = namespace === "context" && field === undefined
    ? `LL_CONTEXT_${variableName(name)}`
    : field === "output" && rest.length === 0
    ? `LL_CAPTURED_${variableName(name)}`
    : null;
  return variable === null
    ? `Write ${quoted}, which quotes it for the shell`
    : `Read it from the variable ${variable}, or write ${quoted}`;
}
