/** Owns renaming the files that definitions come from: a project may lie elsewhere by now. */

import type { Definitions, Loop, Origin, State } from "../../model/mod.ts";

/** What {@linkcode moveDefinitions} takes: definitions, or what was loaded while running. */
export type Movable = Pick<Definitions, "loops" | "names">;

/** What becomes of the places in definitions. */
export interface Move {
  /** Returns what a file is called now. */
  file(file: string): string;
  /** Returns where a node stands now. */
  origin(at: Origin): Origin;
}

/** Returns definitions in which each file is called what `move` says; contents stay as they are. */
export function moveDefinitions<T extends Movable>(
  definitions: T,
  move: Move,
): T {
  return {
    ...definitions,
    loops: mapEntries(definitions.loops, ([id, loop]) => [
      move.file(id),
      moveLoop(loop, move),
    ]),
    names: mapEntries(definitions.names, ([id, names]) => [
      move.file(id),
      mapEntries(names, ([name, file]) => [name, move.file(file)]),
    ]),
  };
}

/**
 * Returns the move of a project from one folder to another; files of other places stay. Of
 * several folders the first that a file lies in counts.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const move = moveBetween([["/old/.loops", "/new/.loops"], ["/old", "/elsewhere"]]);
 * assertEquals(move.file("/old/.loops/a.yaml"), "/new/.loops/a.yaml");
 * assertEquals(move.file("/older/a.yaml"), "/older/a.yaml");
 * ```
 */
export function moveBetween(
  folders: readonly (readonly [from: string, to: string])[],
): Move {
  const file = (path: string): string => {
    for (const [from, to] of folders) {
      if (path.startsWith(`${from}/`)) return to + path.slice(from.length);
    }
    return path;
  };
  return { file, origin: (at) => ({ ...at, file: file(at.file) }) };
}

function moveLoop(loop: Loop, move: Move): Loop {
  return {
    ...loop,
    id: move.file(loop.id),
    at: move.origin(loop.at),
    states: mapEntries(loop.states, ([name, state]) => [
      name,
      moveState(state, move),
    ]),
    inert: loop.inert.map((each) => ({ ...each, at: move.origin(each.at) })),
  };
}

function moveState(state: State, move: Move): State {
  const { evaluate } = state;
  return {
    ...state,
    at: move.origin(state.at),
    evaluate: evaluate === null
      ? null
      : { ...evaluate, at: move.origin(evaluate.at) },
  };
}

function mapEntries<T>(
  map: { readonly [key: string]: T },
  change: (entry: [string, T]) => [string, T],
): { readonly [key: string]: T } {
  return Object.fromEntries(Object.entries(map).map(change));
}
