/**
 * Owns who judges a state and how it can turn out. Whatever chooses verdicts (a simulation, a
 * person, a check of the whole machine) chooses among these.
 */

import { defaultEvaluatorOf } from "./default_evaluator.ts";
import { unreachable } from "./errors.ts";
import { evaluatorFacts, type EvaluatorType } from "./evaluator.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import type { State } from "./loop.ts";

/** What judges a state: an evaluator, or the procedure of a learning state. */
export type Judge = EvaluatorType | "learning";

/** One way in which a state can turn out. */
export interface Possibility {
  /** The verdict; for a state with `next`, `yes` when it leads on and `error` when it does not. */
  readonly verdict: string;
  /** An exit code of the action with which it comes about. */
  readonly exitCode: number;
}

/** How a state can turn out. */
export interface Possibilities {
  /** At least one: the passing one first, then the failing one, `error` last. */
  readonly known: readonly Possibility[];
  /** Whether any other word may come as well. */
  readonly isOpen: boolean;
}

/**
 * Returns what judges a state: its evaluator, else the default of its kind; `null` where it is
 * left by `next` or the end of a sub-loop, or nothing is judged.
 */
export function judgeOf(
  state: Pick<State, "kind" | "evaluate" | "next">,
): Judge | null {
  if (state.next !== null || state.kind === "loop") return null;
  if (state.evaluate !== null) return state.evaluate.type;
  return state.kind === "learning" ? "learning" : defaultEvaluatorOf(state);
}

/** Returns whether a state runs an action when it is entered. */
export function hasAction({ kind }: Pick<State, "kind">): boolean {
  switch (kind) {
    case "shell":
    case "prompt":
    case "mcp":
    case "learning":
      return true;
    case "none":
    case "contract":
    case "loop":
      return false;
    default:
      return unreachable(kind);
  }
}

/**
 * Returns how a state can turn out once it is entered.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const state = { kind: "shell", evaluate: null, next: null, on: {}, route: null } as const;
 * assertEquals(possibilitiesOf(state).known, [
 *   { verdict: "yes", exitCode: 0 },
 *   { verdict: "no", exitCode: 1 },
 *   { verdict: "error", exitCode: 2 },
 * ]);
 * ```
 */
export function possibilitiesOf(
  state: Pick<State, "kind" | "evaluate" | "next" | "on" | "route">,
): Possibilities {
  if (state.kind === "loop") return closed(LOOP_VERDICTS, LOOP_EXIT_CODES);
  if (state.next !== null) {
    // A failed action leads on as well, unless `on_error` takes it.
    const canFail = hasAction(state) && Object.hasOwn(state.on, "error");
    return closed(canFail ? ["yes", "error"] : ["yes"], {});
  }
  const judge = judgeOf(state);
  if (judge === null) return closed(["yes"], {});
  if (judge === "learning") return closed(LEARNING_VERDICTS, {});
  // Without an action the exit code is always 0.
  if (judge === "exit_code" && !hasAction(state)) return closed(["yes"], {});
  const { verdicts = null, exitCodes = {} } = evaluatorFacts(judge) ?? {};
  if (verdicts !== null) return closed(verdicts, exitCodes);
  const words = judge === "llm_structured" ? modelVerdicts(state) : null;
  if (words !== null) return closed(words, exitCodes);
  const routed = routedVerdicts(state);
  const named = routed.length === 0 ? ["yes", "no"] : routed;
  return { ...closed([...named, "error"], exitCodes), isOpen: true };
}

/**
 * Returns the verdict that stands for an exit code among what can happen: the passing one
 * for 0, the failing one for 1, `error` for all others, as far as the state knows them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const known = ["target", "stall", "error"].map((verdict) => ({ verdict, exitCode: 0 }));
 * assertEquals(verdictForExitCode({ known, isOpen: false }, 1), "stall");
 * assertEquals(verdictForExitCode({ known: known.slice(0, 1), isOpen: false }, 2), "target");
 * ```
 */
export function verdictForExitCode(
  { known }: Possibilities,
  exitCode: number,
): string {
  const [passing, failing] = known;
  const wanted = exitCode === 0
    ? passing
    : exitCode === 1
    ? failing
    : known.find(({ verdict }) => verdict === "error") ?? failing;
  return (wanted ?? passing)?.verdict ?? "yes";
}

/**
 * Returns why a state cannot give `verdict`, to complete "State X …".
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const known = ["yes", "no", "error"].map((verdict) => ({ verdict, exitCode: 0 }));
 * assertEquals(describeImpossible({ known, isOpen: false }, "maybe"),
 *   'cannot give verdict "maybe": it gives "yes", "no" or "error"');
 * ```
 */
export function describeImpossible(
  { known }: Possibilities,
  verdict: string,
): string {
  const words = known.map((each) => `"${each.verdict}"`);
  const last = words.at(-1) ?? "";
  const gives = words.length < 2
    ? `only ${last}`
    : `${words.slice(0, -1).join(", ")} or ${last}`;
  return `cannot give verdict "${verdict}": it gives ${gives}`;
}

const LOOP_VERDICTS = ["yes", "no", "timeout", "error"];
const LOOP_EXIT_CODES = { no: 1, timeout: 1, error: 1 };
const LEARNING_VERDICTS = ["yes", "no", "blocked", "error"];
/** The default schema of the model's answer (EXEC 4.6). */
const MODEL_VERDICTS = ["yes", "no", "partial", "blocked", "cannot_judge"];
const UNCERTAIN_SUFFIX = "_uncertain";

const ERROR_EXIT_CODE = 2;

function closed(
  verdicts: readonly string[],
  exitCodes: Readonly<Record<string, number>>,
): Possibilities {
  const codeOf = (verdict: string): number =>
    Object.hasOwn(exitCodes, verdict)
      ? exitCodes[verdict] ?? 0
      : verdict === "error"
      ? ERROR_EXIT_CODE
      : 0;
  const known = [...new Set(verdicts)].map((verdict) => ({
    verdict,
    exitCode: codeOf(verdict),
  }));
  return { known, isOpen: false };
}

/** Returns the verdicts of a model's answer; `null` where the state's schema allows any word. */
function modelVerdicts(
  { evaluate }: Pick<State, "evaluate">,
): readonly string[] | null {
  const words = evaluate === null || evaluate.schema === null
    ? MODEL_VERDICTS
    : enumOf(evaluate.schema);
  if (words === null) return null;
  const suffix = evaluate?.uncertainSuffix === true
    ? words.map((word) => `${word}${UNCERTAIN_SUFFIX}`)
    : [];
  return [...inOrder([...words, ...suffix]), "error"];
}

function enumOf(schema: JsonObject): readonly string[] | null {
  const properties = schema["properties"];
  const verdict = isJsonObject(properties) ? properties["verdict"] : undefined;
  const words = isJsonObject(verdict) ? verdict["enum"] : undefined;
  return Array.isArray(words) && words.length > 0 ? words.map(String) : null;
}

/** Returns the words that the state itself routes. */
function routedVerdicts(
  state: Pick<State, "on" | "route">,
): readonly string[] {
  const words = state.route === null
    ? Object.keys(state.on)
    : Object.keys(state.route).filter((word) => !word.startsWith("_"));
  return inOrder(words);
}

/** Returns words with `yes` and `no` at the front and `error` left out. */
function inOrder(words: readonly string[]): readonly string[] {
  const front = ["yes", "no"].filter((word) => words.includes(word));
  const rest = words.filter((word) =>
    !front.includes(word) && word !== "error"
  );
  return [...front, ...rest];
}
