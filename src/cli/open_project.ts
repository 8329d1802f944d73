/** Owns finding the project for a command, and saying what is wrong with its configuration. */

// Not the use cases as a whole: `list` needs none of the others.
import { findProject, type Project } from "../app/project/mod.ts";
import { LoopError } from "../model/mod.ts";
import { joinCommand, quote } from "../view/mod.ts";
import { type Session, sessionStyle } from "./program.ts";
import { reportWarnings } from "./report.ts";

/**
 * Returns the project of a session; warnings about its configuration go to stderr.
 *
 * @throws {LoopError} `invalid` when the configuration cannot be used; `usage` when the folder
 * of `--loops-dir` is not there, unless the command may make it
 */
export async function openProject(
  session: Session,
  { mayMakeFolder = false }: { readonly mayMakeFolder?: boolean } = {},
): Promise<Project> {
  const { world, stderr } = session;
  const flag = session.options.text("loops-dir");
  const project = findProject(
    world,
    flag === null ? {} : { loopsDirFlag: flag },
  );
  if (
    flag !== null && session.world.files.stat(project.loopsDir)?.isFile === true
  ) {
    throw new LoopError(
      "usage",
      `Option "--loops-dir" takes a folder, got the file ${quote(flag)}`,
      { hint: "Name the folder that the loops are in" },
    );
  }
  // Mistyped, it would be made by the first run, and everything in it would look lost.
  if (flag !== null && !project.exists && !mayMakeFolder) {
    throw new LoopError(
      "usage",
      `Option "--loops-dir" takes a folder that exists, got ${quote(flag)}`,
      { hint: `Make it first: mkdir -p ${joinCommand([flag])}` },
    );
  }
  if (project.findings.length === 0) return project;
  const texts: Record<string, string> = {};
  for (const { at } of project.findings) {
    texts[at.file] ??= world.files.readTextIfExists(at.file) ?? "";
  }
  const errors = project.findings.filter(({ severity }) =>
    severity === "error"
  );
  if (errors.length > 0) {
    throw new LoopError("invalid", "Cannot use the configuration", {
      findings: errors,
      texts,
    });
  }
  if (session.options.declares("quiet") && session.options.flag("quiet")) {
    return project;
  }
  await reportWarnings({ findings: project.findings, texts }, {
    stream: stderr,
    style: sessionStyle(session, stderr, project),
    cwd: world.system.cwd,
    command: "correct the configuration",
  });
  return project;
}
