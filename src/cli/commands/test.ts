/** Owns `test`: from the command line to what one real step gave. */

import { PLAIN_REQUEST, prepareRun, type RunListener } from "../../app/mod.ts";
import {
  planStateTest,
  runStateTest,
  type StateTestRequest,
} from "../../app/state_test/mod.ts";
import { EXIT } from "../../model/mod.ts";
import {
  formatStateTest,
  formatStopRequest,
  formatSurvivors,
  RunView,
  stateTestJson,
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
import { stateTestReport } from "../state_test_records.ts";

/** Takes one step; returns 0 where it leads on, 1 where a run would stop short. */
export async function test(session: Session): Promise<number> {
  const { options, world, stdout, stderr, version } = session;
  const [loop = "", input = null] = session.positionals;
  const isQuiet = options.flag("quiet");
  const isVerbose = options.flag("verbose");
  const project = await openProject(session);
  const prepared = prepareRun(world, project, {
    ...PLAIN_REQUEST,
    loop,
    input,
    args: givenArguments(session),
    isVerbose,
    isBuiltinOnly: options.flag("builtin"),
    context: options.pairs("context"),
    noLock: options.flag("no-lock"),
    graceMs: options.milliseconds("grace"),
  });
  if (!isQuiet) {
    await reportWarnings(prepared, {
      stream: stderr,
      style: sessionStyle(session, stderr, project),
      cwd: world.system.cwd,
      command: `ll-loop validate ${loop}`,
    });
  }
  const plan = await planStateTest(world, prepared, requestOf(session));
  const isJson = options.flag("json");
  const stream = isJson ? stderr : stdout;
  const style = sessionStyle(session, stream, project);
  const view = new RunView({
    style,
    verbosity: isQuiet ? "quiet" : isVerbose ? "verbose" : "normal",
    maxSteps: prepared.loop.maxSteps,
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
