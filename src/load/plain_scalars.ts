/**
 * Owns the words of a file that stand there without quotes: what they are depends on the
 * version of YAML that reads them.
 */

import type { Node as YamlNode } from "yaml";
import type { DocumentPath } from "../model/mod.ts";

type Yaml = typeof import("yaml");

/** A scalar without quotes and without a tag. */
export interface PlainScalar {
  /** Where it stands in the file; for a key, where its value does. */
  readonly path: DocumentPath;
  readonly isKey: boolean;
  /** As written. */
  readonly source: string;
  /** Whether YAML 1.2 reads it as text. */
  readonly isText: boolean;
}

/** Returns the plain scalars of a file in its order; none when it is no YAML. */
export async function plainScalars(
  text: string,
): Promise<readonly PlainScalar[]> {
  const yaml = await import("yaml");
  const found: PlainScalar[] = [];
  try {
    const document = yaml.parseDocument(text, {
      uniqueKeys: false,
      strict: false,
      logLevel: "silent",
      prettyErrors: false,
    });
    if (document.errors.length > 0) return [];
    collect(document.contents, { path: [], yaml, found });
  } catch {
    // What cannot be read has been reported where it was loaded.
  }
  return found;
}

interface Collecting {
  readonly path: DocumentPath;
  readonly yaml: Yaml;
  readonly found: PlainScalar[];
}

function collect(node: unknown, at: Collecting): void {
  const { yaml, path } = at;
  if (yaml.isMap(node)) {
    for (const { key, value } of node.items) {
      const name = yaml.isScalar(key) ? key.source ?? String(key.value) : "";
      const below = { ...at, path: [...path, name] };
      add(key, { ...below, isKey: true });
      collect(value, below);
    }
  } else if (yaml.isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      collect(item, { ...at, path: [...path, index] });
    }
  } else add(node, { ...at, isKey: false });
}

function add(
  node: unknown,
  { yaml, path, found, isKey }: Collecting & { readonly isKey: boolean },
): void {
  if (!yaml.isScalar(node) || (node as YamlNode).tag !== undefined) return;
  if (node.type !== "PLAIN" || node.source === undefined) return;
  found.push({
    path,
    isKey,
    source: node.source,
    isText: typeof node.value === "string",
  });
}
