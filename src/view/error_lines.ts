/** Owns how an error that ends a command reads. */

import type { LoopError } from "../model/mod.ts";
import { painter, type Style } from "./style.ts";

/** Returns `error: MESSAGE` and, where there is one, `hint: …`, as lines. Findings are not included. */
export function formatLoopError(
  error: Pick<LoopError, "message" | "hint">,
  style: Style,
): readonly string[] {
  const paint = painter(style);
  const lines = [`${paint("error", "error:")} ${error.message}`];
  for (const [index, line] of error.hint?.split("\n").entries() ?? []) {
    const label = index === 0 ? paint("info", "hint:") : "     ";
    lines.push(`${label} ${line}`);
  }
  return lines;
}
