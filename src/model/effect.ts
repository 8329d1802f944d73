/** Owns what the engine asks for. The app performs effects and answers each with one outcome. */

import type { AgentSession } from "./agent_report.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Variables } from "./loop.ts";
import type { ActionOutput } from "./outcome.ts";
import type { Judge } from "./possibilities.ts";
import type { TamperPolicy } from "./tamper.ts";

/** An effect that is open: asked for and not answered yet. Ids are unique within a run. */
export type Effect =
  | ActionEffect
  | ObserveEffect
  | WaitEffect
  | LoadEffect
  | WorktreeEffect
  | JudgeEffect;

/** Who asked, and the number that the answer names. */
export interface EffectAddress {
  readonly frame: string;
  readonly effect: number;
}

/** What carries out an action. */
export type ActionMode = "shell" | "prompt" | "mcp";

/** What a loop says about the environment of a program that is started for it. */
export interface GivenVariables {
  /** Variables by name, resolved; secrets as references. Absent where there are none. */
  readonly env?: Variables;
  /** What is inherited: names, and `PREFIX*`. Absent is everything. */
  readonly envAllow?: readonly string[];
}

/** Run a command. Answered by an `action` outcome. */
export interface ActionEffect extends EffectAddress, GivenVariables {
  readonly kind: "action";
  readonly state: string;
  readonly mode: ActionMode;
  /** Resolved text; secrets still stand as opaque references. */
  readonly action: string;
  readonly params: JsonObject;
  /** Wall limit; 0 is none. */
  readonly timeoutMs: number;
  /** Whether `timeoutMs` is what remains of the loop's own timeout. */
  readonly isLoopDeadline: boolean;
  /** Limit of silence; 0 is none. */
  readonly idleTimeoutMs: number;
  /** Working folder; `null` is the project root. */
  readonly cwd: string | null;
  readonly detach: boolean;
  /** Text on standard input, secrets as references; `null` is the null device. */
  readonly stdin: string | null;
  /** What the action before printed, for a state with `stdin`; `null` for others, and where there was none. */
  readonly lastOutput: ActionOutput | null;
  /** Given to the child as `LL_CONTEXT_<KEY>` and `LL_CAPTURED_<NAME>`. */
  readonly context: JsonObject;
  readonly captured: { readonly [name: string]: string };
  readonly handoffThreshold: number | null;
  /** What a prompt is carried out with; only where `mode` is `prompt`. */
  readonly prompt?: PromptSettings;
  /** What is done where it changes test files; absent where that is allowed. */
  readonly guard?: TamperPolicy;
}

/** What an agent is called with; what is `null` is left to the run or to the host. */
export interface PromptSettings {
  readonly host: string | null;
  readonly model: string | null;
  readonly agent: string | null;
  readonly tools: readonly string[] | null;
  readonly effort: string | null;
  /** Sessions to go on with, by host; none for a prompt that begins anew. */
  readonly sessions: { readonly [host: string]: AgentSession };
  /** What is left to be spent; `null` where nothing limits it. */
  readonly left: {
    readonly costUsd: number | null;
    readonly tokens: number | null;
  };
}

/** Whom a look is for: the state's evaluator, the circuit's watch over files, or the next call of an agent. */
export type LookPurpose = "evaluator" | "progress" | "room";

/** Look at the world. Answered by an `observed` outcome. */
export interface ObserveEffect extends EffectAddress {
  readonly kind: "observe";
  readonly purpose: LookPurpose;
  readonly subject: Subject;
  /** Limit in ms. */
  readonly timeoutMs: number;
  /** Whether `timeoutMs` is what remains of the loop's own timeout. */
  readonly isLoopDeadline: boolean;
  readonly cwd: string | null;
}

/** What to look at, and the value that comes back. */
export type Subject =
  /** Text: a hash over the full diff, staged changes and untracked files below `scope`. */
  | { readonly kind: "git"; readonly scope: readonly string[] }
  /** The file's text; `null` when there is none. */
  | { readonly kind: "file"; readonly path: string }
  /**
   * Whether there is room for a call of an agent: `recovery_at_ms`, when its host has room again by what other runs
   * have met, epoch milliseconds, and `used_pct`, how much of the memory is in use; each may be `null`.
   */
  | {
    readonly kind: "room";
    /** The host that a state or its loop names. */
    readonly host: string | null;
    readonly limits: boolean;
    readonly memory: boolean;
  }
  /** A list of `[path, mtime in ms, size]`, one for each that exists. */
  | { readonly kind: "stat"; readonly paths: readonly string[] }
  /**
   * A boolean: whether `pattern` is found in `text`, or in the spill file when one is named; where
   * that is cut, also in what `text` has kept of the end.
   */
  | {
    readonly kind: "match";
    readonly pattern: string;
    readonly text: string;
    readonly spill: string | null;
    /** @default {false} */
    readonly isSpillCut?: true;
  };

/**
 * Ask for a verdict that the engine cannot compute: an agent's, an MCP server's, or any in a
 * run whose outputs are made up. Answered by `judged`.
 */
export interface JudgeEffect extends EffectAddress {
  readonly kind: "judge";
  readonly state: string;
  readonly judge: Judge;
  /** What is to be judged: `source`, else the action's output; empty without one. */
  readonly text: string;
  /** Exit code of the action; 0 without one. */
  readonly exitCode: number;
  /** What the engine makes of `text`, where that alone decides; `null` for every other judge. */
  readonly computed: string | null;
  readonly cwd: string | null;
  /** What an agent is asked; only where an agent judges, and the run is real. */
  readonly asked?: JudgeRequest;
}

/** What an agent is asked for a verdict, and how. */
export interface JudgeRequest extends GivenVariables {
  readonly about:
    | {
      readonly kind: "model";
      /** The question, resolved; `null` is whether the action has succeeded. */
      readonly prompt: string | null;
      readonly schema: JsonObject | null;
      readonly minConfidence: number;
      readonly uncertainSuffix: boolean;
    }
    | {
      readonly kind: "comparator";
      /** Folder with `output.txt`. */
      readonly baselinePath: string;
      readonly autoPromote: boolean;
      readonly minPairs: number;
    }
    | { readonly kind: "contract"; readonly pairs: readonly Json[] };
  readonly settings: PromptSettings;
  /** Limit of one call in ms. */
  readonly timeoutMs: number;
  /** Whether that is what remains of the loop's own timeout. */
  readonly isLoopDeadline: boolean;
  /** Limit of the answer in tokens; `null` leaves it to the host. */
  readonly maxTokens: number | null;
  /** What was answered already, before the judge had to be asked again. */
  readonly answers?: readonly Json[];
}

/** Pause. Answered by `waited`; 0 ms hands over to the next step. */
export interface WaitEffect extends EffectAddress {
  readonly kind: "wait";
  readonly durationMs: number;
  /** What other runs are told: until when the service of a host has no room. */
  readonly limit?: { readonly host: string; readonly untilMs: number };
}

/** Find and load a loop whose name was computed. Answered by `loaded`. */
export interface LoadEffect extends EffectAddress {
  readonly kind: "load";
  readonly name: string;
  /** Id of the loop that asks. */
  readonly from: string;
}

/** Attach a git worktree of `branch`, or detach the one at `path`. Answered by `observed` (the path). */
export interface WorktreeEffect extends EffectAddress {
  readonly kind: "worktree";
  readonly operation: "attach" | "detach";
  readonly branch: string;
  readonly path: string | null;
}
