/** Owns the record behind `run --dry-run`: what would happen, and what is missing for it. */

import {
  judgeRun,
  lineOf,
  type Prepared,
  REAL_PERFORMER,
  scopeLine,
  type Verdict,
} from "../app/mod.ts";
import {
  hideReferences,
  type Json,
  type Loop,
  mapTexts,
  maskTokens,
} from "../model/mod.ts";
import { displayPath, type Plan, type PlanUnsupported } from "../view/mod.ts";
import type { Session } from "./program.ts";

/** Returns the plan of a prepared run. */
export async function planOf(
  session: Session,
  prepared: Prepared,
): Promise<Plan> {
  const { cwd } = session.world.system;
  const { verdict, needs } = judgeRun(
    session.world,
    prepared,
    REAL_PERFORMER.can,
  );
  return {
    loop: mapTexts(
      prepared.loop as unknown as Json,
      (text) => maskTokens(hideReferences(text)),
    ) as unknown as Loop,
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
    missing: verdict.values,
    needs,
    verdict,
    unsupported: await placed(verdict.unsupported, {
      prepared,
      cwd,
    }),
  };
}

/** Returns the parts that this version does not run, each with its line. */
async function placed(
  unsupported: Verdict["unsupported"],
  options: { readonly prepared: Prepared; readonly cwd: string },
): Promise<readonly PlanUnsupported[]> {
  const { prepared, cwd } = options;
  const parts: PlanUnsupported[] = [];
  for (const { state, at, reason } of unsupported) {
    const line = await lineOf(prepared, at);
    parts.push({ state, file: displayPath(at.file, cwd), line, reason });
  }
  return parts;
}
