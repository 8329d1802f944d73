/** Owns the refusal of `help` on what is no command: a loop, or a mistyped name. */

import { findUsableProject, listLoops, type World } from "../app/mod.ts";
import { joinCommand, LoopError } from "../model/mod.ts";
import { quote } from "../view/mod.ts";
import { nearestCommands } from "./command_table.ts";
import { didYouMean } from "./did_you_mean.ts";

/** Returns the error for a topic that is no command; where it is a loop, with what shows that. */
export function topicError(
  world: Pick<World, "sources" | "files" | "system">,
  { topic, loopsDir }: {
    readonly topic: string;
    readonly loopsDir: string | null;
  },
): LoopError {
  const project = findUsableProject(
    world,
    loopsDir === null ? {} : { loopsDirFlag: loopsDir },
  );
  const isLoop = project !== null &&
    listLoops(world, project).some(({ name }) => name === topic);
  if (isLoop) {
    const where = loopsDir === null ? [] : ["--loops-dir", loopsDir];
    const show = joinCommand(["ll-loop", "show", topic, ...where]);
    return new LoopError(
      "usage",
      `There is no command ${quote(topic)}; it is a loop`,
      { hint: `\`${show}\` explains it` },
    );
  }
  const guess = didYouMean(topic, nearestCommands(topic));
  return new LoopError("usage", `There is no command ${quote(topic)}`, {
    hint: `${
      guess === null ? "" : `${guess} `
    }\`ll-loop --help\` lists the commands`,
  });
}
