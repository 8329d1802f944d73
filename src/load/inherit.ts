/** Owns `from`: laying a loop over its parents. */

import { nearest } from "../model/mod.ts";
import { describeNode, didYouMean, quote } from "./describe.ts";
import {
  type MapNode,
  mergeMaps,
  originAt,
  scalarText,
  withoutKeys,
} from "./located.ts";
import { describeTried } from "./describe_tried.ts";
import { knownLoops } from "./known_files.ts";
import type { Reading } from "./reading.ts";
import { resolveLoopName, type ResolveOptions } from "./resolve_name.ts";
import { folderOf, loopNameOf } from "./source_paths.ts";

/** A loop over its parents. */
export interface Inherited {
  readonly node: MapNode;
  /** False when one of the parents cannot be had, which has been reported: nothing of it is in the node. */
  readonly isWhole: boolean;
}

/** Returns `node` over its parent, the parent over its own, and so on. */
export function inherit(
  node: MapNode,
  reading: Reading,
  options: ResolveOptions,
): Inherited {
  const file = node.place.file;
  return resolve(node, [{ name: loopNameOf(file), file }], {
    reading,
    options,
  });
}

interface Link {
  readonly name: string;
  readonly file: string;
}

interface Means {
  readonly reading: Reading;
  readonly options: ResolveOptions;
}

function resolve(
  node: MapNode,
  chain: readonly Link[],
  means: Means,
): Inherited {
  const from = node.entries.get("from");
  if (from === undefined) return { node, isWhole: true };
  const own = withoutKeys(node, "from");
  if (from.kind === "scalar" && from.value === null) {
    return { node: own, isWhole: true };
  }
  const alone: Inherited = { node: own, isWhole: false };
  const { reading, options } = means;
  const name = scalarText(from);
  if (name === null || name === "") {
    reading.report({
      rule: "bad-parent",
      message: `"from" must be the name of a loop, not ${describeNode(from)}`,
    }, from.place);
    return alone;
  }
  const beside = folderOf(node.place.file);
  const { found, tried } = resolveLoopName(name, {
    ...options,
    loopsDir: beside,
  });
  if (found === null) {
    reading.report({
      rule: "unknown-parent",
      message: `Cannot find the parent loop ${quote(name)}: looked for ${
        describeTried(tried, options.cwd)
      }`,
      ...didYouMean(nearest(
        name,
        knownLoops(name, { sources: options.sources, folders: [beside] }),
      )),
    }, from.place);
    return alone;
  }
  const start = chain.findIndex((link) => link.file === found.file);
  if (start >= 0) {
    const names = chain.slice(start).map((link) => link.name);
    reading.report({
      rule: "circular-parent",
      message: `"from" goes in a circle: ${
        [...names, names[0] ?? ""].join(" -> ")
      }`,
    }, from.place);
    return alone;
  }
  const parent = reading.tree(found.file, originAt(from.place));
  if (parent === null) return alone;
  if (parent.kind !== "map") {
    reading.report({
      rule: "bad-parent",
      message: `Parent loop ${quote(name)} must be a mapping, not ${
        describeNode(parent)
      }`,
    }, from.place);
    return alone;
  }
  const link = { name: loopNameOf(found.file), file: found.file };
  const above = resolve(parent, [...chain, link], means);
  return { ...above, node: mergeMaps(above.node, own) };
}
