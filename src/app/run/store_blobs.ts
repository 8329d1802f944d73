/** Owns pictures, sounds and other bytes in what a tool returns: long ones become files. */

import { isJsonObject, type Json, type JsonObject } from "../../model/mod.ts";
import type { Files } from "../../ports/mod.ts";

/** Shorter ones stay where they are. */
const BLOB_CHARACTERS_MIN = 64 * 1024;
/** Where bytes stand in base64: of an image or a sound, and of an embedded resource. */
const BLOB_KEYS = ["data", "blob"];

/**
 * Returns a tool's result in which `file`, the path of a file with the bytes, stands in the place
 * of every long `data` or `blob`.
 *
 * @throws {LoopError} `cannot-write`
 */
export function storeBlobs(
  files: Pick<Files, "replace">,
  result: JsonObject,
  place: { readonly folder: string; readonly prefix: string },
): JsonObject {
  let count = 0;
  const store = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(store);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]): [string, Json] => {
        const bytes = BLOB_KEYS.includes(key) ? bytesOf(each) : null;
        if (bytes === null) return [key, store(each)];
        const type = value["mimeType"];
        const file = `${place.folder}/${place.prefix}.${++count}${
          extensionOf(type)
        }`;
        files.replace(file, bytes);
        return ["file", file];
      }),
    );
  };
  return store(result) as JsonObject;
}

function bytesOf(value: Json): Uint8Array<ArrayBuffer> | null {
  if (typeof value !== "string" || value.length < BLOB_CHARACTERS_MIN) {
    return null;
  }
  try {
    return Uint8Array.fromBase64(value);
  } catch {
    // Text that only has such a name.
    return null;
  }
}

function extensionOf(type: Json | undefined): string {
  const [, subtype] = /^[a-z]+\/([a-z0-9]{1,8})$/.exec(String(type)) ?? [];
  return subtype === undefined ? ".bin" : `.${subtype}`;
}
