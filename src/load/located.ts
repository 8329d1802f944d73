/**
 * Owns the located tree: a document in which every node knows the file and the path it
 * was written at, so that parents, flows and fragments can be merged without losing that.
 */

import type { DocumentPath, Json, Origin } from "../model/mod.ts";

/** Where a node was written; the path is spelled out only when somebody asks. */
export interface Place {
  readonly file: string;
  readonly parent: Place | null;
  readonly segment: string | number;
}

/** A value of a document. */
export type Node = MapNode | ListNode | ScalarNode;

/** A mapping; entries in the order of the file. */
export interface MapNode {
  readonly kind: "map";
  readonly place: Place;
  readonly entries: ReadonlyMap<string, Node>;
}

/** A list. */
export interface ListNode {
  readonly kind: "list";
  readonly place: Place;
  readonly items: readonly Node[];
}

/** Anything else. Numbers are finite. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly place: Place;
  readonly value: null | boolean | number | string;
}

/** Returns the place of a document's root. */
export function rootPlace(file: string): Place {
  return { file, parent: null, segment: "" };
}

/** Returns the origin that `place` stands for. */
export function originAt(place: Place): Origin {
  const path: (string | number)[] = [];
  for (let at: Place = place; at.parent !== null; at = at.parent) {
    path.push(at.segment);
  }
  return { file: place.file, path: path.reverse() };
}

/** Returns the plain value of a tree. */
export function toValue(node: Node): Json {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(toValue);
    case "map": {
      const value: Record<string, Json> = {};
      for (const [key, child] of node.entries) value[key] = toValue(child);
      return value;
    }
  }
}

/** Returns the deepest node on the way along `path`, and whether it is the end of the way. */
export function nearestNode(
  root: Node,
  path: DocumentPath,
): { readonly node: Node; readonly isExact: boolean } {
  let node = root;
  for (const segment of path) {
    const next = node.kind === "map"
      ? node.entries.get(String(segment))
      : node.kind === "list"
      ? node.items[Number(segment)]
      : undefined;
    if (next === undefined) return { node, isExact: false };
    node = next;
  }
  return { node, isExact: true };
}

/**
 * Returns `override` laid over `base`: mappings key by key, keys of the base first;
 * anything else, lists and null included, replaces what it covers.
 */
export function deepMerge(base: Node, override: Node): Node {
  if (base.kind !== "map" || override.kind !== "map") return override;
  return mergeMaps(base, override);
}

/** {@linkcode deepMerge} of two mappings. */
export function mergeMaps(base: MapNode, override: MapNode): MapNode {
  const entries = new Map(base.entries);
  for (const [key, value] of override.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? value : deepMerge(below, value));
  }
  return { kind: "map", place: override.place, entries };
}

/** Returns `node` without the entries named. */
export function withoutKeys(
  node: MapNode,
  ...keys: readonly string[]
): MapNode {
  const entries = new Map(node.entries);
  for (const key of keys) entries.delete(key);
  return { kind: "map", place: node.place, entries };
}

/** Returns `node` with one entry set. */
export function withEntry(
  node: MapNode,
  entry: readonly [key: string, value: Node],
): MapNode {
  const entries = new Map(node.entries);
  entries.set(...entry);
  return { kind: "map", place: node.place, entries };
}

/** Returns the text of a scalar, `null` for other nodes. */
export function scalarText(node: Node | undefined): string | null {
  return node?.kind === "scalar" && typeof node.value === "string"
    ? node.value
    : null;
}

/** Returns whether a node is null: given, but with nothing in it. */
export function isNull(node: Node): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** Returns whether a node is not there, null or empty text. */
export function isAbsent(node: Node | undefined): boolean {
  return node === undefined ||
    (node.kind === "scalar" && (node.value === null || node.value === ""));
}
