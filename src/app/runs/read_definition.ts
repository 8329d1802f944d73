/** Owns reading the definition that a run was stored with. */

import {
  type Definitions,
  isJsonObject,
  type Json,
  LoopError,
} from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";

/** What a run was started with, secrets as references. */
export interface StoredDefinition {
  readonly definitions: Definitions;
  /** Texts of the files that it came from, secrets masked. */
  readonly texts: { readonly [file: string]: string };
}

/**
 * Returns the definition in a run's folder.
 *
 * @throws {LoopError} `not-found` or `unreadable`, naming the file
 */
export function readDefinition(
  files: Pick<Files, "readText">,
  folder: string,
): StoredDefinition {
  const path = `${folder}/definition.json`;
  const text = files.readText(path);
  let value: Json = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Told below, like every other text that is no definition.
  }
  const definitions = isJsonObject(value) ? value["definitions"] : undefined;
  if (
    !isJsonObject(value) || !isJsonObject(definitions) ||
    !isJsonObject(definitions["loops"])
  ) {
    throw new LoopError("unreadable", `Cannot read "${path}": it is damaged`);
  }
  return {
    definitions: definitions as unknown as Definitions,
    texts: (value["files"] ?? {}) as { readonly [file: string]: string },
  };
}
