/**
 * Owns the look for values that a run would not find: context keys that nobody gives,
 * captures that nobody makes, unbound parameters, unknown namespaces.
 */

import {
  type Definitions,
  type Loop,
  NAMESPACES,
  nearest,
  type Origin,
  type ReferencePart,
  referencesOf,
  type State,
} from "../model/mod.ts";
import { type LoadResult, quote } from "../load/mod.ts";
import { howToGive } from "./how_to_give.ts";
import { templatesOf, type TemplateUse } from "./templates_of.ts";

/** One value that is missing; the first place that needs it. */
export interface Missing {
  readonly kind: "context" | "captured" | "param" | "namespace";
  /** The context key, capture, parameter or namespace. */
  readonly name: string;
  /** The reference as written. */
  readonly source: string;
  /** What to add or change, such as `--context name=VALUE`. */
  readonly add: string;
  /** The words that give it on the command line; none where the file has to be changed. */
  readonly words: readonly string[];
  /** The state that needs it. */
  readonly state: string;
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
  const captures = captureNames(loop);
  const missing = new Map<string, Missing>();
  for (const state of Object.values(loop.states)) {
    for (const use of neededTemplates(loop, state)) {
      for (const part of referencesOf(use.text)) {
        const lack = findLack(part, { use, state, loop, context, captures });
        if (lack === null) continue;
        const key = `${lack.kind} ${lack.name}${
          lack.kind === "param" ? ` ${state.name}` : ""
        }`;
        if (missing.has(key)) continue;
        missing.set(key, {
          words: [],
          ...lack,
          source: part.source,
          state: state.name,
          usedBy: ["states", state.name, ...use.path].join("."),
          at: originOf(state, use, result),
        });
      }
    }
  }
  return [...missing.values()];
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
  readonly use: TemplateUse;
  readonly state: State;
  readonly loop: Loop;
  readonly context: ReadonlySet<string>;
  readonly captures: {
    readonly names: ReadonlySet<string>;
    readonly hasLoops: boolean;
  };
}

function findLack(
  part: ReferencePart,
  { use, state, loop, context, captures }: Surroundings,
): Pick<Missing, "kind" | "name" | "add"> & Partial<Missing> | null {
  if (part.fallback !== null) return null;
  const name = firstPart(part);
  switch (part.namespace) {
    case "context": {
      if (context.has(name)) return null;
      const known = [...context, ...Object.keys(loop.context)];
      return { kind: "context", name, ...howToGive(part, known) };
    }
    case "captured": {
      if (captures.hasLoops || captures.names.has(name)) return null;
      const [near] = nearest(name, captures.names, 1);
      return {
        kind: "captured",
        name,
        add: near === undefined
          ? `capture: ${name}, on a state that runs before`
          : `did you mean ${quote(near)}?`,
      };
    }
    case "param": {
      const parameter = Object.hasOwn(state.bindingParameters, name)
        ? state.bindingParameters[name]
        : undefined;
      const isGiven = Object.hasOwn(state.bindings, name) ||
        (parameter !== undefined && parameter.default !== null);
      if (isGiven) return null;
      const given = { ...state.bindings, ...state.bindingParameters };
      const others = Object.keys(given).filter((other) => other !== name);
      const [near] = nearest(name, others, 1);
      return {
        kind: "param",
        name,
        add: `with: { ${name}: … }` +
          (near === undefined ? "" : ` (or did you mean ${quote(near)}?)`),
      };
    }
    default: {
      const isKnown = (NAMESPACES as readonly string[]).includes(
        part.namespace,
      );
      // A pattern or a JSON value may hold `${` and mean it.
      if (isKnown || use.kind === "literal") return null;
      const [near] = nearest(part.namespace, NAMESPACES, 1);
      return {
        kind: "namespace",
        name: part.namespace,
        add: near === undefined
          ? `write $${part.source} if it is meant for the shell`
          : `did you mean ${quote(near)}?`,
      };
    }
  }
}

function firstPart({ path }: ReferencePart): string {
  return path.split(".", 1)[0] ?? path;
}

function captureNames(loop: Loop): Surroundings["captures"] {
  const names = new Set<string>();
  let hasLoops = false;
  for (const state of Object.values(loop.states)) {
    if (state.capture !== null) names.add(state.capture);
    if (state.kind === "loop") hasLoops = true;
  }
  return { names, hasLoops };
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
