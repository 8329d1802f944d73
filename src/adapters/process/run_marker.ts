/** Owns the environment variables by which a process is known to belong to a run. */

/** Ids of the runs that a process belongs to, outermost first, colon-joined. */
export const RUN_VARIABLE = "LL_RUN_ID";
/** Ids of the runs that leave a process alone at their end (`detach: true`), colon-joined. */
export const DETACHED_VARIABLE = "LL_DETACHED_FROM";

/**
 * Returns whether a process with this environment is to be ended with run `runId`: the run stands
 * in its chain and the process was not detached from it.
 *
 * @param environment as `/proc/PID/environ` has it: each `NAME=value` followed by a NUL
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(belongsTo("A=1\0LL_RUN_ID=outer:inner\0", "outer"), true);
 * assertEquals(belongsTo("A=1\0LL_RUN_ID=outer:inner\0", "out"), false);
 * assertEquals(belongsTo("LL_RUN_ID=a\0LL_DETACHED_FROM=a\0", "a"), false);
 * ```
 */
export function belongsTo(environment: string, runId: string): boolean {
  // Most environments are somebody else's: one search settles those.
  return environment.includes(runId) &&
    isInChain(environment, RUN_VARIABLE, runId) &&
    !isInChain(environment, DETACHED_VARIABLE, runId);
}

function isInChain(environment: string, name: string, runId: string): boolean {
  return environment.split("\0").some((entry) =>
    entry.startsWith(`${name}=`) &&
    entry.slice(name.length + 1).split(":").includes(runId)
  );
}
