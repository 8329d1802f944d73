// deno-lint-ignore-file camelcase -- ends keep the reference's names
/** Owns what somebody who looks at a run may want to type next. */

import { BUILTIN_PREFIX, COUNT_MAX } from "../model/mod.ts";
import type { RunStanding } from "../view/mod.ts";
import { commandLine } from "./command_line.ts";
import type { Session } from "./program.ts";

/** Returns command lines that can help, best first. */
export function nextCommands(
  session: Pick<Session, "options">,
  standing: RunStanding,
): readonly string[] {
  const { record: { id }, isAlive, canResume } = standing;
  const line = (...words: readonly string[]) => commandLine(session, ...words);
  const logs = line("logs", id);
  if (isAlive) return [line("monitor", id), line("stop", id)];
  if (!canResume) return [logs];
  return [line("resume", id, ...resumeOptions(standing)), logs];
}

/** What a resume needs to come further than the run came. */
function resumeOptions({ record, state }: RunStanding): readonly string[] {
  const twice = (count: number) => String(Math.min(count * 2, COUNT_MAX));
  const caps: { readonly [by: string]: readonly string[] } = {
    max_steps: ["--max-steps", twice(state?.iteration ?? 1)],
    max_iterations_reached: [
      "--max-iterations",
      twice(state?.iteration_count ?? 1),
    ],
    // A budget of a state or a sub-loop has no option: its file says more.
    budget_exceeded: state?.raise_budget ??
      (record.file.startsWith(BUILTIN_PREFIX) ? [] : ["--accept-changes"]),
  };
  const cap = state?.terminated_by;
  return [
    ...cap !== undefined && Object.hasOwn(caps, cap) ? caps[cap] ?? [] : [],
    // Secrets are not stored: they have to be given again.
    ...record.secrets.flatMap((key) => ["--context", `${key}=VALUE`]),
  ];
}
