/** Owns telling people and programs what went wrong: findings and errors, each once. */

import {
  EXIT,
  type Finding,
  LoopError,
  type PlacedFinding,
} from "../model/mod.ts";
import type { Stream } from "../ports/mod.ts";
import {
  bugJson,
  displayPath,
  errorJson,
  formatFindings,
  formatLoopError,
  painter,
  type Style,
} from "../view/mod.ts";
import { printJson, printLines } from "./program.ts";

/** `run` prints no more warnings than this. */
const WARNINGS_MAX = 5;

/** Where people are told, and how. */
export interface Telling {
  readonly stream: Stream;
  readonly style: Style;
  /** Paths below it are shown relative to it. */
  readonly cwd: string;
}

/** Findings with the texts of the files that they are in. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly texts: { readonly [file: string]: string };
}

/** Prints the first few warnings and how many more there are; `command` shows them all. */
export async function reportWarnings(
  { findings, texts }: Found,
  telling: Telling & { readonly command: string },
): Promise<void> {
  const shown = findings.slice(0, WARNINGS_MAX);
  printFindings(await placed(shown, texts), telling);
  const rest = findings.length - shown.length;
  if (rest > 0) {
    const noun = rest === 1 ? "warning" : "warnings";
    telling.stream.write(`… and ${rest} more ${noun}: ${telling.command}\n`);
  }
}

/**
 * Prints whatever was thrown, and its one JSON value on `stdout` where a program asked for
 * JSON; returns the exit status for it.
 */
export async function reportError(
  error: unknown,
  telling: Telling & {
    /** Version of ll-loop. */
    readonly version: string;
    /** Where the JSON value goes; `null` when none was asked for. */
    readonly stdout: Stream | null;
  },
): Promise<number> {
  const { stream, style, stdout, cwd } = telling;
  if (!(error instanceof LoopError) || error.code === "internal") {
    const title = `A bug in ll-loop ${telling.version} ended this command`;
    const detail = error instanceof Error
      ? error.stack ?? error.message
      : String(error);
    if (stdout !== null) printJson(stdout, bugJson(`${title}\n${detail}`));
    stream.write(
      `${painter(style)("error", "error:")} ${title}\n${detail}\n` +
        "Please report it with the lines above and the command that you typed\n",
    );
    return EXIT.internal;
  }
  const findings = await placed(error.findings, error.texts);
  if (stdout !== null) {
    const showPath = (file: string) => displayPath(file, cwd);
    printJson(stdout, errorJson(error, { findings, displayPath: showPath }));
  }
  printFindings(findings, telling);
  printLines(stream, formatLoopError(error, style));
  return error.exitStatus;
}

/** Prints findings as frames. */
function printFindings(
  findings: readonly PlacedFinding[],
  { stream, style, cwd }: Telling,
): void {
  if (findings.length === 0) return;
  const text = formatFindings(findings, {
    style,
    displayPath: (file) => displayPath(file, cwd),
  });
  stream.write(`${text}\n`);
}

/** Loads what it takes only where there is something to place. */
async function placed(
  findings: readonly Finding[],
  texts: Found["texts"],
): Promise<readonly PlacedFinding[]> {
  if (findings.length === 0) return [];
  const { placeFindings } = await import("../app/mod.ts");
  return await placeFindings(findings, texts);
}
