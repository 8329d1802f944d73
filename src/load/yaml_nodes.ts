/** Owns finding nodes in a document of the parser that knows positions. */

import type { Document, Node as YamlNode, Pair, YAMLMap } from "yaml";
import type { DocumentPath } from "../model/mod.ts";

/** The parser, which is loaded only where somebody needs a place. */
export type Yaml = typeof import("yaml");

/** A node with the key that it stands under. */
export interface Spot {
  readonly key: YamlNode | null;
  readonly value: YamlNode | null;
}

/** Where a node stands, in UTF-16 units. */
export interface NodeRange {
  readonly start: number;
  /** The end of the value itself. */
  readonly end: number;
  /** The end of what belongs to it: white space and comments. */
  readonly nodeEnd: number;
}

/** Returns where a node stands; `null` for none. */
export function rangeOf(node: YamlNode | null): NodeRange | null {
  const range = node?.range;
  return range === null || range === undefined
    ? null
    : { start: range[0], end: range[1], nodeEnd: range[2] };
}

/** Returns the node at the end of `path`, or the last one on the way that is there. */
export function walkTo(
  document: Document.Parsed,
  path: DocumentPath,
  yaml: Yaml,
): { readonly spot: Spot; readonly isExact: boolean } {
  let spot: Spot = { key: null, value: document.contents };
  for (const segment of path) {
    const next = step(resolveAlias(spot.value, document, yaml), segment, yaml);
    if (next === null) return { spot, isExact: false };
    spot = next;
  }
  return { spot, isExact: true };
}

/** Returns what an alias stands for; every other node as it is. */
export function resolveAlias(
  node: YamlNode | null,
  document: Document.Parsed,
  yaml: Yaml,
): YamlNode | null {
  return yaml.isAlias(node) ? node.resolve(document) ?? null : node;
}

/**
 * Returns the offset of an `excerpt` in a value, -1 when it is not written there. What
 * looks like a reference is looked for as one first, and only then behind a second `$`.
 */
export function findExcerpt(
  text: string,
  { excerpt, occurrence = 0 }: {
    readonly excerpt: string;
    readonly occurrence?: number | undefined;
  },
  value: NodeRange,
): number {
  const isIn = (at: number) => at >= 0 && at + excerpt.length <= value.nodeEnd;
  const first = text.indexOf(excerpt, value.start);
  let at = first;
  let left = occurrence;
  while (isIn(at) && (isEscaped(text, at) || left-- > 0)) {
    at = text.indexOf(excerpt, at + 1);
  }
  return isIn(at) ? at : isIn(first) && occurrence === 0 ? first : -1;
}

/** Returns whether what stands at an offset is a reference that a second `$` makes text of. */
export function isEscaped(text: string, offset: number): boolean {
  return text.startsWith("${", offset) && text[offset - 1] === "$";
}

function step(
  node: YamlNode | null,
  segment: string | number,
  yaml: Yaml,
): Spot | null {
  if (yaml.isMap(node)) {
    const pair = pairsOf(node, yaml).get(String(segment));
    return pair === undefined ? null : {
      key: yaml.isNode(pair.key) ? pair.key : null,
      value: yaml.isNode(pair.value) ? pair.value : null,
    };
  }
  if (yaml.isSeq(node)) {
    const item = node.items[Number(segment)];
    return yaml.isNode(item) ? { key: null, value: item } : null;
  }
  return null;
}

const knownPairs = new WeakMap<YAMLMap, Map<string, Pair<unknown, unknown>>>();

/** Returns the pairs of a map by key; the last one of a key counts. */
function pairsOf(
  map: YAMLMap,
  yaml: Yaml,
): ReadonlyMap<string, Pair<unknown, unknown>> {
  let pairs = knownPairs.get(map);
  if (pairs === undefined) {
    pairs = new Map();
    for (const pair of map.items as Pair<unknown, unknown>[]) {
      const key = textOf(pair.key, yaml);
      if (key !== null) pairs.set(key, pair);
    }
    knownPairs.set(map, pairs);
  }
  return pairs;
}

/** Keys count by what was written: `010` is not 8. */
function textOf(key: unknown, yaml: Yaml): string | null {
  if (!yaml.isScalar(key)) return null;
  return typeof key.value === "string"
    ? key.value
    : key.source ?? String(key.value);
}
