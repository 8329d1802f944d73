/** Owns `test`: from the command line to what one real step gave. */

import { prepareRun, type RunListener, stepCaps } from "../../app/mod.ts";
import {
  findStrayCaptures,
  mistakenInput,
  planStateTest,
  runStateTest,
  type StateTestPlan,
  type StateTestRequest,
} from "../../app/state_test/mod.ts";
import { EXIT, type Finding } from "../../model/mod.ts";
import {
  formatStateTest,
  formatStopRequest,
  formatSurvivors,
  joinCommand,
  quote,
  RunView,
  stateTestJson,
} from "../../view/mod.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";
import { reportWarnings } from "../report.ts";
import { runRequest } from "../run_request.ts";
import { stateTestReport } from "../state_test_records.ts";
import { strayWarnings } from "../stray_warnings.ts";

/** Takes one step; returns 0 where it leads on, 1 where a run would stop short. */
export async function test(session: Session): Promise<number> {
  const { options, world, stdout, stderr, version } = session;
  const [loop = "", input = null] = session.positionals;
  const isQuiet = options.flag("quiet");
  const isVerbose = options.flag("verbose");
  const project = await openProject(session);
  const request = runRequest(session, { loop, input });
  const prepared = prepareRun(world, project, request);
  const asked = requestOf(session);
  const plan = await planStateTest(world, prepared, asked);
  if (!isQuiet) {
    const found = { findings: findingsOn(plan), texts: prepared.texts };
    await reportWarnings(found, {
      stream: stderr,
      style: sessionStyle(session, stderr, project),
      cwd: world.system.cwd,
      command: `ll-loop validate ${loop}`,
    });
    printLines(stderr, strayWarnings(prepared));
    const mistaken = mistakenInput(prepared, asked);
    if (mistaken !== null) {
      printLines(stderr, [
        `warning: INPUT ${
          quote(mistaken.input)
        } comes near to a state's name; ` +
        `did you mean ${joinCommand(["--state", mistaken.state])}?`,
      ]);
    }
    printLines(
      stderr,
      findStrayCaptures(prepared.loop, asked).map(({ name, near }) =>
        `warning: Capture "${name}" is used nowhere in loop "${prepared.loop.name}"; ` +
        `did you mean "${near}"?`
      ),
    );
  }
  const isJson = options.flag("json");
  const stream = isJson ? stderr : stdout;
  const style = sessionStyle(session, stream, project);
  const view = new RunView({
    style,
    verbosity: isQuiet ? "quiet" : isVerbose ? "verbose" : "normal",
    ...stepCaps(prepared),
    hasEveryState: true,
    hasAllOutput: isVerbose,
    hasLog: false,
    isTimeless: plan.action !== null,
  });
  const say = (text: string) => {
    if (!isQuiet) printLines(stderr, [text]);
  };
  const listener: RunListener = {
    onWarning: (message) => say(`warning: ${message}`),
    onStopRequest: (signal, isForced) =>
      say(formatStopRequest(signal, { isForced })),
    onSurvivors: (survivors) => say(formatSurvivors(survivors)),
    onEvents: (events) =>
      printLines(stream, events.flatMap((event) => view.push(event))),
  };
  const result = plan.inert === null
    ? await runStateTest(world, plan, { version, listeners: [listener] })
    : null;
  printLines(stream, view.flush());
  const report = await stateTestReport(session, { plan, result });
  if (isJson) printJson(stdout, stateTestJson(report));
  else {
    if (!isQuiet && result !== null) printLines(stdout, [""]);
    printLines(stdout, formatStateTest(report, style));
  }
  return result?.exitStatus ?? EXIT.ok;
}

function requestOf({ options }: Session): StateTestRequest {
  return {
    state: options.text("state"),
    captured: options.pairs("captured"),
    prev: options.text("prev"),
    exitCode: options.number("exit-code"),
    output: options.text("output"),
    verdict: options.text("verdict"),
  };
}

/** What is odd about other states has no say in this step. */
function findingsOn({ prepared, state }: StateTestPlan): readonly Finding[] {
  return prepared.findings.filter(({ at: { path } }) =>
    path[0] === "states" && path[1] === state.name
  );
}
