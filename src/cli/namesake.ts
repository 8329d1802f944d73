/**
 * Owns loops that have the name of a command which the reference has not: what was a way to run
 * them there is that command here, and whoever comes from there must be told.
 */

// Not the use cases as a whole: commands that need none of them come through here.
import { hasLoop, projectName } from "../app/loops/mod.ts";
import type { World } from "../app/mod.ts";
import { findUsableProject, type Project } from "../app/project/mod.ts";
import { type Finding, joinCommand } from "../model/mod.ts";
import type { Stream } from "../ports/mod.ts";
import { painter, quote, type Style } from "../view/mod.ts";
import { findReady } from "./command_table.ts";

/** Returns whether a loop of that name is hidden by a command of our own. */
export function isHidden(loop: string): boolean {
  return findReady(loop)?.origin === "own";
}

/** Prints a line for each loop that a command hides. */
export function warnOfHidden(
  loops: readonly string[],
  options: { readonly stream: Stream; readonly style: Style },
): void {
  const warning = painter(options.style)("warning", "warning:");
  for (const name of loops.filter(isHidden)) {
    options.stream.write(`${warning} ${messageFor(name)}; ${wayOut(name)}\n`);
  }
}

/** Returns what `validate` says of a file whose loop a command hides. */
export function hiddenFindings(
  project: Pick<Project, "loopsDir">,
  file: string,
): readonly Finding[] {
  const name = projectName(project, file);
  if (name === null || !isHidden(name)) return [];
  return [{
    rule: "hidden-by-command",
    severity: "warning",
    message: messageFor(name),
    at: { file, path: [] },
    hint: `Rename the file, or run it with \`${runCommand(name)}\``,
  }];
}

/** Says that the command which was typed may have been meant as a loop. */
export function noteNamesake(
  world: Pick<World, "files" | "system">,
  options: {
    readonly typed: string;
    readonly loopsDir: string | null;
    readonly stream: Stream;
  },
): void {
  const { typed, loopsDir, stream } = options;
  const project = findUsableProject(
    world,
    loopsDir === null ? {} : { loopsDirFlag: loopsDir },
  );
  if (project === null || !hasLoop(world, project, typed)) return;
  stream.write(
    `note: There is a loop ${quote(typed)} here, too; ${wayOut(typed)}\n`,
  );
}

function messageFor(name: string): string {
  return `Loop "${name}" has the name of a command: \`ll-loop ${name}\` does not run it`;
}

function wayOut(name: string): string {
  return `it runs with \`${runCommand(name)}\``;
}

function runCommand(name: string): string {
  return joinCommand(["ll-loop", "run", name]);
}
