/** Owns where a run is: in the project that it was started in, or in the one that its folder lies in now. */

import type { RunRecord } from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import { type Move, moveBetween } from "../run/mod.ts";

/** Returns the project that a run is in which was found below `project.loopsDir`. */
export function placeOf(
  record: Pick<RunRecord, "project" | "loops_dir">,
  project: Project,
): Project {
  const { loopsDir } = project;
  // Found by its folder of loops, from wherever, it stays in the project that it was started in.
  if (record.loops_dir === loopsDir) {
    return { ...project, root: record.project };
  }
  const inside = `${record.project}/`;
  if (!record.loops_dir.startsWith(inside)) return project;
  const below = record.loops_dir.slice(record.project.length);
  return loopsDir.endsWith(below)
    ? { ...project, root: loopsDir.slice(0, -below.length) || "/" }
    : project;
}

/** Returns the move of a run's files from where it was started to where it is. */
export function moveOf(
  record: Pick<RunRecord, "project" | "loops_dir">,
  project: Pick<Project, "root" | "loopsDir">,
): Move {
  return moveBetween([
    [record.loops_dir, project.loopsDir],
    [record.project, project.root],
  ]);
}
