/** Owns what to do so that a reference to the context finds a value. */

import {
  MODIFIERS,
  nearest,
  type ReferencePart,
  unknownModifier,
} from "../model/mod.ts";
import { quote, quoteAll } from "../load/mod.ts";

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
  return {
    add: `--context ${name}=VALUE${meant}`,
    words: ["--context", `${name}=VALUE`],
  };
}
