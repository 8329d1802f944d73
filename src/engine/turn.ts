/**
 * Owns one call of the step function while it runs: the next snapshot in the making, the
 * events to publish and the effects to ask for. Frames are replaced, never changed.
 */

import {
  type Definitions,
  type Effect,
  type EffectAddress,
  type EventBody,
  type Frame,
  hideReferences,
  type JsonObject,
  type Loop,
  LoopError,
  mapTexts,
  own,
  type Phase,
  type RunEvent,
  type Snapshot,
  stampEvent,
  type State,
} from "../model/mod.ts";
import type { Lookup } from "./interpolate.ts";
import { timePoolsOf } from "./time.ts";

/** An effect without its address. */
export type EffectBody = Effect extends infer E
  ? E extends Effect ? Omit<E, "frame" | "effect"> : never
  : never;

/** The most that is kept of a child's events for `capture` on a sub-loop state. */
const LOG_CHARACTERS_MAX = 1024 * 1024;

/** One call of the step function. */
export class Turn {
  readonly nowMs: number;
  readonly events: RunEvent[] = [];
  readonly effects: Effect[] = [];
  /** Numbers of the effects that are to be ended early. */
  readonly cancelled: number[] = [];
  readonly #stored: Definitions;
  #snapshot: Snapshot;

  constructor(definitions: Definitions, snapshot: Snapshot, nowMs: number) {
    this.#stored = definitions;
    this.#snapshot = snapshot;
    this.nowMs = nowMs;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Whether the run is to end as soon as no effect is open. */
  get isEnding(): boolean {
    const { stop, ending } = this.#snapshot;
    return stop !== null || ending !== null;
  }

  /** Changes fields of the snapshot itself. */
  patch(change: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
  }

  frame(id: string): Frame {
    const frame = this.#snapshot.frames[id];
    if (frame === undefined) {
      throw new LoopError("internal", `No frame "${id}"`);
    }
    return frame;
  }

  /** Changes fields of a frame and returns the new one. */
  update(id: string, change: Partial<Frame>): Frame {
    const frame = { ...this.frame(id), ...change };
    this.patch({ frames: { ...this.#snapshot.frames, [id]: frame } });
    return frame;
  }

  addFrame(frame: Frame): void {
    this.patch({ frames: { ...this.#snapshot.frames, [frame.id]: frame } });
  }

  /** Removes a frame and all below it; their open effects are cancelled. */
  removeFrame(id: string): void {
    const isGone = (frame: string) =>
      frame === id || frame.startsWith(`${id}.`);
    const { frames, open } = this.#snapshot;
    this.patch({
      frames: Object.fromEntries(
        Object.entries(frames).filter(([each]) => !isGone(each)),
      ),
    });
    for (const { frame, effect } of Object.values(open)) {
      if (isGone(frame)) this.cancel(effect);
    }
  }

  get #definitions(): Definitions {
    return this.#snapshot.definitions ?? this.#stored;
  }

  loop(id: string): Loop {
    const loop = this.#definitions.loops[id] ?? this.#snapshot.loops[id];
    if (loop === undefined) {
      throw new LoopError("internal", `No definition "${id}"`);
    }
    return loop;
  }

  get rootLoop(): string {
    return this.#definitions.root;
  }

  /** Returns the id of the loop that `name` means in the loop `from`; `null` when it must be looked for. */
  childId(from: string, name: string): string | null {
    return own(this.#definitions.names[from], name) ??
      own(this.#snapshot.names[from], name) ?? null;
  }

  /** The state that a frame is in. */
  state(id: string): State {
    const frame = this.frame(id);
    const state = own(this.loop(frame.loop).states, frame.state);
    if (state === undefined) {
      throw new LoopError("internal", `No state "${frame.state}"`);
    }
    return state;
  }

  lookup(id: string, result: Lookup["result"] = null): Lookup {
    const frame = this.frame(id);
    return {
      frame,
      loop: this.loop(frame.loop),
      state: this.state(id),
      env: this.#snapshot.env,
      nowMs: this.nowMs,
      result,
    };
  }

  /** Publishes an event of a frame, and of an effect if given; references to secrets hidden. */
  emit(id: string, body: EventBody, effect?: number): void {
    const event = this.#eventOf(id, body, effect);
    this.events.push(event);
    this.#log(id, () => [event]);
  }

  /**
   * Adds events that were published while an effect of the frame was performed to the logs
   * of the sub-loops that the frame is in; makes them only where there are any.
   */
  logPublished(
    { frame, effect }: EffectAddress,
    bodies: () => readonly EventBody[],
  ): void {
    const eventOf = (body: EventBody) => this.#eventOf(frame, body, effect);
    this.#log(frame, () => bodies().map(eventOf));
  }

  /** Returns the log of a frame that ends, its last line saying when it was cut; `null` without one. */
  logOf(id: string): string | null {
    const { log, state } = this.frame(id);
    if (log === null || log.length < LOG_CHARACTERS_MAX) return log;
    const cut = this.#eventOf(id, {
      event: "warning",
      state,
      message: "The events that follow are left out: the capture is full",
    });
    return `${log}\n${JSON.stringify(cut)}`;
  }

  /**
   * Asks for an effect on behalf of a frame, which then is in `phase` until it is answered;
   * returns its number.
   */
  ask(id: string, phase: Phase, body: EffectBody): number {
    const number = this.#snapshot.nextEffect;
    const effect = { frame: id, effect: number, ...body } as Effect;
    this.patch({
      nextEffect: number + 1,
      open: { ...this.#snapshot.open, [number]: effect },
    });
    this.update(id, { phase });
    this.effects.push(effect);
    return number;
  }

  /** Wants an open effect ended early; it stays open until it is answered. */
  cancel(effect: number): void {
    if (!this.cancelled.includes(effect)) this.cancelled.push(effect);
  }

  /** Takes an answered effect off the open ones; one that was cut short is kept for a resume. */
  close(effect: number, options: { readonly isCut: boolean }): void {
    const { [effect]: closed, ...open } = this.#snapshot.open;
    const { cut } = this.#snapshot;
    this.patch({
      open,
      ...(options.isCut && closed !== undefined
        ? { cut: { ...cut, [effect]: closed } }
        : {}),
    });
  }

  /** Whether the frame's deadline has passed. */
  isTimedOut(id: string): boolean {
    const { deadlineMs } = this.frame(id);
    return deadlineMs !== null && deadlineMs <= this.nowMs;
  }

  /** Milliseconds until the frame's deadline, or until a budget of time is used up; `null` without any. */
  remainingMs(id: string): number | null {
    const { deadlineMs } = this.frame(id);
    let leftMs = deadlineMs === null ? Infinity : deadlineMs - this.nowMs;
    for (const { limitMs, spentMs } of timePoolsOf(this, id)) {
      leftMs = Math.min(leftMs, limitMs - spentMs);
    }
    return leftMs === Infinity ? null : Math.max(0, leftMs);
  }

  /** Returns a limit of an effect (0 is none), cut to what remains of the frame's own time. */
  clamp(
    id: string,
    limitMs: number,
  ): { readonly timeoutMs: number; readonly isLoopDeadline: boolean } {
    const remainingMs = this.remainingMs(id);
    const isLoopDeadline = remainingMs !== null &&
      (limitMs === 0 || remainingMs < limitMs);
    return {
      timeoutMs: isLoopDeadline ? Math.max(1, remainingMs) : limitMs,
      isLoopDeadline,
    };
  }

  #eventOf(id: string, body: EventBody, effect?: number): RunEvent {
    const { nowMs } = this;
    const shown = mapTexts(body as JsonObject, hideReferences) as EventBody;
    return stampEvent(shown, { nowMs, frame: this.frame(id), effect });
  }

  #log(id: string, events: () => readonly RunEvent[]): void {
    let lines: readonly string[] | null = null;
    for (let at: Frame | undefined = this.frame(id); at !== undefined;) {
      if (at.log !== null) {
        lines ??= events().map((event) => JSON.stringify(event));
        this.update(at.id, { log: appendLines(at.log, lines) });
      }
      at = at.parent === null ? undefined : this.#snapshot.frames[at.parent];
    }
  }
}

/** Once the log is full nothing is added; its last line may exceed the limit. */
function appendLines(log: string, lines: readonly string[]): string {
  let longer = log;
  for (const line of lines) {
    if (longer.length >= LOG_CHARACTERS_MAX) break;
    longer += longer === "" ? line : `\n${line}`;
  }
  return longer;
}
