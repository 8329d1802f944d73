/** Starting, watching and ending processes: the one place that does. */

import type {
  ProcessAbilities,
  Processes,
  Supervise,
} from "../../ports/mod.ts";
import { abilitiesWith } from "./abilities.ts";
import { isExecutable } from "./find_program.ts";
import { runChild } from "./run_child.ts";
import type { Tools } from "./spawn_child.ts";
import { findOnPath, ProcessSupervisor } from "./supervisor.ts";

export { makeReaper } from "./reaper.ts";
export { startDetached } from "./start_detached.ts";
export type { Tools } from "./spawn_child.ts";

let foundTools: Tools | null = null;

/**
 * Returns what starts programs that no run has to look after (git and the like): what one of them
 * leaves behind is left alone, and its pipes are closed.
 *
 * @param tools programs of the system to make use of. @default looked up on PATH once
 */
export function makeProcesses(tools?: Tools): Processes {
  return {
    start: (spec, watcher) =>
      runChild(spec, { tools: tools ?? findTools(), watcher }),
    find: findOnPath,
    isExecutable,
  };
}

/** Makes a supervisor. Its `close` must be called, or background pipes keep the program from ending. */
export const supervise: Supervise = superviseWith();

/** {@linkcode supervise} with chosen system programs, as if the others were not installed. */
export function superviseWith(tools?: Tools): Supervise {
  return (run) => new ProcessSupervisor(run, tools ?? findTools());
}

/** Returns what can be promised about the processes of a run on this machine. */
export function findAbilities(): ProcessAbilities {
  return abilitiesWith(findTools());
}

function findTools(): Tools {
  return foundTools ??= {
    setsid: Deno.build.os === "windows" ? null : findOnPath("setsid"),
    bash: findOnPath("bash"),
  };
}
