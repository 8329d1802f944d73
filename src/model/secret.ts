/**
 * Owns the opaque references that stand for secrets from the start of a run until a process
 * is started. They are framed by NUL, which no YAML text and no argument can hold.
 */

/** What stands where a secret stood. */
export const MASKED = "***";

/** Every reference; groups: `env` or `context`, the name, `:shell` where it shall be quoted. */
export const SECRET_REFERENCE_REGEXP =
  // deno-lint-ignore no-control-regex -- see above
  /\u0000secret:(env|context):([^\u0000:]*)(:shell)?\u0000/g;

/**
 * Returns the reference to a secret of the environment or the context.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(hideReferences(`a ${secretReference("env", "TOKEN")} b`), "a *** b");
 * ```
 */
export function secretReference(
  source: "env" | "context",
  name: string,
): string {
  return `\u0000secret:${source}:${name}\u0000`;
}

/** Returns `text` with every reference masked, for events and messages. */
export function hideReferences(text: string): string {
  return text.includes("\u0000")
    ? text.replace(SECRET_REFERENCE_REGEXP, MASKED)
    : text;
}

/**
 * Returns a text in single quotes of a shell with its references taken out of them: each is
 * quoted by itself when its value is put in.
 */
export function quoteReferences(quoted: string): string {
  return quoted.replace(
    SECRET_REFERENCE_REGEXP,
    (_all, source: string, name: string) =>
      `'\u0000secret:${source}:${name}:shell\u0000'`,
  );
}
