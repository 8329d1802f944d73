/**
 * Owns the rules on what the reference refuses, cannot load or does not know, as far as they
 * need the loop alone. None of them is a mistake here.
 */

import {
  CURRENT_TARGET,
  parseTemplate,
  type ReferencePart,
} from "../../model/mod.ts";
import {
  entry,
  OWN_LOOP_KEYS,
  OWN_STATE_KEYS,
  quote,
  readMap,
  SHORT_ACTION_KEYS,
  yamlScalar,
} from "../../load/mod.ts";
import type { Report, Rule, StateView } from "../rule.ts";
import { targetsOf } from "../targets_of.ts";
import { templatesOf } from "../templates_of.ts";

/** What `${prev.…}` has there. */
const PREVIOUS_FIELDS = ["output", "exit_code", "state", "timeout_kind"];
/** What the capture of a sub-loop may be asked for there. */
const LOOP_CAPTURE_FIELDS = ["", "output", "exit_code"];
/** Every such rule over one loop. */
export const PORTABLE_RULES: readonly Rule[] = [
  {
    name: "portable-required",
    severity: "error",
    description: "What goes without saying here and must be said there",
    loop({ loop, document, result }, report) {
      const isOwn = (key: string) =>
        result.originOf([key]).file === result.file &&
        result.originOf([key]).path[0] === key;
      const written = Object.keys(document).filter(isOwn);
      for (const key of ["name", "initial"] as const) {
        if (
          !result.implied.some(([name, ...more]) =>
            name === key && more.length === 0
          )
        ) continue;
        const value = yamlScalar(loop[key]);
        // The first state is named where the states are.
        const before = key === "initial" && written.includes("states")
          ? "states"
          : written.find((each) => each !== "name" && each !== "initial");
        report([], {
          message: `The reference needs ${quote(key)}`,
          hint: `Add: ${key}: ${value}`,
          ...(before === undefined ? {} : {
            edit: {
              kind: "insert",
              before: result.originOf([before]),
              key,
              value,
            },
          }),
        });
      }
      for (const path of result.implied) {
        if (path.length === 1) continue;
        const name = String(path.at(-1));
        report(path, {
          message: `The reference needs the state ${
            quote(name)
          } to be declared`,
          hint: `Add below "states": ${name}: { terminal: true }`,
          edit: {
            kind: "append",
            below: result.originOf(["states"]),
            key: name,
            value: "{ terminal: true }",
          },
        });
      }
    },
  },
  {
    name: "portable-short-action",
    severity: "error",
    description: '"run" and "prompt", which are ignored there',
    state({ state, result }, report) {
      const at = result.originOf(["states", state.name, "action"]);
      const key = String(at.path.at(-1));
      if (state.action === null || !SHORT_ACTION_KEYS.includes(key)) return;
      const type = key === "run" ? "shell" : "prompt";
      const isTyped = result.originOf(["states", state.name, "action_type"])
        .path.at(-1) === "action_type";
      report(["action"], {
        message: `The reference ignores ${quote(key)}: the state does nothing`,
        hint: `Write "action" in its place, and add: action_type: ${type}`,
        onKey: true,
        edit: isTyped
          ? { kind: "replace", text: "action" }
          : { kind: "insert", key: "action_type", value: type },
      });
    },
  },
  {
    name: "portable-own-key",
    severity: "error",
    description: "A key of our own, which is ignored or refused there",
    loop({ document }, report) {
      for (const key of OWN_LOOP_KEYS) {
        if (entry(document, key) !== undefined) ignored([key], report);
      }
      const failure = readMap(readMap(document, "circuit"), "repeated_failure");
      if (entry(failure, "failures_only") !== undefined) {
        ignored(["circuit", "repeated_failure", "failures_only"], report);
      }
    },
    state({ map }, report) {
      for (const key of OWN_STATE_KEYS) {
        const value = entry(map, key);
        if (value === undefined) continue;
        if (!key.startsWith("on_") || typeof value !== "string") {
          ignored([key], report);
          continue;
        }
        report([key], {
          message: `The reference takes ${
            quote(key)
          } for a route to the state ${quote(value)}, which it does not know`,
          onKey: true,
        });
      }
    },
  },
  {
    name: "portable-current",
    severity: "error",
    description: '"$current" where it ends the run there',
    state({ state, map }, report) {
      for (const { target, path } of targetsOf(state, map)) {
        const isLiteral = path[0] === "next" || state.kind === "loop";
        if (target !== CURRENT_TARGET || !isLiteral) continue;
        report(path, {
          message: `The reference ends the run with an error at ${
            quote(CURRENT_TARGET)
          } here`,
          hint: `Write the name of the state: ${state.name}`,
          edit: { kind: "replace", text: yamlScalar(state.name) },
        });
      }
    },
  },
  {
    name: "portable-reference",
    severity: "error",
    description: "A reference that leads nowhere there",
    state(view, report) {
      for (const { path, text } of templatesOf(view.state)) {
        for (const part of parseTemplate(text)) {
          if (part.kind !== "reference") continue;
          const problem = referenceProblem(part, view);
          if (problem === null) continue;
          report(path, {
            message: `The reference cannot resolve ${
              quote(part.source)
            }: ${problem}`,
            excerpt: part.source,
          });
        }
      }
    },
  },
  {
    name: "portable-tools",
    severity: "error",
    description: "Tools that leave out the state's own skill, refused there",
    unless: "pruning_profile_ok",
    state({ state }, report) {
      const skill = /^\/.*?\/ll:([\w-]+)|^\/ll:([\w-]+)/s.exec(
        state.action ?? "",
      );
      const name = skill?.[1] ?? skill?.[2];
      if (
        name === undefined || state.tools === null || state.tools.includes(name)
      ) return;
      report(["tools"], {
        message: `The reference refuses "tools" without the skill ${
          quote(name)
        } of the action`,
        onKey: true,
      });
    },
  },
];

function ignored(path: readonly string[], report: Report): void {
  report(path, {
    message: `The reference ignores ${quote(path.at(-1) ?? "")}`,
    onKey: true,
  });
}

function referenceProblem(
  part: ReferencePart,
  { loop }: StateView,
): string | null {
  if (part.isTrimmed) return 'it has no ":trim"';
  const hasDefault = part.source.includes(":default=");
  if (part.isShellQuoted && hasDefault) {
    return '":shell" and ":default=" exclude each other there';
  }
  if (part.fallback !== null) return null;
  const [first = "", ...rest] = part.path.split(".");
  if (part.namespace === "prev" && !PREVIOUS_FIELDS.includes(first)) {
    return `"prev" has only ${PREVIOUS_FIELDS.map(quote).join(", ")} there`;
  }
  if (part.namespace !== "captured") return null;
  const isOfLoop = Object.values(loop.states).some(({ kind, capture }) =>
    kind === "loop" && capture === first
  );
  return isOfLoop && !LOOP_CAPTURE_FIELDS.includes(rest.join("."))
    ? 'the capture of a sub-loop has only "output" and "exit_code" there'
    : null;
}
