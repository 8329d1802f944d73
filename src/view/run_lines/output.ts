/** Owns how what comes out of an action is told: its lines, what its agent does, and what was left out. */

import type { RunEvent } from "../../model/mod.ts";
import { count } from "../count.ts";
import type { ActionCompleteEvent } from "../evaluation.ts";
import { type OutputLines, TAIL_LINES_MAX } from "../output_lines.ts";
import { makeVisible } from "../visible.ts";
import type { Layout } from "./layout.ts";

/** A frame whose action has ended. */
interface Ended {
  readonly depth: number;
  readonly output: OutputLines;
}

/** Returns one line of output. */
export function outputLine(
  layout: Layout,
  event: { readonly line: string; readonly stream?: string },
  { depth }: Pick<Ended, "depth">,
): string {
  const { paint, symbols, options: { style } } = layout;
  const body = makeVisible(event.line, {
    color: style.color,
    unicode: style.unicode !== false,
  });
  const mark = event.stream === "stderr"
    ? paint("warning", "!")
    : paint("secondary", symbols.bar);
  // A gray of ours around the child's own colours would end at its first reset.
  const text = body.includes("\x1b") ? body : paint("secondary", body);
  return layout.line(depth, `${mark} ${text}`.trimEnd());
}

/** Returns the line of what an agent does: it stands out from what it says, however much that is. */
export function activityLine(
  layout: Layout,
  event: Extract<RunEvent, { readonly event: "agent_activity" }>,
  { depth }: Pick<Ended, "depth">,
): string {
  const isTrouble = event.kind !== "tool";
  const mark = isTrouble
    ? layout.paint("warning", "!")
    : layout.paint("secondary", layout.symbols.neutral);
  return layout.line(depth, `${mark} ${layout.visible(event.text)}`);
}

/** Returns the last lines, behind how many were left out. */
export function outputEnd(
  layout: Layout,
  { output, depth }: Ended,
): readonly string[] {
  const { hidden, tail } = output.end();
  if (hidden === 0) return tail;
  const log = layout.options.hasLog === false ? "" : ", the log has all";
  const text = `${layout.symbols.ellipsis} ${
    count(hidden, "more line")
  } (--verbose shows all${log})`;
  return [layout.line(depth, layout.paint("secondary", text)), ...tail];
}

/**
 * Returns the last lines of an output whose end was not handed in: not those that came last, but
 * those in the preview.
 */
export function cutOutputEnd(
  layout: Layout,
  event: ActionCompleteEvent,
  { output, depth }: Ended,
): readonly string[] {
  const { ellipsis } = layout.symbols;
  output.end();
  const stream = event.output_preview ? "stdout" : "stderr";
  const preview = event.output_preview || event.stderr_preview || "";
  const lines = preview.trimEnd().split("\n");
  // The preview begins anywhere in its first line.
  lines[0] = `${ellipsis}${lines[0]}`;
  const tail = lines.slice(-TAIL_LINES_MAX)
    .map((line) => outputLine(layout, { line, stream }, { depth }));
  const text = `${ellipsis} (--verbose shows all)`;
  return [layout.line(depth, layout.paint("secondary", text)), ...tail];
}
