/** Owns the record behind `run --dry-run`: what would happen, and what is missing for it. */

import {
  findNeeds,
  missingInputs,
  placeFindings,
  type Prepared,
} from "../app/mod.ts";
import type { Plan, PlanMissing, PlanUnsupported } from "../view/mod.ts";
import { displayPath, type Session } from "./program.ts";
import { scopeLine } from "./run_records.ts";

/** Returns the plan of a prepared run. */
export async function planOf(
  session: Session,
  prepared: Prepared,
): Promise<Plan> {
  const { cwd } = session.world.system;
  const secret = new Set(prepared.vault.contextKeys);
  return {
    loop: prepared.loop,
    origin: prepared.origin,
    file: displayPath(prepared.file, cwd),
    project: prepared.project.root,
    overrides: prepared.overrides,
    scope: scopeLine(prepared),
    context: prepared.values.map(({ key, value, from }) => ({
      key,
      value,
      from,
      isSecret: secret.has(key),
    })),
    missing: missingOf(prepared),
    needs: findNeeds(session.world, prepared.project, prepared.definitions),
    unsupported: await unsupportedOf(prepared, cwd),
  };
}

/** Returns what has to be given before the run can start, each with the flag to add. */
export function missingOf(prepared: Prepared): readonly PlanMissing[] {
  const { loop } = prepared;
  const required = missingInputs(prepared).map((key): PlanMissing => ({
    name: key,
    add: key === loop.inputKey
      ? "an INPUT after the loop's name"
      : `--context ${key}=VALUE`,
    usedBy: "required_inputs",
  }));
  const known = new Set(required.map(({ name }) => name));
  const used = prepared.missing.filter(({ name }) => !known.has(name))
    .map((missing): PlanMissing => ({
      name: missing.name,
      add: missing.add,
      usedBy: missing.usedBy,
    }));
  return [...required, ...used];
}

/** Returns the parts that this version does not run, each with its line. */
export async function unsupportedOf(
  prepared: Prepared,
  cwd: string,
): Promise<readonly PlanUnsupported[]> {
  const parts: PlanUnsupported[] = [];
  for (const { state, at, reason } of prepared.unsupported) {
    const [placed] = await placeFindings([{
      rule: "unsupported",
      severity: "error",
      message: reason,
      at,
      onKey: true,
    }], prepared.texts);
    const line = placed?.position.line ?? null;
    parts.push({ state, file: displayPath(at.file, cwd), line, reason });
  }
  return parts;
}
