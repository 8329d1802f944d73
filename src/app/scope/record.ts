/**
 * Owns the texts of lock and queue files. Both tools read and write them: the
 * reference's names first, ours added.
 */

import { isJsonObject, type Json } from "../../model/mod.ts";

/** A count of seconds up to the year 5138; above, it is milliseconds. */
const MAX_SECONDS = 1e11;

/** Who holds a scope, or waits for one. */
export interface ScopeClaim {
  /** `name:` of the loop. */
  readonly loopName: string;
  /** `null` for the reference, which has no runs. */
  readonly runId: string | null;
  readonly pid: number;
  /** Token of the process's start; `null` when it is not known. */
  readonly pidStarted: string | null;
  /** Absolute paths. */
  readonly scope: readonly string[];
  readonly isSingleton: boolean;
  /** Since when, ISO 8601. */
  readonly since: string;
}

/** Returns the text of `.running/<run id>.lock`. */
export function renderLock(claim: ScopeClaim): string {
  return JSON.stringify({
    loop_name: claim.loopName,
    scope: claim.scope,
    pid: claim.pid,
    started_at: claim.since,
    ...(claim.isSingleton ? { singleton: true } : {}),
    run_id: claim.runId,
    pid_started: claim.pidStarted,
  });
}

/** Returns the text of `.queue/<run id>.json`; `waitingFor` is the name of the loop in the way. */
export function renderWaiter(claim: ScopeClaim, waitingFor: string): string {
  return JSON.stringify({
    id: claim.runId,
    loopName: claim.loopName,
    enqueuedAt: claim.since,
    context: { waitingFor, scope: claim.scope, pid: claim.pid },
    ...(claim.isSingleton ? { singleton: true } : {}),
    run_id: claim.runId,
    pid_started: claim.pidStarted,
  });
}

/** Returns the claim in a lock file; `null` when it is none. */
export function parseLock(text: string): ScopeClaim | null {
  const value = parseObject(text);
  return readClaim({
    loopName: value["loop_name"],
    scope: value["scope"],
    pid: value["pid"],
    since: value["started_at"],
    singleton: value["singleton"],
    runId: value["run_id"],
    pidStarted: value["pid_started"],
  });
}

/** Returns the claim in a queue file; `null` when it is none. */
export function parseWaiter(text: string): ScopeClaim | null {
  const value = parseObject(text);
  const context = isJsonObject(value["context"]) ? value["context"] : {};
  return readClaim({
    loopName: value["loopName"],
    scope: context["scope"],
    pid: context["pid"],
    since: value["enqueuedAt"],
    singleton: value["singleton"],
    runId: value["run_id"],
    pidStarted: value["pid_started"],
  });
}

function parseObject(text: string): { readonly [key: string]: Json } {
  try {
    const value: Json = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function readClaim(
  fields: {
    readonly [
      name in
        | "loopName"
        | "scope"
        | "pid"
        | "since"
        | "singleton"
        | "runId"
        | "pidStarted"
    ]: Json | undefined;
  },
): ScopeClaim | null {
  const scope = typeof fields.scope === "string"
    ? [fields.scope]
    : fields.scope;
  const { loopName, pid } = fields;
  if (typeof loopName !== "string" || typeof pid !== "number") return null;
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  if (!Array.isArray(scope) || !scope.every(isPath)) return null;
  return {
    loopName,
    runId: typeof fields.runId === "string" ? fields.runId : null,
    pid,
    pidStarted: typeof fields.pidStarted === "string"
      ? fields.pidStarted
      : null,
    scope,
    isSingleton: fields.singleton === true,
    since: readTime(fields.since),
  };
}

function isPath(value: Json): value is string {
  return typeof value === "string" && value.startsWith("/");
}

// The order of waiters needs one form, whatever clock text or number another tool writes.
function readTime(value: Json | undefined): string {
  const date = typeof value === "number"
    ? new Date(value > MAX_SECONDS ? value : value * 1000)
    : new Date(typeof value === "string" ? value : NaN);
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  // Years of more than four digits would sort in the wrong place.
  return /^\d/.test(text) ? text : "";
}
