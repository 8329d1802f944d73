/** Owns `--verdicts`: which verdicts were asked for, in general and for single states. */

import {
  type Definitions,
  LoopError,
  nearest,
  quoted,
  quotedAll,
} from "../../model/mod.ts";

/** Verdicts to give, in order; the last of each list repeats. */
export interface VerdictList {
  /** For judged states that have no list of their own, in the order in which they are judged. */
  readonly common: readonly string[];
  readonly byState: ReadonlyMap<string, readonly string[]>;
}

/** The list that leaves everything open. */
export const NO_VERDICTS: VerdictList = { common: [], byState: new Map() };

/**
 * Returns the list in `text`: verdicts divided by commas, each for whatever is judged next or,
 * as `STATE=VERDICT`, for one state.
 *
 * @throws {LoopError} `usage` for an empty entry
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const list = parseVerdictList("no,yes,fix=error");
 * assertEquals(list.common, ["no", "yes"]);
 * assertEquals(list.byState, new Map([["fix", ["error"]]]));
 * ```
 */
export function parseVerdictList(text: string): VerdictList {
  const common: string[] = [];
  const byState = new Map<string, string[]>();
  for (const entry of text.split(",").map((part) => part.trim())) {
    const equals = entry.indexOf("=");
    const state = entry.slice(0, Math.max(0, equals)).trim();
    const verdict = entry.slice(equals + 1).trim();
    if (verdict === "" || (equals >= 0 && state === "")) {
      throw new LoopError(
        "usage",
        `Option "--verdicts" takes VERDICT or STATE=VERDICT divided by commas, got ` +
          `${quoted(entry)} in ${quoted(text)}`,
        {
          hint:
            "Write it as --verdicts no,yes or --verdicts check=no,check=yes",
        },
      );
    }
    if (equals < 0) common.push(verdict);
    else byState.set(state, [...byState.get(state) ?? [], verdict]);
  }
  return { common, byState };
}

/**
 * Does nothing when each named state is one of the loops'. Where names of loops are computed
 * nobody can know, and nothing is said.
 *
 * @throws {LoopError} `not-found`, with the nearest
 */
export function requireStates(
  list: VerdictList,
  definitions: Definitions,
): void {
  const loops = Object.values(definitions.loops);
  const states = loops.flatMap((loop) => Object.values(loop.states));
  if (states.some(({ loop }) => loop?.includes("${") === true)) return;
  const names = new Set(states.map(({ name }) => name));
  for (const name of list.byState.keys()) {
    if (names.has(name)) continue;
    const root = definitions.loops[definitions.root]?.name ?? "";
    const near = nearest(name, names);
    throw new LoopError(
      "not-found",
      `State not found: ${quoted(name)} in loop ${quoted(root)}`,
      {
        hint: near.length > 0
          ? `Did you mean ${near.map(quoted).join(" or ")}?`
          : `Its states: ${quotedAll(names)}`,
      },
    );
  }
}
