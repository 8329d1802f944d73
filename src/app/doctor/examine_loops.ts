/** Owns the verdict on each of many loops. */

import { hasErrors, LoopError } from "../../model/mod.ts";
import { listLoops } from "../loops/mod.ts";
import type { Project } from "../project/mod.ts";
import {
  type JudgedRun,
  judgeRun,
  PLAIN_REQUEST,
  prepareRun,
  REAL_PERFORMER,
} from "../run/mod.ts";
import type { World } from "../world.ts";

/** One loop and whether it would run. */
export type ExaminedLoop =
  & { readonly name: string }
  & (
    | { readonly kind: "judged"; readonly file: string } & JudgedRun
    /** Its definition has errors. */
    | { readonly kind: "invalid"; readonly errors: number }
    /** There is no such loop, or it cannot be read. */
    | { readonly kind: "failed"; readonly error: LoopError }
  );

type LoopsWorld = Pick<World, "files" | "processes" | "sources" | "system">;

/**
 * Returns the verdicts on the named loops; on every loop of the project when none is named, and
 * where its folder cannot be read, that failure under the folder's name.
 */
export function examineLoops(
  world: LoopsWorld,
  project: Project,
  names: readonly string[],
): readonly ExaminedLoop[] {
  let all = names;
  if (names.length === 0) {
    try {
      all = listLoops(world, project)
        .filter(({ origin }) => origin === "project").map(({ name }) => name);
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      return [{ name: project.loopsDir, kind: "failed", error }];
    }
  }
  return [...new Set(all)].map((name) => examine(world, project, name));
}

function examine(
  world: LoopsWorld,
  project: Project,
  name: string,
): ExaminedLoop {
  try {
    const request = { ...PLAIN_REQUEST, loop: name };
    const prepared = prepareRun(world, project, request);
    const { file } = prepared;
    return {
      name,
      kind: "judged",
      file,
      ...judgeRun(world, prepared, REAL_PERFORMER.can),
    };
  } catch (error) {
    if (!(error instanceof LoopError) || error.code === "internal") throw error;
    if (!hasErrors(error.findings)) return { name, kind: "failed", error };
    const errors = error.findings.filter(({ severity }) =>
      severity === "error"
    );
    return { name, kind: "invalid", errors: errors.length };
  }
}
