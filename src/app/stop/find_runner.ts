/** Owns which process runs a run: believed only together with its start, and on this machine. */

import { LoopError, type RunOwner } from "../../model/mod.ts";
import { RUN_ID_VARIABLE } from "../run/mod.ts";
import { effectiveStatus, readOwner, type StoredRun } from "../runs/mod.ts";
import type { World } from "../world.ts";

/** The process that runs a run. */
export interface Runner {
  readonly pid: number;
  /** Whether this program was started by it. */
  readonly isOurs: boolean;
  /** Returns whether it is still there, and is still the same. */
  isAlive(): boolean;
}

/** How long a process that has just taken a run over may take to write its pid. */
const OWNER_PATIENCE_MS = 1000;
const PAUSE_MS = 20;

/**
 * Returns the process that runs a run; `null` where nobody does.
 *
 * @throws {LoopError} `locked` where it cannot be told for certain which process of this machine it is
 */
export async function findRunner(
  world: Pick<World, "files" | "locks" | "clock" | "system">,
  run: StoredRun,
): Promise<Runner | null> {
  const { clock, system } = world;
  const givesUpMs = clock.monotonicMs() + OWNER_PATIENCE_MS;
  for (;;) {
    const owner = readOwner(world.files, run.path);
    if (!(await effectiveStatus(world.locks, run)).isAlive) return null;
    const doubt = doubtAbout(world, owner);
    if (doubt === null && owner !== null) return runnerOf(system, run, owner);
    if (clock.monotonicMs() > givesUpMs) {
      throw new LoopError(
        "locked",
        `Cannot stop run ${run.id} of loop "${run.record.loop}": ${doubt}`,
        { hint: "Stop it where it was started" },
      );
    }
    await clock.sleep(PAUSE_MS);
  }
}

/** Returns why a process must not be sent a signal; `null` where it may. */
function doubtAbout(
  { system }: Pick<World, "system">,
  owner: RunOwner | null,
): string | null {
  if (owner === null) return "a process that cannot be named runs it";
  if (owner.host !== system.hostname) {
    return `process ${owner.pid} on the machine "${owner.host}" runs it`;
  }
  const started = system.processStart(owner.pid);
  if (owner.pid_started === null && system.isAlive(owner.pid) !== false) {
    return null;
  }
  return started !== null && started === owner.pid_started
    ? null
    : `its process has number ${owner.pid} elsewhere (another container), and another one here`;
}

function runnerOf(
  system: World["system"],
  run: StoredRun,
  owner: RunOwner,
): Runner {
  const chain = (system.env(RUN_ID_VARIABLE) ?? "").split(":");
  return {
    pid: owner.pid,
    isOurs: chain.includes(run.id) || system.ancestors().includes(owner.pid),
    isAlive: () =>
      system.isAlive(owner.pid) !== false &&
      (owner.pid_started === null ||
        system.processStart(owner.pid) === owner.pid_started),
  };
}
