/** Owns the loop around the engine: journal an input, step, publish, perform, wait, again. */

import { NEW_SNAPSHOT, step } from "../../engine/mod.ts";
import {
  type Definitions,
  type Effect,
  type EventBody,
  formatTimestamp,
  type Input,
  type InputBody,
  type Outcome,
  type RunEvent,
  type Snapshot,
  type StopRequest,
} from "../../model/mod.ts";
import type { Clock } from "../../ports/mod.ts";

/** Answers effects: really, by a scenario, or from a journal. */
export interface Performer {
  /**
   * Returns how the effect ended; never rejects but for what makes going on impossible.
   * `cancel` asks to end it early, `force` to do so at once; `publish` tells what happens
   * meanwhile.
   */
  perform(effect: Effect, options: PerformOptions): Promise<Outcome>;
}

/** Options of {@linkcode Performer.perform}. */
export interface PerformOptions {
  readonly cancel: AbortSignal;
  readonly force: AbortSignal;
  publish(events: readonly EventBody[]): void;
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
  /** Told of every step of the engine: the events it gave and the snapshot after it. */
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
  const { clock, recorder } = run;
  const cancel = new AbortController();
  const inbox: InputBody[] = [first];
  const open = new Set<Promise<void>>();
  let snapshot = from;
  let failure: { readonly error: unknown } | null = null;
  let wake = () => {};
  const tell = (input: InputBody) => {
    inbox.push(input);
    wake();
  };
  const onStop = () =>
    tell({ input: "stop", request: run.stop.reason as StopRequest });
  const publish = (depth: number) => (bodies: readonly EventBody[]) => {
    if (failure !== null) return;
    const ts = formatTimestamp(clock.nowMs());
    const events = bodies.map(({ event, ...fields }) =>
      ({ event, ts, ...fields, ...(depth > 0 ? { depth } : {}) }) as RunEvent
    );
    try {
      recorder.writeEvents(events);
      run.onProgress(events);
    } catch (error) {
      failure = { error };
      cancel.abort();
      wake();
    }
  };
  const start = (effect: Effect) => {
    if (effect.kind === "wait" && effect.durationMs <= 0) {
      inbox.push(answerOf(effect, { kind: "waited" }));
      return;
    }
    const depth = snapshot.frames[effect.frame]?.depth ?? 0;
    const task = run.performer.perform(effect, {
      cancel: cancel.signal,
      force: run.force,
      publish: publish(depth),
    }).then((outcome) => tell(answerOf(effect, outcome)), (error) => {
      failure ??= { error };
      wake();
    }).finally(() => open.delete(task));
    open.add(task);
  };

  if (run.stop.aborted) onStop();
  else run.stop.addEventListener("abort", onStop, { once: true });
  try {
    // Wall-clock time that never jumps: a clock set back or forth moves no deadline.
    const offsetMs = clock.nowMs() - clock.monotonicMs();
    let lastYieldMs = clock.monotonicMs();
    while (snapshot.phase !== "ended") {
      if (failure !== null) throw (failure as { error: unknown }).error;
      const body = inbox.shift();
      if (body === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        lastYieldMs = clock.monotonicMs();
        continue;
      }
      const input = {
        ...body,
        nowMs: Math.round(offsetMs + clock.monotonicMs()),
      } as Input;
      recorder.writeInput(input);
      const result = step(run.definitions, snapshot, input);
      snapshot = result.snapshot;
      recorder.writeEvents(result.events);
      if (result.effects.some((effect) => needsIntent(run, snapshot, effect))) {
        recorder.sync();
      }
      run.onStep(result.events, snapshot);
      if (input.input === "stop") cancel.abort();
      for (const effect of result.effects) start(effect);
      if (clock.monotonicMs() - lastYieldMs > YIELD_AFTER_MS) {
        // Timers and signals get their turn only in a real pause, which 0 ms is not.
        await clock.sleep(1);
        lastYieldMs = clock.monotonicMs();
      }
    }
    return snapshot;
  } finally {
    run.stop.removeEventListener("abort", onStop);
    cancel.abort();
    wake = () => {};
    await Promise.allSettled(open);
  }
}

/** An action that is not simply run again must be known to have begun, whatever happens. */
function needsIntent(
  { definitions }: Drive,
  snapshot: Snapshot,
  effect: Effect,
): boolean {
  if (effect.kind !== "action") return false;
  const id = snapshot.frames[effect.frame]?.loop ?? "";
  const loop = definitions.loops[id] ?? snapshot.loops[id];
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
