/** Owns everything that is found in one loop, with places. */

import { placeFindings } from "../../load/mod.ts";
import {
  type Finding,
  type Loop,
  LoopError,
  type LoopPart,
  PART_RULES,
  type PlacedFinding,
  type ProofSummary,
} from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import { loadLocated, type Located, locateLoop, proofOf } from "../run/mod.ts";
import type { World } from "../world.ts";

/** What checking one loop gave. */
export interface CheckedLoop {
  /** What was typed to name it, or the path where a folder was. */
  readonly argument: string;
  readonly file: string;
  /** `null` when the file did not load. */
  readonly loop: Loop | null;
  /** What the file holds, where that is no loop but a part of others. */
  readonly part: LoopPart | null;
  /** In the order of the files, each once. */
  readonly findings: readonly PlacedFinding[];
  /** What the model check knows; `null` where the loop does not run. */
  readonly proof: ProofSummary | null;
  /** Text of every file that was read. */
  readonly texts: Readonly<Record<string, string>>;
}

/** How to check. */
export interface CheckRequest {
  readonly argument: string;
  /** The file itself, where the argument is no name of one. */
  readonly file?: string;
  /** Whether what keeps it from running in the reference is found as well. */
  readonly isPortable: boolean;
  /** Returns what else is to be said of a file. */
  also(file: string): readonly Finding[];
}

/**
 * Returns what is found in the loop of that name.
 *
 * @throws {LoopError} `not-found`
 */
export async function checkLoopFile(
  world: Pick<World, "sources" | "system" | "files">,
  project: Project,
  { argument, file: given, isPortable, also }: CheckRequest,
): Promise<CheckedLoop> {
  const located: Located = given === undefined
    ? locateLoop(world, project, argument)
    : loadLocated(world, project, { file: given, origin: "path" });
  const { file, definitions, results, texts } = located;
  const part = results.get(file)?.part ?? null;
  // A part of other loops is no mistake in itself: only running it would be.
  const found = located.findings.filter(({ rule, at }) =>
    part === null || !PART_RULES.has(rule) || at.file !== file
  );
  const findings = [...found, ...also(file)];
  if (isPortable) {
    const { portabilityFindings } = await import("../portability/mod.ts");
    findings.push(...await portabilityFindings(world, located));
  }
  return {
    argument,
    file,
    loop: definitions?.loops[definitions.root] ?? null,
    part,
    findings: await placeFindings(findings, texts),
    proof: proofOf(located),
    texts,
  };
}

/** What checking several loops gave: each, or why there is nothing to check. */
export type Checked = CheckedLoop | {
  readonly argument: string;
  readonly error: LoopError;
};

/** Returns what `check` gives, or the error that says why there is no such loop. */
export async function orError(
  argument: string,
  check: () => Promise<CheckedLoop>,
): Promise<Checked> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof LoopError && error.code !== "internal") {
      return { argument, error };
    }
    throw error;
  }
}
