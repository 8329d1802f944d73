/** Owns telling people what went wrong: findings and errors on stderr, each once. */

import { placeFindings } from "../app/mod.ts";
import { EXIT, type Finding, LoopError } from "../model/mod.ts";
import type { Stream } from "../ports/mod.ts";
import {
  displayPath,
  formatFindings,
  formatLoopError,
  painter,
  type Style,
} from "../view/mod.ts";
import { printLines } from "./program.ts";

/** `run` prints no more warnings than this. */
const WARNINGS_MAX = 5;

/** Prints findings as frames. */
export async function reportFindings(
  findings: readonly Finding[],
  options: {
    readonly texts: { readonly [file: string]: string };
    readonly stream: Stream;
    readonly style: Style;
    readonly cwd: string;
  },
): Promise<void> {
  if (findings.length === 0) return;
  const placed = await placeFindings(findings, options.texts);
  const text = formatFindings(placed, {
    style: options.style,
    displayPath: (file) => displayPath(file, options.cwd),
  });
  options.stream.write(`${text}\n`);
}

/** Prints the first few warnings and how many more there are. */
export async function reportWarnings(
  findings: readonly Finding[],
  options: {
    readonly texts: { readonly [file: string]: string };
    readonly stream: Stream;
    readonly style: Style;
    readonly cwd: string;
    /** Command that shows them all. */
    readonly command: string;
  },
): Promise<void> {
  const shown = findings.slice(0, WARNINGS_MAX);
  await reportFindings(shown, options);
  const rest = findings.length - shown.length;
  if (rest > 0) {
    const noun = rest === 1 ? "warning" : "warnings";
    options.stream.write(`… and ${rest} more ${noun}: ${options.command}\n`);
  }
}

/** Prints whatever was thrown and returns the exit status for it. */
export async function reportError(
  error: unknown,
  options: {
    readonly stream: Stream;
    readonly style: Style;
    readonly cwd: string;
    readonly version: string;
  },
): Promise<number> {
  const { stream, style } = options;
  const paint = painter(style);
  if (!(error instanceof LoopError) || error.code === "internal") {
    const detail = error instanceof Error
      ? error.stack ?? error.message
      : String(error);
    stream.write(
      `${
        paint("error", "error:")
      } A bug in ll-loop ${options.version} ended this command\n` +
        `${detail}\n` +
        "Please report it with the lines above and the command that you typed\n",
    );
    return EXIT.internal;
  }
  await reportFindings(error.findings, { ...options, texts: error.texts });
  printLines(stream, formatLoopError(error, style));
  return error.exitStatus;
}
