/** Owns what every command is given: the world, the streams, and how to draw on them. */

import type { Project, World } from "../app/mod.ts";
import type { LineInput, Stream } from "../ports/mod.ts";
import { linesText, type Style } from "../view/mod.ts";
import { COLOR_WHENS, type ColorWhen } from "./common_options.ts";
import type { TypedArgument } from "./normalize_arguments.ts";
import type { ParsedOptions } from "./parsed_options.ts";

export { displayPath } from "../model/mod.ts";

/** The program around the commands. */
export interface Program {
  readonly world: World;
  readonly stdin: LineInput;
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Version of ll-loop. */
  readonly version: string;
  /** Whether this program was started by another one, to run in the background. @default {false} */
  readonly isDetached?: boolean;
  /**
   * In GitHub Actions, and only there: the streams as they are, for what talks to the runner.
   * Text for people goes to the others.
   */
  readonly unguarded?: { readonly stdout: Stream; readonly stderr: Stream };
}

/** One command being carried out. */
export interface Session extends Program {
  /** All arguments of the program, each with what it stands for. */
  readonly typed: readonly TypedArgument[];
  readonly options: ParsedOptions;
  readonly positionals: readonly string[];
}

/** Prints lines; whatever names and paths stand in them, they cannot steer the terminal. */
export function printLines(stream: Stream, lines: readonly string[]): void {
  if (lines.length > 0) stream.write(linesText(lines));
}

/** Returns where text goes that is a file or a program: stdout, with nothing put into it. */
export function dataStream({ unguarded, stdout }: Program): Stream {
  return unguarded?.stdout ?? stdout;
}

/** Prints one JSON value, in which no runner of GitHub Actions finds a command. */
export function printJson(stream: Stream, value: unknown): void {
  const text = JSON.stringify(value, null, 2);
  // Both can stand in strings only, where they read the same.
  stream.write(`${text.replaceAll("##[", "\\u0023#[")}\n`);
}

/** Returns how to draw on a stream: `--color` over the environment over the configuration. */
export function styleOf(
  stream: Stream,
  options: {
    readonly color: ColorWhen | null;
    readonly configured: boolean | null;
  },
): Style {
  const { color, configured } = options;
  const hasColor = color === "always" ||
    (color !== "never" && stream.hasColor && configured !== false);
  return {
    color: hasColor,
    columns: stream.isTerminal ? stream.columns : Infinity,
  };
}

/** Returns how a session draws on one of its streams. */
export function sessionStyle(
  session: Session,
  stream: Stream,
  project?: Pick<Project, "config">,
): Style {
  return styleOf(stream, {
    color: session.options.choice("color", COLOR_WHENS),
    configured: project?.config.color ?? null,
  });
}
