/** Owns finding the project for a command, and saying what is wrong with its configuration. */

// Not the use cases as a whole: `list` needs none of the others.
import { findProject, type Project } from "../app/project/mod.ts";
import { LoopError } from "../model/mod.ts";
import { displayPath, joinCommand, quote } from "../view/mod.ts";
import { type Session, sessionStyle } from "./program.ts";
import { reportWarnings } from "./report.ts";

/**
 * Returns the project of a session; warnings about its configuration go to stderr.
 *
 * @throws {LoopError} `invalid` when the configuration cannot be used; `usage` when the folder
 * of `--loops-dir` is not there, unless the command may make it; `unreadable` when a file is in its way
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
  requireFolder(session, project);
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

/** A file is in the way of the folder, and nothing can be read or written below it. */
function requireFolder(
  { world }: Session,
  { loopsDir, exists }: Pick<Project, "loopsDir" | "exists">,
): void {
  if (exists || world.files.stat(loopsDir)?.isFile !== true) return;
  const isTold = Boolean(world.system.env("LL_LOOPS_DIR"));
  throw new LoopError(
    "unreadable",
    `Cannot use "${
      displayPath(loopsDir, world.system.cwd)
    }" for loops: it is a file, expected a folder`,
    {
      hint: isTold
        ? "LL_LOOPS_DIR names it: set it to the folder that the loops are in"
        : "Move it away, or name another folder with --loops-dir",
    },
  );
}
