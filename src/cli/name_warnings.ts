/** Owns what is said of the name of a loop that was just written: what it hides, what hides it. */

import { BUILTIN_PREFIX } from "../model/mod.ts";
import { joinCommand } from "../view/mod.ts";
import { findCommand } from "./command_table.ts";
import type { Session } from "./program.ts";

/** Returns a warning for each way in which the loop `name` does not run as one would think. */
export function nameWarnings(session: Session, name: string): string[] {
  const warnings: string[] = [];
  if (findCommand(name) !== null) {
    warnings.push(
      `warning: "${name}" is a command of ll-loop: this loop runs with \`${
        runCommand(session, name)
      }\``,
    );
  }
  const builtin = session.world.sources.read(`${BUILTIN_PREFIX}${name}.yaml`);
  if (builtin.kind === "text") {
    warnings.push(
      `warning: The built-in loop "${name}" is hidden by this one: ` +
        `it runs with \`${runCommand(session, name, "--builtin")}\``,
    );
  }
  return warnings;
}

/** Returns the command line that runs a loop of this session's folder. */
export function runCommand(
  { options }: Session,
  name: string,
  ...more: readonly string[]
): string {
  const folder = options.text("loops-dir");
  const where = folder === null ? [] : ["--loops-dir", folder];
  return joinCommand(["ll-loop", "run", name, ...where, ...more]);
}
