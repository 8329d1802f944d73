/**
 * Owns how a failed call of the system is told to people: the cause in the
 * system's own words, the path, and what to do about it.
 */

import { LoopError } from "../../model/mod.ts";

const SYSTEM_MESSAGE_REGEXP = /^(.*?) \(os error \d+\)/s;

const HINTS: { readonly [code: string]: string } = {
  ENOSPC: "Free some space on that disk, then start again",
  EDQUOT: "Free some of your disk quota, then start again",
  EROFS: "Name a folder that can be written with --loops-dir or LL_LOOPS_DIR",
  ENOTDIR: "A part of that path is a file where a folder is needed",
  EEXIST: "A file is in the way of a folder of that name",
  EISDIR: "A folder is in the way of a file of that name",
  ENAMETOOLONG: "Use a shorter name",
  EMFILE: "Raise the limit of open files (ulimit -n)",
  ENOLCK: "Name a folder on a disk that supports file locks with --loops-dir",
};

const DEFAULT_HINT =
  "Check who owns it and its mode, or name another folder with --loops-dir or LL_LOOPS_DIR";

/**
 * Returns the cause of a failed call in words, without path or number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const error = new Error("Permission denied (os error 13): open '/x'");
 * assertEquals(describeCause(error), "Permission denied");
 * ```
 */
export function describeCause(error: unknown): string {
  if (error instanceof LoopError) return error.message;
  if (!(error instanceof Error)) return String(error);
  return SYSTEM_MESSAGE_REGEXP.exec(error.message)?.[1] ?? error.message;
}

/** Returns the name that the system gives to the failure, `ENOSPC`; empty when it gives none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error
    ? (error as { readonly code?: unknown }).code
    : undefined;
  return typeof code === "string" ? code : "";
}

/** Returns whether the call failed because `path` is not there, a file standing in for a folder included. */
export function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.NotADirectory;
}

/** Returns the error for a path that cannot be written, created or removed. */
export function cannotWrite(path: string, error: unknown): LoopError {
  if (error instanceof LoopError) return error;
  return new LoopError(
    "cannot-write",
    `Cannot write "${path}": ${describeCause(error)}`,
    { hint: HINTS[codeOf(error)] ?? DEFAULT_HINT, cause: error },
  );
}

/** Returns the error for a path that cannot be read: `not-found` when it is not there, else `unreadable`. */
export function cannotRead(path: string, error: unknown): LoopError {
  const code = error instanceof Deno.errors.NotFound
    ? "not-found"
    : "unreadable";
  return new LoopError(
    code,
    `Cannot read "${path}": ${describeCause(error)}`,
    {
      cause: error,
      ...(codeOf(error) === "EACCES" ? { hint: DEFAULT_HINT } : {}),
    },
  );
}
