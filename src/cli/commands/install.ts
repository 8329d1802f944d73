/** Owns `install`: a built-in loop becomes the project's own. */

import { installLoop } from "../../app/mod.ts";
import { EXIT } from "../../model/mod.ts";
import {
  formatWritten,
  joinCommand,
  writtenJson,
  type WrittenLoop,
} from "../../view/mod.ts";
import { openProject } from "../open_project.ts";
import {
  displayPath,
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";

/** Copies the loop and tells what was written. */
export async function install(session: Session): Promise<number> {
  const { world, stdout, options, version } = session;
  const project = await openProject(session, { mayMakeFolder: true });
  const name = (session.positionals[0] ?? "").replace(/\.yaml$/, "");
  const { files, isLoop } = installLoop(world, project, { name, version });
  const folder = options.text("loops-dir");
  const where = folder === null ? [] : ["--loops-dir", folder];
  const command = (...words: readonly string[]) =>
    joinCommand(["ll-loop", ...words, ...where]);
  const written: WrittenLoop = {
    name,
    source: `the built-in ${isLoop ? "loop" : "file"} ${name}`,
    files: files.map(({ path, isKept }) => ({
      path: displayPath(path, world.system.cwd),
      isKept,
    })),
    next: isLoop
      ? [
        [command("show", name), "what it does, and the values that it takes"],
        [command("run", name, "--dry-run"), "what it would do"],
      ]
      : [[command("list"), "a loop that imports it uses this copy now"]],
  };
  if (options.flag("json")) printJson(stdout, writtenJson(written));
  else {
    const style = sessionStyle(session, stdout, project);
    printLines(stdout, formatWritten(written, style));
  }
  return EXIT.ok;
}
