/** Owns looking at the world for the engine: files, git, patterns over long text. */

import { isAbsolute, join } from "@std/path";
import {
  compilePattern,
  escapePattern,
  LoopError,
  type ObservedOutcome,
  type ObserveEffect,
  unreachable,
} from "../../model/mod.ts";
import type { Mask, Processes } from "../../ports/mod.ts";
import { maskText } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import { cleanText } from "./clean_text.ts";

/** How long a look may take. */
const LOOK_TIMEOUT_MS = 30_000;
const GRACE_MS = 1000;

/** What {@linkcode observe} needs. */
export interface Observer {
  readonly world: Pick<World, "files" | "match">;
  readonly processes: Processes;
  readonly root: string;
  /** Folder of spill files. */
  readonly outputs: string;
  /** Hides secrets in what is read, since it is journaled; `null` where there are none. */
  readonly mask: Mask | null;
}

/** Returns what was seen; a failure is data. */
export async function observe(
  observer: Observer,
  effect: ObserveEffect,
  cancel: AbortSignal,
): Promise<ObservedOutcome> {
  const cwd = effect.cwd ?? observer.root;
  const { subject } = effect;
  const { files, match } = observer.world;
  const at = (path: string) => isAbsolute(path) ? path : join(cwd, path);
  switch (subject.kind) {
    case "file":
      return seeing(() => {
        const text = files.readTextIfExists(at(subject.path));
        return text === null ? null : maskText(observer.mask, cleanText(text));
      });
    case "stat":
      return seeing(() =>
        subject.paths.flatMap((path) => {
          const info = files.stat(at(path));
          return info === null ? [] : [[path, info.modifiedMs, info.sizeBytes]];
        })
      );
    case "match": {
      const compiled = compilePattern(subject.pattern);
      const pattern = compiled ?? new RegExp(escapePattern(subject.pattern));
      const haystack = subject.spill === null
        ? { kind: "text", text: subject.text } as const
        : {
          kind: "file",
          path: join(observer.outputs, subject.spill),
        } as const;
      const result = await match(pattern, haystack, {
        timeoutMs: LOOK_TIMEOUT_MS,
        signal: cancel,
      });
      if (cancel.aborted) return CANCELLED;
      return result.kind === "matched"
        ? {
          kind: "observed",
          value: result.isMatched,
          error: null,
          isCancelled: false,
        }
        : failure(result.reason);
    }
    case "git":
      return await fingerprintGit(observer, {
        cwd,
        scope: subject.scope,
        cancel,
      });
    default:
      return unreachable(subject);
  }
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

async function fingerprintGit(
  observer: Observer,
  options: {
    readonly cwd: string;
    readonly scope: readonly string[];
    readonly cancel: AbortSignal;
  },
): Promise<ObservedOutcome> {
  const { cwd, scope, cancel } = options;
  if (cancel.aborted) return CANCELLED;
  if (observer.processes.find("git") === null) {
    return failure("Program git was not found on PATH");
  }
  const child = observer.processes.start({
    argv: ["bash", "-c", GIT_SCRIPT, "git-fingerprint", ...scope],
    cwd,
    env: {},
    timeoutMs: LOOK_TIMEOUT_MS,
    idleTimeoutMs: 0,
    graceMs: GRACE_MS,
    detach: false,
    spillPrefix: null,
    mask: null,
  });
  const onAbort = () => child.stop();
  cancel.addEventListener("abort", onAbort, { once: true });
  const outcome = await child.outcome;
  cancel.removeEventListener("abort", onAbort);
  if (outcome.isCancelled) return CANCELLED;
  const hash = outcome.stdout.text.trim();
  if (outcome.exitCode === 0 && hash !== "") {
    return { kind: "observed", value: hash, error: null, isCancelled: false };
  }
  if (outcome.timeoutKind !== null) {
    return failure(`Git took longer than ${LOOK_TIMEOUT_MS / 1000} s`);
  }
  const reason = outcome.startError ??
    outcome.stderr.text.trim().split("\n", 1)[0];
  return failure(`Git cannot compare the work tree: ${reason}`);
}

const CANCELLED: ObservedOutcome = {
  kind: "observed",
  value: null,
  error: null,
  isCancelled: true,
};

function seeing(look: () => ObservedOutcome["value"]): ObservedOutcome {
  try {
    return { kind: "observed", value: look(), error: null, isCancelled: false };
  } catch (error) {
    if (error instanceof LoopError) return failure(error.message);
    throw error;
  }
}

function failure(error: string): ObservedOutcome {
  return { kind: "observed", value: null, error, isCancelled: false };
}
