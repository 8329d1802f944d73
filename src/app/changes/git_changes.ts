/** Owns asking git which files differ from a commit. */

import type { World } from "../world.ts";

/** How long git may take. */
const GIT_TIMEOUT_MS = 10_000;
const GRACE_MS = 1000;

/**
 * Prints the commit, then the tracked files that differ from it with their letters, an empty
 * record, and the files that git neither tracks nor ignores; all ended by NUL, paths relative
 * to the working folder. Without a commit everything counts from an empty tree.
 */
const GIT_SCRIPT = `set -o pipefail
export GIT_OPTIONAL_LOCKS=0
[ "$(git rev-parse --is-inside-work-tree 2>/dev/null)" = true ] || exit 3
git check-ignore --quiet . && exit 3
base=$1
if [ -z "$base" ]; then
  base=$(git rev-parse --quiet --verify HEAD) ||
    base=$(git hash-object -t tree /dev/null) || exit 4
fi
printf '%s\\0' "$base"
git diff --no-ext-diff --no-renames --relative --name-status -z "$base" -- . || exit 4
printf '\\0'
git ls-files -z --others --exclude-standard -- . || exit 4`;

/** What differs from a commit. */
export interface GitChanges {
  readonly commit: string;
  /** Path to git's letter, or `?` for files that it does not track. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Returns what differs below `root` from the commit `base`, the current one by default; `null`
 * where git cannot tell: no work tree, no git, a folder that it ignores, too much.
 */
export async function gitChanges(
  { processes }: Pick<World, "processes">,
  { root, base = "" }: { readonly root: string; readonly base?: string },
): Promise<GitChanges | null> {
  if (processes.find("git") === null || processes.find("bash") === null) {
    return null;
  }
  const { outcome } = processes.start({
    argv: ["bash", "-c", GIT_SCRIPT, "git-changes", base],
    cwd: root,
    env: {},
    timeoutMs: GIT_TIMEOUT_MS,
    idleTimeoutMs: 0,
    graceMs: GRACE_MS,
    detach: false,
    spillPrefix: null,
    mask: null,
  });
  const { exitCode, stdout, startError } = await outcome;
  return exitCode !== 0 || startError !== null || stdout.isTruncated
    ? null
    : parseChanges(stdout.text);
}

/**
 * Returns what the script has printed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const { commit, files } = parseChanges("abc\0M\0a.js\0D\0b c\0\0new\0");
 * assertEquals([commit, [...files]], ["abc", [["a.js", "M"], ["b c", "D"], ["new", "?"]]]);
 * ```
 */
export function parseChanges(text: string): GitChanges {
  const [commit = "", ...records] = text.split("\0");
  const files = new Map<string, string>();
  const gap = records.indexOf("");
  for (let index = 0; index + 1 < gap; index += 2) {
    files.set(records[index + 1] ?? "", records[index] ?? "");
  }
  for (const path of records.slice(gap + 1)) {
    // Git may have been told to forget a file that is still there.
    if (path !== "") files.set(path, files.has(path) ? "M" : "?");
  }
  return { commit, files };
}
