/** Owns what several rules look at of references: the texts that hold them, the captures that they read. */

import {
  type DocumentPath,
  type Finding,
  type Loop,
  nearestOf,
  parseTemplate,
  type ReferencePart,
  type State,
} from "../model/mod.ts";
import { readFlag } from "../load/mod.ts";
import { FIELD_WORDS, suggestMeant } from "./meant_words.ts";
import type { StateView } from "./rule.ts";
import { BASH_DEFAULT_REGEXP } from "./rules/bash_default.ts";
import {
  loopTemplatesOf,
  templatesOf,
  type TemplateUse,
} from "./templates_of.ts";

/** A `${captured.NAME…}` that must resolve. */
export interface CaptureRead {
  readonly name: string;
  readonly rest: string;
  readonly source: string;
  readonly path: DocumentPath;
}

/** Returns how to write what only the shell can have been meant to read: escaped, where the shell reads it. */
export function forShell(
  source: string,
  kind: TemplateUse["kind"],
): Pick<Finding, "hint" | "edit"> {
  return {
    hint: `Did you mean "$${source}", for the shell?`,
    ...(kind === "action"
      ? { edit: { kind: "replace", text: `$${source}` } }
      : {}),
  };
}

/** Returns how to name a field that is there, in the place of one that is not. */
export function suggestField(
  { source }: Pick<ReferencePart, "source">,
  name: string,
  fields: readonly string[],
): Pick<Finding, "hint" | "edit"> {
  const { hint, edit } = suggestMeant(name, fields, {
    max: 1,
    words: FIELD_WORDS,
  });
  const { only: meant } = nearestOf(name, fields);
  return {
    ...(hint === undefined ? {} : { hint }),
    ...(edit === undefined || meant === null ? {} : {
      edit: {
        kind: "replace",
        text: source.replace(`.${name}`, `.${meant}`),
      },
    }),
  };
}

/** Returns the texts of the loop itself that are resolved like those of its states. */
export function watchedOf(loop: Loop): TemplateUse[] {
  return loopTemplatesOf(loop).filter(({ kind }) => kind !== "scope");
}

/** Returns the texts of a state, without the defaults as the shell writes them that have a rule of their own. */
export function watchedIn(
  { state, document }: StateView,
): readonly TemplateUse[] {
  const uses = templatesOf(state);
  if (readFlag(document, "bash_default_ok")) return uses;
  return uses.map((use) =>
    use.path[0] === "action" && use.text.includes(":-")
      ? { ...use, text: use.text.replaceAll(BASH_DEFAULT_REGEXP, "") }
      : use
  );
}

/** Returns the references of a text in order of appearance. */
export function referencesIn(text: string): readonly ReferencePart[] {
  return parseTemplate(text).filter((part) => part.kind === "reference");
}

const knownReads = new WeakMap<State, readonly CaptureRead[]>();

/** Returns the captures that the action, its input, its variables and the evaluator's source of a state cannot do without. */
export function readsOf(
  { state }: Pick<StateView, "state">,
): readonly CaptureRead[] {
  const known = knownReads.get(state);
  if (known !== undefined) return known;
  const reads = findReads(state);
  knownReads.set(state, reads);
  return reads;
}

function findReads(state: State): CaptureRead[] {
  if (state.kind === "loop") return [];
  const reads = new Map<string, CaptureRead>();
  for (const { path, text } of templatesOf(state)) {
    const isScanned = path[0] === "action" || path[0] === "stdin" ||
      path[0] === "env" ||
      (path[0] === "evaluate" && path[1] === "source");
    if (!isScanned) continue;
    for (const part of referencesIn(text)) {
      if (part.namespace !== "captured" || part.fallback !== null) continue;
      const [name = "", ...rest] = part.path.split(".");
      if (!reads.has(part.path)) {
        reads.set(part.path, {
          name,
          rest: rest.join("."),
          source: part.source,
          path,
        });
      }
    }
  }
  return [...reads.values()];
}
