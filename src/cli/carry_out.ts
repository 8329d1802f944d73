/**
 * Owns finding the code of a command. Each command's code is loaded when it is used, so that
 * `--version` and `list` start at once.
 */

import { LoopError } from "../model/mod.ts";
import type { CommandInvocation } from "./parse_arguments.ts";
import type { Session } from "./program.ts";

/** Carries out one command; returns the exit status. */
type CommandCode = (
  session: Session,
  invocation: CommandInvocation,
) => Promise<number>;

const CODE: { readonly [command: string]: () => Promise<CommandCode> } = {
  audit: async () => (await import("./commands/audit.ts")).audit,
  __complete: async () => (await import("./commands/complete.ts")).complete,
  completions: async () =>
    (await import("./commands/completions.ts")).completions,
  demo: async () => (await import("./commands/demo.ts")).demo,
  guide: async () => (await import("./commands/guide.ts")).guide,
  history: async () => (await import("./commands/history.ts")).history,
  install: async () => (await import("./commands/install.ts")).install,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  list: async () => (await import("./commands/list.ts")).list,
  logs: async () => (await import("./commands/logs.ts")).logs,
  monitor: async () => (await import("./commands/monitor.ts")).monitor,
  new: async () => (await import("./commands/new.ts")).writeNew,
  prune: async () => (await import("./commands/prune.ts")).prune,
  queue: async () => (await import("./commands/queue.ts")).queue,
  replay: async () => (await import("./commands/replay.ts")).replay,
  man: async () => (await import("./commands/man.ts")).man,
  resume: async () => (await import("./commands/resume.ts")).resume,
  run: async () => (await import("./commands/run.ts")).run,
  schema: async () => (await import("./commands/schema.ts")).schema,
  simulate: async () => (await import("./commands/simulate.ts")).simulate,
  show: async () => (await import("./commands/show.ts")).show,
  status: async () => (await import("./commands/status.ts")).status,
  stop: async () => (await import("./commands/stop.ts")).stop,
  test: async () => (await import("./commands/test.ts")).test,
  until: async () => (await import("./commands/until.ts")).until,
  validate: async () => (await import("./commands/validate.ts")).validate,
};

/** Commands with code; a test holds this against the table. */
export const CODED_COMMANDS: readonly string[] = Object.keys(CODE);

/**
 * Carries out a command of the table; returns its exit status.
 *
 * @throws {LoopError} whatever the command throws; `internal` when it has no code
 */
export async function carryOut(
  invocation: CommandInvocation,
  session: Session,
): Promise<number> {
  const load = CODE[invocation.command];
  if (load === undefined) {
    throw new LoopError("internal", `No code for "${invocation.command}"`);
  }
  const code = await load();
  return await code(session, invocation);
}
