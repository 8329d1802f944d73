/** Owns which runs `prune` is about. */

import { basename, join } from "@std/path";
import { LoopError } from "../../model/mod.ts";
import type { PrunedRun } from "../../view/mod.ts";
import type { Project } from "../project/mod.ts";
import {
  allStandings,
  findRun,
  isCalled,
  type ReadingWorld,
  standingOf,
} from "../runs/mod.ts";
import { chooseRuns, type PruneRule } from "./choose_runs.ts";
import { folderSize } from "./folder_size.ts";

/** Which runs are wanted gone. */
export interface PruneQuestion {
  /** A run, or the loop whose runs count; `null` is every loop. */
  readonly asked: string | null;
  readonly rule: PruneRule;
}

/** What was found. */
export interface Prunable {
  /** Newest first. */
  readonly runs: readonly PrunedRun[];
  /** How many others there are. */
  readonly keptCount: number;
}

/**
 * Returns the runs to remove: the old ones by the rule, or the very one that was named. Those
 * that cannot be read belong to them where all that have ended are wanted.
 *
 * @throws {LoopError} `not-found` or `usage`, as {@linkcode findRun} does; `locked` for one that goes on
 */
export async function findPrunable(
  world: ReadingWorld,
  project: Pick<Project, "loopsDir">,
  { asked, rule }: PruneQuestion,
): Promise<Prunable> {
  const { loopsDir } = project;
  const { files } = world;
  const named = asked === null ? null : findRun(files, loopsDir, asked).run;
  const { runs, damaged } = await allStandings(world, loopsDir);
  const total = runs.length + damaged.length;
  const describe = (
    path: string,
    told: Omit<PrunedRun, "path" | "sizeBytes">,
  ): PrunedRun => ({ ...told, path, sizeBytes: folderSize(files, path) });
  if (
    named !== null && asked !== null && !isCalled(named, { asked, loopsDir })
  ) {
    const { record, status, isAlive, pid } = await standingOf(
      world,
      named.path,
    );
    if (isAlive) {
      throw new LoopError(
        "locked",
        `Cannot remove run ${record.id}: it goes on, in process ${pid}`,
        { hint: "Stop it first" },
      );
    }
    const run = describe(named.path, {
      runId: record.id,
      loop: record.loop,
      status,
      startedAt: record.started_at,
    });
    return { runs: [run], keptCount: total - 1 };
  }
  const old = chooseRuns(
    runs.filter(({ record }) =>
      asked === null ||
      isCalled({ id: record.id, path: "", record }, { asked, loopsDir })
    ),
    { rule, nowMs: world.clock.nowMs() },
  ).map(({ record, status }) =>
    describe(join(loopsDir, "runs", record.id), {
      runId: record.id,
      loop: record.loop,
      status,
      startedAt: record.started_at,
    })
  );
  const isEverything = asked === null && rule.kind === "asked" &&
    rule.isAllEnded && rule.keep === null && rule.olderThanMs === null;
  const broken = isEverything
    ? damaged.map(({ path }) =>
      describe(path, {
        runId: basename(path),
        loop: null,
        status: null,
        startedAt: null,
      })
    )
    : [];
  const found = [...old, ...broken];
  return { runs: found, keptCount: total - found.length };
}
