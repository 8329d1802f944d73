/** Owns the record behind `run --dry-run`: what would happen, and what is missing for it. */

import {
  findNeeds,
  lineOf,
  missingValues,
  type Prepared,
  REAL_PERFORMER,
  scopeLine,
  unsupportedStates,
} from "../app/mod.ts";
import { displayPath, type Plan, type PlanUnsupported } from "../view/mod.ts";
import type { Session } from "./program.ts";

/** Returns the plan of a prepared run. */
export async function planOf(
  session: Session,
  prepared: Prepared,
): Promise<Plan> {
  const { cwd } = session.world.system;
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
      isSecret: prepared.vault.isSecretKey(key),
    })),
    missing: missingValues(prepared),
    needs: findNeeds(session.world, prepared.project, prepared.definitions),
    unsupported: await unsupportedOf(prepared, cwd),
  };
}

/** Returns the parts that this version does not run, each with its line. */
async function unsupportedOf(
  prepared: Prepared,
  cwd: string,
): Promise<readonly PlanUnsupported[]> {
  const { can } = REAL_PERFORMER;
  const parts: PlanUnsupported[] = [];
  for (const { state, at, reason } of unsupportedStates(prepared, can)) {
    const line = await lineOf(prepared, at);
    parts.push({ state, file: displayPath(at.file, cwd), line, reason });
  }
  return parts;
}
