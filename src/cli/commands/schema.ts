/** Owns `schema`: the JSON schema of loop files, printed or written beside the loops. */

import { schemaText, writeSchema } from "../../app/write/mod.ts";
import { EXIT } from "../../model/mod.ts";
import { openProject } from "../open_project.ts";
import {
  dataStream,
  displayPath,
  printLines,
  type Session,
} from "../program.ts";

/** Prints the schema, or writes it and says where. */
export async function schema(session: Session): Promise<number> {
  const { world, options, stdout } = session;
  if (!options.flag("write")) {
    dataStream(session).write(schemaText(world));
    return EXIT.ok;
  }
  const project = await openProject(session, { mayMakeFolder: true });
  const { path, isKept } = writeSchema(world, project);
  const shown = displayPath(path, world.system.cwd);
  printLines(stdout, [
    isKept ? `${shown} is of this version already` : `Wrote ${shown}`,
  ]);
  return EXIT.ok;
}
