/** Owns the rules over a loop together with the loops that it runs. */

import {
  type Finding,
  type Json,
  lackedInputs,
  type Loop,
  nearest,
  own,
  type State,
} from "../model/mod.ts";
import {
  type DefinitionsResult,
  isStaticLoopName,
  type LoadResult,
  quote,
  quoteAll,
  type RuleFacts,
  yamlScalar,
} from "../load/mod.ts";
import { knownContextKeys, readsVariable } from "./context_keys.ts";
import { findCircle } from "./find_circle.ts";
import { checkLoop, type CheckOptions, reporter } from "./check_loop.ts";
import { neededContext } from "./find_missing.ts";
import { checkBindings } from "./check_bindings.ts";
import { proveFindings } from "./prove/mod.ts";
import type { Report } from "./rule.ts";
import { checkScope, SECRET_IN_SCOPE_RULE } from "./secret_in_scope.ts";

/** Rules that look at more than one loop. */
export const DEFINITION_RULES = [
  {
    name: "bad-loop-binding",
    severity: "error",
    description: "A value for a sub-loop that the sub-loop does not take",
  },
  {
    name: "runs-itself",
    severity: "warning",
    description: "Loops that run one another before any does anything else",
  },
  {
    name: "child-lacks-context",
    severity: "warning",
    description: "A sub-loop that needs a context key which nobody gives it",
  },
  {
    name: "unknown-loop-binding",
    severity: "warning",
    description:
      "A value for a sub-loop under a key that the sub-loop never reads",
  },
  {
    name: "child-lacks-input",
    severity: "warning",
    description: "A sub-loop whose required input nobody gives it",
  },
  SECRET_IN_SCOPE_RULE,
] as const satisfies readonly RuleFacts[];

/**
 * Returns what the rules find in a loop and its static children, beside the findings of
 * loading. Of the children only errors count: their warnings belong to their own check.
 */
export function checkDefinitions(
  loaded: DefinitionsResult,
  options: CheckOptions = {},
): Finding[] {
  const findings: Finding[] = [];
  for (const [file, result] of loaded.results) {
    const own = file === loaded.root
      ? options
      : { ...options, errorsOnly: true };
    findings.push(...checkLoop(result, own));
    if (result.draft === null || !result.isWhole) continue;
    checkChildren(result, result.draft, { loaded, findings, options: own });
    if (file === loaded.root) {
      const target = { result, findings, prefix: [] };
      checkScope(loaded, reporter(SECRET_IN_SCOPE_RULE, target));
    }
  }
  if (options.errorsOnly !== true) {
    findings.push(...proveFindings(loaded, findings, options));
  }
  return findings;
}

interface Target {
  readonly loaded: DefinitionsResult;
  readonly findings: Finding[];
  readonly options: CheckOptions;
}

function checkChildren(
  result: LoadResult,
  loop: Loop,
  { loaded, findings, options }: Target,
): void {
  const [bindingRule, circleRule, lackRule, unknownRule, inputRule] =
    DEFINITION_RULES;
  const names = loaded.names[result.file] ?? {};
  for (const state of Object.values(loop.states)) {
    if (state.loop === null || !isStaticLoopName(state.loop)) continue;
    const file = Object.hasOwn(names, state.loop)
      ? names[state.loop]
      : undefined;
    if (file === undefined) continue;
    const prefix = ["states", state.name];
    const child = loaded.results.get(file)?.loop ?? null;
    if (child !== null && Object.keys(state.with).length > 0) {
      checkBindings({
        values: state.with,
        parameters: child.parameters,
        given: ["run_dir"],
        owner: `loop ${quote(state.loop)}`,
      }, reporter(bindingRule, { result, findings, prefix }));
    }
    if (child !== null && options.errorsOnly !== true) {
      const target = { result, findings, prefix };
      checkUnknownBindings(state, child, reporter(unknownRule, target));
      const lackedOnes = lackedBy(state, child);
      for (const key of lackedOnes) {
        const isBound = Object.hasOwn(state.with, key);
        reporter(inputRule, target)(isBound ? ["with", key] : ["loop"], {
          message: `Loop ${quote(state.loop)} needs its input ${quote(key)}` +
            (isBound
              ? ", which is empty here"
              : whyLacked(key, own(child.parameters, key)?.default ?? null)),
          hint: isBound
            ? `Give it a value: ${key}: …`
            : `Add below "with": ${key}: …`,
        });
      }
      const report = reporter(lackRule, target);
      for (const [key, use] of lacks(state, child)) {
        if (lackedOnes.includes(key)) continue;
        const value = own(child.parameters, key)?.default ?? null;
        report(["loop"], {
          message:
            `Loop ${quote(state.loop)} needs ${
              quote(use.source)
            } in its state ${quote(use.state)}` + whyLacked(key, value),
          hint: value === null
            ? `Add below "with": ${key}: …`
            : `Add to the state: with: { ${key}: ${defaultText(value)} }`,
        });
      }
    }
    const circle = options.errorsOnly === true
      ? null
      : findCircle(file, loaded);
    if (circle !== null) {
      reporter(circleRule, { result, findings, prefix })(["loop"], {
        message: `Loop ${quote(state.loop)} never ends: before it does ` +
          `anything else it goes in a circle, ${circle.join(" -> ")}`,
        hint: "Put an action before it whose result can stop the circle",
      });
    }
  }
}

/** Completes a message on a key that a sub-loop lacks; `value` is its default, `null` without one. */
function whyLacked(key: string, value: Json): string {
  return value === null
    ? ", which nothing gives it"
    : `: the default of its parameter ${
      quote(key)
    } is only taken where a state has "with"`;
}

/** Returns a default as a hint can show it. */
function defaultText(value: Json): string {
  const text = typeof value === "string"
    ? yamlScalar(value)
    : JSON.stringify(value);
  return text.length > DEFAULT_CHARACTERS_MAX ? "…" : text;
}

const DEFAULT_CHARACTERS_MAX = 40;

/** Reports keys below `with` that a child without declared parameters has no use for. */
function checkUnknownBindings(
  state: State,
  child: Loop,
  report: Report,
): void {
  // Bindings of declared parameters are compared with these.
  if (Object.keys(child.parameters).length > 0) return;
  const known = [...new Set(knownContextKeys(child))];
  const states = Object.values(child.states);
  // What a loop hands on may be meant for those below it.
  const isOpen = states.some(({ contextPassthrough }) => contextPassthrough);
  for (const key of Object.keys(state.with)) {
    if (known.includes(key) || readsVariable(child, key)) continue;
    const [near] = nearest(
      key,
      known.filter((name) => !Object.hasOwn(state.with, name)),
      1,
    );
    if (isOpen && near === undefined) continue;
    const ownKeys = [
      ...new Set([child.inputKey, ...Object.keys(child.context)]),
    ];
    report(["with", key], {
      message: `Loop ${quote(state.loop ?? "")} has no use for ${quote(key)}`,
      hint: near === undefined
        ? `It knows ${quoteAll(ownKeys.sort())}`
        : `Did you mean ${quote(near)}?`,
      onKey: true,
    });
  }
}

/** The required inputs of `child` that `state` does not give; nothing is known of passed contexts. */
function lackedBy(state: State, child: Loop): readonly string[] {
  const isBound = Object.keys(state.with).length > 0;
  if (state.contextPassthrough && !isBound) return [];
  const valueOf = (key: string): Json | undefined => {
    if (Object.hasOwn(state.with, key)) return state.with[key];
    const parameter = own(child.parameters, key);
    if (isBound && parameter !== undefined) {
      // A required one that is not bound is reported as that.
      if (parameter.default !== null) return parameter.default;
      if (parameter.required) return true;
    }
    return GIVEN_CONTEXT.includes(key) ? true : own(child.context, key);
  };
  return lackedInputs(child, valueOf);
}

/** What `child` needs in its context and does not get from `state`; nothing is known of passed contexts. */
function lacks(
  state: State,
  child: Loop,
): [string, { readonly state: string; readonly source: string }][] {
  if (state.contextPassthrough) return [];
  const isBound = Object.keys(state.with).length > 0;
  const given = new Set([
    ...GIVEN_CONTEXT,
    ...Object.keys(child.context),
    ...Object.keys(state.with),
    // Of these, missing ones are reported as unbound and defaults are filled in.
    ...Object.entries(child.parameters).filter(([, parameter]) =>
      isBound && (parameter.required || parameter.default !== null)
    ).map(([name]) => name),
  ]);
  return [...neededContext(child)].filter(([key]) => !given.has(key));
}

/** Keys that every sub-loop gets from its parent. */
const GIVEN_CONTEXT = [
  "run_dir",
  "input_hash",
  "readiness_threshold",
  "outcome_threshold",
];
