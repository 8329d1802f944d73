/** Owns the ways in which one visit of a state can end, whatever the world answers. */

import {
  ABSTENTION_RULE,
  ABSTENTION_VERDICT,
  CURRENT_TARGET,
  hasAction,
  hasLimits,
  isAbstention,
  judgeOf,
  type Loop,
  maintainWay,
  possibilitiesOf,
  pressureWay,
  type State,
  tamperPolicyOf,
  tamperWay,
  type Way,
  wayOfAbstention,
  wayOn,
  wayOut,
} from "../../model/mod.ts";
import { callsAgent } from "../calls_agent.ts";

/** One way in which a visit of a state can end. */
export interface Move {
  /** The verdict behind it; `null` for any word that the state does not name. */
  readonly verdict: string | null;
  /** The next state; `null` where the loop ends without one. */
  readonly target: string | null;
  /** The rule that leads there, as in `route` events: `on_no`, `next`; `null` where there is none. */
  readonly by: string | null;
  /**
   * `turnout`: the state was judged, or led on. `start-failure`: its action or sub-loop could not be
   * started; `child-failure`: something in its sub-loop could not. `circuit`: the same result came
   * once too often. `throttle`: it ran too often in a row. `budget`: a budget that this loop has set is used up;
   * `time`: that of the time that it may take, which leads on once;
   * `rate-limit`: there was no room for its agent for too long; `tamper`: its action has changed tests; `pressure`:
   * too much of the machine's memory was in use.
   */
  readonly cause:
    | "turnout"
    | "start-failure"
    | "child-failure"
    | "circuit"
    | "throttle"
    | "budget"
    | "time"
    | "rate-limit"
    | "tamper"
    | "pressure";
}

/** A word that no state routes by name. */
const ANY_OTHER_WORD = "\0";

/** What is known of a sub-loop for the state that runs it. */
export interface ChildEnds {
  readonly verdicts: ReadonlySet<string>;
  /** Verdicts that it gives only where something in it cannot be started. */
  readonly failures: ReadonlySet<string>;
  /** Whether it may lack something without which it does not start. */
  readonly mayNotStart: boolean;
  /** Whether it may call an agent, and so use up a budget of the loops above it. */
  readonly callsAgent: boolean;
}

/**
 * Returns the ways in which a visit of `state` can end, each once. `child` is what is known of the
 * loop that it runs; `null` where nothing is. Its judge has abstained `abstained` times in a row before.
 */
export function movesOf(
  loop: Loop,
  state: State,
  { child, abstained }: {
    readonly child: ChildEnds | null;
    readonly abstained: number;
  },
): readonly Move[] {
  const moves: Move[] = [];
  const { known, isOpen } = possibilitiesOf(loop, state);
  const add = (
    verdict: string | null,
    way: Way | null,
    cause: Move["cause"],
  ) => {
    const by = way?.by ?? null;
    const target = resolve(way, state);
    const isKnown = moves.some((move) =>
      move.verdict === verdict && move.target === target && move.by === by &&
      move.cause === cause
    );
    if (!isKnown) moves.push({ verdict, target, by, cause });
  };
  const turnOut = (verdict: string, exitCode: number | null) => {
    const way = isAbstention(state, verdict)
      ? wayOfAbstention(state, abstained)
      : wayOut(state, { verdict, exitCode });
    add(
      verdict === ANY_OTHER_WORD ? null : verdict,
      way ?? (loop.maintain ? maintainWay(loop, state) : null),
      "turnout",
    );
  };
  for (const { verdict, exitCode } of known) {
    if (child?.verdicts.has(verdict) === false) continue;
    if (!hasAction(state)) turnOut(verdict, null);
    else {for (const code of exitCodesOf(state, verdict, exitCode)) {
        turnOut(verdict, code);
      }}
  }
  if (isOpen) {
    const code = hasAction(state) ? 0 : null;
    if (isAbstention(state, ABSTENTION_VERDICT)) {
      turnOut(ABSTENTION_VERDICT, code);
    }
    turnOut(ANY_OTHER_WORD, code);
  }
  const mayNotStart = state.kind === "loop"
    ? child?.mayNotStart !== false
    : hasAction(state);
  if (mayNotStart) {
    add("error", wayOn(state, "error"), "start-failure");
  }
  for (const verdict of child?.failures ?? []) {
    const way = wayOut(state, { verdict, exitCode: null }) ??
      (loop.maintain ? maintainWay(loop, state) : null);
    add(verdict, way, "child-failure");
  }
  for (const { way, cause } of guardedWays(loop, state, child)) {
    add(null, way, cause);
  }
  const { circuit } = loop;
  if (circuit !== null && isWatched(state)) {
    const { onRepeatedFailure: target } = circuit;
    add(
      null,
      target === "abort" ? null : { target, by: "circuit" },
      "circuit",
    );
  }
  return moves;
}

/** Returns whether a move is one that no verdict tells of: something could not be started, or was not to go on. */
export function isFailure(move: Pick<Move, "cause">): boolean {
  return move.cause === "start-failure" || move.cause === "child-failure" ||
    isByGuard(move);
}

/** Returns whether a move is one by which a state runs again because its judge abstains. */
export function isHeld({ by }: Pick<Move, "by">): boolean {
  return by === ABSTENTION_RULE;
}

/** Returns whether a limit or guard around an action makes a move. */
export function isByGuard({ cause }: Pick<Move, "cause">): boolean {
  return cause === "budget" || cause === "time" || cause === "rate-limit" ||
    cause === "tamper" ||
    cause === "pressure";
}

/** Returns whether a visit of a state counts against a budget that it or its loop has set. */
export function isBudgeted(loop: Loop, state: State): boolean {
  return hasLimits(state.budget) || hasLimits(loop.budget);
}

/** The ways that limits and guards around an action make, each with what makes it. */
function guardedWays(
  loop: Loop,
  state: State,
  child: ChildEnds | null,
): readonly { readonly way: Way | null; readonly cause: Move["cause"] }[] {
  const ways: { way: Way | null; cause: Move["cause"] }[] = [];
  const spends = state.kind === "loop"
    ? child?.callsAgent !== false
    : callsAgent(state, loop);
  const onBudget = state.onBudgetExceeded ?? loop.onBudgetExceeded;
  const way = onBudget === undefined
    ? null
    : { target: onBudget, by: "on_budget_exceeded" };
  // The command line may limit a loop that says where that leads.
  const isSpent = spends &&
    (onBudget !== undefined || isBudgeted(loop, state));
  if (isSpent || state.budget?.timeMs !== undefined) {
    ways.push({ way, cause: "budget" });
  }
  if (loop.budget?.timeMs !== undefined) ways.push({ way, cause: "time" });
  const onRateLimit = state.onRateLimitExhausted;
  if (state.kind !== "loop" && spends && onRateLimit !== undefined) {
    const way = { target: onRateLimit, by: "on_rate_limit_exhausted" };
    ways.push({ way, cause: "rate-limit" });
  }
  const guard = state.kind === "prompt" ? loop.hostGuard : undefined;
  if (guard?.enabled && guard.onPressure !== "cool_down") {
    ways.push({ way: pressureWay(guard), cause: "pressure" });
  }
  if (hasAction(state) && tamperPolicyOf(loop, state) !== "allow") {
    ways.push({ way: tamperWay(loop, state), cause: "tamper" });
  }
  return ways;
}

/** Returns whether the stall circuit looks at the results of a state. */
export function isWatched(state: State): boolean {
  return state.next === null && state.kind !== "loop" &&
    (state.evaluate !== null || hasAction(state));
}

function resolve(way: Way | null, state: State): string | null {
  return way?.target === CURRENT_TARGET ? state.name : way?.target ?? null;
}

/** The exit codes that make a difference: one that may be tried again, and one that may not. */
function exitCodesOf(
  state: State,
  verdict: string,
  exitCode: number,
): readonly number[] {
  const retryable = state.retryableExitCodes;
  if (retryable === null || verdict !== "error") return [exitCode];
  const isError = (code: number) =>
    code !== 0 && (code !== 1 || judgeOf(state) !== "exit_code");
  const again = retryable.find(isError);
  let final = 2;
  while (retryable.includes(final)) final++;
  return again === undefined ? [final] : [again, final];
}
