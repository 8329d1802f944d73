/** Owns the loop around the engine: journal an input, step, publish, perform, wait, again. */

import { NEW_SNAPSHOT, step } from "../../engine/mod.ts";
import {
  type Definitions,
  type Effect,
  type EventBody,
  type Input,
  type InputBody,
  type Outcome,
  type RunEvent,
  type Snapshot,
  stampEvent,
  type StopRequest,
} from "../../model/mod.ts";
import type { Clock } from "../../ports/mod.ts";
import { steadyClock } from "./steady_clock.ts";

/** Answers effects: really, by a scenario, or from a journal. */
export interface Performer {
  /**
   * Whether nothing is seen of what it does but the events that it publishes. Then who listens is told of
   * what followed the outcome before once it is at work, and no action waits for that. @default {false}
   */
  readonly isSeenByEvents?: boolean;
  /**
   * Returns how the effect ended; never rejects but for what makes going on impossible.
   * `cancel` asks to end it early, `force` to do so at once.
   */
  perform(effect: Effect, options: PerformOptions): Promise<Outcome>;
  /**
   * Ends what it keeps for the next effects, once there will be none; at once when `force`
   * aborts. Never rejects.
   */
  close?(
    options: { readonly isPatient: boolean; readonly force: AbortSignal },
  ): Promise<void>;
}

/** Options of {@linkcode Performer.perform}. */
export interface PerformOptions {
  /** The run at the moment at which the effect was asked for. */
  readonly snapshot: Snapshot;
  readonly cancel: AbortSignal;
  readonly force: AbortSignal;
  /** Tells what happens meanwhile, to the journal and to who listens. */
  publish(events: readonly EventBody[]): void;
  /** Tells it only to who listens: what is more than a journal should hold. */
  show(events: readonly EventBody[]): void;
}

/** Where inputs and events go before anything is done about them. */
export interface Recorder {
  writeInput(input: Input): void;
  writeEvents(events: readonly RunEvent[]): void;
  /** Returns once everything written is safe from a loss of power. */
  sync(): void;
}

/** What {@linkcode drive} needs. */
export interface Drive {
  readonly definitions: Definitions;
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly performer: Performer;
  /** Asks the run to stop; the reason is a {@linkcode StopRequest}. */
  readonly stop: AbortSignal;
  /** Asks it to do so at once. */
  readonly force: AbortSignal;
  /**
   * Told of every step of the engine: the events it gave and the snapshot after it. Always before anything of
   * the effects that the step asked for, but maybe once they are at work (`Performer.isSeenByEvents`).
   */
  onStep(events: readonly RunEvent[], snapshot: Snapshot): void;
  /** Told of what happens while an effect is performed. */
  onProgress(events: readonly RunEvent[]): void;
}

/** Without an effect that takes time, signals are looked at this often. */
const YIELD_AFTER_MS = 10;

/**
 * Runs until the engine says that the run has ended, and returns the last snapshot.
 *
 * @throws {LoopError} `cannot-write` when the journal cannot be written; open effects have
 * been cancelled then
 */
export async function drive(
  run: Drive,
  first: InputBody,
  from: Snapshot = NEW_SNAPSHOT,
): Promise<Snapshot> {
  const { recorder } = run;
  const clock = steadyClock(run.clock);
  const inbox: InputBody[] = [first];
  /** The effects that are being performed, by number. */
  const open = new Map<number, Performance>();
  let snapshot = from;
  let failure: { readonly error: unknown } | null = null;
  let wake = () => {};
  let alarm: AbortController | null = null;
  /** Steps that `onStep` is still to be told of. */
  const untold: (() => void)[] = [];
  const tellSteps = () => {
    for (let each = untold.shift(); each !== undefined; each = untold.shift()) {
      each();
    }
  };
  const tell = (input: InputBody) => {
    inbox.push(input);
    wake();
  };
  const fail = (error: unknown) => {
    failure ??= { error };
    wake();
  };
  const onStop = () =>
    tell({ input: "stop", request: run.stop.reason as StopRequest });
  const tellerOf = (
    { frame: id, effect }: Effect,
    options: { readonly isJournaled: boolean },
  ) => {
    const frame = { id, depth: snapshot.frames[id]?.depth ?? 0 };
    return (bodies: readonly EventBody[]) => {
      if (failure !== null) return;
      const nowMs = clock.nowMs();
      const events = bodies.map((body) =>
        stampEvent(body, { nowMs, frame, effect })
      );
      try {
        if (options.isJournaled) recorder.writeEvents(events);
        tellSteps();
        run.onProgress(events);
      } catch (error) {
        fail(error);
      }
    };
  };
  const start = (effect: Effect, { isCancelled }: { isCancelled: boolean }) => {
    if (effect.kind === "wait" && effect.durationMs <= 0) {
      inbox.push(answerOf(effect, { kind: "waited" }));
      return;
    }
    const cancel = new AbortController();
    if (isCancelled) cancel.abort();
    const task = run.performer.perform(effect, {
      snapshot,
      cancel: cancel.signal,
      force: run.force,
      publish: tellerOf(effect, { isJournaled: true }),
      show: tellerOf(effect, { isJournaled: false }),
    }).then((outcome) => tell(answerOf(effect, outcome)), fail)
      .finally(() => open.delete(effect.effect));
    open.set(effect.effect, { cancel, task });
  };

  const setAlarm = async (atMs: number | null) => {
    alarm?.abort();
    alarm = null;
    if (atMs === null) return;
    const set = alarm = new AbortController();
    await clock.sleep(Math.max(0, atMs - clock.nowMs()) + 1, set.signal);
    if (!set.signal.aborted) tell({ input: "tick" });
  };

  if (run.stop.aborted) onStop();
  else run.stop.addEventListener("abort", onStop, { once: true });
  try {
    let lastYieldMs = clock.monotonicMs();
    // What is resumed may have ended; its first input makes it live again.
    let hasBegun = false;
    while (!hasBegun || snapshot.phase !== "ended") {
      if (inbox.length === 0) tellSteps();
      if (failure !== null) throw (failure as { error: unknown }).error;
      const body = inbox.shift();
      if (body === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        lastYieldMs = clock.monotonicMs();
        continue;
      }
      hasBegun = true;
      const input = { ...body, nowMs: clock.nowMs() } as Input;
      recorder.writeInput(input);
      const result = step(run.definitions, snapshot, input);
      snapshot = result.snapshot;
      recorder.writeEvents(result.events);
      if (result.effects.some((effect) => needsIntent(run, snapshot, effect))) {
        recorder.sync();
      }
      untold.push(() => run.onStep(result.events, result.snapshot));
      // Only between two actions is there no time: what begins a run is told before anything is done.
      const isLate = run.performer.isSeenByEvents === true &&
        input.input === "outcome";
      if (!isLate) tellSteps();
      if (result.wakeAtMs !== null || alarm !== null) {
        setAlarm(result.wakeAtMs);
      }
      for (const effect of result.cancel) open.get(effect)?.cancel.abort();
      for (const effect of result.effects) {
        start(effect, { isCancelled: result.cancel.includes(effect.effect) });
      }
      if (clock.monotonicMs() - lastYieldMs > YIELD_AFTER_MS) {
        tellSteps();
        // Timers and signals get their turn only in a real pause, which 0 ms is not.
        await clock.sleep(1);
        lastYieldMs = clock.monotonicMs();
      }
    }
    return snapshot;
  } finally {
    run.stop.removeEventListener("abort", onStop);
    wake = () => {};
    setAlarm(null);
    const left = [...open.values()];
    for (const { cancel } of left) cancel.abort();
    try {
      tellSteps();
    } finally {
      await Promise.allSettled(left.map(({ task }) => task));
    }
  }
}

/** An effect that is being performed. */
interface Performance {
  readonly cancel: AbortController;
  readonly task: Promise<void>;
}

/** An action that is not simply run again must be known to have begun, whatever happens. */
function needsIntent(
  { definitions }: Drive,
  snapshot: Snapshot,
  effect: Effect,
): boolean {
  if (effect.kind !== "action") return false;
  const id = snapshot.frames[effect.frame]?.loop ?? "";
  const loop = (snapshot.definitions ?? definitions).loops[id] ??
    snapshot.loops[id];
  const state = loop?.states[effect.state];
  return state !== undefined && state.onResume.policy !== "rerun";
}

function answerOf(effect: Effect, outcome: Outcome): InputBody {
  return {
    input: "outcome",
    frame: effect.frame,
    effect: effect.effect,
    outcome,
  };
}
