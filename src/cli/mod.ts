/** Owns the command line as a whole: arguments in, exit status out. The caller exits. */

import { EXIT } from "../model/mod.ts";
import type { Stream } from "../ports/mod.ts";
import { asksForJson } from "./asks_for_json.ts";
import { formatCommandHelp, formatHelp } from "./help.ts";
import { findCommand } from "./command_table.ts";
import { carryOut } from "./carry_out.ts";
import { isInActions } from "./in_actions.ts";
import { COLOR_WHENS, type ColorWhen } from "./common_options.ts";
import { DETACHED_MARK } from "./detached_mark.ts";
import { type Invocation, parseArguments } from "./parse_arguments.ts";
import { plainStream } from "./plain_stream.ts";
import { type Program, styleOf } from "./program.ts";

export type { Program } from "./program.ts";

/** Carries out a command; returns its exit status. Never throws. */
export async function main(
  args: readonly string[],
  program: Program,
): Promise<number> {
  if (args[0] === DETACHED_MARK) {
    // Its step may be over before it ends.
    return await carryOutLine(args.slice(1), { ...program, isDetached: true });
  }
  const given = isInActions(program.world.system)
    ? (await import("./github/mod.ts")).guardProgram(program)
    : program;
  return await carryOutLine(args, given);
}

async function carryOutLine(
  args: readonly string[],
  given: Program,
): Promise<number> {
  let color: ColorWhen | null = null;
  let program = drawnWith(given, color);
  const { world, version } = program;
  try {
    const invocation = parseArguments(args);
    color = invocation.options.choice("color", COLOR_WHENS);
    program = drawnWith(given, color);
    const { stdout, stderr } = program;
    switch (invocation.kind) {
      case "bare": {
        const { welcome } = await import("./welcome.ts");
        const { options } = invocation;
        return welcome({ ...program, typed: [], options, positionals: [] });
      }
      case "version":
        stdout.write(`${versionText(program)}\n`);
        return EXIT.ok;
      case "help":
        if (args[0] === "help") await noteLoop(program, invocation, "help");
        stdout.write(
          `${
            invocation.command === null
              ? formatHelp()
              : formatCommandHelp(invocation.command)
          }\n`,
        );
        return EXIT.ok;
      case "unknown-topic": {
        const { topicError } = await import("./topic_error.ts");
        const { topic, options } = invocation;
        throw topicError(world, { topic, loopsDir: options.text("loops-dir") });
      }
      case "refused": {
        const { refuse } = await import("./commands/refuse.ts");
        return refuse(world, invocation);
      }
      case "command":
        if (isOwnCommand(invocation.command)) {
          await noteLoop(program, invocation, invocation.command);
        }
        for (const notice of invocation.notices) {
          stderr.write(`note: ${notice}\n`);
        }
        return await carryOut(invocation, { ...program, ...invocation });
    }
  } catch (error) {
    const { stdout, stderr } = program;
    const { reportError } = await import("./report.ts");
    const status = await reportError(error, {
      stdout: asksForJson(args) ? stdout : null,
      stream: stderr,
      style: styleOf(stderr, { color, configured: null }),
      cwd: world.system.cwd,
      version,
    });
    if (program.unguarded !== undefined) {
      const { annotateError } = await import("./github/mod.ts");
      await annotateError(program, error);
    }
    return status;
  }
}

/** Returns the program with streams that print colours only where there are any. */
function drawnWith(program: Program, color: ColorWhen | null): Program {
  const drawn = (stream: Stream) =>
    styleOf(stream, { color, configured: null }).color
      ? stream
      : plainStream(stream);
  const { stdout, stderr } = program;
  return { ...program, stdout: drawn(stdout), stderr: drawn(stderr) };
}

function isOwnCommand(name: string): boolean {
  const command = findCommand(name);
  return command?.origin === "own" && command.isHidden !== true;
}

/** Whoever typed the name of a command of ours may have meant a loop. */
async function noteLoop(
  { world, stderr }: Program,
  { options }: Invocation,
  typed: string,
): Promise<void> {
  if (options.declares("quiet") && options.flag("quiet")) return;
  const { noteNamesake } = await import("./namesake.ts");
  const loopsDir = options.text("loops-dir");
  noteNamesake(world, { typed, loopsDir, stream: stderr });
}

function versionText(program: Program): string {
  return `ll-loop ${program.version} (${program.world.system.runtime})\n` +
    "An independent implementation of the ll-loop of little-loops";
}
