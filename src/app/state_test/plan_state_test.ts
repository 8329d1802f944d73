/** Owns everything that can be known about the test of a state before it is taken. */

import {
  type Begin,
  describeImpossible,
  evaluatorFacts,
  hasAction,
  joinCommand,
  judgeOf,
  type Loop,
  LoopError,
  nearest,
  type Possibilities,
  possibilitiesOf,
  quoted,
  quotedAll,
  type State,
} from "../../model/mod.ts";
import {
  cleanText,
  contextOf,
  type Prepared,
  REAL_PERFORMER,
  requireShell,
  requireSystem,
  requireValues,
  unsupportedStates,
} from "../run/mod.ts";
import type { World } from "../world.ts";
import { beginAt } from "./begin_at.ts";
import { missingForState } from "./missing_for_state.ts";
import { mistakenInput } from "./mistaken_input.ts";
import type { StateTestRequest } from "./request.ts";

/** The test of a state that can be taken, or that has nothing to take. */
export interface StateTestPlan {
  readonly prepared: Prepared;
  readonly state: State;
  /** Why nothing is tested: the state ends the loop, or runs another one. `null` where it is. */
  readonly inert: "terminal" | "loop" | null;
  readonly begin: Begin;
  /** Answers for the action, which is then not run. */
  readonly action:
    | { readonly exitCode: number; readonly output: string }
    | null;
  /** Answers for a judge that is not asked. */
  readonly verdict: string | null;
}

/**
 * Returns the test of one state of a prepared loop.
 *
 * @throws {LoopError} `not-found` for a state that the loop has not, with those that it has;
 * `missing-context`, `unsupported` and `missing-program` for what this one state needs;
 * `usage` for answers that nothing asks for, and for an INPUT that is the name of a state
 */
export async function planStateTest(
  world: Pick<World, "processes" | "system" | "files">,
  prepared: Prepared,
  request: StateTestRequest,
): Promise<StateTestPlan> {
  const { loop } = prepared;
  requireInput(prepared, request);
  const state = findState(loop, request.state ?? loop.initial);
  const begin = beginAt(state.name, request);
  const inert = state.terminal
    ? "terminal"
    : state.kind === "loop"
    ? "loop"
    : null;
  if (inert !== null) {
    return { prepared, state, inert, begin, action: null, verdict: null };
  }
  const answers = answersFor(prepared, { state, request });
  const what = `test state "${state.name}" of loop "${loop.name}"`;
  const context = contextOf(prepared.values);
  await requireValues(world, prepared, {
    what,
    missing: missingForState(prepared, { state, begin, context }),
  });
  if (answers.action === null) requireMachine(world, prepared, { state, what });
  return { prepared, state, inert, begin, ...answers };
}

/** Refuses an action that this machine cannot run. */
function requireMachine(
  world: Pick<World, "processes" | "system" | "files">,
  { definitions, loop, project }: Pick<
    Prepared,
    "definitions" | "loop" | "project"
  >,
  options: { readonly state: State; readonly what: string },
): void {
  const { state, what } = options;
  const alone = {
    project,
    definitions: {
      ...definitions,
      loops: {
        [definitions.root]: { ...loop, states: { [state.name]: state } },
      },
    },
  };
  requireSystem(world, alone, what);
  const { shell } = REAL_PERFORMER.can;
  if (shell !== null) requireShell(world, alone, { what, shell });
}

/** Whoever gives a state as INPUT would have another one run, for real. */
function requireInput(prepared: Prepared, request: StateTestRequest): void {
  const mistaken = mistakenInput(prepared, request);
  if (mistaken === null || !mistaken.isExact) return;
  const { loop } = prepared;
  const asState = joinCommand(["--state", mistaken.state]);
  const asInput = joinCommand(["--state", loop.initial]);
  throw new LoopError(
    "usage",
    `INPUT ${
      quoted(mistaken.input)
    } is the name of a state of loop "${loop.name}"`,
    {
      hint: `Did you mean ${asState}?\n` +
        `To test the initial state with that INPUT, add ${asInput}`,
    },
  );
}

function findState(loop: Loop, name: string): State {
  const state = Object.hasOwn(loop.states, name)
    ? loop.states[name]
    : undefined;
  if (state !== undefined) return state;
  const names = Object.keys(loop.states);
  const near = nearest(name, names);
  const lines = [`Its states: ${quotedAll(names)}`];
  if (near.length > 0) {
    lines.unshift(
      `Did you mean ${near.map(quoted).join(" or ")}?`,
    );
  }
  throw new LoopError(
    "not-found",
    `State not found: ${quoted(name)} in loop "${loop.name}"`,
    { hint: lines.join("\n") },
  );
}

function answersFor(
  prepared: Prepared,
  options: { readonly state: State; readonly request: StateTestRequest },
): Pick<StateTestPlan, "action" | "verdict"> {
  const { state, request } = options;
  const { exitCode, output } = request;
  const possibilities = possibilitiesOf(prepared.loop, state);
  const gap = unsupportedStates(prepared, REAL_PERFORMER.can).find((part) =>
    part.state === state.name && part.loop === prepared.definitions.root
  );
  const isAnswered = exitCode !== null || output !== null;
  if (isAnswered && !hasAction(state)) {
    throw new LoopError(
      "usage",
      `State "${state.name}" runs no action, so there is nothing to answer for with ` +
        `"--exit-code" or "--output"`,
    );
  }
  if (request.verdict !== null) {
    requireAnswerable(state, { possibilities, verdict: request.verdict });
  }
  if (gap !== undefined && !isAnswered && request.verdict === null) {
    throw refuse(gap.reason, { prepared, state, possibilities });
  }
  const cannotRun = gap !== undefined && hasAction(state) &&
    state.kind !== "shell";
  return {
    action: isAnswered || cannotRun
      ? { exitCode: exitCode ?? 0, output: cleanText(output ?? "") }
      : null,
    verdict: request.verdict,
  };
}

/** A verdict is answered for judges that cannot be asked, never for those that compute. */
function requireAnswerable(
  state: State,
  options: {
    readonly possibilities: Possibilities;
    readonly verdict: string;
  },
): void {
  const { possibilities, verdict } = options;
  const isJudged = judgeOf(state) !== null;
  if (!isJudged || isComputed(state)) {
    throw new LoopError(
      "usage",
      isJudged
        ? `State "${state.name}" is judged for real, by ${
          judgeOf(state)
        }, and not by ` +
          `"--verdict"`
        : `State "${state.name}" is not judged, so "--verdict" changes nothing`,
      {
        hint: hasAction(state)
          ? "Answer for its action with --exit-code N and --output TEXT"
          : "`ll-loop simulate` chooses verdicts freely",
      },
    );
  }
  const isPossible = possibilities.isOpen ||
    possibilities.known.some((each) => each.verdict === verdict);
  if (isPossible) return;
  throw new LoopError(
    "usage",
    `State "${state.name}" ${describeImpossible(possibilities, verdict)}`,
  );
}

/** Returns whether the engine itself computes the verdict. */
export function isComputed(state: State): boolean {
  const judge = judgeOf(state);
  return judge !== null && evaluatorFacts(judge)?.by === "engine";
}

function refuse(
  reason: string,
  options: {
    readonly prepared: Prepared;
    readonly state: State;
    readonly possibilities: Possibilities;
  },
): LoopError {
  const { prepared, state, possibilities } = options;
  const verdicts = possibilities.known.map(({ verdict }) => verdict).join(", ");
  const lines: string[] = [];
  if (hasAction(state) && state.kind !== "shell") {
    lines.push("Answer for its action with --exit-code N and --output TEXT");
  }
  if (judgeOf(state) !== null && !isComputed(state)) {
    lines.push(`Answer for its judge with --verdict VERDICT: ${verdicts}`);
  }
  return new LoopError(
    "unsupported",
    `Cannot test state "${state.name}" of loop "${prepared.loop.name}": it ${reason}`,
    { hint: lines.join("\n") },
  );
}
