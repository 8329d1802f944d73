/**
 * Owns the class of a failed action's output (EXEC 9.1). For a shell action it is only told,
 * in `${captured.NAME.failure_type}`: a test that prints "403" is no authentication failure.
 */

/** The classes; empty for success. */
export type FailureType =
  | ""
  | "transient"
  | "non_recoverable"
  | "infra_retry"
  | "real";

const TRANSIENT_TEXTS = [
  ["out of extra usage", "rate limit", "quota exceeded", "too many requests"],
  [
    "api limit",
    "usage limit",
    "429",
    "resource exhausted",
    "resourceexhausted",
  ],
  [
    "connection refused",
    "connection timeout",
    "connection reset",
    "network error",
  ],
  ["dns resolution", "service unavailable", "502 bad gateway"],
  ["503 service unavailable", "504 gateway timeout"],
  ["timeout", "timed out", "deadline exceeded"],
  ["disk full", "no space left", "resource temporarily unavailable"],
  ["too many open files", "memory allocation failed", "out of memory"],
].flat();
const TRANSIENT_WORDS_REGEXP = /\b(?:econnrefused|enotfound|etimedout)\b/;
const DENIED_TEXTS = [
  [
    "401",
    "403",
    "unauthorized",
    "forbidden",
    "authentication",
    "invalid api key",
  ],
  ["invalid_api_key", "expired token"],
].flat();
const LATE_TRANSIENT_TEXTS = [
  ["the server had an error", "internal server error", "overloaded", "529"],
  [
    "api error",
    "prompt is too long",
    "context length exceeded",
    "context window",
  ],
  [
    "maximum context",
    "command not found",
    "read-only variable",
    "<tool_use_error>",
  ],
].flat();

/**
 * Returns the class of an action that ended with `exitCode` and printed `text`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(classifyFailure(1, "HTTP 429"), "transient");
 * assertEquals(classifyFailure(1, "assertion failed"), "real");
 * ```
 */
export function classifyFailure(exitCode: number, text: string): FailureType {
  if (exitCode === 0) return "";
  const lower = text.toLowerCase();
  const has = (texts: readonly string[]) =>
    texts.some((item) => lower.includes(item));
  if (has(TRANSIENT_TEXTS) || TRANSIENT_WORDS_REGEXP.test(lower)) {
    return "transient";
  }
  if (has(DENIED_TEXTS)) return "non_recoverable";
  if (has(LATE_TRANSIENT_TEXTS) || /\bkilled\b/.test(lower)) return "transient";
  return "real";
}
