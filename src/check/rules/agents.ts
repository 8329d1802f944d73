/** Owns the rules on hosts, sessions and budgets. */

import {
  HOST_NAMES,
  hostOf,
  type JsonObject,
  nearest,
  wrongEffort,
} from "../../model/mod.ts";
import {
  didYouMean,
  quote,
  quoteAll,
  readMap,
  readNumber,
  readOptionalMap,
  readText,
  SESSION_MODES,
} from "../../load/mod.ts";
import { callsAgent } from "../calls_agent.ts";
import { lackedOptions } from "../lacked_options.ts";
import type { Report, Rule } from "../rule.ts";

const LIMITS = ["max_cost", "max_tokens", "max_calls", "max_time"];

/** Rules on what loops and states say about agents. */
export const agentRules: readonly Rule[] = [
  {
    name: "unknown-host",
    severity: "error",
    description: "A host that there is none of",
    needs: "value",
    loop: ({ document }, report) => checkHost(document, report),
    stateKeys: ["host"],
    state: ({ map }, report) => checkHost(map, report),
  },
  {
    name: "unknown-session-mode",
    severity: "warning",
    description: "A session mode that there is none of",
    needs: "value",
    loop: ({ document }, report) => checkSessionMode(document, report),
    stateKeys: ["session_mode"],
    state: ({ map }, report) => checkSessionMode(map, report),
  },
  {
    name: "host-lacks-option",
    severity: "warning",
    description: "A key that the named host cannot act on",
    state({ loop, state }, report) {
      const host = hostOf(state.host ?? loop.host ?? "");
      if (host === null) return;
      for (const option of lackedOptions(state, loop, host)) {
        report(
          state.sessionMode === undefined && option === "session_mode"
            ? []
            : [option],
          {
            message: `${quote(option)} has no effect: host ${
              quote(host)
            } has no such option`,
            onKey: true,
          },
        );
      }
    },
  },
  {
    name: "unknown-effort",
    severity: "warning",
    description: "A level of effort that hosts do not know",
    loop({ loop, document }, report) {
      const effort = readText(readMap(document, "llm"), "effort");
      if (effort !== null) {
        checkEffort(effort, { host: loop.host, report, path: ["llm"] });
      }
    },
    stateKeys: ["effort"],
    state({ loop, state, map }, report) {
      const effort = readText(map, "effort");
      if (effort !== null) {
        checkEffort(effort, {
          host: state.host ?? loop.host,
          report,
          path: [],
        });
      }
    },
  },
  {
    name: "bad-budget",
    severity: "error",
    description: "A limit of a budget that leaves nothing to spend",
    needs: "value",
    loop: ({ document }, report) => checkBudget(document, report),
    stateKeys: ["budget"],
    state: ({ map }, report) => checkBudget(map, report),
  },
  {
    name: "idle-budget",
    severity: "warning",
    description: "A budget of a state that calls no agent",
    stateKeys: ["budget", "cost_ceiling"],
    state({ loop, state, map }, report) {
      if (state.budget === undefined || state.kind === "loop") return;
      if (callsAgent(state, loop)) return;
      // Time passes in every state.
      if (state.budget.timeMs !== undefined) return;
      const key = readOptionalMap(map, "budget") === null
        ? "cost_ceiling"
        : "budget";
      report([key], {
        message: `State ${
          quote(state.name)
        } calls no agent: its budget has no effect`,
        onKey: true,
      });
    },
  },
];

function checkHost(map: JsonObject, report: Report): void {
  const name = readText(map, "host");
  if (name === null || hostOf(name) !== null) return;
  report(["host"], {
    message: `Host ${quote(name)} is unknown`,
    hint: `Known hosts: ${quoteAll(HOST_NAMES)}`,
    ...didYouMean(nearest(name, HOST_NAMES, 1)),
  });
}

function checkSessionMode(map: JsonObject, report: Report): void {
  const mode = readText(map, "session_mode");
  if (mode === null || SESSION_MODES.some((known) => known === mode)) return;
  report(["session_mode"], {
    message: `"session_mode" should be ${
      SESSION_MODES.map(quote).join(" or ")
    }, not ${quote(mode)}: read as "fresh"`,
    ...didYouMean(nearest(mode, SESSION_MODES, 1)),
  });
}

function checkEffort(
  effort: string,
  { host, report, path }: {
    readonly host: string | undefined;
    readonly report: Report;
    readonly path: readonly string[];
  },
): void {
  const wrong = wrongEffort(effort, hostOf(host ?? ""));
  if (wrong === null) return;
  report([...path, "effort"], {
    message: `"effort" is ${quote(effort)}, and ${wrong.reason}`,
    ...didYouMean(wrong.near === null ? [] : [wrong.near]),
  });
}

function checkBudget(map: JsonObject, report: Report): void {
  const budget = readOptionalMap(map, "budget");
  if (budget === null) return;
  for (const key of LIMITS) {
    const limit = readNumber(budget, key);
    if (limit !== null && limit <= 0) {
      report(["budget", key], {
        message: `${quote(key)} must be above 0, not ${limit}`,
      });
    }
  }
  const warnAt = readNumber(readMap(map, "budget"), "warn_at");
  if (warnAt !== null && (warnAt <= 0 || warnAt > 1)) {
    report(["budget", "warn_at"], {
      message:
        `"warn_at" must be a part from 0 to 1, such as 0.8, not ${warnAt}`,
    });
  }
}
