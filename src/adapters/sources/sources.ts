/**
 * Owns reading definitions: from the disk with a limit, and from the files embedded in
 * the program. Whatever a file is, reading it gives an answer and never throws.
 */

import {
  BUILTIN_PREFIX,
  SCHEMA_SOURCE,
  TEMPLATE_PREFIX,
} from "../../model/mod.ts";
import type { EmbeddedSummary, Sources, SourceText } from "../../ports/mod.ts";
import { describeCause } from "../files/mod.ts";
import schemaText from "../../../schema/loop.schema.json" with { type: "text" };
import { BUILTIN_TEXTS, builtinSummaries } from "./builtins.ts";

/** Templates lie in this folder of `loops/`. They are no loops: nothing finds them by name. */
const TEMPLATE_FOLDER = "templates/";

/** The largest definition that is read: no file written by people comes near. */
export const MAX_SOURCE_BYTES = 2 * 1024 * 1024;

/** Returns the definitions of this machine; `embedded` are other embedded files, by relative name. */
export function createSources(
  embedded: ReadonlyMap<string, () => string> = BUILTIN_TEXTS,
): Sources {
  const builtins = [...embedded.keys()].sort()
    .filter((name) => !name.startsWith(TEMPLATE_FOLDER));
  let summaries: ReadonlyMap<string, EmbeddedSummary> | null = null;
  return {
    builtins,
    get summaries() {
      return summaries ??= embedded === BUILTIN_TEXTS
        ? builtinSummaries()
        : new Map();
    },
    read(file) {
      if (file === SCHEMA_SOURCE) return { kind: "text", text: schemaText };
      const name = embeddedName(file);
      if (name === null) return readFromDisk(file);
      const text = embedded.get(name);
      return text === undefined
        ? { kind: "missing" }
        : { kind: "text", text: text() };
    },
    list,
    isExecutable,
  };
}

function list(folder: string): readonly string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

/** Returns the name below `loops/` of an embedded file; `null` for a path. */
function embeddedName(file: string): string | null {
  if (file.startsWith(TEMPLATE_PREFIX)) {
    return TEMPLATE_FOLDER + file.slice(TEMPLATE_PREFIX.length);
  }
  if (!file.startsWith(BUILTIN_PREFIX)) return null;
  const name = file.slice(BUILTIN_PREFIX.length);
  return name.startsWith(TEMPLATE_FOLDER) ? "" : name;
}

function readFromDisk(path: string): SourceText {
  try {
    const info = Deno.statSync(path);
    if (info.isDirectory) return { kind: "directory" };
    // Opening a pipe that nobody writes to would wait for ever.
    if (!info.isFile || info.size === 0 && isOfKernel(path)) {
      return { kind: "unreadable", reason: "it is no regular file" };
    }
    if (info.size > MAX_SOURCE_BYTES) return tooLarge(info.size);
    const text = info.size > 0 ? Deno.readTextFileSync(path) : "";
    if (isPlainText(text)) return { kind: "text", text };
    const bytes = readBounded(path);
    if (bytes.length > MAX_SOURCE_BYTES) return tooLarge(bytes.length);
    return decodeSource(bytes);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (!isMissing) return { kind: "unreadable", reason: describeCause(error) };
    const target = linkTarget(path);
    return target === null ? { kind: "missing" } : { kind: "dangling", target };
  }
}

/**
 * Returns whether a text is what its file holds. Making the decoder that tells for certain takes
 * longer than reading all loops of most projects; a short text without a mark at its beginning and
 * without the character that stands for wrong bytes needs none.
 */
function isPlainText(text: string): boolean {
  return text !== "" && text.length <= MAX_SOURCE_BYTES &&
    !text.startsWith("\ufeff") && !text.includes("\ufffd");
}

/**
 * Files of the kernel say that they are empty. Some wait for ever, some hold what a message must
 * not show, such as the environment of this process: no definition is one of them.
 */
function isOfKernel(path: string): boolean {
  return Deno.realPathSync(path).startsWith("/proc/");
}

function linkTarget(path: string): string | null {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return null;
  }
}

/** Returns what a definition of that size is: none. */
export function tooLarge(sizeBytes: number): SourceText {
  return { kind: "too-large", sizeBytes, maxBytes: MAX_SOURCE_BYTES };
}

// A file may grow while it is read, and some say that they are empty.
function readBounded(path: string): Uint8Array {
  using file = Deno.openSync(path);
  let bytes = new Uint8Array(16 * 1024);
  let count = 0;
  while (count <= MAX_SOURCE_BYTES) {
    if (count === bytes.length) {
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
    const got = file.readSync(bytes.subarray(count));
    if (got === null) break;
    count += got;
  }
  return bytes.subarray(0, count);
}

/** Returns the definition that bytes stand for. */
export function decodeSource(bytes: Uint8Array): SourceText {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { kind: "text", text };
  } catch {
    return { kind: "unreadable", reason: "it is not UTF-8 text" };
  }
}

function isExecutable(path: string): boolean {
  try {
    const info = Deno.statSync(path);
    // Systems without modes decide by name; there every file may be tried.
    return info.isFile && (info.mode === null || (info.mode & 0o111) !== 0);
  } catch {
    return false;
  }
}
