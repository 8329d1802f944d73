/** Starts one program in a session of its own. */

import type { ProcessSpec } from "../../ports/mod.ts";
import { findProgram } from "./find_program.ts";
import { explainStartError } from "./start_error.ts";

/** Programs of the system that starting makes use of. */
export interface Tools {
  /** Path of `setsid`; `null` where there is none (macOS). */
  readonly setsid: string | null;
  /** Path of `bash` for the guardian; `null` where there is none. */
  readonly bash: string | null;
}

/** A start. */
export type Spawned =
  | { readonly kind: "started"; readonly child: Deno.ChildProcess }
  | { readonly kind: "failed"; readonly reason: string };

/** Names that were found once, by PATH. A program that vanishes is still noticed when it is started. */
const known = new Set<string>();

/** Starts `spec`: streams piped, stdin a pipe or the null device, leader of a new session. Never throws. */
export function spawnChild(spec: ProcessSpec, tools: Tools): Spawned {
  const { env, isCleared } = childEnvironment(spec.env);
  const fail = (error: unknown): Spawned => ({
    kind: "failed",
    reason: explainStartError({
      spec,
      environment: wholeEnvironment(spec.env),
      error,
    }),
  });
  const [program = "", ...args] = spec.argv;
  const path = isCleared ? env["PATH"] : env["PATH"] ?? Deno.env.get("PATH");
  if (!isStartable(program, { cwd: spec.cwd, path })) return fail(null);
  try {
    const { setsid } = tools;
    const command = new Deno.Command(setsid ?? program, {
      args: setsid === null ? args : [...spec.argv],
      cwd: spec.cwd,
      env,
      clearEnv: isCleared,
      stdin: spec.isInteractive === true || typeof spec.stdin === "string"
        ? "piped"
        : "null",
      stdout: "piped",
      stderr: "piped",
      // The same session as by `setsid`, for a copy of this process: 0.2 ms of processor time more.
      detached: setsid === null,
    });
    return { kind: "started", child: command.spawn() };
  } catch (error) {
    return fail(error);
  }
}

/**
 * Returns the message for a program that only `setsid` found impossible to start, judging by the
 * one line that it prints then; `null` when the program ran.
 */
export function explainSetsidError(
  spec: ProcessSpec,
  ended: { readonly exitCode: number; readonly stderr: string },
): string | null {
  if (ended.exitCode !== 126 && ended.exitCode !== 127) return null;
  const program = spec.argv[0] ?? "";
  // As util-linux says it, and busybox.
  const prefix = [
    `setsid: failed to execute ${program}: `,
    `setsid: can't execute '${program}': `,
  ].find((text) => ended.stderr.startsWith(text));
  const isOneLine = ended.stderr.indexOf("\n") === ended.stderr.length - 1;
  if (prefix === undefined || !isOneLine) return null;
  const isMissing = ended.exitCode === 127;
  return explainStartError({
    spec,
    environment: wholeEnvironment(spec.env),
    error: isMissing ? "os error 2" : ended.stderr.slice(prefix.length, -1),
  });
}

function isStartable(
  program: string,
  lookup: { readonly cwd: string; readonly path: string | undefined },
): boolean {
  const key = `${lookup.path}\0${program}`;
  if (known.has(key)) return true;
  if (findProgram(program, lookup).kind !== "found") return false;
  // What depends on the folder is looked at every time.
  if (!program.includes("/")) known.add(key);
  return true;
}

function wholeEnvironment(changes: ProcessSpec["env"]): Record<string, string> {
  const env = Deno.env.toObject();
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return env;
}

/** Returns what the runtime is to be given: the additions alone, or everything where something is removed. */
function childEnvironment(changes: ProcessSpec["env"]): {
  readonly env: Record<string, string>;
  readonly isCleared: boolean;
} {
  const isCleared = Object.values(changes).includes(null);
  return {
    env: isCleared
      ? wholeEnvironment(changes)
      : changes as Record<string, string>,
    isCleared,
  };
}
