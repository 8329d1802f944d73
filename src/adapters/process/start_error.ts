/** Says why a child could not be started: the one thing that is wrong, with its value. */

import type { ProcessSpec } from "../../ports/mod.ts";
import { findProgram } from "./find_program.ts";

/** Longest argument or environment string that Linux takes, its closing NUL included. */
const MAX_STRING_BYTES = 128 * 1024;

/** What explains a failed start. */
export interface StartFailure {
  readonly spec: Pick<ProcessSpec, "argv" | "cwd">;
  /** The whole environment of the child. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the runtime threw; `null` when the program was not even tried. */
  readonly error: unknown;
}

/** Returns the message for a start that failed, looking at the most basic cause first. */
export function explainStartError(failure: StartFailure): string {
  const { argv, cwd } = failure.spec;
  const program = argv[0] ?? "";
  if (program === "") {
    return "Cannot start a program: its name is empty, wanted a name or a path";
  }
  const cannot = `Cannot start "${shorten(program)}": `;
  return cannot + (
    explainFolder(cwd) ?? explainProgram(program, failure) ??
      explainSize(failure) ?? explainRest(failure.error)
  );
}

function explainFolder(cwd: string): string | null {
  try {
    return Deno.statSync(cwd).isDirectory
      ? null
      : `working folder "${cwd}" is not a folder`;
  } catch (error) {
    return error instanceof Deno.errors.NotFound
      ? `working folder "${cwd}" does not exist`
      : `working folder "${cwd}" cannot be entered`;
  }
}

function explainProgram(
  program: string,
  { spec, environment }: StartFailure,
): string | null {
  const isPath = program.includes("/");
  const found = findProgram(program, {
    cwd: spec.cwd,
    path: environment["PATH"],
  });
  switch (found.kind) {
    case "found":
      return null;
    case "directory":
      return "it is a folder, wanted a program";
    case "not-executable":
      return "the file is not executable, make it so with chmod +x";
    case "missing":
      return isPath
        ? "there is no such file"
        : "no such program on PATH, install it or add its folder to PATH";
  }
}

function explainSize({ spec, environment, error }: StartFailure) {
  if (!String(error).includes("os error 7")) return null;
  const allowed = `at most ${MAX_STRING_BYTES - 1} are allowed`;
  const sizeOf = (text: string) => new TextEncoder().encode(text).length;
  for (const [index, argument] of spec.argv.entries()) {
    const size = sizeOf(argument);
    if (size >= MAX_STRING_BYTES) {
      return `argument ${index} is ${size} bytes long, ${allowed}; pass long text through a file`;
    }
  }
  let totalBytes = 0;
  for (const [name, value] of Object.entries(environment)) {
    const size = sizeOf(`${name}=${value}`);
    totalBytes += size;
    if (size >= MAX_STRING_BYTES) {
      return `environment variable "${name}" is ${size} bytes long, ${allowed}; pass long text through a file`;
    }
  }
  totalBytes += sizeOf(spec.argv.join(" "));
  return `arguments and environment are ${totalBytes} bytes together, more than the system takes`;
}

function explainRest(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/\bnul\b/i.test(text)) {
    return "an argument or environment variable holds a NUL character, which none may";
  }
  // The file is there, so what was not found is the interpreter of its first line.
  if (text.includes("os error 2")) {
    return "the interpreter named in its first line does not exist";
  }
  return text;
}

function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
