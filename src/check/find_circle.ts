/** Owns finding loops that run one another before any of them does anything: they never end. */

import { type Loop, own, type State, wayOut } from "../model/mod.ts";
import { type DefinitionsResult, isStaticLoopName } from "../load/mod.ts";

/**
 * Returns the loops that follow one another for ever once the loop in `file` runs, by name,
 * the first one again at the end; `null` where an action or a verdict may lead out.
 */
export function findCircle(
  file: string,
  loaded: Pick<DefinitionsResult, "results" | "names">,
): readonly string[] | null {
  const chain: string[] = [];
  for (let at: string | null = file; at !== null;) {
    const start = chain.indexOf(at);
    chain.push(at);
    if (start >= 0) {
      return chain.slice(start).map((each) =>
        loaded.results.get(each)?.draft?.name ?? each
      );
    }
    at = firstChild(at, loaded);
  }
  return null;
}

/** The file of the loop that a loop runs whatever happens, before anything else. */
function firstChild(
  file: string,
  { results, names }: Pick<DefinitionsResult, "results" | "names">,
): string | null {
  const loop = results.get(file)?.draft ?? null;
  const name = loop === null ? null : firstLoop(loop);
  return name === null || !isStaticLoopName(name)
    ? null
    : own(names[file] ?? {}, name) ?? null;
}

function firstLoop(loop: Loop): string | null {
  const seen = new Set<string>();
  for (let state = own(loop.states, loop.initial); state !== undefined;) {
    if (seen.has(state.name)) return null;
    if (state.kind === "loop") return state.loop;
    seen.add(state.name);
    const next = onlyTarget(state);
    state = next === null ? undefined : own(loop.states, next);
  }
  return null;
}

/** Where a state leads that does nothing and is not judged: by the verdict yes. */
function onlyTarget(state: State): string | null {
  if (state.kind !== "none" || state.evaluate !== null) return null;
  return wayOut(state, { verdict: "yes", exitCode: null })?.target ?? null;
}
