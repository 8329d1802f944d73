/** Owns the rule `unknown-field`. */

import {
  type Loop,
  type ReferencePart,
  type StateKind,
  unknownModifier,
} from "../../model/mod.ts";
import { quote, quoteAll } from "../../load/mod.ts";
import type { Rule } from "../rule.ts";
import { capturesOf } from "../captures_of.ts";
import { templatesOf } from "../templates_of.ts";
import { referencesIn, suggestField } from "../references.ts";

/** What the namespaces with fixed names hold. */
const FIELDS: { readonly [namespace: string]: readonly string[] } = {
  loop: ["name", "started_at", "elapsed_ms", "elapsed"],
  prev: ["output", "stderr", "exit_code", "state", "timeout_kind"],
  result: ["verdict", "details"],
  state: ["name", "iteration"],
};

/** Parts of an action's capture that can be read. */
const ACTION_CAPTURE_FIELDS = [
  "output",
  "stderr",
  "exit_code",
  "verdict",
  "duration_ms",
  "failure_type",
  "timeout_kind",
];

/** States whose capture is that of an action. */
const ACTING_KINDS: readonly StateKind[] = ["shell", "prompt", "mcp"];

/** A field of the run, of a state, a capture or a result that does not exist. */
export const unknownField: Rule = {
  name: "unknown-field",
  severity: "warning",
  description:
    "A field of the run, of a state, a capture or a result that does not exist",
  state({ loop, state }, report) {
    const seen = new Set<string>();
    for (const { path, text, kind } of templatesOf(state)) {
      if (kind === "literal") continue;
      for (const part of referencesIn(text)) {
        if (part.fallback !== null || seen.has(part.source)) continue;
        const lack = lackedField(part, loop);
        if (lack === null || unknownModifier(part.path) !== null) continue;
        seen.add(part.source);
        report(path, {
          message: `${quote(part.source)}: ${lack.owner} has only ${
            quoteAll(lack.fields)
          }`,
          ...suggestField(part, lack.name, lack.fields),
          excerpt: part.source,
        });
      }
    }
  },
};

/** The field that a reference names in vain, and those that there are. */
function lackedField(
  { namespace, path }: ReferencePart,
  loop: Loop,
): {
  readonly name: string;
  readonly owner: string;
  readonly fields: readonly string[];
} | null {
  const [name = "", field = ""] = path.split(".", 2);
  if (namespace === "captured") {
    const makers = capturesOf(loop).byName.get(name) ?? [];
    // A state that runs a loop may leave captures of that loop: rules of their own see to it.
    const isOfAction = makers.length > 0 && makers.every((maker) => {
      const kind = loop.states[maker]?.kind;
      return kind !== undefined && ACTING_KINDS.includes(kind);
    });
    return !isOfAction || field === "" || ACTION_CAPTURE_FIELDS.includes(field)
      ? null
      : { name: field, owner: "a capture", fields: ACTION_CAPTURE_FIELDS };
  }
  const fields = Object.hasOwn(FIELDS, namespace)
    ? FIELDS[namespace]
    : undefined;
  return fields === undefined || name === "" || fields.includes(name)
    ? null
    : { name, owner: quote(namespace), fields };
}
