/**
 * Owns the definition of a loop as the engine runs it: defaults filled in, aliases
 * resolved, fragments and parents merged. Plain JSON, so that a run can store it.
 * Names follow the YAML keys; times are milliseconds here and seconds there.
 */

import type { Budget } from "./budget.ts";
import type { Evaluate } from "./evaluator.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Origin } from "./origin.ts";
import type { HostGuard } from "./host_guard.ts";
import type { RateLimits } from "./rate_limits.ts";
import type { TamperPolicy } from "./tamper.ts";

/**
 * What a state does. `none` has no action of its own: it is judged by `source`, or only
 * leads on. `contract` and `learning` come with agents.
 */
export const STATE_KINDS = [
  "none",
  "shell",
  "prompt",
  "mcp",
  "contract",
  "learning",
  "loop",
] as const;

/** One of {@linkcode STATE_KINDS}. */
export type StateKind = typeof STATE_KINDS[number];

/** Terminals with these names mean failure unless they say otherwise (FORMAT 3.4). */
export const FAILURE_NAMES: ReadonlySet<string> = new Set([
  "failed",
  "error",
  "aborted",
  "finalize_aborted",
]);

/** Where a definition came from; `command` is one that a command of this program made. */
export type LoopOrigin = "project" | "built-in" | "path" | "command";

/** A loop, ready to run. */
export interface Loop {
  /** Key of this loop among the definitions of a run: its file. */
  readonly id: string;
  readonly name: string;
  readonly at: Origin;
  readonly description: string;
  readonly initial: string;
  /** In the order of the file. */
  readonly states: { readonly [name: string]: State };
  readonly context: JsonObject;
  readonly inputKey: string;
  readonly requiredInputs: readonly string[];
  readonly parameters: { readonly [name: string]: Parameter };
  /** Paths locked against other runs; empty means the whole project. */
  readonly scope: readonly string[];
  readonly singleton: boolean;
  /** Cap on state executions. */
  readonly maxSteps: number;
  /** Cap on maintain-mode restarts. */
  readonly maxIterations: number | null;
  readonly onMaxSteps: string | null;
  readonly onMaxIterations: string | null;
  readonly maxEdgeRevisits: number;
  /** Limit of the whole run. */
  readonly timeoutMs: number | null;
  readonly defaultTimeoutMs: number | null;
  readonly defaultIdleTimeoutMs: number | null;
  /** Pause after every transition. */
  readonly backoffMs: number;
  readonly maintain: boolean;
  readonly llm: LlmSettings;
  readonly onHandoff: "pause" | "spawn" | "terminate";
  /** Where output markers count: anywhere in a line, at its start only, or nowhere. */
  readonly outputSignals: "anywhere" | "line-start" | "off";
  readonly circuit: Circuit | null;
  readonly promptSizeGuard: {
    readonly enabled: boolean;
    readonly warnChars: number;
  };
  /** What is done where the machine has little memory left; absent where the file says nothing. */
  readonly hostGuard?: HostGuard;
  /** `config.handoff_threshold`, 1..100, exported to children. */
  readonly handoffThreshold: number | null;
  /** Names of context keys and environment variables whose values are never shown or stored. */
  readonly secrets: readonly string[];
  readonly category: string;
  readonly labels: readonly string[];
  readonly visibility: "public" | "internal" | "example";
  /** Host of the prompts of this loop, where its states name none. */
  readonly host?: string;
  /** Whether the prompts of this loop go on with one session, where a state does not say. */
  readonly sessionMode?: SessionMode;
  /** What this loop may spend, with all that it runs. */
  readonly budget?: Budget;
  /** Where a state goes that has used up a budget, unless it says so itself. */
  readonly onBudgetExceeded?: string;
  /** What is done about actions of this loop that change test files, where a state does not say. */
  readonly tamperGuard?: TamperPolicy;
  /** Variables for the actions of this loop, by name: templates. */
  readonly env?: Variables;
  /** What its actions inherit, where a state does not say: see {@linkcode State.envAllow}. */
  readonly envAllow?: readonly string[];
  /** Keys that this program reads but does not act on yet, for `check` to name. */
  readonly inert: readonly Inert[];
}

/** Texts by the name of an environment variable. */
export type Variables = { readonly [name: string]: string };

/** Whether a prompt begins anew or goes on with the session of the one before. */
export type SessionMode = "fresh" | "continue";

/** A key that loads but has no effect in this version. */
export interface Inert {
  readonly key: string;
  readonly at: Origin;
}

/** Settings of the language-model judge. */
export interface LlmSettings {
  readonly enabled: boolean;
  readonly model: string;
  readonly maxTokens: number;
  readonly timeoutMs: number;
  readonly effort: string | null;
}

/** One entry of `parameters`. */
export interface Parameter {
  readonly type: string;
  readonly required: boolean;
  /** `null` is absent. */
  readonly default: Json;
  readonly description: string;
  readonly values: readonly Json[];
}

/** `circuit.repeated_failure`: ends or diverts a run that repeats itself. */
export interface Circuit {
  readonly window: number;
  /** `abort` or a state. */
  readonly onRepeatedFailure: string;
  readonly progressPaths: readonly string[];
  readonly recurrentWindow: number | null;
  /** Counts only verdicts other than `yes`, `target` and `progress`. */
  readonly failuresOnly: boolean;
}

/** One node of the machine. */
export interface State {
  readonly name: string;
  readonly at: Origin;
  readonly kind: StateKind;
  /** The action's template; for `mcp` it is `server/tool`. */
  readonly action: string | null;
  readonly params: JsonObject;
  /** Template of the text on the action's standard input; `null` is the null device. */
  readonly stdin: string | null;
  readonly evaluate: Evaluate | null;
  /** `null` without a table; `_` and `_error` are kept under those names. */
  readonly route: { readonly [verdict: string]: string } | null;
  /** Targets of the `on_<verdict>` keys, aliases resolved. */
  readonly on: { readonly [verdict: string]: string };
  readonly next: string | null;
  readonly terminal: boolean;
  /** A terminal that means the loop failed. */
  readonly failure: boolean;
  readonly capture: string | null;
  readonly appendToMessages: string | null;
  readonly timeoutMs: number | null;
  readonly idleTimeoutMs: number | null;
  readonly onMaintain: string | null;
  readonly maxRetries: number | null;
  readonly onRetryExhausted: string | null;
  readonly retryableExitCodes: readonly number[] | null;
  /** Name of the loop that this state runs; a template. */
  readonly loop: string | null;
  readonly contextPassthrough: boolean;
  readonly with: JsonObject;
  readonly worktree: string | null;
  /** Values bound to a fragment's parameters, visible as `${param.*}`. */
  readonly bindings: JsonObject;
  readonly bindingParameters: { readonly [name: string]: Parameter };
  readonly throttle: Throttle | null;
  readonly onThrottleHard: string | null;
  /** Exempts the action's processes from the end-of-run sweep. */
  readonly detach: boolean;
  /** What resuming does when the action may have run: see {@linkcode OnResume}. */
  readonly onResume: OnResume;
  readonly agent: string | null;
  readonly tools: readonly string[] | null;
  readonly model: string | null;
  readonly effort: string | null;
  readonly host?: string;
  readonly sessionMode?: SessionMode;
  /** What this state may spend, over all its visits. */
  readonly budget?: Budget;
  /** Where it goes when it, or the loop, has used up a budget. */
  readonly onBudgetExceeded?: string;
  readonly tamperGuard?: TamperPolicy;
  /** Variables for its action, by name: templates, over those of the loop. */
  readonly env?: Variables;
  /**
   * Names of the variables that its action inherits, `PREFIX*` for all that begin so; absent is
   * all of them.
   */
  readonly envAllow?: readonly string[];
  /** How a rate limit of its agent is waited for, as far as the file says. */
  readonly rateLimits?: Partial<RateLimits>;
  readonly onRateLimitExhausted?: string;
}

/** Policy for a state whose action may have run when its run was cut off. */
export type OnResume =
  | { readonly policy: "rerun" | "ask" | "fail" }
  | { readonly policy: "check"; readonly command: string };

/** Thresholds of consecutive executions of one state. */
export interface Throttle {
  readonly warnMax: number;
  readonly normalMax: number;
  readonly hardMax: number;
}

/** The loops of a run by {@linkcode Loop.id}. */
export interface Definitions {
  /** Id of the loop that the run started with. */
  readonly root: string;
  readonly loops: { readonly [id: string]: Loop };
  /** Static `loop:` names to ids: `names[id of the parent][name]`. */
  readonly names: {
    readonly [id: string]: { readonly [name: string]: string };
  };
}

/** The target that means "this state". */
export const CURRENT_TARGET = "$current";
