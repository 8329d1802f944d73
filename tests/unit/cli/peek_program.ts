/**
 * A command that there is not, whose arguments are a loop, a state of it and a run; and, started
 * as a program, an ll-loop that completes it: `completions SHELL` and `__complete [--next] -- WORDS`.
 */

import {
  createFiles,
  createSources,
  createSystem,
} from "../../../src/adapters/mod.ts";
import type { CommandSpec } from "../../../src/cli/command_spec.ts";
import { COMMANDS } from "../../../src/cli/command_table.ts";
import {
  completionScript,
  offerLines,
} from "../../../src/cli/completion/mod.ts";
import { SHELLS } from "../../../src/cli/shells.ts";

/** `ll-loop peek LOOP STATE RUN`. */
export const PEEK: CommandSpec = {
  name: "peek",
  aliases: [],
  summary: "Look at a state in a run",
  positionals: [
    { name: "LOOP", summary: "a loop", completes: "loop" },
    { name: "STATE", summary: "a state", completes: "state" },
    { name: "RUN", summary: "a run", completes: "run" },
  ],
  options: [],
  examples: [],
  statuses: [0],
  status: "ready",
  origin: "own",
};

if (import.meta.main) {
  const [command, argument, ...rest] = Deno.args;
  const words = argument === "--next" ? [...rest.slice(1), ""] : rest;
  const commands = [...COMMANDS, PEEK];
  const world = {
    files: createFiles(),
    sources: createSources(),
    system: createSystem(),
  };
  const shell = SHELLS.find((name) => name === argument);
  const text = command === "completions" && shell !== undefined
    ? completionScript(shell, commands)
    : `${(await offerLines(world, words, commands)).join("\n")}\n`;
  await Deno.stdout.write(new TextEncoder().encode(text));
}
