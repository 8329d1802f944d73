/** Owns how an error that ends a command reads. */

import type { LoopError } from "../model/mod.ts";
import { painter, type Style } from "./style.ts";
import { makeVisible } from "./visible.ts";

/** Returns `error: MESSAGE` and, where there is one, `hint: …`, as lines. Findings are not included. */
export function formatLoopError(
  error: Pick<LoopError, "message" | "hint">,
  style: Style,
): readonly string[] {
  // What was typed or read stands in it.
  const visible = (line: string) =>
    makeVisible(line, { unicode: style.unicode !== false });
  const paint = painter(style);
  const [first = "", ...rest] = error.message.split("\n").map(visible);
  const lines = [`${paint("error", "error:")} ${first}`, ...rest];
  for (const [index, line] of error.hint?.split("\n").entries() ?? []) {
    const label = index === 0 ? paint("info", "hint:") : "     ";
    lines.push(`${label} ${visible(line)}`);
  }
  return lines;
}
