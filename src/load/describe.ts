/** Owns how values of a file are called in messages. */

import { type Finding, type Json, nearestOf, quotedAll } from "../model/mod.ts";
import type { Node } from "./located.ts";
import { yamlScalar } from "./yaml_scalar.ts";

const TEXT_CHARACTERS_MAX = 40;

/**
 * Returns what a value is, for the end of a message.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(describeValue("30"), 'the text "30"');
 * assertEquals(describeValue(null), "null");
 * ```
 */
export function describeValue(value: Json | undefined): string {
  switch (typeof value) {
    case "string":
      return value === "" ? "empty text" : `the text ${quote(value)}`;
    case "number":
      return `the number ${value}`;
    case "boolean":
      return `the boolean ${value}`;
    case "undefined":
      return "nothing";
  }
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : "a mapping";
}

/** {@linkcode describeValue} for a node. */
export function describeNode(node: Node): string {
  if (node.kind === "scalar") return describeValue(node.value);
  return node.kind === "list" ? "a list" : "a mapping";
}

/**
 * Returns `text` in double quotes, on one line and not too long.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(quote("a\nb"), '"a\\nb"');
 * ```
 */
export function quote(text: string): string {
  const short = text.length > TEXT_CHARACTERS_MAX
    ? `${text.slice(0, TEXT_CHARACTERS_MAX - 1)}…`
    : text;
  return JSON.stringify(short);
}

/**
 * Returns the names quoted and joined by commas, in the order given; of many the first, and how many more there are.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(quoteAll(["a", "b"]), '"a", "b"');
 * ```
 */
export function quoteAll(names: Iterable<string>): string {
  return quotedAll(names, quote);
}

/**
 * Returns what to say of a name that does not exist: the hint that names the nearest candidates,
 * and the edit that writes one of them in its place where nothing else can have been meant.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(suggest("dnoe", ["done", "failed"]), {
 *   hint: 'Did you mean "done"?',
 *   edit: { kind: "replace", text: "done" },
 * });
 * ```
 */
export function suggest(
  name: string,
  candidates: Iterable<string>,
  options: {
    /** Candidates in the hint. @default {3} */
    readonly max?: number;
    /** A mapping whose keys are in use: none of them can be what a key is renamed to. */
    readonly beside?: object;
  } = {},
): Pick<Finding, "hint" | "edit"> {
  const { names, only } = nearestOf(name, candidates, options.max);
  const isFree = only !== null &&
    !(options.beside !== undefined && Object.hasOwn(options.beside, only));
  return {
    ...didYouMean(names),
    ...(isFree ? { edit: { kind: "replace", text: yamlScalar(only) } } : {}),
  };
}

/** Returns the hint that names the nearest candidates; nothing when there is none. */
export function didYouMean(
  candidates: readonly string[],
): { readonly hint?: string } {
  return candidates.length === 0
    ? {}
    : { hint: `Did you mean ${candidates.map(quote).join(" or ")}?` };
}
