/** Owns finding the project for a command, and saying what is wrong with its configuration. */

import { findProject, type Project } from "../app/mod.ts";
import { LoopError } from "../model/mod.ts";
import { type Session, sessionStyle } from "./program.ts";
import { reportWarnings } from "./report.ts";

/**
 * Returns the project of a session; warnings about its configuration go to stderr.
 *
 * @throws {LoopError} `invalid` when the configuration cannot be used
 */
export async function openProject(session: Session): Promise<Project> {
  const { world, stderr } = session;
  const flag = session.options.text("loops-dir");
  const project = findProject(
    world,
    flag === null ? {} : { loopsDirFlag: flag },
  );
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
