/** Owns what becomes of actions that may have run: run again, taken as done, or left to a person. */

import { interpolate, InterpolationError } from "../../engine/mod.ts";
import {
  type ActionOutcome,
  EMPTY_OUTPUT,
  joinCommand,
  LoopError,
  own,
  unreachable,
} from "../../model/mod.ts";
import {
  foundBy,
  REAL_PERFORMER,
  type RunFolder,
  type Stopping,
} from "../run/mod.ts";
import type { World } from "../world.ts";
import type { OpenAction } from "./open_actions.ts";
import type { Resumable } from "./prepare_resume.ts";

/** What a person says about an action that may have run. */
export type Choice = "rerun" | "done";

/** What people said: by effect, or about all of them. */
export interface Choices {
  readonly all: Choice | null;
  readonly byEffect: ReadonlyMap<number, Choice>;
}

/** What was found out about open actions. */
export interface Settled {
  /** Outcomes of those that do not run again, by effect. */
  readonly known: { readonly [effect: string]: ActionOutcome };
  /** A sentence for each action about which something was decided. */
  readonly notes: readonly string[];
}

/** How long a check may take. */
const CHECK_LIMIT_MS = 60_000;

/** Returns what becomes of an open action, in words. */
export function outlookOf(action: OpenAction, choices: Choices): string {
  const choice = choiceOf(action, choices);
  if (choice === "rerun") return "it runs again, as asked for";
  if (choice === "done") return "it is taken as done, as asked for";
  const { policy } = action;
  switch (policy.policy) {
    case "rerun":
      return "it runs again";
    case "ask":
      return "somebody has to say (on_resume: ask)";
    case "fail":
      return action.hasErrorRoute
        ? "it fails (on_resume: fail)"
        : "somebody has to say (on_resume: fail)";
    case "check":
      return `its check says whether it was done: ${policy.command.trim()}`;
    default:
      return unreachable(policy);
  }
}

/** Returns the actions about which somebody has to say something before the run can go on. */
export function undecidedActions(
  { open }: Pick<Resumable, "open">,
  choices: Choices,
): readonly OpenAction[] {
  return open.filter((action) => {
    if (choiceOf(action, choices) !== null) return false;
    const { policy } = action.policy;
    return policy === "ask" || policy === "fail" && !action.hasErrorRoute;
  });
}

/** Does nothing when nobody has to say anything. @throws {LoopError} `undecided` */
export function requireDecided(
  world: Pick<World, "files" | "system">,
  resumable: Resumable,
  choices: Choices,
): void {
  const [action] = undecidedActions(resumable, choices);
  if (action === undefined) return;
  const why = `its \`on_resume\` is "${action.policy.policy}"`;
  throw undecidedError(world, resumable, { action, why });
}

function undecidedError(
  world: Pick<World, "files" | "system">,
  resumable: Pick<Resumable, "run" | "prepared">,
  about: { readonly action: OpenAction; readonly why: string },
): LoopError {
  const { run, prepared } = resumable;
  const { action, why } = about;
  const again = (flag: string) =>
    joinCommand([
      "ll-loop",
      "resume",
      run.id,
      ...foundBy(world, prepared.project),
      flag,
    ]);
  return new LoopError(
    "undecided",
    `Cannot resume run ${run.id}: the action of state "${action.effect.state}" may have run ` +
      `when the run was cut off, and ${why}`,
    {
      hint: `\`${again("--rerun")}\` runs it again, \`${
        again("--done")
      }\` takes it as done (exit 0)`,
    },
  );
}

/**
 * Returns how each open action is settled; runs the checks of those that have one.
 *
 * @throws {LoopError} `undecided`
 */
export async function settleOpen(
  world: World,
  resumable: Resumable,
  options: {
    readonly choices: Choices;
    readonly folder: RunFolder;
    readonly stopping: Stopping;
  },
): Promise<Settled> {
  const { run, prepared, open } = resumable;
  const { choices } = options;
  requireDecided(world, resumable, choices);
  if (open.length === 0) return { known: {}, notes: [] };
  const known: Record<string, ActionOutcome> = {};
  const notes: string[] = [];
  const supervisor = world.supervise({
    runId: run.id,
    ancestors: prepared.ancestors,
    folder: options.folder.path,
  });
  try {
    for (const action of open) {
      const settled = await settle(action);
      if (settled === null) continue;
      if (settled.outcome !== null) {
        known[action.effect.effect] = settled.outcome;
      }
      notes.push(`State "${action.effect.state}": ${settled.note}`);
    }
  } finally {
    await supervisor.sweep({ graceMs: prepared.graceMs });
    await supervisor.close();
  }
  return { known, notes };

  async function settle(action: OpenAction): Promise<Settlement | null> {
    switch (choiceOf(action, choices)) {
      case "rerun":
        return { outcome: null, note: "its action runs again, as asked for" };
      case "done":
        return { outcome: DONE, note: "its action is taken as done" };
    }
    const { policy } = action;
    switch (policy.policy) {
      case "rerun":
      case "ask":
        return action.effect.mode === "prompt" && !hasEnded(resumable, action)
          ? { outcome: null, note: CALL_COUNTS }
          : null;
      case "fail":
        return {
          outcome: { ...DONE, exitCode: 127, startError: MAY_HAVE_RUN },
          note: "its action may have run, and fails by `on_resume`",
        };
      case "check": {
        const outcome = await check(action, policy.command);
        // What ends like this was no answer: not found, no program, killed, too late.
        const isAnswer = outcome.startError === null && !outcome.isCancelled &&
          outcome.timeoutKind === null && outcome.exitCode >= 0 &&
          outcome.exitCode < 126;
        if (!isAnswer) {
          throw undecidedError(world, resumable, {
            action,
            why: `its check gave no answer: ${describe(outcome)}`,
          });
        }
        return outcome.exitCode === 0
          ? { outcome, note: "its check says that it was done" }
          : {
            outcome: null,
            note:
              `its check says exit ${outcome.exitCode}: its action runs again`,
          };
      }
      default:
        return unreachable(policy);
    }
  }

  async function check(
    { effect }: OpenAction,
    command: string,
  ): Promise<ActionOutcome> {
    const action = resolve(resumable, { effect, command }, world);
    const { stop, force } = options.stopping;
    const performer = REAL_PERFORMER.make({
      world,
      prepared,
      folder: options.folder,
      supervisor,
    });
    const outcome = await performer.perform({
      ...effect,
      action,
      timeoutMs: CHECK_LIMIT_MS,
      idleTimeoutMs: 0,
      isLoopDeadline: false,
      detach: false,
      stdin: null,
    }, {
      snapshot: resumable.from,
      cancel: stop,
      force,
      publish() {},
      show() {},
    });
    if (outcome.kind === "action") return outcome;
    throw new LoopError("internal", "A check did not end as an action does");
  }
}

interface Settlement {
  /** `null` runs the action again. */
  readonly outcome: ActionOutcome | null;
  readonly note: string;
}

const MAY_HAVE_RUN =
  "The action may have run when the run was cut off, and `on_resume` is fail";

/** The end of a call tells what it has cost. */
const CALL_COUNTS =
  "its agent was cut off; that call counts, what it used is not known";

const DONE: ActionOutcome = {
  kind: "action",
  exitCode: 0,
  stdout: EMPTY_OUTPUT,
  stderr: EMPTY_OUTPUT,
  durationMs: 0,
  timeoutKind: null,
  isCancelled: false,
  startError: null,
};

/** Whether its end was seen: a stop has ended it, and what it used is counted. */
function hasEnded(
  { from }: Pick<Resumable, "from">,
  { effect }: OpenAction,
): boolean {
  return Object.values(from.cut).some((cut) => cut.effect === effect.effect);
}

function choiceOf(action: OpenAction, choices: Choices): Choice | null {
  return choices.byEffect.get(action.effect.effect) ?? choices.all;
}

function describe(outcome: ActionOutcome): string {
  if (outcome.startError !== null) return outcome.startError;
  if (outcome.isCancelled) return "it was stopped";
  if (outcome.timeoutKind !== null) {
    return `it took more than ${CHECK_LIMIT_MS / 1000} s`;
  }
  return outcome.exitCode < 0
    ? `it was ended by signal ${-outcome.exitCode}`
    : `exit ${outcome.exitCode}`;
}

function resolve(
  { from, prepared, progress }: Resumable,
  { effect, command }: {
    readonly effect: OpenAction["effect"];
    readonly command: string;
  },
  { clock }: Pick<World, "clock">,
): string {
  const frame = from.frames[effect.frame];
  const loop = frame === undefined
    ? undefined
    : own(prepared.definitions.loops, frame.loop) ??
      own(progress.snapshot.loops, frame.loop);
  const state = own(loop?.states, effect.state);
  if (frame === undefined || loop === undefined || state === undefined) {
    throw new LoopError("internal", `No state "${effect.state}" to check`);
  }
  try {
    return interpolate(command, {
      frame,
      loop,
      state,
      env: { ...from.env, ...prepared.env },
      nowMs: clock.nowMs(),
      result: null,
    });
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    throw new LoopError(
      "invalid",
      `Cannot check state "${effect.state}": ${error.message}`,
    );
  }
}
