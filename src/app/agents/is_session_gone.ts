/** Owns telling that a host does not know the session any more that it was to go on with. */

import type { AgentReport } from "../../model/mod.ts";

/** How each of them says it (agent-hosts 2). */
const SENTENCES = [
  /^No conversation found with session ID/,
  /\bno rollout found for thread id\b/,
  /^Error resuming session\b/,
];

/** Returns whether a call came to nothing because its session is not there. */
export function isSessionGone(
  report: Pick<AgentReport, "failure">,
  stderr: string,
): boolean {
  if (report.failure === null) return false;
  const lines = [report.failure.message, ...stderr.split("\n")];
  return lines.some((line) =>
    SENTENCES.some((sentence) => sentence.test(line.trim()))
  );
}
