/** Owns `doctor`: what is there on this machine, and whether loops would run. */

import {
  canRun,
  examine,
  type ExaminedLoop,
  examineLoops,
  findProject,
  isReady,
} from "../../app/mod.ts";
import { EXIT } from "../../model/mod.ts";
import {
  count,
  doctorJson,
  type DoctorLoop,
  type DoctorReport,
  formatDoctor,
  formatLoopError,
  joinCommand,
} from "../../view/mod.ts";
import {
  displayPath,
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";

/** Prints the report; returns 1 when something is in the way of a run, 65 for a loop that is not there. */
export async function doctor(session: Session): Promise<number> {
  const { world, version, options, positionals, stdout, stderr } = session;
  const flag = options.text("loops-dir");
  // A configuration that cannot be used is a part of the report here, not the end of it.
  const project = findProject(
    world,
    flag === null ? {} : { loopsDirFlag: flag },
  );
  const examination = await examine(world, project, { version });
  const loops = examineLoops(world, project, positionals);
  const report: DoctorReport = {
    examination,
    loops: loops.map((loop) => loopOf(loop, world.system.cwd)),
    isReady: isReady(examination, loops),
  };
  if (options.flag("json")) printJson(stdout, doctorJson(report));
  else {
    printLines(
      stdout,
      formatDoctor(report, {
        style: sessionStyle(session, stdout, project),
        hasNeeds: positionals.length > 0 || options.flag("verbose"),
      }),
    );
  }
  const failed = loops.filter((loop) => loop.kind === "failed");
  for (const { error } of failed) {
    printLines(stderr, formatLoopError(error, sessionStyle(session, stderr)));
  }
  if (failed.length > 0) return EXIT.invalid;
  return report.isReady ? EXIT.ok : EXIT.stopped;
}

function loopOf(loop: ExaminedLoop, cwd: string): DoctorLoop {
  const { name } = loop;
  const unknown = { name, file: null, verdict: null, needs: [], canRun: false };
  switch (loop.kind) {
    case "judged":
      return {
        name,
        file: displayPath(loop.file, cwd),
        verdict: loop.verdict,
        problem: null,
        needs: loop.needs,
        canRun: canRun(loop),
      };
    case "invalid":
      return {
        ...unknown,
        problem: `${count(loop.errors, "error")} in its definition, see \`${
          joinCommand(["ll-loop", "validate", name])
        }\``,
      };
    case "failed":
      return { ...unknown, problem: loop.error.message };
  }
}
