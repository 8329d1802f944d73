/** Owns telling a mistyped modifier of a reference, such as `:shll`, from a part of its path. */

import { nearest } from "./nearest.ts";

/** What may stand behind the path of a reference, as it is typed. */
export const MODIFIERS: readonly string[] = [
  ":shell",
  ":trim",
  ":default=TEXT",
  "?",
];

/** A modifier that does not exist. */
export interface UnknownModifier {
  /** With its colon. */
  readonly text: string;
  /** The path before it. */
  readonly path: string;
  /** What was meant, as it is typed; `null` when nothing comes near. */
  readonly near: string | null;
}

/**
 * Returns what follows the first colon of a reference's path, whose modifiers are taken off already;
 * `null` without one. A shell's `:-text` means `:default=text`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(unknownModifier("dir:shll"), { text: ":shll", path: "dir", near: ":shell" });
 * assertEquals(unknownModifier("dir:-x")?.near, ":default=x");
 * assertEquals(unknownModifier("dir"), null);
 * ```
 */
export function unknownModifier(path: string): UnknownModifier | null {
  const colon = path.indexOf(":");
  if (colon < 1) return null;
  const text = path.slice(colon);
  const before = path.slice(0, colon);
  if (text.startsWith(":-")) {
    return { text, path: before, near: `:default=${text.slice(2)}` };
  }
  const [word = "", value] = text.slice(1).split("=", 2);
  const [near] = nearest(word, ["shell", "trim", "default"], 1);
  return {
    text,
    path: before,
    near: near === undefined
      ? null
      : near === "default"
      ? `:default=${value ?? "TEXT"}`
      : `:${near}`,
  };
}
