/** Owns which values one state needs that nobody gave. */

import { findMissing, type Missing, templatesOf } from "../../check/mod.ts";
import {
  type Begin,
  type DocumentPath,
  type JsonObject,
  referencesOf,
  type State,
  unreachable,
} from "../../model/mod.ts";
import type { MissingValue, Prepared } from "../run/mod.ts";

/** Returns the values that a step of `state` would not find, each once with what to add. */
export function missingForState(
  prepared: Pick<Prepared, "definitions" | "loop">,
  options: {
    readonly state: State;
    readonly context: JsonObject;
    readonly begin: Begin;
  },
): readonly MissingValue[] {
  const { definitions, loop } = prepared;
  const { state, context, begin } = options;
  const alone = { ...loop, states: { [state.name]: state } };
  const found = findMissing(
    { ...definitions, loops: { [definitions.root]: alone } },
    new Set(Object.keys(context)),
  );
  const missing = found
    .filter(({ kind, name }) =>
      kind !== "captured" || !Object.hasOwn(begin.captured, name)
    )
    .map((lack) => asValue(lack));
  return begin.prev === null ? [...missing, ...missingPrev(state)] : missing;
}

function asValue({ kind, name, add, usedBy, at }: Missing): MissingValue {
  switch (kind) {
    case "context":
      return { name, add, usedBy, at, words: ["--context", `${name}=VALUE`] };
    case "captured": {
      const words = ["--captured", `${name}=VALUE`];
      return { name, add: words.join(" "), usedBy, at, words };
    }
    default:
      return unreachable(kind);
  }
}

function missingPrev(state: State): readonly MissingValue[] {
  for (const { text, path } of templatesOf(state)) {
    if (worksWithoutPrev(path)) continue;
    const needs = referencesOf(text).some(({ namespace, fallback }) =>
      namespace === "prev" && fallback === null
    );
    if (!needs) continue;
    return [{
      name: "prev",
      add: "--prev TEXT",
      usedBy: ["states", state.name, ...path].join("."),
      at: { ...state.at, path: [...state.at.path, ...path] },
      words: ["--prev", "TEXT"],
    }];
  }
  return [];
}

/** While a route is picked the state itself is the previous one; numbers may lack their past. */
function worksWithoutPrev([place = "", key]: DocumentPath): boolean {
  return place === "next" || place === "route" ||
    String(place).startsWith("on_") ||
    (place === "evaluate" && (key === "previous" || key === "tolerance"));
}
