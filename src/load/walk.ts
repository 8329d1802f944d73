/**
 * Owns the walk from a parsed value to a located tree: limits, merge keys, and the texts of
 * keys and numbers that the parser made something else of.
 */

import { parse } from "@std/yaml";
import type { Finding } from "../model/mod.ts";
import { describeValue } from "./describe.ts";
import { DEPTH_MAX } from "./explain_syntax.ts";
import {
  type ListNode,
  type MapNode,
  type Node,
  originAt,
  type Place,
} from "./located.ts";

/** Most nodes that one file may unfold to; anchors can grow without bound. */
export const NODES_MAX = 200_000;
/** Keys that YAML may have resolved to something else than their text. */
const RESOLVED_KEY_REGEXP =
  /^(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null|NaN|-?Infinity)$/;
const MERGE_KEY = "<<";
const PROTO_KEY = "__proto__";
const COMPLEX_KEY = "[object Object]";

/** The same document with every scalar as its text; `undefined` where that cannot be had. */
export function scalarTexts(text: string): unknown {
  try {
    return parse(text, { schema: "failsafe", allowDuplicateKeys: true });
  } catch {
    return undefined;
  }
}

/** Thrown by a walk that would not end. */
export class TreeLimitError extends Error {
  readonly place: Place;
  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

/** Parts of a file whose values are the user's own: a number that is too long there is its digits. */
const FREE_KEYS: ReadonlySet<string | number> = new Set([
  "context",
  "default",
  "params",
  "target",
  "values",
  "with",
]);

/** One walk over a parsed value; counts as it goes, so that nothing explodes. */
export class Walk {
  /** Whether another walk, with the texts, would give more than this one. */
  needsTexts = false;
  /** Findings that this walk has added. */
  added = 0;
  #nodes = 0;
  #depth = 0;
  readonly #file: string;
  readonly #findings: Finding[];
  readonly #texts: unknown;

  constructor(file: string, findings: Finding[], texts?: unknown) {
    this.#file = file;
    this.#findings = findings;
    this.#texts = texts;
  }

  locate(value: unknown, place: Place): Node {
    return this.#node(value, place, this.#texts);
  }

  #node(value: unknown, place: Place, texts: unknown): Node {
    if (++this.#nodes > NODES_MAX) {
      throw new TreeLimitError(
        `The file unfolds to more than ${
          NODES_MAX.toLocaleString("en")
        } values`,
        place,
      );
    }
    if (typeof value !== "object" || value === null) {
      const scalar = this.#scalar(value, { place, text: texts });
      return { kind: "scalar", place, value: scalar };
    }
    if (this.#depth >= DEPTH_MAX) {
      throw new TreeLimitError(
        `Nested deeper than ${DEPTH_MAX} levels`,
        place,
      );
    }
    this.#depth++;
    const node = Array.isArray(value)
      ? this.#list(value, place, texts)
      : this.#map(value as Record<string, unknown>, place, texts);
    this.#depth--;
    return node;
  }

  #scalar(
    value: unknown,
    { place, text }: { readonly place: Place; readonly text: unknown },
  ): null | boolean | number | string {
    switch (typeof value) {
      case "number":
        if (!Number.isFinite(value)) {
          return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        return Number.isInteger(value) && !Number.isSafeInteger(value)
          ? this.#longNumber(value, { place, text })
          : value;
      case "string":
      case "boolean":
        return value;
      default:
        return null;
    }
  }

  /** A number that is not exact: its digits where a text can stand for it. */
  #longNumber(
    value: number,
    { place, text }: { readonly place: Place; readonly text: unknown },
  ): number | string {
    if (isFree(place)) {
      if (this.#texts === undefined) {
        this.needsTexts = true;
        return value;
      }
      const digits = digitsOf(text);
      if (digits !== null) return digits;
    }
    this.#report({
      rule: "inexact-number",
      severity: "warning",
      message: `The number is too large to be exact: it is read as ${
        shown(value)
      }`,
      hint: "Put it in quotes where a text is meant, else write a smaller one",
    }, place);
    return value;
  }

  #list(value: unknown[], place: Place, texts: unknown): ListNode {
    const below = Array.isArray(texts) ? texts : [];
    const items = value.map((item, index) =>
      this.#node(
        item,
        { file: this.#file, parent: place, segment: index },
        below[index],
      )
    );
    return { kind: "list", place, items };
  }

  #map(
    value: Record<string, unknown>,
    place: Place,
    texts: unknown,
  ): MapNode {
    const below = typeof texts === "object" && texts !== null
      ? texts as Record<string, unknown>
      : {};
    const own = new Map<string, Node>();
    let merged: Map<string, Node> | null = null;
    for (const key of Object.keys(value)) {
      const text = this.#keyText(key, value, below);
      const at = { file: this.#file, parent: place, segment: text };
      if (key === PROTO_KEY || key === COMPLEX_KEY) {
        this.#reportKey(key, at);
        continue;
      }
      const child = this.#node(value[key], at, below[text]);
      if (key === MERGE_KEY) merged = this.#merge(child);
      else own.set(text, child);
    }
    if (merged === null) return { kind: "map", place, entries: own };
    for (const [key, child] of own) merged.set(key, child);
    return { kind: "map", place, entries: merged };
  }

  #keyText(
    key: string,
    value: Record<string, unknown>,
    texts: Record<string, unknown>,
  ): string {
    if (!RESOLVED_KEY_REGEXP.test(key)) return key;
    if (this.#texts === undefined) {
      this.needsTexts = true;
      return key;
    }
    if (Object.hasOwn(texts, key)) return key;
    const found = Object.keys(texts).find((text) =>
      !Object.hasOwn(value, text) && resolvesTo(text, key)
    );
    return found ?? key;
  }

  #merge(node: Node): Map<string, Node> {
    const sources = node.kind === "list" ? node.items : [node];
    const merged = new Map<string, Node>();
    for (const source of sources) {
      if (source.kind !== "map") {
        this.#report({
          rule: "yaml-merge",
          severity: "error",
          message: `"<<" needs a mapping or a list of mappings, not ${
            source.kind === "scalar" ? describeValue(source.value) : "a list"
          }`,
        }, source.place);
        continue;
      }
      for (const [key, child] of source.entries) {
        if (!merged.has(key)) merged.set(key, child);
      }
    }
    return merged;
  }

  #reportKey(key: string, place: Place): void {
    if (key === PROTO_KEY) {
      this.#report({
        rule: "reserved-key",
        severity: "error",
        message: `"${PROTO_KEY}" cannot be used as a key`,
        onKey: true,
      }, place);
    } else {
      this.#report({
        rule: "complex-key",
        severity: "error",
        message: "A key must be text, not a mapping",
        hint: 'Put a value that begins with "{" in quotes',
        onKey: true,
      }, place);
    }
  }

  #report(finding: Omit<Finding, "at">, place: Place): void {
    this.added++;
    this.#findings.push({ ...finding, at: originAt(place) });
  }
}

/** Beyond as many digits as anybody reads, an exponent. */
function shown(value: number): string {
  return Math.abs(value) < 1e21 ? String(BigInt(value)) : String(value);
}

function isFree(place: Place): boolean {
  for (let at: Place | null = place; at !== null; at = at.parent) {
    if (FREE_KEYS.has(at.segment)) return true;
  }
  return false;
}

/** Returns the decimal digits of a whole number in any of YAML's notations; `null` for other texts. */
function digitsOf(text: unknown): string | null {
  if (typeof text !== "string") return null;
  try {
    return String(BigInt(text.replaceAll("_", "").replace(/^\+/, "")));
  } catch {
    return null;
  }
}

function resolvesTo(text: string, key: string): boolean {
  try {
    return String(parse(text, { schema: "core" })) === key;
  } catch {
    return false;
  }
}
