/** Owns carrying out shell actions: bash in the project, its lines as events, its end as an outcome. */

import { join } from "@std/path";
import { OUTPUT_MARKS } from "../../engine/mod.ts";
import type { ActionEffect, ActionOutcome } from "../../model/mod.ts";
import type {
  Mask,
  ProcessOutcome,
  ProcessSpec,
  Supervisor,
} from "../../ports/mod.ts";
import type { World } from "../world.ts";
import { notStarted, timeoutKindOf } from "./action_outcome.ts";
import type { ChildEnvironment } from "./child_environment.ts";
import { byteLength } from "./clean_text.ts";
import type { PerformOptions } from "./drive.ts";
import {
  findable,
  LAST_OUTPUT_VARIABLE,
  writeLastOutput,
} from "./last_output.ts";
import { stopWhenAsked } from "./stop_when_asked.ts";
import { JOURNALED_CHARACTERS_MAX, ToldLines } from "./told_lines.ts";
import { truncationEvent } from "./truncation_event.ts";

/** Longer actions are given to the shell as a file: an argument ends at 128 KiB. */
const ARGUMENT_BYTES_MAX = 100 * 1024;

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
  const told = new ToldLines(performing);
  const child = options.supervisor.start({
    argv,
    cwd: effect.cwd ?? options.root,
    ...inputOf(options, effect),
    timeoutMs: effect.timeoutMs,
    idleTimeoutMs: effect.idleTimeoutMs,
    graceMs: options.graceMs,
    detach: effect.detach,
    spillPrefix: `${options.outputs}/${effect.effect}`,
    marks: OUTPUT_MARKS,
    mask: options.mask,
  }, {
    ...(options.isVerbose ? {} : { linesMaxBytes: JOURNALED_CHARACTERS_MAX }),
    onLines(lines, stream) {
      told.tell(lines, stream === "stderr" ? { stream } : {});
    },
  });
  const unlisten = stopWhenAsked(child, performing);
  const outcome = await child.outcome;
  unlisten();
  // It may hold secrets, which stood as references until now.
  if (script !== null) options.world.files.remove(script);
  const { journaled } = told;
  announceTruncation(outcome, { journaled, publish: performing.publish });
  return {
    kind: "action",
    ...outcome,
    timeoutKind: timeoutKindOf(outcome, effect),
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
  const longest = stdout.spill === null ? stderr : stdout;
  const { journaled } = options;
  options.publish([truncationEvent(longest, { sizeBytes, journaled })]);
}
