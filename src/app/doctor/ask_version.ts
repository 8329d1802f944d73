/** Owns asking a program for its version: bounded in time, with nothing left running in its group. */

import type { ProcessOutcome } from "../../ports/mod.ts";
import type { World } from "../world.ts";

/** A program that starts slowly gets no more than this. */
const TIMEOUT_MS = 4000;
const GRACE_MS = 200;

const VERSION_REGEXP = /\d+(?:\.\d+)+(?:[-+.]?[A-Za-z0-9]+)*/;

/** Returns how `program --version`, started in `cwd`, ended. Never rejects. */
export async function askProgram(
  world: Pick<World, "processes">,
  program: string,
  cwd: string,
): Promise<ProcessOutcome> {
  return await world.processes.start({
    argv: [program, "--version"],
    cwd,
    // None of them is to look for a newer version of itself, or to put one in its place.
    env: { NO_COLOR: "1", NO_UPDATE_NOTIFIER: "1", DISABLE_AUTOUPDATER: "1" },
    timeoutMs: TIMEOUT_MS,
    idleTimeoutMs: 0,
    graceMs: GRACE_MS,
    detach: false,
    spillPrefix: null,
    mask: null,
  }).outcome;
}

/**
 * Returns the first thing in a text that looks like a version; `null` without one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(versionIn("GNU bash, version 5.2.15(1)-release"), "5.2.15");
 * assertEquals(versionIn("codex-cli 0.20.0-beta.1\n"), "0.20.0-beta.1");
 * assertEquals(versionIn("no such option"), null);
 * ```
 */
export function versionIn(text: string): string | null {
  return VERSION_REGEXP.exec(text)?.[0] ?? null;
}
