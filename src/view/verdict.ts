/** Owns how it reads whether a loop would run: `runs`, `runs with …`, `does not run: …`. */

import { unreachable } from "../model/mod.ts";
import { count } from "./count.ts";
import type { PlanMissing, PlanNeed } from "./plan_parts.ts";
import { makeVisible, quote } from "./visible.ts";

/** Whether a loop runs on this machine, and what it takes. */
export interface Verdict {
  readonly kind: "runs" | "runs-with" | "does-not-run";
  /** Values to be given on the command line. */
  readonly values: readonly PlanMissing[];
  /** What it needs and this machine has not. */
  readonly lacking: readonly PlanNeed[];
  /** States that this version does not run. */
  readonly unsupported: readonly {
    readonly state: string;
    readonly reason: string;
  }[];
  /** Why this system runs no actions at all; `null` where it does. */
  readonly obstacle: { readonly state: string; readonly reason: string } | null;
}

/** What of this version's limits stands in every reason. */
const NOT_YET_REGEXP = /, which this version does not do yet$/;

/**
 * Returns a verdict as one phrase.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const none = { values: [], lacking: [], unsupported: [], obstacle: null };
 * assertEquals(formatVerdict({ ...none, kind: "runs" }), "runs");
 * const input = { name: "x", add: "--context x=VALUE", usedBy: "states.a.action" };
 * assertEquals(
 *   formatVerdict({ ...none, kind: "runs-with", values: [input] }),
 *   "runs with --context x=VALUE",
 * );
 * ```
 */
export function formatVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case "runs":
      return "runs";
    case "runs-with":
      return `runs with ${wantedParts(verdict).join(", ")}`;
    case "does-not-run":
      return `does not run: ${reasonsAgainst(verdict).join("; ")}`;
    default:
      return unreachable(verdict.kind);
  }
}

/** Returns what is to be installed, set up and given, in the order in which one would do it. */
export function wantedParts(
  verdict: Pick<Verdict, "lacking" | "values">,
): string[] {
  const { lacking, values } = verdict;
  const own = lacking.filter(({ isOfReference }) => !isOfReference);
  const theirs = lacking.filter(({ isOfReference }) => isOfReference)
    .map(({ name }) => makeVisible(name));
  return [
    ...own.map(wantedNeed),
    ...(theirs.length === 0 ? [] : [`${theirs.join(" and ")} of little-loops`]),
    ...values.map(({ add }) => makeVisible(add)),
  ];
}

function wantedNeed({ kind, name, where, why }: PlanNeed): string {
  const shown = makeVisible(name);
  switch (kind) {
    case "agent host":
      // Which ones would do stands in the list of needs.
      return why === undefined ? "an agent CLI" : "an agent that starts";
    case "MCP server":
      return `the MCP server ${quote(name)}${
        where === null ? "" : ` in ${where}`
      }`;
    case "program":
      return shown;
    case "Python package":
    case "slash command":
    case "loop":
    case "file":
    case "environment variable":
      return `the ${kind} ${shown}`;
    default:
      return unreachable(kind);
  }
}

/** One sentence for each kind of reason; of many states one stands for all that do the same. */
function reasonsAgainst(verdict: Verdict): string[] {
  const { unsupported, obstacle } = verdict;
  const reasons: string[] = [];
  if (obstacle !== null) {
    reasons.push(`state ${quote(obstacle.state)} ${obstacle.reason}`);
  }
  const examples = new Map<string, string>();
  for (const { state, reason } of unsupported) {
    const does = reason.replace(NOT_YET_REGEXP, "");
    if (!examples.has(does)) examples.set(does, `${quote(state)} ${does}`);
  }
  if (unsupported.length > 0) {
    const verb = unsupported.length === 1 ? "needs" : "need";
    reasons.push(
      `${
        count(unsupported.length, "state")
      } ${verb} what this version does not do yet (${
        [...examples.values()].join(", ")
      })`,
    );
  }
  return reasons;
}
