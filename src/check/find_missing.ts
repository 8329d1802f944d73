/**
 * Owns the look for values that a run would not find: context keys that nobody gives,
 * captures that nobody makes. Other references that lead nowhere are the state's own
 * failure while it runs, which it may route: rules warn of them.
 */

import {
  type Definitions,
  type Finding,
  type Loop,
  nearest,
  type Origin,
  own,
  type ReferencePart,
  referencesOf,
  type State,
} from "../model/mod.ts";
import { type LoadResult, quote, readFlag } from "../load/mod.ts";
import { howToGive } from "./how_to_give.ts";
import {
  loopTemplatesOf,
  templatesOf,
  type TemplateUse,
} from "./templates_of.ts";

/** One value that is missing; the first place that needs it. */
export interface Missing {
  readonly kind: "context" | "captured";
  /** The context key or capture. */
  readonly name: string;
  /** The reference as written. */
  readonly source: string;
  /** What to add or change, such as `--context name=VALUE`. */
  readonly add: string;
  /** The words that give it on the command line; none where the file has to be changed. */
  readonly words: readonly string[];
  /** The state that needs it; `null` where the loop itself does. */
  readonly state: string | null;
  /** The place in the merged document, such as `states.a.action`. */
  readonly usedBy: string;
  readonly at: Origin;
}

/** Options of {@linkcode findMissing}. */
export interface MissingOptions {
  /** What loading gave: makes origins exact where fragments or parents are used. */
  readonly results?: ReadonlyMap<string, LoadResult>;
}

/**
 * Returns what the started loop needs and will not find, each value once, in order of
 * use. `context` holds the keys of the effective context, injected ones included.
 * References with a fallback need nothing. States that never act are left out: terminals,
 * and the evaluator of a state with `next`. Of sub-loops only the texts of the states
 * that start them are looked at: what is missing inside is an error of the child, which
 * the parent may route.
 */
export function findMissing(
  definitions: Definitions,
  context: ReadonlySet<string>,
  options: MissingOptions = {},
): Missing[] {
  const loop = definitions.loops[definitions.root];
  if (loop === undefined) return [];
  const result = options.results?.get(definitions.root);
  const surroundings = { loop, context, captures: capturesOf(loop, result) };
  const missing = new Map<string, Missing>();
  const look = (
    use: TemplateUse,
    place: Pick<Missing, "state" | "usedBy"> & { readonly at: () => Origin },
  ) => {
    for (const part of referencesOf(use.text)) {
      // In a scope other references stay as written.
      if (use.kind === "scope" && part.namespace !== "context") continue;
      const lack = findLack(part, surroundings);
      if (lack === null) continue;
      const key = `${lack.kind} ${lack.name}`;
      if (missing.has(key)) continue;
      missing.set(key, {
        words: [],
        ...lack,
        ...place,
        source: part.source,
        at: place.at(),
      });
    }
  };
  for (const use of loopTemplatesOf(loop)) {
    if (use.kind === "progress") continue;
    look(use, {
      state: null,
      usedBy: use.kind === "scope" ? "scope" : use.path.join("."),
      at: () => result?.originOf(use.path) ?? loop.at,
    });
  }
  for (const state of Object.values(loop.states)) {
    for (const use of neededTemplates(loop, state)) {
      look(use, {
        state: state.name,
        usedBy: ["states", state.name, ...use.path].join("."),
        at: () => originOf(state, use, result),
      });
    }
  }
  return [...missing.values()];
}

/**
 * Returns a warning for each file of the started loop's circuit that is never watched: a
 * run leaves out what it cannot resolve, as the reference does.
 */
export function findUnwatched(
  definitions: Definitions,
  context: ReadonlySet<string>,
  options: MissingOptions = {},
): Finding[] {
  const loop = definitions.loops[definitions.root];
  if (loop === undefined) return [];
  const result = options.results?.get(definitions.root);
  const surroundings = { loop, context, captures: capturesOf(loop, result) };
  return loopTemplatesOf(loop).filter(({ kind }) => kind === "progress")
    .flatMap(({ text, path }) =>
      referencesOf(text).flatMap((part): Finding[] => {
        const lack = findLack(part, surroundings);
        return lack === null ? [] : [{
          rule: "unwatched-path",
          severity: "warning",
          message: `${quote(text)} is not watched: nothing gives ${
            quote(part.source)
          }`,
          at: result?.originOf(path) ?? loop.at,
          excerpt: part.source,
          hint: `Add ${lack.add}`,
        }];
      })
    );
}

/** Returns the context keys that a loop's states cannot do without, each with its first use. */
export function neededContext(
  loop: Loop,
): ReadonlyMap<string, { readonly state: string; readonly source: string }> {
  const needed = new Map<string, { state: string; source: string }>();
  for (const state of Object.values(loop.states)) {
    for (const use of neededTemplates(loop, state)) {
      for (const part of referencesOf(use.text)) {
        if (part.namespace !== "context" || part.fallback !== null) continue;
        const key = firstPart(part);
        if (key !== "" && !needed.has(key)) {
          needed.set(key, { state: state.name, source: part.source });
        }
      }
    }
  }
  return needed;
}

function neededTemplates(loop: Loop, state: State): TemplateUse[] {
  const isSummary = state.name === loop.onMaxSteps ||
    state.name === loop.onMaxIterations;
  if (state.terminal && !isSummary) return [];
  const skipsEvaluator = state.next !== null || state.kind === "loop";
  return templatesOf(state).filter(({ path }) =>
    !(skipsEvaluator && path[0] === "evaluate")
  );
}

interface Surroundings {
  readonly loop: Loop;
  readonly context: ReadonlySet<string>;
  readonly captures: {
    readonly names: ReadonlySet<string>;
    /** Whether there may be others: a sub-loop leaves its own, and the file may vouch for them. */
    readonly isOpen: boolean;
  };
}

function findLack(
  part: ReferencePart,
  { loop, context, captures }: Surroundings,
): Pick<Missing, "kind" | "name" | "add"> & Partial<Missing> | null {
  if (part.fallback !== null) return null;
  const name = firstPart(part);
  switch (part.namespace) {
    case "context": {
      if (context.has(name)) return null;
      const known = [...context, ...Object.keys(loop.context)];
      const value = own(loop.parameters, name)?.default ?? null;
      return {
        kind: "context",
        name,
        ...howToGive(part, known, { default: value }),
      };
    }
    case "captured": {
      if (captures.isOpen || captures.names.has(name)) return null;
      const [near] = nearest(name, captures.names, 1);
      return {
        kind: "captured",
        name,
        add: `capture: ${name}, on a state that runs before` + orMeant(near),
      };
    }
    default:
      return null;
  }
}

function orMeant(near: string | undefined): string {
  return near === undefined ? "" : ` (or did you mean ${quote(near)}?)`;
}

function firstPart({ path }: ReferencePart): string {
  return path.split(".", 1)[0] ?? path;
}

function capturesOf(
  loop: Loop,
  result: LoadResult | undefined,
): Surroundings["captures"] {
  const names = new Set<string>();
  let isOpen = readFlag(result?.document ?? {}, "capture_reachability_ok");
  for (const state of Object.values(loop.states)) {
    if (state.capture !== null) names.add(state.capture);
    if (state.kind === "loop") isOpen = true;
  }
  return { names, isOpen };
}

function originOf(
  state: State,
  { path }: TemplateUse,
  result: LoadResult | undefined,
): Origin {
  if (result !== undefined) {
    return result.originOf(["states", state.name, ...path]);
  }
  return path[0] === "evaluate" && state.evaluate !== null
    ? {
      file: state.evaluate.at.file,
      path: [...state.evaluate.at.path, ...path.slice(1)],
    }
    : { file: state.at.file, path: [...state.at.path, ...path] };
}
