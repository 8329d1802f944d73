/** Owns a look at a command by bash, before it is tried for a day: a quote that is not closed, say. */

import { LoopError } from "../../model/mod.ts";
import type { World } from "../world.ts";

const TIMEOUT_MS = 4000;
const GRACE_MS = 200;
/** With these a command changes how bash reads the rest of it. */
const READS_ANEW_REGEXP = /\b(?:shopt|alias)\b/;
const PREFIX_REGEXP = /^.*?: (?:-c: )?(?:line \d+: )?/;

/**
 * Does nothing when bash can read the command; nothing of it is run. Where bash is not there,
 * or the command changes how it is read, nothing is known.
 *
 * @param command `what` is how it was given, to begin a sentence: `CMD`
 * @throws {LoopError} `usage` with bash's own words
 */
export async function requireReadable(
  { processes, system }: Pick<World, "processes" | "system">,
  { what, text }: { readonly what: string; readonly text: string },
): Promise<void> {
  if (READS_ANEW_REGEXP.test(text)) return;
  const { exitCode, stderr, startError, timeoutKind } = await processes.start({
    argv: ["bash", "-n", "-c", "--", text],
    cwd: system.cwd,
    // A start-up file of the user's is no part of it.
    env: { BASH_ENV: null, LC_ALL: "C" },
    timeoutMs: TIMEOUT_MS,
    idleTimeoutMs: 0,
    graceMs: GRACE_MS,
    detach: false,
    spillPrefix: null,
    mask: null,
  }).outcome;
  if (exitCode === 0 || startError !== null || timeoutKind !== null) return;
  const [line = ""] = stderr.text.trim().split("\n");
  if (line === "") return;
  const reason = line.replace(PREFIX_REGEXP, "");
  throw new LoopError(
    "usage",
    `Bash cannot read ${what}: ${reason}`,
    {
      hint: reason.includes("matching")
        ? "Close what is open. In single quotes a single quote is written as '\\''"
        : "It is run as it stands, by `bash -c`",
    },
  );
}
