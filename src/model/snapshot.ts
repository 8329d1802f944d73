// deno-lint-ignore-file camelcase -- templates reach these fields by the reference's names
/**
 * Owns the state of a run as data. A snapshot is the fold of the run's inputs and plain
 * JSON: a tree of frames, each one loop being executed, and the effects that are open.
 */

import type { AgentSession } from "./agent_report.ts";
import type { Spend } from "./budget.ts";
import type { Effect, LookPurpose } from "./effect.ts";
import type { TerminatedBy } from "./event.ts";
import type { Json, JsonObject } from "./json.ts";
import type {
  ActionOutcome,
  ActionOutput,
  JudgedOutcome,
  ObservedOutcome,
  TimeoutKind,
} from "./outcome.ts";
import type { Definitions, Loop } from "./loop.ts";
import type { AgentRetry } from "./rate_limits.ts";
import type { TamperedFile } from "./tamper.ts";

/** Id of the frame of the loop that the run started with. */
export const ROOT_FRAME = "0";

/** The whole state of a run. */
export interface Snapshot {
  readonly phase: "new" | "running" | "ended";
  /** Time of the last input, epoch milliseconds; what lies between it and a resume is not counted. */
  readonly atMs: number;
  /** Every living frame by id; the root is `"0"`, its children `"0.1"`, `"0.2"`, … */
  readonly frames: { readonly [id: string]: Frame };
  /**
   * Effects asked for and not answered yet, by id. One whose frame is gone was cancelled with
   * it; its answer is only waited for.
   */
  readonly open: { readonly [effect: string]: Effect };
  /** Effects that were ended early because the run is to end; resuming asks for them again. */
  readonly cut: { readonly [effect: string]: Effect };
  readonly nextEffect: number;
  /** Sub-loops may be nested this deep. */
  readonly maxDepth: number;
  /** Whether outputs are made up, so that verdicts are asked for. */
  readonly isSimulated: boolean;
  /** What is looked at before an agent is called; absent where nothing is. */
  readonly looksAt?: LookAround;
  /** How often in a row a rate limit was waited for in vain; absent before the first time. */
  readonly exhaustions?: number;
  /** Whether the last look found the machine's memory under pressure. @default {false} */
  readonly isUnderPressure?: boolean;
  /** Set by the first stop request; the first reason stays. */
  readonly stop: StopRequest | null;
  /** Environment variables that the definitions mention; secrets as references. */
  readonly env: JsonObject;
  /** Definitions that a resume brought along; `null` while those hold that the run began with. */
  readonly definitions: Definitions | null;
  /** Loops that were found while running; the static ones are in the definitions. */
  readonly loops: { readonly [id: string]: Loop };
  readonly names: {
    readonly [id: string]: { readonly [name: string]: string };
  };
  /** How the run will end once no effect is open; the first reason stays. */
  readonly ending: LoopEnd | null;
  readonly end: RunEnd | null;
  /** What a handoff has left to the next prompt; empty once that was given it. */
  readonly continuation?: string;
  /** What each state has spent, those of sub-loops as `loop/state`; absent before an agent was called. */
  readonly spend?: { readonly [state: string]: Spend };
}

/** What is looked at before an agent is called. */
export interface LookAround {
  /** What other runs know of rate limits. */
  readonly limits: boolean;
  /** How much of the machine's memory is in use. */
  readonly memory: boolean;
}

/** How a loop comes to its end. */
export interface LoopEnd {
  readonly by: TerminatedBy;
  readonly error?: string;
  readonly isFailureTerminal?: boolean;
  readonly continuation?: string;
  readonly noRoute?: RunEnd["noRoute"];
  /** The frame that has set the budget that is used up. */
  readonly budgetOf?: string;
}

/** Who asked the run to stop. */
export type StopRequest =
  | { readonly by: "signal"; readonly signal: string }
  | { readonly by: "output"; readonly text: string }
  /** Whoever drives the engine has seen enough; `text` is a whole reason. */
  | { readonly by: "caller"; readonly text: string };

/** What a frame is doing: the step it will take when its open effect is answered. */
export type Phase =
  | "turn"
  | "acting"
  | "flushing"
  | "observing"
  | "loading"
  | "attaching"
  | "child"
  | "retrying"
  | "detaching";

/** One loop being executed. */
export interface Frame {
  readonly id: string;
  readonly parent: string | null;
  /** 0 for the root. */
  readonly depth: number;
  /** Id of its loop. */
  readonly loop: string;
  readonly state: string;
  readonly phase: Phase;
  /** State executions so far. */
  readonly steps: number;
  /** Maintain-mode restarts so far. */
  readonly passes: number;
  readonly startedAtMs: number;
  /** Running time of earlier segments, before a resume. */
  readonly elapsedOffsetMs: number;
  /** When the loop's own timeout strikes; `null` without one. Already clamped to the parent's. */
  readonly deadlineMs: number | null;
  readonly context: JsonObject;
  readonly captured: { readonly [name: string]: Captured };
  readonly messages: readonly string[];
  readonly prev: Previous | null;
  /** State of the step before this one. */
  readonly previousState: string | null;
  /** State that the last transition came from while its target was not entered yet. */
  readonly routedFrom: string | null;
  /** Consecutive re-entries by state. */
  readonly retries: { readonly [state: string]: number };
  /** Transitions taken, by `from->to`. */
  readonly edges: { readonly [edge: string]: number };
  /** Action executions of an unbroken visit, by state. */
  readonly executions: { readonly [state: string]: number };
  readonly stalls: StallRecord;
  /** Records of the stall circuit, oldest first. */
  readonly circuit: readonly CircuitRecord[];
  readonly circuitProgress: { readonly [state: string]: Json };
  /** The cap whose summary state has run or is running. */
  readonly summary: "max_steps" | "max_iterations_reached" | null;
  /** The summary state while it has not run yet. */
  readonly summaryPending: string | null;
  /** The finished action of the state being judged. */
  readonly result: ActionResult | null;
  /** What the last action printed, whichever state ran it; `null` before the first. */
  readonly lastOutput: ActionOutput | null;
  /** What the judging of this state has seen so far. */
  readonly observed: Observed;
  /** How the child of this state ended, while its worktree is being detached. */
  readonly childEnd: ChildEnd | null;
  /** Scratch folder that the child loop of this frame's state runs in. */
  readonly worktree: { readonly branch: string; readonly path: string } | null;
  readonly cwd: string | null;
  /** Events of the child as JSON lines, where the parent's state captures them. */
  readonly log: string | null;
  readonly children: number;
  /** What this loop has spent so far, its sub-loops included: in all, and by its states. */
  readonly spend?: {
    readonly total: Spend;
    readonly states: { readonly [state: string]: Spend };
  };
  /** Time in states that have a budget of it; absent before the first of them was entered. */
  readonly times?: StateTimes;
  /** The limit of time that this loop has used up and that has led on, in ms: it ends nothing any more. */
  readonly timeUpMs?: number;
  /** How often the agent of a state has been asked again; absent where it was not. */
  readonly agentRetry?: AgentRetry;
  /** How often in a row the judge of a state has abstained. */
  readonly abstained?: { readonly state: string; readonly count: number };
  /** The last state that changed test files and was led elsewhere for it, and the files. */
  readonly tampered?: {
    readonly state: string;
    readonly files: readonly TamperedFile[];
  };
  /** The session of the last prompt, by host. */
  readonly sessions?: { readonly [host: string]: AgentSession };
}

/** Time that was spent in states, in ms. */
export interface StateTimes {
  /** In visits that are over, by state. */
  readonly spentMs: { readonly [state: string]: number };
  /** The visit that is not over; `null` where the state has no budget of time. */
  readonly running: { readonly state: string; readonly sinceMs: number } | null;
}

/** The record behind `${captured.NAME.*}`: of an action, or of a sub-loop with free fields. */
export type Captured = { readonly [field: string]: Json };

/** The record behind `${prev.*}`. */
export interface Previous {
  readonly output: string;
  readonly stderr: string;
  readonly exit_code: number;
  readonly state: string;
  readonly timeout_kind: TimeoutKind | null;
}

/** An action's outcome between its end and its route. */
export interface ActionResult {
  readonly outcome: ActionOutcome;
  readonly state: string;
  /** The resolved text, for `action_stall`. */
  readonly action: string;
}

/** Answers to what a judgement asked for: looks by purpose, and a verdict from outside. */
export type Observed =
  & { readonly [purpose in LookPurpose]?: ObservedOutcome }
  & {
    readonly judge?: JudgedOutcome;
    /** What a judge has answered before it has to be asked again. */
    readonly answers?: readonly Json[];
  };

/** How a sub-loop ended, as its parent sees it. */
export interface ChildEnd {
  readonly terminatedBy: TerminatedBy;
  readonly finalState: string;
  readonly isFailureTerminal: boolean;
  /** Whether it ran out of its parent's time, not of its own. */
  readonly isParentsTimeUp: boolean;
  /** The frame that has set the budget that is used up; absent in older snapshots. */
  readonly budgetOf?: string;
  readonly error: string | null;
  readonly captured: { readonly [name: string]: Captured };
  readonly log: string | null;
}

/**
 * What the stall evaluators of a loop remember, and those of the sub-loops that it ran: a
 * sub-loop that runs again goes on comparing where it ended.
 */
export interface StallRecord {
  readonly states: { readonly [state: string]: StallMemory };
  /** By the id of the sub-loop. */
  readonly loops: { readonly [loop: string]: StallRecord };
}

/** What a stall evaluator remembers between two looks. */
export interface StallMemory {
  readonly fingerprint: string;
  readonly count: number;
}

/** What the stall circuit compares. */
export interface CircuitRecord {
  readonly state: string;
  readonly exitCode: number;
  readonly verdict: string;
}

/** How a run ended. */
export interface RunEnd {
  readonly terminatedBy: TerminatedBy;
  readonly finalState: string;
  readonly isFailureTerminal: boolean;
  readonly steps: number;
  /** Why, for every end but a success terminal. */
  readonly error: string | null;
  readonly continuation: string | null;
  readonly endedAtMs: number;
  /** For "no route": what the state gave, so that a message can name the line to add. */
  readonly noRoute: {
    readonly state: string;
    readonly verdict: string;
    readonly exitCode: number | null;
  } | null;
}
