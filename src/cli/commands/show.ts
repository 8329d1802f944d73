/** Owns `show`: what a loop is made of. */

import { locateLoop } from "../../app/mod.ts";
import {
  EXIT,
  hasErrors,
  type Json,
  type Loop,
  LoopError,
  mapTexts,
  maskTokens,
} from "../../model/mod.ts";
import {
  displayPath,
  formatShow,
  showJson,
  type ShownLoop,
} from "../../view/mod.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";

/** Prints the description of one loop. */
export async function show(session: Session): Promise<number> {
  const { world, stdout, options } = session;
  const argument = session.positionals[0] ?? "";
  const project = await openProject(session);
  const located = locateLoop(world, project, argument);
  const { definitions, findings, texts } = located;
  const loop = definitions?.loops[definitions.root];
  if (loop === undefined || hasErrors(findings)) {
    throw new LoopError("invalid", `Cannot show loop "${argument}"`, {
      findings: findings.filter(({ severity }) => severity === "error"),
      texts,
    });
  }
  const shown: ShownLoop = {
    loop: mapTexts(loop as unknown as Json, maskTokens) as unknown as Loop,
    origin: located.origin,
    file: displayPath(located.file, world.system.cwd),
    argument,
  };
  if (options.flag("json")) {
    printJson(stdout, showJson(shown));
    return EXIT.ok;
  }
  const style = sessionStyle(session, stdout, project);
  printLines(
    stdout,
    formatShow(shown, { style, isVerbose: options.flag("verbose") }),
  );
  return EXIT.ok;
}
