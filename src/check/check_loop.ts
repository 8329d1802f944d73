/** Owns running the rules over one loaded loop. */

import {
  BUILTIN_PREFIX,
  type DocumentPath,
  type Finding,
  hasErrors,
  isJsonObject,
  type JsonObject,
} from "../model/mod.ts";

import { entry, type LoadResult, readFlag, readMap } from "../load/mod.ts";
import { type Graph, graphOf } from "./graph.ts";
import { Flow } from "./prove/mod.ts";
import { RULES } from "./registry.ts";
import type { Condition, LoopView, Report, Rule, StateView } from "./rule.ts";

/** How to check. */
export interface CheckOptions {
  /** Leaves out rules of severity warning. @default {false} */
  readonly errorsOnly?: boolean;
  /** Conditions that hold: their rules are not left out. @default {[]} */
  readonly conditions?: readonly Condition[];
  /** Leaves out rules on style and care. @default {false} */
  readonly isForRun?: boolean;
  /** @default {RULES} */
  readonly rules?: readonly Rule[];
}

/**
 * Returns what the rules find in a loaded loop, beside the findings of loading. Parts
 * that did not load are left alone, so that one mistake is reported once.
 */
export function checkLoop(
  result: LoadResult,
  options: CheckOptions = {},
): Finding[] {
  const { draft: loop, document } = result;
  if (loop === null || document === null) return [];
  const findings: Finding[] = [];
  const isSound = !hasErrors(result.findings);
  let graph: Graph | null = null;
  let flow: Flow | null = null;
  const view: LoopView = {
    loop,
    document,
    result,
    get graph() {
      return graph ??= graphOf(loop, document);
    },
    get flow() {
      return flow ??= new Flow(loop);
    },
  };
  const rules = (options.rules ?? RULES).filter((rule) =>
    // A parent that cannot be had may silence a rule.
    (result.isWhole || (rule.needs === "value" && rule.unless === undefined)) &&
    (isSound || rule.needsWholeGraph !== true) &&
    (options.errorsOnly !== true || rule.severity === "error") &&
    (rule.only === undefined ||
      options.conditions?.includes(rule.only) === true) &&
    (options.isForRun !== true || rule.isOnTextOnly !== true) &&
    !isSilenced(rule, document)
  );
  for (const rule of rules) {
    rule.loop?.(view, reporter(rule, { result, findings, prefix: [] }));
  }
  const states = readMap(document, "states");
  // One function for each rule, not for each state: there may be thousands of states.
  const target = { result, findings, prefix: [] as readonly string[] };
  const perState = rules.filter((rule) => rule.state !== undefined)
    .map((rule) => ({ rule, report: reporter(rule, target) }));
  for (const state of Object.values(loop.states)) {
    const map = entry(states, state.name);
    if (!isJsonObject(map)) continue;
    target.prefix = ["states", state.name];
    const stateView = {
      loop,
      document,
      result,
      state,
      map,
      get graph() {
        return view.graph;
      },
      get flow() {
        return view.flow;
      },
    };
    for (const { rule, report } of perState) {
      if (isAbout(rule, stateView)) rule.state?.(stateView, report);
    }
  }
  return findings;
}

/** Most states have few of the keys that there are rules on. */
function isAbout(
  { stateKeys, stateKinds }: Rule,
  { state, map }: Pick<StateView, "state" | "map">,
): boolean {
  return (stateKinds === undefined || stateKinds.includes(state.kind)) &&
    (stateKeys === undefined ||
      stateKeys.some((key) => Object.hasOwn(map, key)));
}

function isSilenced({ unless = [] }: Rule, document: JsonObject): boolean {
  const flags = typeof unless === "string" ? [unless] : unless;
  return flags.some((flag) => readFlag(document, flag));
}

/** Where findings go, and what their paths are below of at the moment. */
export interface ReportTarget {
  readonly result: LoadResult;
  readonly findings: Finding[];
  readonly prefix: DocumentPath;
}

/** Returns a function that adds findings of `rule`; what hangs on a broken part is dropped. */
export function reporter(
  rule: Pick<Rule, "name" | "severity" | "needs">,
  target: ReportTarget,
): Report {
  return (below, problem) => {
    const { result, findings, prefix } = target;
    const path = [...prefix, ...below];
    const broken = rule.needs === undefined ? result.broken : result.unusable;
    if (path.length > 0 && touches(path, broken)) return;
    const at = result.originOf(path);
    // Nobody can open an embedded library: the state that uses it is shown instead.
    const isElsewhere = at.file !== result.file &&
      at.file.startsWith(BUILTIN_PREFIX) && prefix.length > 0;
    const isWhole = below.length === 0 && prefix.length > 0;
    const { edit, ...told } = problem;
    // Nor can anybody change it; and a step of a flow is more than the name in it.
    const isFixed = edit !== undefined && !isElsewhere && at.path[0] !== "flow";
    findings.push({
      rule: rule.name,
      severity: rule.severity,
      ...told,
      ...(isFixed ? { edit } : {}),
      at: isElsewhere ? result.originOf(prefix) : at,
      ...(isElsewhere || isWhole ? { onKey: true } : {}),
    });
  };
}

/** Keys of the broken parts themselves, and of all that they are parts of. */
interface Broken {
  readonly parts: ReadonlySet<string>;
  readonly around: ReadonlySet<string>;
}

const knownBroken = new WeakMap<readonly DocumentPath[], Broken>();

/** Returns whether a path leads into a broken part, or to what has one below it. */
function touches(
  path: DocumentPath,
  paths: readonly DocumentPath[],
): boolean {
  if (paths.length === 0) return false;
  const broken = knownBroken.get(paths) ?? indexBroken(paths);
  knownBroken.set(paths, broken);
  const keys = prefixKeys(path);
  return broken.around.has(keys.at(-1) ?? "") ||
    keys.some((key) => broken.parts.has(key));
}

function indexBroken(paths: readonly DocumentPath[]): Broken {
  const parts = new Set<string>();
  const around = new Set<string>();
  for (const path of paths) {
    const keys = prefixKeys(path);
    parts.add(keys.at(-1) ?? "");
    for (const key of keys) around.add(key);
  }
  return { parts, around };
}

/** Returns a key for each beginning of a path, the empty one first. */
function prefixKeys(path: DocumentPath): string[] {
  const keys = [""];
  for (const segment of path) keys.push(`${keys.at(-1)}\0${segment}`);
  return keys;
}
