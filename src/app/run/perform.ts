/** Owns performing effects for real. */

import { join } from "@std/path";
import {
  type ActionEffect,
  type ActionOutcome,
  type Effect,
  EMPTY_OUTPUT,
  type EventBody,
  type LoadedOutcome,
  type LoadEffect,
  type Outcome,
  unreachable,
} from "../../model/mod.ts";
import type { Supervisor } from "../../ports/mod.ts";
import type { Vault } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import type { ChildEnvironment } from "./child_environment.ts";
import { byteLength, cleanText } from "./clean_text.ts";
import type { Performer, PerformOptions } from "./drive.ts";
import { observe } from "./observe.ts";
import { performWorktree } from "./worktree.ts";

/** Longer actions are given to the shell as a file: an argument ends at 128 KiB. */
const ARGUMENT_BYTES_MAX = 100 * 1024;
/** Output lines beyond this are in the log's outputs, not in the journal. */
const JOURNALED_CHARACTERS_MAX = 64 * 1024;

/** What {@linkcode makePerformer} needs. */
export interface PerformerOptions {
  readonly world: Pick<World, "clock" | "files" | "match">;
  readonly supervisor: Supervisor;
  readonly vault: Vault;
  readonly environment: ChildEnvironment;
  /** Project root, where actions run. */
  readonly root: string;
  /** Run folder. */
  readonly folder: string;
  readonly graceMs: number;
  /** Finds a loop whose name was computed. */
  load(effect: LoadEffect): LoadedOutcome;
  /** Whether every line of output is wanted live, however many there are. */
  readonly isVerbose: boolean;
  /** Shown live, but not journaled: lines beyond what the journal takes. */
  onExcessLines(events: readonly EventBody[]): void;
}

/** Returns the performer of a real run. */
export function makePerformer(options: PerformerOptions): Performer {
  const { world, supervisor, root, folder } = options;
  const outputs = join(folder, "outputs");
  return {
    async perform(
      effect: Effect,
      performing: PerformOptions,
    ): Promise<Outcome> {
      switch (effect.kind) {
        case "action":
          return await act(options, effect, performing);
        case "wait":
          await world.clock.sleep(effect.durationMs, performing.cancel);
          return { kind: "waited" };
        case "observe":
          return await observe(
            {
              world,
              processes: supervisor,
              root,
              outputs,
              mask: options.vault.mask,
            },
            effect,
            performing.cancel,
          );
        case "load":
          return options.load(effect);
        case "worktree":
          return await performWorktree(
            { processes: supervisor, root, folder: join(folder, "worktrees") },
            effect,
          );
        default:
          return unreachable(effect);
      }
    },
  };
}

async function act(
  options: PerformerOptions,
  effect: ActionEffect,
  performing: PerformOptions,
): Promise<ActionOutcome> {
  const { vault, folder } = options;
  if (performing.cancel.aborted) return notStarted({ isCancelled: true });
  const text = vault.reveal(effect.action);
  if (text.includes("\0")) {
    return notStarted({
      error: "The action holds a NUL character, which no shell can run",
    });
  }
  const { argv, script } = shellCommand(options, effect, text);
  let journaled = 0;
  const child = options.supervisor.start({
    argv,
    cwd: effect.cwd ?? options.root,
    env: options.environment.of(effect),
    timeoutMs: effect.timeoutMs,
    idleTimeoutMs: effect.idleTimeoutMs,
    graceMs: options.graceMs,
    detach: effect.detach,
    spillPrefix: join(folder, "outputs", String(effect.effect)),
    mask: vault.mask,
  }, {
    ...(options.isVerbose ? {} : { linesMaxBytes: JOURNALED_CHARACTERS_MAX }),
    onLines(lines, stream) {
      const events = lines.map((line): EventBody => ({
        event: "action_output",
        line: line.trimEnd(),
        ...(stream === "stderr" ? { stream } : {}),
      }));
      if (journaled > JOURNALED_CHARACTERS_MAX) {
        return options.onExcessLines(events);
      }
      for (const line of lines) journaled += line.length + 1;
      performing.publish(events);
    },
  });
  const stop = () => child.stop({ force: performing.force.aborted });
  performing.cancel.addEventListener("abort", stop, { once: true });
  performing.force.addEventListener("abort", stop, { once: true });
  const outcome = cleanTexts(await child.outcome);
  performing.cancel.removeEventListener("abort", stop);
  performing.force.removeEventListener("abort", stop);
  // It may hold secrets, which stood as references until now.
  if (script !== null) options.world.files.remove(script);
  announceTruncation(outcome, { journaled, publish: performing.publish });
  return outcome.timeoutKind === "wall" && effect.isLoopDeadline
    ? { ...outcome, timeoutKind: "loop" }
    : outcome;
}

function shellCommand(
  options: PerformerOptions,
  effect: ActionEffect,
  text: string,
): { readonly argv: readonly string[]; readonly script: string | null } {
  if (byteLength(text) <= ARGUMENT_BYTES_MAX) {
    return { argv: ["bash", "-c", text], script: null };
  }
  const script = join(options.folder, "outputs", `${effect.effect}.sh`);
  options.world.files.replace(script, text);
  return { argv: ["bash", script], script };
}

/**
 * Returns the outcome with texts that survive being stored, and that cannot be taken for
 * what the engine writes itself: a NUL would let a child forge a reference to a secret.
 */
function cleanTexts(outcome: ActionOutcome): ActionOutcome {
  const { stdout, stderr } = outcome;
  return {
    ...outcome,
    stdout: { ...stdout, text: cleanText(stdout.text) },
    stderr: { ...stderr, text: cleanText(stderr.text) },
  };
}

/** Says once that the journal lacks lines. */
function announceTruncation(
  { stdout, stderr }: ActionOutcome,
  options: {
    readonly journaled: number;
    readonly publish: PerformOptions["publish"];
  },
): void {
  const sizeBytes = stdout.sizeBytes + stderr.sizeBytes;
  if (sizeBytes <= JOURNALED_CHARACTERS_MAX) return;
  const spill = stdout.spill ?? stderr.spill;
  options.publish([{
    event: "output_truncated",
    size_bytes: sizeBytes,
    kept_bytes: Math.min(options.journaled, sizeBytes),
    file: spill === null ? null : `outputs/${spill}`,
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
