/**
 * Owns the rules on names that come near to a key of the context or to a capture and are
 * none. A key that comes near to nothing is one that a run may be given.
 */

import {
  isJsonObject,
  type Json,
  type Loop,
  nearest,
  own,
  referencesOf,
  type State,
  unknownModifier,
  variableName,
} from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import { capturesOf } from "../captures_of.ts";
import { declaredContextKeys, knownContextKeys } from "../context_keys.ts";
import type { Rule } from "../rule.ts";
import { templatesOf } from "../templates_of.ts";

const VARIABLE_REGEXP = /\bLL_(CONTEXT|CAPTURED)_([A-Za-z0-9_]+)(=|:?-)?/g;

/** Rules on mistyped keys. */
export const mistypedKeyRules: readonly Rule[] = [
  {
    name: "unknown-context-key",
    severity: "warning",
    description: "A context key that the file does not declare, but nearly",
    needs: "state",
    // What a run is given in the end is told by the run itself.
    isOnTextOnly: true,
    state({ loop, state }, report) {
      const seen = new Set<string>();
      for (const { path, text, kind } of templatesOf(state)) {
        if (kind === "literal") continue;
        for (const part of referencesOf(text)) {
          if (
            part.namespace !== "context" || part.fallback !== null ||
            seen.has(part.source) || unknownModifier(part.path) !== null
          ) continue;
          const meant = meantKey(part.path, loop);
          if (meant === null) continue;
          seen.add(part.source);
          report(path, {
            message: `${quote(part.source)} is no key of the context in ` +
              "this file",
            hint: `Did you mean \${context.${meant}}?`,
            excerpt: part.source,
            edit: {
              kind: "replace",
              text: part.source.replace(part.path, meant),
            },
          });
        }
      }
    },
  },
  {
    name: "unknown-variable",
    severity: "warning",
    description:
      "A variable of the context or of a capture that is never set, but nearly",
    state({ loop, state }, report) {
      for (const [name, meant] of mistypedVariables(state, loop)) {
        report(["action"], {
          message: `${quote(name)} is never set: ` +
            (name.startsWith("LL_CONTEXT_")
              ? "the file declares no such key of the context"
              : "no state captures anything under this name"),
          hint: `Did you mean ${quote(meant)}?`,
          excerpt: name,
          edit: { kind: "replace", text: meant },
        });
      }
    },
  },
];

/** Returns what `path` nearly is; `null` where it is right, or near to nothing. */
function meantKey(path: string, loop: Loop): string | null {
  const [first = "", ...below] = path.split(".");
  const { declared } = namesOf(loop);
  if (first === "" || first.includes("=")) return null;
  if (!declared.has(first)) {
    const [near] = nearest(first, declared, 1);
    return near === undefined ? null : [near, ...below].join(".");
  }
  let value: Json | undefined = own(loop.context, first);
  const way = [first];
  for (const [index, key] of below.entries()) {
    if (!isJsonObject(value)) return null;
    if (!Object.hasOwn(value, key)) {
      const [near] = nearest(key, Object.keys(value), 1);
      return near === undefined
        ? null
        : [...way, near, ...below.slice(index + 1)].join(".");
    }
    way.push(key);
    value = own(value, key);
  }
  return null;
}

/** The variables that an action reads and nothing sets, each with the one that was meant. */
function mistypedVariables(
  { action, kind }: State,
  loop: Loop,
): ReadonlyMap<string, string> {
  const mistyped = new Map<string, string>();
  if (kind !== "shell" || action?.includes("LL_C") !== true) return mistyped;
  const { variables } = namesOf(loop);
  const uses = [...action.matchAll(VARIABLE_REGEXP)];
  // What the action sets itself, or has a value for, is no mistake.
  const ownNames = new Set(
    uses.flatMap(([, space, name, sign]) =>
      sign === undefined ? [] : [`${space}_${name}`]
    ),
  );
  for (const [, space, name = ""] of uses) {
    const known = space === "CONTEXT" ? variables.context : variables.captured;
    if (
      known.has(name) || ownNames.has(`${space}_${name}`) ||
      known.has(name.replace(/_FILE$/, ""))
    ) continue;
    const [near] = nearest(name, known, 1);
    if (near === undefined) continue;
    mistyped.set(`LL_${space}_${name}`, `LL_${space}_${near}`);
  }
  return mistyped;
}

/** Names that are asked for once for each state, and there may be thousands of states. */
interface Names {
  readonly declared: ReadonlySet<string>;
  /** Ends of variables: what follows `LL_CONTEXT_` and `LL_CAPTURED_`. */
  readonly variables: {
    readonly context: ReadonlySet<string>;
    readonly captured: ReadonlySet<string>;
  };
}

const knownNames = new WeakMap<Loop, Names>();

function namesOf(loop: Loop): Names {
  const known = knownNames.get(loop);
  if (known !== undefined) return known;
  const declared = new Set(declaredContextKeys(loop));
  // A key that is mistyped in a reference, too, is not known by that.
  const keys = [...new Set(knownContextKeys(loop))].filter((key) =>
    declared.has(key) || nearest(key, declared, 1).length === 0
  );
  const names: Names = {
    declared,
    variables: {
      context: new Set(keys.map(variableName)),
      captured: new Set([...capturesOf(loop).byName.keys()].map(variableName)),
    },
  };
  knownNames.set(loop, names);
  return names;
}
