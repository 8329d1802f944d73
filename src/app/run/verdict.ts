/**
 * Owns the answer to "would this loop run here?": the one that `--dry-run` ends with and that
 * `doctor` gives for many. Best effort: a program is known as far as the text of a script shows it.
 */

import { withHosts } from "./agent_hosts.ts";
import {
  type Abilities,
  unsupported,
  type UnsupportedState,
} from "../../check/mod.ts";
import { findNeeds, type FoundNeed } from "../needs/mod.ts";
import type { World } from "../world.ts";
import { guardObstacle } from "./guard_obstacle.ts";
import type { Prepared } from "./prepare.ts";
import { type MissingValue, missingValues } from "./readiness.ts";
import { type SystemObstacle, systemObstacle } from "./system_obstacle.ts";

/** Whether a loop runs, and what it takes. */
export interface Verdict {
  /**
   * `runs` as it is; `runs-with` what is in `values` and `lacking`; `does-not-run` whatever is
   * given and installed.
   */
  readonly kind: "runs" | "runs-with" | "does-not-run";
  /** Values to be given on the command line. */
  readonly values: readonly MissingValue[];
  /** What the loop needs and this machine has not. */
  readonly lacking: readonly FoundNeed[];
  /** States that this version does not run. */
  readonly unsupported: readonly UnsupportedState[];
  /** Of this system, or of the folder that it runs in. */
  readonly obstacle: SystemObstacle | null;
}

/** A verdict and everything that was looked for. */
export interface JudgedRun {
  readonly verdict: Verdict;
  readonly needs: readonly FoundNeed[];
}

/** Returns whether a prepared run would go through here for who has these abilities. Nothing is started. */
export function judgeRun(
  world: Pick<World, "processes" | "files" | "system">,
  prepared: Prepared,
  can: Abilities,
): JudgedRun {
  const { project, definitions } = prepared;
  const refused = unsupported(definitions, can);
  const needs = withHosts(
    world,
    prepared,
    findNeeds(world, project, definitions),
  );
  const lacking = needs.filter(({ isFound }) => isFound === false);
  const values = missingValues(prepared);
  const obstacle = can.shell === null
    ? null
    : systemObstacle(world, prepared) ?? guardObstacle(world, prepared);
  const isHopeless = refused.length > 0 || obstacle !== null;
  const isComplete = lacking.length === 0 && values.length === 0;
  return {
    needs,
    verdict: {
      kind: isHopeless ? "does-not-run" : isComplete ? "runs" : "runs-with",
      values,
      lacking,
      unsupported: refused,
      obstacle,
    },
  };
}
