/** Owns the rules on `env` and `env_allow`. */

import type { JsonObject } from "../../model/mod.ts";
import { entry, quote, readMap, readTexts } from "../../load/mod.ts";
import type { Report, Rule } from "../rule.ts";

const NAME_REGEXP = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ALLOWED_REGEXP = /^(?:[A-Za-z_][A-Za-z0-9_]*\*?|\*)$/;
const OWN_PREFIX = "LL_";
/** Hosts are told by it that they need not ask. */
const BYPASS = "DANGEROUSLY_SKIP_PERMISSIONS";

/** Rules on the variables that actions are given and inherit. */
export const environmentRules: readonly Rule[] = [
  {
    name: "bad-variable",
    severity: "error",
    description: "A name that no environment variable can have",
    needs: "value",
    loop: ({ document }, report) => checkNames(document, report),
    stateKeys: ["env", "env_allow"],
    state: ({ map }, report) => checkNames(map, report),
  },
  {
    name: "reserved-variable",
    severity: "error",
    description: "A variable that only ll-loop sets",
    needs: "value",
    loop: ({ document }, report) => checkReserved(document, report),
    stateKeys: ["env", "env_allow"],
    state: ({ map }, report) => checkReserved(map, report),
  },
  {
    name: "ignored-env",
    severity: "warning",
    description: '"env" or "env_allow" on a state that starts no program',
    stateKeys: ["env", "env_allow"],
    state({ state, map }, report) {
      const isLoop = state.kind === "loop";
      if (!isLoop && !(state.kind === "none" && state.evaluate === null)) {
        return;
      }
      for (const key of ["env", "env_allow"]) {
        if (entry(map, key) === undefined) continue;
        report([key], {
          message: `${quote(key)} has no effect: state ${
            quote(state.name)
          } starts no program itself`,
          onKey: true,
          ...(isLoop ? { hint: `Put ${quote(key)} into its loop` } : {}),
        });
      }
    },
  },
];

function checkNames(map: JsonObject, report: Report): void {
  for (const name of Object.keys(readMap(map, "env"))) {
    if (NAME_REGEXP.test(name)) continue;
    report(["env", name], {
      message: `${quote(name)} is no name of a variable`,
      hint: "Letters, digits and _, no digit at the beginning",
      onKey: true,
    });
  }
  for (const name of readTexts(map, "env_allow") ?? []) {
    if (ALLOWED_REGEXP.test(name)) continue;
    report(["env_allow"], {
      message: `${quote(name)} is no name of a variable`,
      hint: "A name such as HOME, or the beginning of some such as AWS_*",
    });
  }
}

function checkReserved(map: JsonObject, report: Report): void {
  for (const name of Object.keys(readMap(map, "env"))) {
    const isBypass = name === BYPASS;
    if (!name.startsWith(OWN_PREFIX) && !isBypass) continue;
    const all = isBypass
      ? ""
      : `, as all that begins with ${quote(OWN_PREFIX)}`;
    const isConsent = isBypass || name === "LL_SAFE";
    report(["env", name], {
      message: `${quote(name)} is set by ll-loop itself${all}`,
      hint: isConsent
        ? "Whether an agent has to ask is no loop's to decide"
        : "Take another name",
      onKey: true,
    });
  }
}
