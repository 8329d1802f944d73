/** Owns carrying out shell actions: bash in the project, its lines as events, its end as an outcome. */

import { join } from "@std/path";
import { OUTPUT_MARKS } from "../../engine/mod.ts";
import {
  type ActionEffect,
  type ActionOutcome,
  EMPTY_OUTPUT,
  type EventBody,
} from "../../model/mod.ts";
import type {
  Mask,
  ProcessOutcome,
  ProcessSpec,
  Supervisor,
} from "../../ports/mod.ts";
import type { World } from "../world.ts";
import type { ChildEnvironment } from "./child_environment.ts";
import { byteLength } from "./clean_text.ts";
import type { PerformOptions } from "./drive.ts";
import {
  findable,
  LAST_OUTPUT_VARIABLE,
  writeLastOutput,
} from "./last_output.ts";

/** Longer actions are given to the shell as a file: an argument ends at 128 KiB. */
const ARGUMENT_BYTES_MAX = 100 * 1024;
/** Output lines beyond this are in the log's outputs, not in the journal. */
const JOURNALED_CHARACTERS_MAX = 64 * 1024;

/** What {@linkcode performShell} needs. */
export interface ShellOptions {
  readonly world: Pick<World, "files">;
  readonly supervisor: Supervisor;
  readonly environment: ChildEnvironment;
  /** Where actions run that have no place of their own. */
  readonly root: string;
  /** Folder of outputs. */
  readonly outputs: string;
  readonly graceMs: number;
  /** Hides secrets in what is read; `null` where there are none. */
  readonly mask: Mask | null;
  /** Whether every line of output is wanted live, however many there are. */
  readonly isVerbose: boolean;
}

/** Runs a shell action whose secrets are revealed, and returns how it ended. */
export async function performShell(
  options: ShellOptions,
  effect: ActionEffect,
  performing: PerformOptions,
): Promise<ActionOutcome> {
  if (performing.cancel.aborted) return notStarted({ isCancelled: true });
  if (effect.action.includes("\0")) {
    return notStarted({
      error: "The action holds a NUL character, which no shell can run",
    });
  }
  const { argv, script } = shellCommand(options, effect);
  let journaled = 0;
  const child = options.supervisor.start({
    argv,
    cwd: effect.cwd ?? options.root,
    ...inputOf(options, effect),
    timeoutMs: effect.timeoutMs,
    idleTimeoutMs: effect.idleTimeoutMs,
    graceMs: options.graceMs,
    detach: effect.detach,
    spillPrefix: join(options.outputs, String(effect.effect)),
    marks: OUTPUT_MARKS,
    mask: options.mask,
  }, {
    ...(options.isVerbose ? {} : { linesMaxBytes: JOURNALED_CHARACTERS_MAX }),
    onLines(lines, stream) {
      const events = lines.map((line): EventBody => ({
        event: "action_output",
        line: line.trimEnd(),
        ...(stream === "stderr" ? { stream } : {}),
      }));
      if (journaled > JOURNALED_CHARACTERS_MAX) return performing.show(events);
      for (const line of lines) journaled += line.length + 1;
      performing.publish(events);
    },
  });
  const stop = () => child.stop({ force: performing.force.aborted });
  performing.cancel.addEventListener("abort", stop, { once: true });
  performing.force.addEventListener("abort", stop, { once: true });
  const outcome = await child.outcome;
  performing.cancel.removeEventListener("abort", stop);
  performing.force.removeEventListener("abort", stop);
  // It may hold secrets, which stood as references until now.
  if (script !== null) options.world.files.remove(script);
  announceTruncation(outcome, { journaled, publish: performing.publish });
  return actionOutcome(outcome, effect);
}

function actionOutcome(
  outcome: ProcessOutcome,
  effect: Pick<ActionEffect, "isLoopDeadline">,
): ActionOutcome {
  const isLoops = outcome.timeoutKind === "wall" && effect.isLoopDeadline;
  return {
    kind: "action",
    ...outcome,
    timeoutKind: isLoops ? "loop" : outcome.timeoutKind,
  };
}

/** Returns the environment, and for a state with `stdin` that and where the last output is. */
function inputOf(
  { world, environment, outputs }: ShellOptions,
  effect: ActionEffect,
): Pick<ProcessSpec, "env" | "stdin"> {
  const env = environment.of(effect);
  if (effect.stdin === null) return { env };
  const file = writeLastOutput(world.files, { folder: outputs, effect });
  return {
    env: { ...env, [LAST_OUTPUT_VARIABLE]: file },
    stdin: findable(effect.stdin, {
      folder: outputs,
      lastOutput: effect.lastOutput,
    }),
  };
}

function shellCommand(
  options: ShellOptions,
  effect: ActionEffect,
): { readonly argv: readonly string[]; readonly script: string | null } {
  const { action } = effect;
  if (byteLength(action) <= ARGUMENT_BYTES_MAX) {
    // Without the dashes an action such as "-x" would be an option of bash.
    return { argv: ["bash", "-c", "--", action], script: null };
  }
  const script = join(options.outputs, `${effect.effect}.sh`);
  options.world.files.replace(script, action);
  return { argv: ["bash", script], script };
}

/** Says once that the journal lacks lines. */
function announceTruncation(
  { stdout, stderr }: ProcessOutcome,
  options: {
    readonly journaled: number;
    readonly publish: PerformOptions["publish"];
  },
): void {
  const sizeBytes = stdout.sizeBytes + stderr.sizeBytes;
  if (sizeBytes <= JOURNALED_CHARACTERS_MAX) return;
  const { spill, isSpillCut } = stdout.spill === null ? stderr : stdout;
  options.publish([{
    event: "output_truncated",
    size_bytes: sizeBytes,
    kept_bytes: Math.min(options.journaled, sizeBytes),
    file: spill === null ? null : `outputs/${spill}`,
    ...(isSpillCut === true ? { is_file_cut: true } : {}),
  }]);
}

function notStarted(
  reason: { readonly error?: string; readonly isCancelled?: boolean },
): ActionOutcome {
  return {
    kind: "action",
    exitCode: reason.isCancelled ? -15 : 127,
    stdout: EMPTY_OUTPUT,
    stderr: EMPTY_OUTPUT,
    durationMs: 0,
    timeoutKind: null,
    isCancelled: reason.isCancelled ?? false,
    startError: reason.error ?? null,
  };
}
