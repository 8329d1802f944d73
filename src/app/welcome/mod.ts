/** Owns a first look at a project: its loops, and which of them could be run as it is. */

import { LoopError } from "../../model/mod.ts";
import { listLoops } from "../loops/mod.ts";
import { findNeeds } from "../needs/mod.ts";
import type { Project } from "../project/mod.ts";
import {
  missingValues,
  PLAIN_REQUEST,
  prepareRun,
  REAL_PERFORMER,
  unsupportedStates,
} from "../run/mod.ts";
import type { World } from "../world.ts";
import {
  suggestName,
  suggestUntil,
  suggestValue,
  type UntilSuggestion,
} from "../write/mod.ts";

/** What is found at a first look. Names are those that commands take. */
export interface FirstLook {
  /** The project's own loops, internal ones left out. */
  readonly loops: readonly string[];
  readonly builtins: readonly string[];
  /** An own loop that would run at once; `null` when there is none among the first few. */
  readonly runnable: string | null;
  /** An own loop that loads, but needs values, programs or what this version has not. */
  readonly loadable: string | null;
  /** A name and a check that would do for a new loop. */
  readonly suggestion: { readonly name: string; readonly check: string };
  /** What `until` could be given here. */
  readonly until: UntilSuggestion;
  /** Why the project's loops cannot be listed; `null` when they can. */
  readonly problem: string | null;
}

/** Loading takes time: no more loops than this are tried. */
const TRIED_MAX = 5;

/** Returns what there is. A loop that cannot be read counts as not there. */
export function takeFirstLook(
  world: Pick<World, "files" | "sources" | "system" | "processes">,
  project: Project,
): FirstLook {
  const { entries, problem } = listOrNone(world, project);
  const visible = entries.filter(({ visibility }) => visibility !== "internal");
  const own = visible.filter(({ origin }) => origin === "project");
  const tried = own.filter(({ problem }) => problem === null)
    .slice(0, TRIED_MAX)
    .map(({ name }) => ({ name, state: tryLoop(world, project, name) }));
  const firstThat = (state: LoopState): string | null =>
    tried.find((each) => each.state === state)?.name ?? null;
  return {
    loops: own.map(({ name }) => name),
    builtins: visible.filter(({ origin }) => origin === "built-in")
      .map(({ name }) => name),
    runnable: firstThat("runs"),
    loadable: firstThat("loads"),
    suggestion: {
      name: suggestName(world, project),
      check: suggestValue(world, project, { name: "check", values: {} }),
    },
    until: suggestUntil(world, project),
    problem,
  };
}

type LoopState = "runs" | "loads" | "broken";

function listOrNone(
  world: Pick<World, "files" | "sources">,
  project: Project,
): {
  readonly entries: ReturnType<typeof listLoops>;
  readonly problem: string | null;
} {
  try {
    return { entries: listLoops(world, project), problem: null };
  } catch (error) {
    if (error instanceof LoopError) {
      return { entries: [], problem: error.message };
    }
    throw error;
  }
}

function tryLoop(
  world: Pick<World, "files" | "sources" | "system" | "processes">,
  project: Project,
  loop: string,
): LoopState {
  try {
    const prepared = prepareRun(world, project, { ...PLAIN_REQUEST, loop });
    const needs = findNeeds(world, project, prepared.definitions);
    const isReady =
      unsupportedStates(prepared, REAL_PERFORMER.can).length === 0 &&
      missingValues(prepared).length === 0 &&
      needs.every(({ isFound }) => isFound !== false);
    return isReady ? "runs" : "loads";
  } catch (error) {
    if (error instanceof LoopError) return "broken";
    throw error;
  }
}
