/** Owns the walk from a parsed value to a located tree: limits, merge keys, the text of keys. */

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
export function keyTexts(text: string): unknown {
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

/** One walk over a parsed value; counts as it goes, so that nothing explodes. */
export class Walk {
  needsKeyTexts = false;
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
      return { kind: "scalar", place, value: this.#scalar(value, place) };
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

  #scalar(value: unknown, place: Place): null | boolean | number | string {
    switch (typeof value) {
      case "number":
        if (!Number.isFinite(value)) {
          return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
          this.#report({
            rule: "inexact-number",
            severity: "warning",
            message: `The number is too large to be exact: it is read as ${
              BigInt(value)
            }`,
            hint: "Put it in quotes to keep its digits",
          }, place);
        }
        return value;
      case "string":
      case "boolean":
        return value;
      default:
        return null;
    }
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
      this.needsKeyTexts = true;
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

function resolvesTo(text: string, key: string): boolean {
  try {
    return String(parse(text, { schema: "core" })) === key;
  } catch {
    return false;
  }
}
