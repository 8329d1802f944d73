/** Owns what to do so that a reference to the context finds a value. */

import {
  type Json,
  MODIFIERS,
  nearest,
  type ReferencePart,
  unknownModifier,
} from "../model/mod.ts";
import { quote, quoteAll } from "../load/mod.ts";

/** What stands on a command line as it is. */
const PLAIN_REGEXP = /^[\w./-]{1,40}$/;

/** A way to give a value. */
export interface WayToGive {
  /** Completes "add …". */
  readonly add: string;
  /** The words that give it on the command line; none where the file has to be changed. */
  readonly words: readonly string[];
}

/** Returns how to give what `part` lacks; `known` are the keys that there are. */
export function howToGive(
  part: ReferencePart,
  known: Iterable<string>,
  parameter: {
    /** Of the parameter with that name, which counts in a sub-loop only; `null` without one. */
    readonly default: Json;
  },
): WayToGive {
  const [name = "", ...below] = part.path.split(".");
  if (name === "") {
    return {
      add: "a name after the dot: ${context.NAME}",
      words: [],
    };
  }
  const modifier = unknownModifier(part.path);
  if (modifier !== null) {
    const [key] = nearest(modifier.path, known, 1);
    return {
      add: `${
        modifier.near === null
          ? `one of ${quoteAll(MODIFIERS)}`
          : quote(modifier.near)
      } in place of the unknown modifier ${quote(modifier.text)}` +
        (key === undefined || key === modifier.path
          ? ""
          : ` (and did you mean ${quote(key)}?)`),
      words: [],
    };
  }
  const [near] = nearest(name, known, 1);
  const meant = near === undefined ? "" : ` (or did you mean ${quote(near)}?)`;
  // It is made of the input, and nobody could type it.
  if (name === "input_hash") {
    return { add: `an INPUT after the loop's name${meant}`, words: ["INPUT"] };
  }
  // Values of the command line are texts, in which nothing is; their keys end at the first "=".
  if (below.length > 0 || name.includes("=")) {
    const value = below.reduceRight(
      (inner, key) => `{ ${key}: ${inner} }`,
      "…",
    );
    return {
      add: `"${name}: ${value}" below "context:" in the file${meant}`,
      words: [],
    };
  }
  const text = parameter.default === null ? "" : String(parameter.default);
  const value = PLAIN_REGEXP.test(text) ? text : "VALUE";
  return {
    add: `--context ${name}=${value}${
      parameter.default === null
        ? meant
        : " (the default of a parameter counts in sub-loops only)"
    }`,
    words: ["--context", `${name}=${value}`],
  };
}
