/** Owns the record behind `run --dry-run`: everything that a run would do and use, as data, and its JSON form. */

import {
  type ActionTimeouts,
  type Json,
  type JsonObject,
  type Loop,
  type LoopOrigin,
  SCHEMA_VERSION,
  type State,
  timeoutsOf,
} from "../model/mod.ts";
import { definitionJson, SECRET_MARK } from "./definition_json.ts";
import type { ScopeLine } from "./run_header.ts";
import type { PlanMissing, PlanNeed } from "./plan_parts.ts";
import type { Verdict } from "./verdict.ts";

/** A plan. Paths are as they shall be shown; the loop has every override applied. */
export interface Plan {
  readonly loop: Loop;
  readonly origin: LoopOrigin;
  readonly file: string;
  /** Folder in which actions run. */
  readonly project: string;
  /** Option or file that set a value over the definition's own: `max_steps` → `--max-steps`. */
  readonly overrides: { readonly [field: string]: string };
  readonly scope: ScopeLine;
  /** The effective context in order. */
  readonly context: readonly PlanValue[];
  /** What has to be given before it can run, each with the flag to add. */
  readonly missing: readonly PlanMissing[];
  readonly needs: readonly PlanNeed[];
  /** Whether it would run here, and what that takes. */
  readonly verdict: Verdict;
  /** Parts that this version does not run; `run` refuses the loop because of them. */
  readonly unsupported: readonly PlanUnsupported[];
}

/** One value of the effective context. */
export interface PlanValue {
  readonly key: string;
  /** Not used for a secret. */
  readonly value: Json;
  /** Where it came from, in words: `loop file`, `input`, `--context`, `set by ll-loop`. */
  readonly from: string;
  readonly isSecret: boolean;
}

/** A part that this version does not run. */
export interface PlanUnsupported {
  readonly state: string;
  readonly file: string;
  readonly line: number | null;
  readonly reason: string;
}

/** Returns the limits that hold for a state's action; `null` when nothing runs. */
export function effectiveTimeout(
  plan: Pick<Plan, "loop">,
  state: State,
): ActionTimeouts | null {
  return state.terminal ? null : timeoutsOf(plan.loop, state);
}

/** Returns the plan as the object that `run --dry-run --json` prints. */
export function planJson(plan: Plan): JsonObject {
  const timeouts: Record<string, Json> = {};
  for (const state of Object.values(plan.loop.states)) {
    const effective = effectiveTimeout(plan, state);
    if (effective === null) continue;
    timeouts[state.name] = {
      timeout_ms: effective.timeoutMs,
      from: effective.from,
      idle_timeout_ms: effective.idleTimeoutMs,
    };
  }
  return {
    schema_version: SCHEMA_VERSION,
    loop: plan.loop.name,
    file: plan.file,
    origin: plan.origin,
    project: plan.project,
    ready: plan.verdict.kind === "runs",
    verdict: plan.verdict.kind,
    scope: {
      paths: plan.scope.paths,
      default: plan.scope.isDefault,
      locked: plan.scope.isLocked,
    },
    overrides: plan.overrides,
    context: plan.context.map((value) => ({
      key: value.key,
      value: value.isSecret ? SECRET_MARK : value.value,
      from: value.from,
      secret: value.isSecret,
    })),
    missing: plan.missing.map((missing) => ({
      name: missing.name,
      add: missing.add,
      used_by: missing.usedBy,
    })),
    needs: plan.needs.map(needJson),
    unsupported: plan.unsupported.map((part) => ({
      state: part.state,
      file: part.file,
      line: part.line,
      reason: part.reason,
    })),
    timeouts,
    definition: {
      ...definitionJson(plan.loop),
      context: maskedContext(plan),
    },
  };
}

/** Returns a need as programs read it. */
export function needJson(need: PlanNeed): JsonObject {
  return {
    kind: need.kind,
    name: need.name,
    found: need.isFound,
    where: need.where,
    why: need.why ?? null,
    hint: need.hint ?? null,
    of_reference: need.isOfReference,
    states: need.states,
  };
}

/** The plan may know of secrets that the definition does not list. */
function maskedContext(plan: Plan): JsonObject {
  const secret = new Set(
    plan.context.filter((value) => value.isSecret).map((value) => value.key),
  );
  const masked: Record<string, Json> = {};
  for (const [key, value] of Object.entries(plan.loop.context)) {
    masked[key] = secret.has(key) || plan.loop.secrets.includes(key)
      ? SECRET_MARK
      : value;
  }
  return masked;
}
