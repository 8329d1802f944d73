/** Owns what to write into a loop file so that its run would end otherwise. */

import { BUILTIN_PREFIX, joinCommand } from "../../model/mod.ts";
import type { RunSummary } from "../run_summary.ts";
import { oneLine } from "./one_line.ts";

/** Returns what to add or raise so that the end would be another one; `null` where nothing would help. */
export function fixOf(
  summary: Pick<
    RunSummary,
    "end" | "hint" | "hasRouteTable" | "place" | "limitPlace" | "until"
  >,
): { readonly label: string; readonly text: string } | null {
  const { end, hasRouteTable, hint } = summary;
  if (hint !== null) return { label: "hint", text: hint };
  if (end.noRoute !== null) {
    const line = routeLine(end.noRoute.verdict, { hasRouteTable });
    const where = hasRouteTable ? "under its route:" : "to the state";
    return {
      label: "add",
      text: `${line}   ${where}${ownCopy(summary.place?.file ?? "")}`,
    };
  }
  const { limitPlace, until = null } = summary;
  if (limitPlace !== null && until?.isSaved !== false) {
    const { key, file, line } = limitPlace;
    const where = line === null
      ? `at the top of ${file}`
      : `at ${file}:${line}`;
    const wanted = end.terminatedBy === "timeout" ? "" : ", if that is wanted";
    return {
      label: "raise",
      text: file.startsWith(BUILTIN_PREFIX)
        ? `${key}${wanted}${ownCopy(file)}`
        : `${key} ${where}${wanted}`,
    };
  }
  return end.continuation === null
    ? null
    : { label: "prompt", text: oneLine(end.continuation) };
}

/** Nobody can edit a built-in loop. Returns how to get one that can be edited; else nothing. */
function ownCopy(file: string): string {
  if (!file.startsWith(BUILTIN_PREFIX)) return "";
  const name = file.slice(BUILTIN_PREFIX.length).replace(/\.yaml$/, "");
  return `, in a copy of your own: ${
    joinCommand(["ll-loop", "install", name])
  }`;
}

/**
 * Returns the YAML that gives `verdict` a route, for a state with or without a route table.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(routeLine("no", { hasRouteTable: false }), "on_no: <state>");
 * assertEquals(routeLine("no", { hasRouteTable: true }), '"no": <state>');
 * assertEquals(routeLine("", { hasRouteTable: true }), "_: <state>");
 * ```
 */
export function routeLine(
  verdict: string,
  options: { readonly hasRouteTable: boolean },
): string {
  // YAML 1.1 readers take these words, unquoted, for booleans.
  const isPlain = /^[A-Za-z_][\w-]*$/.test(verdict) &&
    !/^(yes|no|on|off|true|false|null|y|n)$/i.test(verdict);
  // No key is the empty verdict, so that only the way for all others can take it.
  const key = verdict === ""
    ? "_"
    : isPlain
    ? verdict
    : JSON.stringify(verdict);
  if (options.hasRouteTable) return `${key}: <state>`;
  // The words would be read as other names for yes and no.
  if (verdict === "" || verdict === "success" || verdict === "failure") {
    return `route: { ${key}: <state> }`;
  }
  return /^[\w-]+$/.test(verdict)
    ? `on_${verdict}: <state>`
    : `${JSON.stringify(`on_${verdict}`)}: <state>`;
}
