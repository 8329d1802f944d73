/** Owns how loops of `until` are told of: in fixes and checks, where other loops count steps. */

import {
  type ChangedFile,
  type Changes,
  formatSpan,
  joinCommand,
  type UntilGoal,
  type UntilProgress,
} from "../model/mod.ts";
import { count } from "./count.ts";
import { makeVisible, quote } from "./visible.ts";

/** Changed files that are named in the end message. */
const FILES_SHOWN_MAX = 8;

/** What the end of a run of `until` tells. */
export interface UntilSummary extends UntilProgress {
  /** Whether the loop is a file, and not what somebody has just typed. */
  readonly isSaved: boolean;
}

/**
 * Returns the limit that counts: `at most 5 fixes`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatGoalLimit({ hasFix: true, max: 1 }), "at most 1 fix");
 * assertEquals(formatGoalLimit({ hasFix: false, max: null }), "checks without end");
 * ```
 */
export function formatGoalLimit(goal: UntilGoal): string {
  if (goal.max !== null) return `at most ${countOf(goal, goal.max)}`;
  return goal.hasFix ? "fixes without end" : "checks without end";
}

/** Returns within which limits somebody waits who has typed a check and no fix. */
export function formatWaiting(
  goal: UntilGoal,
  limits: { readonly timeoutMs: number | null },
): string {
  const how = goal.max === null
    ? "checks again until it passes"
    : formatGoalLimit(goal);
  return limits.timeoutMs === null
    ? `${how}, no timeout`
    : `${how}, for ${formatSpan(limits.timeoutMs)} at most (--timeout)`;
}

/** Returns how much of the limit was used: `2 of 5 fixes`. */
export function formatGoalUsed(progress: UntilProgress): string {
  const { used, max } = progress;
  return max === null
    ? countOf(progress, used)
    : `${used} of ${countOf(progress, max)}`;
}

/** Returns how the check came to pass, to follow a colon. */
export function formatGoalReached(progress: UntilProgress): string {
  if (progress.used > 0) {
    return `the check passed after ${formatGoalUsed(progress)}`;
  }
  return progress.hasFix
    ? "the check passed at once, so nothing was run to fix it"
    : "the check passed at once";
}

/** Returns why a run gave up, to follow a colon; `null` when it ended for another reason. */
export function formatGoalMissed(
  progress: UntilProgress,
  lastAction: CannotRun | null,
): string | null {
  switch (progress.gaveUp) {
    case null:
      return null;
    case "used-up":
      return `the check still fails after ${formatGoalUsed(progress)}`;
    case "check-cannot-run":
      return `${
        cannotRun(lastAction, "the check")
      }; trying again would not help`;
    case "fix-cannot-run":
      return `${
        cannotRun(lastAction, "the fix")
      }, so that nothing can be fixed`;
  }
}

/** What is known of a command that could not be run. */
export interface CannotRun {
  readonly exitCode: number;
  readonly stderrLines: readonly string[];
}

// As shells and the system say it: `bash: line 1: frob: command not found`.
const REASON_REGEXP =
  /: (?:command not found|not found|No such file or directory|[Pp]ermission denied|Is a directory|cannot execute.*|bad interpreter.*)$/;

/**
 * Returns the name of what a shell could not find or start, from what it printed; `null` when
 * it does not say.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(missingName(["bash: line 1: frob: command not found"]), "frob");
 * assertEquals(missingName(["npm ERR! 127"]), null);
 * ```
 */
export function missingName(stderrLines: readonly string[]): string | null {
  const line = stderrLines.findLast((each) =>
    REASON_REGEXP.test(each.trimEnd())
  );
  if (line === undefined) return null;
  const before = line.trimEnd().replace(REASON_REGEXP, "");
  const name = before.slice(before.lastIndexOf(": ") + 1).trim()
    .replace(/^[‘'"]|[’'"]$/g, "");
  return name === "" ? null : name;
}

function cannotRun(action: CannotRun | null, what: string): string {
  const exitCode = action?.exitCode ?? 127;
  const name = missingName(action?.stderrLines ?? []);
  const verb = exitCode === 126 ? "cannot be executed" : "was not found";
  const subject = name === null
    ? `${what}, or a program in it,`
    : quote(makeVisible(name));
  return `${subject} ${verb} (exit status ${exitCode})`;
}

/** Characters of PATH that are shown. */
const PATH_LENGTH_MAX = 300;

/**
 * Returns what would make a command that could not be run one that can.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const place = { path: "/bin", folder: "/p" };
 * const stderrLines = ["bash: line 1: ./x.sh: Permission denied"];
 * assertEquals(
 *   cannotRunHint({ exitCode: 126, stderrLines }, place),
 *   "Make it executable: chmod +x ./x.sh",
 * );
 * ```
 */
export function cannotRunHint(
  action: CannotRun,
  place: {
    /** Variable `PATH` as the command has it. */
    readonly path: string;
    /** Folder in which the command runs. */
    readonly folder: string;
    /** What may have been meant by a name that was not found. @default {[]} */
    readonly near?: readonly string[];
  },
): string {
  const { exitCode, stderrLines } = action;
  const { near = [] } = place;
  const meant = near.length === 0
    ? ""
    : `Did you mean ${
      near.map((each) => quote(makeVisible(each))).join(" or ")
    }? `;
  const name = missingName(stderrLines);
  const said = stderrLines.join("\n");
  // Older and newer shells.
  if (/bad interpreter|required file not found/.test(said)) {
    return "Its first line, after #!, names a program that is not there";
  }
  if (exitCode === 126) {
    if (said.includes("Is a directory")) return "Name a file in that folder";
    return name === null
      ? "Make the file executable (chmod +x)"
      : `Make it executable: ${joinCommand(["chmod", "+x", name])}`;
  }
  if (name?.includes("/")) {
    return `${meant}Check the path; the command runs in ${quote(place.folder)}`;
  }
  const path = place.path.length > PATH_LENGTH_MAX
    ? `${place.path.slice(0, PATH_LENGTH_MAX)}…`
    : place.path;
  const install = `Install ${
    name === null ? "it" : makeVisible(name)
  }, or add its folder to PATH, which is ${makeVisible(path)}`;
  return name !== null && /\.\w+$/.test(name)
    ? `${meant}Write ./${
      makeVisible(name)
    } for a file of the folder. Or: ${install}`
    : meant + install;
}

/** Returns the files that a run changed in one line, the first few by name. */
export function formatChanges(changes: Changes): string {
  if (changes.kind === "unknown") return `not known: ${changes.reason}`;
  const { files } = changes;
  if (files.length === 0) return "no file";
  const names = files.slice(0, FILES_SHOWN_MAX).map(nameOf).join(", ");
  const rest = files.length - FILES_SHOWN_MAX;
  return rest > 0 ? `${names} and ${count(rest, "more file")}` : names;
}

const MARKS: { readonly [change in ChangedFile["change"]]: string } = {
  added: " (new)",
  modified: "",
  removed: " (removed)",
};

function nameOf({ path, change }: ChangedFile): string {
  return makeVisible(path) + MARKS[change];
}

function countOf({ hasFix }: UntilGoal, number: number): string {
  return hasFix
    ? count(number, "fix", "fixes")
    : count(number, "further check");
}
