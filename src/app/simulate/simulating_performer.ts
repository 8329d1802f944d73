/**
 * Owns the performer under which nothing happens: every effect is answered as a chooser says.
 * Sub-loops are entered by the engine as in a real run.
 */

import {
  type ActionOutcome,
  type Definitions,
  type Effect,
  EMPTY_OUTPUT,
  evaluatorFacts,
  type Frame,
  type Json,
  type JudgedOutcome,
  type JudgeEffect,
  type LoadedOutcome,
  type LoadEffect,
  type Loop,
  LoopError,
  type Outcome,
  type Possibilities,
  possibilitiesOf,
  type Snapshot,
  type State,
  type StopRequest,
  type Subject,
  unreachable,
} from "../../model/mod.ts";
import {
  CANCELLED_LOOK,
  outputOf,
  type Performer,
  type PerformOptions,
  seen,
} from "../run/mod.ts";
import type { Choice, Chooser, Situation } from "./chooser.ts";
import type { SimulatedClock } from "./simulated_clock.ts";
import { isStandIn } from "./stand_in.ts";

/** How often something would have been done. */
export interface Tally {
  readonly shell: number;
  readonly prompt: number;
  readonly mcp: number;
  readonly learning: number;
  /** Verdicts that an agent would have given. */
  readonly judge: number;
  /** Loops of which only the end was chosen. */
  readonly loop: number;
  readonly worktree: number;
  /** All pauses together. */
  readonly waitMs: number;
}

/** What {@linkcode SimulatingPerformer} needs. */
export interface SimulatingPerformerOptions {
  readonly definitions: Definitions;
  readonly choose: Chooser;
  /** Pauses move it on. */
  readonly clock: SimulatedClock;
  /** Aborted with a {@linkcode StopRequest} once nobody chooses any more. */
  readonly stop: AbortController;
  /** Whether a resolved text holds something that nobody knows. */
  isMadeUp(text: string): boolean;
  /** Finds a loop whose name was computed. */
  load(effect: LoadEffect): LoadedOutcome;
}

/** What actions print in a simulation begins so. */
export const SIMULATED_OUTPUT = "[simulated output of";

/** Does nothing, for runs that are started with `simulated`. One belongs to one run. */
export class SimulatingPerformer implements Performer {
  readonly #options: SimulatingPerformerOptions;
  /** The latest choice of each frame and the step that it was made for. */
  readonly #chosen = new Map<string, { steps: number; choice: Choice }>();
  #tally: Tally = {
    shell: 0,
    prompt: 0,
    mcp: 0,
    learning: 0,
    judge: 0,
    loop: 0,
    worktree: 0,
    waitMs: 0,
  };

  constructor(options: SimulatingPerformerOptions) {
    this.#options = options;
  }

  /** What would have been done so far. */
  get tally(): Tally {
    return this.#tally;
  }

  async perform(effect: Effect, options: PerformOptions): Promise<Outcome> {
    const { clock, load } = this.#options;
    switch (effect.kind) {
      case "action":
        return await this.#act(effect, options);
      case "judge":
        return await this.#judge(effect, options);
      case "wait":
        clock.advance(effect.durationMs);
        this.#count("waitMs", effect.durationMs);
        return { kind: "waited" };
      case "observe":
        return options.cancel.aborted
          ? CANCELLED_LOOK
          : seen(nothingAt(effect.subject));
      case "load":
        return load(effect);
      case "worktree":
        if (effect.operation === "attach") this.#count("worktree");
        return seen(effect.path ?? `<worktree of ${effect.branch}>`);
      default:
        return unreachable(effect);
    }
  }

  async #act(effect: Effect, options: PerformOptions): Promise<ActionOutcome> {
    const place = this.#placeOf(effect, options.snapshot);
    const choice = await this.#choose(place, {
      runsAction: true,
      known: null,
      cancel: options.cancel,
    });
    if (choice !== null) this.#count(kindOf(place));
    // A colon could make it one of the markers with which actions talk to the runner.
    const text = `${SIMULATED_OUTPUT} ${place.state.name.replaceAll(":", "")}]`;
    return {
      kind: "action",
      exitCode: choice?.exitCode ?? 0,
      stdout: outputOf(text),
      stderr: EMPTY_OUTPUT,
      durationMs: 0,
      timeoutKind: null,
      isCancelled: choice === null,
      startError: null,
    };
  }

  async #judge(
    effect: JudgeEffect,
    options: PerformOptions,
  ): Promise<JudgedOutcome> {
    const { judge, text, computed } = effect;
    const place = this.#placeOf(effect, options.snapshot);
    // Where nothing stands, stderr may be meant: it is made up, too.
    const isKnown = text.trim() !== "" && !this.#options.isMadeUp(text);
    const choice = await this.#choose(place, {
      runsAction: false,
      known: isKnown ? computed : null,
      cancel: options.cancel,
    });
    const isByAgent = evaluatorFacts(judge)?.by === "agent";
    if (choice !== null && isByAgent) this.#count("judge");
    return {
      kind: "judged",
      verdict: choice?.verdict ?? "",
      details: { simulated: true },
      isCancelled: choice === null,
    };
  }

  /** Returns the choice for the state that a frame is in: one for its action and its judge. */
  async #choose(
    { frame, loop, state }: Place,
    options: Pick<Situation, "runsAction" | "known"> & {
      readonly cancel: AbortSignal;
    },
  ): Promise<Choice | null> {
    const { choose, stop } = this.#options;
    const { runsAction, known, cancel } = options;
    if (cancel.aborted) return null;
    const before = this.#chosen.get(frame.id);
    if (before?.steps === frame.steps) return before.choice;
    const choice = await choose({
      loop,
      state,
      depth: frame.depth,
      runsAction,
      known,
      possibilities: startingWith(known, possibilitiesOf(loop, state)),
    });
    if (choice === null) {
      const text = "No more answers";
      stop.abort({ by: "caller", text } satisfies StopRequest);
    } else this.#chosen.set(frame.id, { steps: frame.steps, choice });
    return choice;
  }

  #placeOf(effect: Effect, snapshot: Snapshot): Place {
    const frame = snapshot.frames[effect.frame];
    const loop = frame === undefined
      ? undefined
      : this.#options.definitions.loops[frame.loop] ??
        snapshot.loops[frame.loop];
    const state = loop?.states[frame?.state ?? ""];
    if (frame === undefined || loop === undefined || state === undefined) {
      throw new LoopError("internal", `Nothing asked for ${effect.effect}`);
    }
    return { frame, loop, state };
  }

  #count(what: keyof Tally, amount = 1): void {
    this.#tally = { ...this.#tally, [what]: this.#tally[what] + amount };
  }
}

/** Where an effect was asked for. */
interface Place {
  readonly frame: Frame;
  readonly loop: Loop;
  readonly state: State;
}

/** Returns possibilities in which a verdict that is known already stands first. */
function startingWith(
  verdict: string | null,
  { known, isOpen }: Possibilities,
): Possibilities {
  if (verdict === null) return { known, isOpen };
  const first = known.find((each) => each.verdict === verdict) ??
    { verdict, exitCode: 0 };
  return { known: [first, ...known.filter((each) => each !== first)], isOpen };
}

function kindOf({ loop, state }: Place): keyof Tally {
  if (isStandIn(loop.id)) return "loop";
  return state.kind === "prompt" || state.kind === "mcp" ||
      state.kind === "learning"
    ? state.kind
    : "shell";
}

/** Returns what is seen where there is nothing. */
function nothingAt(subject: Subject): Json {
  switch (subject.kind) {
    case "git":
      return "";
    case "file":
      return null;
    case "stat":
      return [];
    case "match":
      return false;
    case "room":
      return {};
    default:
      return unreachable(subject);
  }
}
