/** Owns `simulate`: from the command line to the steps of a run that does not happen. */

import { PLAIN_REQUEST, prepareRun, stepCaps } from "../../app/mod.ts";
import {
  NO_VERDICTS,
  parseVerdictList,
  planSimulation,
  requireStates,
  simulate as simulateRun,
} from "../../app/simulate/mod.ts";
import { EXIT } from "../../model/mod.ts";
import {
  formatSimulationEnd,
  formatSimulationHeader,
  RunView,
  simulationJson,
} from "../../view/mod.ts";
import { givenArguments } from "../given_arguments.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { reportWarnings } from "../report.ts";
import { Answers } from "../simulation_answers.ts";
import { simulationHeader, simulationReport } from "../simulation_records.ts";

/** Simulates one loop; the status is 0 however it ends. */
export async function simulate(session: Session): Promise<number> {
  const { options, world, stdout, stderr } = session;
  const [loop = "", input = null] = session.positionals;
  const typed = options.text("verdicts");
  const verdicts = typed === null ? NO_VERDICTS : parseVerdictList(typed);
  const project = await openProject(session);
  const prepared = prepareRun(world, project, {
    ...PLAIN_REQUEST,
    loop,
    input,
    args: givenArguments(session),
    isBuiltinOnly: options.flag("builtin"),
    context: options.pairs("context"),
  });
  requireStates(verdicts, prepared.definitions);
  await reportWarnings(prepared, {
    stream: stderr,
    style: sessionStyle(session, stderr, project),
    cwd: world.system.cwd,
    command: `ll-loop validate ${loop}`,
  });
  const maxSteps = options.number("max-steps");
  const plan = planSimulation(prepared, { maxSteps });
  const isJson = options.flag("json");
  const stream = isJson ? stderr : stdout;
  const style = sessionStyle(session, stream, project);
  const answers = new Answers(session, { verdicts, stream, style });
  const view = new RunView({
    style,
    // With --json the steps are shown to whoever is asked, and to nobody else.
    verbosity: isJson && !answers.isAsking
      ? "quiet"
      : options.flag("verbose")
      ? "verbose"
      : "normal",
    ...stepCaps(plan.prepared),
    isTimeless: true,
  });
  const header = simulationHeader(session, prepared, { plan, answers });
  if (!isJson) {
    printLines(stream, [...formatSimulationHeader(header, style), ""]);
  }
  const simulation = await simulateRun(world, plan, {
    choose: answers.chooser(() => printLines(stream, view.flush())),
    onEvents: (events) =>
      printLines(stream, events.flatMap((event) => view.push(event))),
  });
  printLines(stream, view.flush());
  const report = simulationReport(prepared.loop, {
    header,
    simulation,
    answers,
  });
  if (isJson) printJson(stdout, simulationJson(report));
  else printLines(stdout, ["", ...formatSimulationEnd(report, style)]);
  return EXIT.ok;
}
