/** Owns keeping a text of any length as the output of an action: what is too long is a file. */

import type { Output } from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";
import { byteLength, outputOf } from "./clean_text.ts";

/** As of the streams of a child. */
const KEPT_BYTES_MAX = 1024 * 1024;
const HEAD_CHARACTERS = 256 * 1024;
const TAIL_CHARACTERS = 256 * 1024;

/**
 * Returns `text` as an output: all of it up to 1 MiB, else its beginning and its end, with a line
 * between them, and the whole in the file `name` below `folder`.
 *
 * @throws {LoopError} `cannot-write`
 */
export function keepText(
  files: Pick<Files, "replace">,
  text: string,
  place: { readonly folder: string; readonly name: string },
): Output {
  const sizeBytes = byteLength(text);
  if (sizeBytes <= KEPT_BYTES_MAX) return outputOf(text);
  files.replace(`${place.folder}/${place.name}`, text);
  const head = text.slice(0, HEAD_CHARACTERS);
  const tail = text.slice(-TAIL_CHARACTERS);
  return {
    text: `${head}\n[… all of it is in ${place.name} …]\n${tail}`
      .toWellFormed(),
    sizeBytes,
    isTruncated: true,
    spill: place.name,
  };
}
