/** Owns looking at the world for the engine: files, git, patterns over long text. */

import { isAbsolute, join } from "@std/path";
import {
  compilePattern,
  escapePattern,
  type JsonObject,
  LoopError,
  type ObservedOutcome,
  type ObserveEffect,
  type Subject,
  unreachable,
} from "../../model/mod.ts";
import type { Processes } from "../../ports/mod.ts";
import { runGit } from "../git/mod.ts";
import type { World } from "../world.ts";
import type { PerformOptions } from "./drive.ts";
import { CANCELLED_LOOK, notSeen, seen } from "./look_outcome.ts";

/** What {@linkcode observe} needs. */
export interface Observer {
  readonly world: Pick<World, "files" | "match">;
  readonly processes: Processes;
  readonly root: string;
  /** Folder of spill files. */
  readonly outputs: string;
  /** Looks whether there is room for a call of an agent. */
  readonly room: (
    subject: Extract<Subject, { readonly kind: "room" }>,
  ) => JsonObject;
}

const LEFT_OUT_REGEXP = /^\[… \d+ bytes left out.*…\]\n/m;

/** Returns what was seen; a failure and a limit that struck are data. */
export async function observe(
  observer: Observer,
  effect: ObserveEffect,
  performing: Pick<PerformOptions, "cancel" | "force">,
): Promise<ObservedOutcome> {
  const cwd = effect.cwd ?? observer.root;
  const { subject } = effect;
  const { files } = observer.world;
  const at = (path: string) => isAbsolute(path) ? path : join(cwd, path);
  switch (subject.kind) {
    case "file":
      return seeing(() => files.readTextIfExists(at(subject.path)));
    case "stat":
      return seeing(() =>
        subject.paths.flatMap((path) => {
          const info = files.stat(at(path));
          return info === null ? [] : [[path, info.modifiedMs, info.sizeBytes]];
        })
      );
    case "room":
      return seeing(() => observer.room(subject));
    case "match":
      return await search(observer, { effect, subject }, performing);
    case "git":
      return await fingerprint(observer, { effect, subject, cwd }, performing);
    default:
      return unreachable(subject);
  }
}

type Looking<K> = {
  readonly effect: ObserveEffect;
  readonly subject: Extract<ObserveEffect["subject"], { readonly kind: K }>;
};

async function search(
  observer: Observer,
  { effect, subject }: Looking<"match">,
  { cancel }: Pick<PerformOptions, "cancel">,
): Promise<ObservedOutcome> {
  const pattern = compilePattern(subject.pattern) ??
    new RegExp(escapePattern(subject.pattern));
  const haystack = subject.spill === null
    ? { kind: "text", text: subject.text } as const
    : {
      kind: "file",
      path: join(observer.outputs, subject.spill),
      rest: subject.isSpillCut === true ? keptEnd(subject.text) : "",
    } as const;
  const result = await observer.world.match(pattern, haystack, {
    timeoutMs: effect.timeoutMs,
    signal: cancel,
  });
  if (cancel.aborted) return CANCELLED_LOOK;
  switch (result.kind) {
    case "matched":
      return seen(result.isMatched);
    case "timed-out":
      return tookTooLong(`Searching for "${subject.pattern}"`, effect);
    case "failed":
      return notSeen(result.reason);
  }
}

/** Returns what was kept of the end of a long text, behind the line that stands for its middle. */
function keptEnd(text: string): string {
  const marker = LEFT_OUT_REGEXP.exec(text);
  return marker === null ? text : text.slice(marker.index + marker[0].length);
}

/**
 * Prints one hash over everything that differs from the last commit below the given paths:
 * staged and unstaged changes, names and contents of untracked files. `git hash-object` gives
 * up at the first path that it cannot read, so only files are named to it.
 */
const GIT_SCRIPT = `set -o pipefail
git rev-parse --is-inside-work-tree >/dev/null || exit 1
{
  if git rev-parse --quiet --verify HEAD >/dev/null; then
    git diff --no-ext-diff --no-color --binary HEAD -- "$@" || exit 1
  else
    git diff --no-ext-diff --no-color --binary --cached -- "$@" || exit 1
    git diff --no-ext-diff --no-color --binary -- "$@" || exit 1
  fi
  git ls-files -z --others --exclude-standard -- "$@" | tr '\\0' '\\n' || exit 1
  git ls-files -z --others --exclude-standard -- "$@" |
    while IFS= read -r -d '' path; do
      if [[ -f $path && -r $path && $path != *$'\\n'* ]]; then
        printf './%s\\n' "$path"
      fi
    done | git hash-object --no-filters --stdin-paths 2>/dev/null || true
} | git hash-object --stdin`;

async function fingerprint(
  observer: Observer,
  { effect, subject, cwd }: Looking<"git"> & { readonly cwd: string },
  performing: Pick<PerformOptions, "cancel" | "force">,
): Promise<ObservedOutcome> {
  if (performing.cancel.aborted) return CANCELLED_LOOK;
  if (observer.processes.find("git") === null) {
    return notSeen("Program git was not found on PATH");
  }
  const outcome = await runGit(observer.processes, subject.scope, {
    script: GIT_SCRIPT,
    cwd,
    timeoutMs: effect.timeoutMs,
    ...performing,
  });
  if (outcome.isCancelled) return CANCELLED_LOOK;
  const hash = outcome.stdout.text.trim();
  if (outcome.exitCode === 0 && hash !== "") return seen(hash);
  if (outcome.timeoutKind !== null) return tookTooLong("Git", effect);
  const reason = outcome.startError ??
    outcome.stderr.text.trim().split("\n", 1)[0] ?? "";
  if (/^fatal: not a git repository/.test(reason)) {
    return notSeen(
      "There is no git repository here: only git can tell what changed",
    );
  }
  return notSeen(`Git cannot compare the work tree: ${reason}`);
}

function tookTooLong(
  what: string,
  { timeoutMs, isLoopDeadline }: ObserveEffect,
): ObservedOutcome {
  return notSeen(
    `${what} took longer than ${timeoutMs / 1000} s`,
    isLoopDeadline ? "loop" : "wall",
  );
}

function seeing(look: () => ObservedOutcome["value"]): ObservedOutcome {
  try {
    return seen(look());
  } catch (error) {
    if (error instanceof LoopError) return notSeen(error.message);
    throw error;
  }
}
