/**
 * Plays a loop without running anything: the test answers the effects. Every step is checked
 * to be pure: the same answer twice, nothing changed, nothing but JSON.
 */

import { assertEquals } from "@std/assert";
import { NEW_SNAPSHOT, step } from "../../src/engine/mod.ts";
import {
  type ActionEffect,
  type ActionOutcome,
  type Begin,
  type Definitions,
  type Effect,
  EMPTY_OUTPUT,
  type Frame,
  type Input,
  type InputBody,
  type Json,
  type JsonObject,
  type LookAround,
  type Outcome,
  type RunEvent,
  type Snapshot,
  unreachable,
} from "../../src/model/mod.ts";
import type { ProcessOutcome } from "../../src/ports/mod.ts";
import { definitionsOf } from "./definitions.ts";

/** When every play starts. */
export const START_MS = Date.UTC(2026, 0, 1);

/** Options of {@linkcode Play}. */
export interface PlayOptions {
  /** Sub-loops by name. */
  readonly others?: Readonly<Record<string, string>>;
  /** Effective context. @default the context of the loop file */
  readonly context?: JsonObject;
  readonly env?: JsonObject;
  /** @default {16} */
  readonly maxDepth?: number;
  /** Whether outputs are made up. @default {false} */
  readonly isSimulated?: boolean;
  /** What is looked at before an agent is called. @default nothing */
  readonly looksAt?: LookAround;
  /** Where the loop begins. @default its initial state, with nothing */
  readonly begin?: Begin;
}

/** An action's outcome in short: an exit code, what it printed, or any of its fields. */
export type Answer =
  | number
  | string
  | Partial<Omit<ActionOutcome, "stdout" | "stderr">> & {
    readonly stdout?: string;
    readonly stderr?: string;
  };

/** A run whose effects the test answers. */
export class Play {
  readonly definitions: Definitions;
  /** All events so far. */
  readonly events: RunEvent[] = [];
  readonly inputs: Input[] = [];
  /** Effects of the last input. */
  effects: readonly Effect[] = [];
  /** Numbers of the effects that the last input wants ended early. */
  cancelled: readonly number[] = [];
  /** When the last input wants a tick. */
  wakeAtMs: number | null = null;
  snapshot: Snapshot = NEW_SNAPSHOT;
  nowMs = START_MS;
  readonly #options: PlayOptions;
  #seen = 0;

  constructor(text: string, options: PlayOptions = {}) {
    this.#options = options;
    this.definitions = deepFreeze(definitionsOf(text, options.others));
  }

  /** Starts the run and goes on to the first effect that is no mere handing over. */
  start(): this {
    const root = this.definitions.loops[this.definitions.root];
    this.tell({
      input: "start",
      context: this.#options.context ?? root?.context ?? {},
      env: this.#options.env ?? {},
      maxDepth: this.#options.maxDepth ?? 16,
      ...(this.#options.isSimulated ? { simulated: true } : {}),
      ...(this.#options.looksAt ? { looksAt: this.#options.looksAt } : {}),
      ...(this.#options.begin ? { begin: this.#options.begin } : {}),
    });
    return this.go();
  }

  /** Tells the engine one thing. */
  tell(body: InputBody): this {
    const input = deepFreeze({ ...body, nowMs: this.nowMs } as Input);
    const before = deepFreeze(this.snapshot);
    const result = step(this.definitions, before, input);
    assertEquals(step(this.definitions, before, input), result);
    const { snapshot, events, effects, cancel } = result;
    assertEquals(JSON.parse(JSON.stringify(snapshot)), snapshot);
    assertEquals(JSON.parse(JSON.stringify(effects)), effects);
    assertEquals(JSON.parse(JSON.stringify(events)), events);
    this.inputs.push(input);
    this.snapshot = snapshot;
    this.effects = effects;
    this.cancelled = cancel;
    this.wakeAtMs = result.wakeAtMs;
    this.events.push(...events);
    return this;
  }

  /** Answers pauses of 0 ms until something else is asked for. */
  go(): this {
    for (let effect = this.#only(); isPause(effect); effect = this.#only()) {
      this.tell(answerTo(effect, { kind: "waited" }));
    }
    return this;
  }

  /** Answers the one open effect and goes on. */
  answer(outcome: Outcome): this {
    return this.tell(answerTo(this.open, outcome)).go();
  }

  /** Answers actions one after the other. */
  act(...answers: readonly Answer[]): this {
    for (const answer of answers) this.answer(outcomeOf(answer));
    return this;
  }

  /** Answers a look at the world. */
  see(value: Json, error: string | null = null): this {
    return this.answer({
      kind: "observed",
      value,
      error,
      timeoutKind: null,
      isCancelled: false,
    });
  }

  /** Answers a judge. */
  judge(verdict: string, details: JsonObject = {}): this {
    return this.answer({
      kind: "judged",
      verdict,
      details,
      isCancelled: false,
    });
  }

  /** Asks the run to stop by a signal. */
  stop(signal = "SIGINT"): this {
    return this.tell({ input: "stop", request: { by: "signal", signal } });
  }

  /** Answers the open effect as one that was cancelled. */
  cancel(): this {
    const { open } = this;
    if (open.kind === "action") {
      return this.act({ exitCode: -15, isCancelled: true });
    }
    if (open.kind === "judge") {
      return this.answer({
        kind: "judged",
        verdict: "",
        details: {},
        isCancelled: true,
      });
    }
    return this.answer({
      kind: "observed",
      value: null,
      error: null,
      timeoutKind: null,
      isCancelled: true,
    });
  }

  /** Goes on after an end or a crash. */
  resume(
    given: { readonly context?: JsonObject; readonly env?: JsonObject } = {},
  ): this {
    return this.tell({ input: "resume", context: {}, env: {}, ...given }).go();
  }

  /** Lets time pass. */
  later(durationMs: number): this {
    this.nowMs += durationMs;
    return this;
  }

  /** The one open effect. */
  get open(): Effect {
    const open = Object.values(this.snapshot.open);
    assertEquals(open.length, 1, `open effects: ${JSON.stringify(open)}`);
    return open[0] as Effect;
  }

  /** The open action. */
  get action(): ActionEffect {
    const { open } = this;
    assertEquals(open.kind, "action");
    return open as ActionEffect;
  }

  get root(): Frame {
    return this.snapshot.frames["0"] as Frame;
  }

  /** How the run ended, `BY at STATE: ERROR`. */
  get end(): string {
    const { end } = this.snapshot;
    if (end === null) return "not ended";
    const failure = end.isFailureTerminal ? " (failure)" : "";
    const error = end.error === null ? "" : `: ${end.error}`;
    return `${end.terminatedBy} at ${end.finalState}${failure}${error}`;
  }

  /** Events since the last look, in short. */
  get news(): string[] {
    const news = this.events.slice(this.#seen).map(brief);
    this.#seen = this.events.length;
    return news;
  }

  /** Every event of one kind. */
  all<E extends RunEvent["event"]>(
    event: E,
  ): Extract<RunEvent, { event: E }>[] {
    return this.events.filter((each) => each.event === event) as Extract<
      RunEvent,
      { event: E }
    >[];
  }

  /** States in the order in which they were entered. */
  get entered(): string {
    return this.all("state_enter").map(({ state }) => state).join(" ");
  }

  #only(): Effect | null {
    const open = Object.values(this.snapshot.open);
    return this.snapshot.phase === "running" && open.length === 1
      ? open[0] ?? null
      : null;
  }
}

/** Returns a started play. */
export function play(text: string, options: PlayOptions = {}): Play {
  return new Play(text, options).start();
}

/** Returns an event in a few words; `>` before those of sub-loops. */
export function brief(event: RunEvent): string {
  return ">".repeat(event.depth ?? 0) + words(event);
}

/** Returns the outcome that an answer is short for. */
export function outcomeOf(answer: Answer): ActionOutcome {
  const given = typeof answer === "number"
    ? { exitCode: answer }
    : typeof answer === "string"
    ? { stdout: answer }
    : answer;
  const { stdout = "", stderr = "", ...fields } = given;
  return {
    kind: "action",
    exitCode: 0,
    durationMs: 5,
    timeoutKind: null,
    isCancelled: false,
    startError: null,
    ...fields,
    stdout: { ...EMPTY_OUTPUT, text: stdout, sizeBytes: stdout.length },
    stderr: { ...EMPTY_OUTPUT, text: stderr, sizeBytes: stderr.length },
  };
}

/** Returns the end of a process that an answer is short for. */
export function processOutcomeOf(answer: Answer): ProcessOutcome {
  const { kind: _kind, timeoutKind, ...outcome } = outcomeOf(answer);
  if (timeoutKind === "loop") throw new RangeError("No process knows a loop");
  return { ...outcome, timeoutKind };
}

/** Returns the input that answers an effect. */
export function answerTo(effect: Effect, outcome: Outcome): InputBody {
  const { frame, effect: number } = effect;
  return { input: "outcome", frame, effect: number, outcome };
}

function isPause(effect: Effect | null): effect is Effect {
  return effect?.kind === "wait" && effect.durationMs === 0;
}

function words(event: RunEvent): string {
  switch (event.event) {
    case "loop_start":
      return `start ${event.loop}`;
    case "loop_resume":
      return `resume at ${event.from_state} after ${event.iteration}`;
    case "state_enter":
      return `enter ${event.state} ${event.iteration}${
        event.flushed ? " flushed" : ""
      }`;
    case "action_start":
      return `run ${event.action}`;
    case "action_complete":
      return `exit ${event.exit_code}${event.cancelled ? " cancelled" : ""}`;
    case "evaluate":
      return `verdict ${event.verdict}`;
    case "route":
      return `${event.from} -> ${event.to}${
        event.reason === undefined ? "" : ` (${event.reason})`
      }`;
    case "loop_complete":
      return `end ${event.terminated_by} at ${event.final_state}`;
    case "action_error":
    case "sub_loop_worktree_error":
      return `${event.event} ${event.error}`;
    case "warning":
    case "messages_append":
      return `${event.event} ${event.message}`;
    case "budget_warning":
    case "budget_exceeded":
      return `${event.event} ${event.of} ${event.kind}`;
    case "rate_limit_waiting":
    case "rate_limit_exhausted":
    case "rate_limit_storm":
    case "infra_retry":
    case "infra_retry_exhausted":
    case "tamper_detected":
    case "agent_activity":
    case "action_output":
    case "action_progress":
    case "output_truncated":
    case "retry_exhausted":
    case "max_steps_summary":
    case "max_iterations_reached_summary":
    case "cycle_detected":
    case "stall_detected":
    case "throttle_warn":
    case "throttle_hard":
    case "throttle_stop":
    case "prompt_size_warn":
    case "handoff_detected":
    case "host_cooldown":
    case "host_pressure":
    case "host_pressure_relieved":
    case "host_pressure_abort":
    case "handoff_spawned":
    case "handoff_spawn_failed":
    case "sub_loop_worktree_attached":
    case "sub_loop_worktree_detached":
      return event.event;
    default:
      return unreachable(event);
  }
}

function deepFreeze<T>(value: T): T {
  if (
    typeof value !== "object" || value === null || Object.isFrozen(value)
  ) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
  return value;
}
