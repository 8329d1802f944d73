// deno-lint-ignore-file camelcase -- JSON field names
/** Owns the list of loops as text and JSON (CLI 2.9, definition view). */

import { type LoopOrigin, SCHEMA_VERSION } from "../model/mod.ts";
import { painter, type Style, symbolsOf } from "./style.ts";
import { makeVisible } from "./visible.ts";
import { displayWidth, padEnd, truncate } from "./width.ts";

/** One loop that can be run by name. */
export interface ListedLoop {
  readonly name: string;
  /** As it shall be shown; `builtin:NAME.yaml` for a built-in one. */
  readonly path: string;
  readonly origin: Exclude<LoopOrigin, "path" | "command">;
  /** Whole description; empty without one. */
  readonly description: string;
  /** Why its file could not be read; `null` when it could. */
  readonly problem: string | null;
}

/** One entry of `list --json`: the reference's fields first. */
export interface ListedLoopJson {
  readonly name: string;
  readonly path: string;
  readonly built_in?: true;
  readonly description: string;
  readonly problem?: string;
  readonly schema_version: typeof SCHEMA_VERSION;
}

const NAME_COLUMNS_MAX = 30;
const NAME_COLUMNS_MIN = 8;

/** Returns the list as lines: the project's loops first, then the built-in ones, in the order given. */
export function formatLoopList(
  loops: readonly ListedLoop[],
  style: Style,
): readonly string[] {
  if (loops.length === 0) return ["No loops available"];
  const project = loops.filter((loop) => loop.origin === "project");
  const builtIn = loops.filter((loop) => loop.origin === "built-in");
  const longest = Math.max(...loops.map((loop) => displayWidth(loop.name)));
  const columns = Math.max(
    NAME_COLUMNS_MIN,
    Math.min(NAME_COLUMNS_MAX, longest),
  );
  const rows = (part: readonly ListedLoop[]): string[] =>
    part.map((loop) => formatRow(loop, { style, columns }));
  if (project.length === 0 || builtIn.length === 0) {
    return ["Available loops:", ...rows(loops)];
  }
  return [
    `Project loops (${project.length}):`,
    ...rows(project),
    "",
    `Built-in loops (${builtIn.length}):`,
    ...rows(builtIn),
  ];
}

/** Returns the list as `list --json` prints it. */
export function loopListJson(
  loops: readonly ListedLoop[],
): readonly ListedLoopJson[] {
  const sorted = [
    ...loops.filter((loop) => loop.origin === "project"),
    ...loops.filter((loop) => loop.origin === "built-in"),
  ];
  return sorted.map((loop) => ({
    name: loop.name,
    path: loop.path,
    ...(loop.origin === "built-in" ? { built_in: true as const } : {}),
    description: loop.description,
    ...(loop.problem === null ? {} : { problem: loop.problem }),
    schema_version: SCHEMA_VERSION,
  }));
}

function formatRow(
  loop: ListedLoop,
  options: { readonly style: Style; readonly columns: number },
): string {
  const { style } = options;
  const paint = painter(style);
  const { ellipsis } = symbolsOf(style);
  const mark = loop.origin === "built-in" ? "  [built-in]" : "";
  const first = loop.description.trim().split("\n")[0] ?? "";
  const text = loop.problem === null
    ? makeVisible(first)
    : paint("warning", `(${makeVisible(loop.problem)})`);
  const name = padEnd(paint("name", makeVisible(loop.name)), options.columns);
  const room = style.columns - displayWidth(mark);
  const row = truncate(`  ${name}  ${text}`.trimEnd(), {
    columns: room,
    ellipsis,
  });
  return row + paint("secondary", mark);
}
