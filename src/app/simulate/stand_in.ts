/** Owns the loop that stands for one whose name nobody can know in a simulation. */

import { loadDefinitions } from "../../load/mod.ts";
import { type LoadedOutcome, LoopError } from "../../model/mod.ts";

const PREFIX = "simulated:";

/** Returns whether a loop stands for another one. */
export function isStandIn(loop: string): boolean {
  return loop.startsWith(PREFIX);
}

/** Returns a loop of that name that passes, fails or breaks as its one action does. */
export function standInFor(name: string): LoadedOutcome {
  const text = [
    `name: ${JSON.stringify(name)}`,
    "description: Stands for a loop whose name is known only in a run",
    "initial: run",
    "states:",
    `  run: { action: ${JSON.stringify(`ll-loop run ${name}`)},`,
    "    action_type: shell, on_yes: done, on_no: failed }",
    "  done: { terminal: true }",
    "  failed: { terminal: true }",
  ].join("\n");
  const { definitions } = loadDefinitions(`${PREFIX}${name}`, {
    sources: {
      read: () => ({ kind: "text", text }),
      builtins: [],
      list: () => [],
      isExecutable: () => false,
    },
    origin: "path",
    loopsDir: null,
    cwd: "/",
  });
  if (definitions === null) {
    throw new LoopError("internal", `No loop can stand for "${name}"`);
  }
  const { root: id, loops, names } = definitions;
  return { kind: "loaded", id, loops, names, env: {}, error: null };
}
