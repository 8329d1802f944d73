/** Owns finding out which functions of the program the commands call that people wait for most. */

import type { CalledFunction } from "./eager_functions.ts";
import { runDeno } from "./run_deno.ts";

/** What is done before, so that there is something to look at; it does not count. */
const BEFORE = ["run", "one"];

/**
 * What is compiled ahead: the commands that end before anybody notices, and loading a loop, as a list
 * does of one that has a parent. With all that `validate` calls it would start in a tenth less, and
 * they would be at the end of their budget.
 */
export const COMPILED_COMMANDS: readonly (readonly string[])[] = [
  ["--version"],
  ["list"],
  ["status", "one"],
  ["__complete", "--", "run", ""],
];

/** The commands that are typed most. */
export const USUAL_COMMANDS: readonly (readonly string[])[] = [
  ...COMPILED_COMMANDS,
  ["validate", "two"],
  ["run", "two"],
];

const ONE = "name: one\ninitial: done\nstates:\n  done:\n    terminal: true\n";
const TWO = `description: Two states
initial: look
scope: [src/]
max_steps: 5
timeout: 60
context: { word: ready }
states:
  look:
    run: echo \${context.word}
    capture: seen
    evaluate: { type: output_contains, pattern: ready }
    on_yes: tell
    on_no: failed
    on_error: failed
  tell:
    run: echo \${captured.seen.output}
    timeout: 5
    on_yes: done
    on_no: look
    on_error: failed
`;

interface Coverage {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

/**
 * Returns each function of the program at `path` that one of `commands` calls, in the order of
 * their places.
 *
 * @throws {Error} when a command fails
 */
export async function findCalled(
  path: string,
  commands: readonly (readonly string[])[],
): Promise<CalledFunction[]> {
  const folder = await Deno.makeTempDir({ prefix: "ll-loop-called-" });
  try {
    const loops = `${folder}/project/.loops`;
    await Deno.mkdir(loops, { recursive: true });
    await Deno.writeTextFile(`${loops}/one.yaml`, ONE);
    await Deno.writeTextFile(`${loops}/two.yaml`, TWO);
    await Deno.writeTextFile(`${loops}/heir.yaml`, "from: two\n");
    const cwd = `${folder}/project`;
    await runDeno(["run", "-A", path, ...BEFORE], { cwd });
    const found = new Map<string, CalledFunction>();
    for (const [index, args] of commands.entries()) {
      const coverage = `${folder}/${index}`;
      await runDeno(["run", "-A", `--coverage=${coverage}`, path, ...args], {
        cwd,
      });
      for await (const { name } of Deno.readDir(coverage)) {
        if (!name.endsWith(".json")) continue;
        const text = await Deno.readTextFile(`${coverage}/${name}`);
        for (const each of calledIn(JSON.parse(text), path)) {
          found.set(`${each.start}-${each.end}`, each);
        }
      }
    }
    return [...found.values()].sort((a, b) => a.start - b.start);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function calledIn(
  { url, functions }: Coverage,
  path: string,
): CalledFunction[] {
  if (!url.endsWith(path)) return [];
  return functions.flatMap(({ ranges: [whole] }) =>
    whole === undefined || whole.count === 0 || whole.startOffset === 0
      ? []
      : [{ start: whole.startOffset, end: whole.endOffset }]
  );
}
