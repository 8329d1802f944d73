/** Owns the worst case: how many steps a loop may take, and how long. */

import { type Loop, mayAbstain, own, type State } from "../../model/mod.ts";
import { capsOf, isPassCapped } from "./caps.ts";
import { WeighedGraph, type WeighedWay } from "./heaviest_walk.ts";
import { type Edge, isEnd, type Machine } from "./machine.ts";
import { isByGuard } from "./moves.ts";

/** Beyond this much work a bound is estimated instead of computed. */
const WORK_MAX = 6_000_000;

/** What one visit of a state may take at the most. */
export interface Weight {
  /** Its own step and all of its sub-loop; `Infinity` where there is no bound. */
  readonly steps: number;
  /** Of its action or sub-loop, in ms; `Infinity` where nothing limits it. */
  readonly actionMs: number;
  /** Of what judges it. */
  readonly judgingMs: number;
  /** Whether a visit may really take that much. */
  readonly isExact: boolean;
  /** Why something of it has no bound. */
  readonly why: Why | null;
}

/** What has no bound, and why. */
export interface Why {
  readonly loop: string;
  readonly state: string;
  readonly reason: "computed-loop" | "no-time-limit" | "runs-itself";
}

/** The worst case of a loop. */
export interface Bounds {
  /** Steps of the loop itself. */
  readonly ownSteps: number;
  /** With those of its sub-loops; `Infinity` where there is no bound. */
  readonly steps: number;
  /** In ms; `Infinity` where there is no bound. */
  readonly timeMs: number;
  /** Whether a run may really take that many steps and that long: otherwise it takes no more. */
  readonly isExact: boolean;
  /** Why there is no bound. */
  readonly why: Why | null;
}

/** Returns the worst case of a machine in which a visit takes what `weightOf` says. */
export function boundsOf(
  machine: Machine,
  weightOf: (state: State) => Weight,
): Bounds {
  const { loop } = machine;
  const weigh = remembering(weightOf);
  const graph = weighedGraph(machine, weigh);
  const { longest, hitsCap, hitsEdgeCap } = capsOf(machine);
  const hitsPassCap = isPassCapped(loop);
  const limit = hitsEdgeCap
    ? Math.min(loop.maxSteps, edgeBound(machine))
    : loop.maxSteps;
  const isCapped = hitsCap || longest > limit;
  const isEstimated = isCapped && graph.workOf(limit) > WORK_MAX;
  const most = !isCapped
    ? graph.whole()
    : isEstimated
    ? graph.estimated(limit)
    : graph.limited(limit);
  const extra = hitsPassCap ? summaryOf(machine, weigh) : NO_SUMMARY;
  const weights = machine.situations.filter(({ state }) => !state.terminal)
    .map(({ state }) => weigh(state));
  const summary = own(loop.states, loop.onMaxSteps ?? "");
  const steps = most.steps + extra.steps;
  const timeMs = Math.min(
    most.timeMs + extra.timeMs,
    timeLimitOf(loop),
  );
  return {
    ownSteps: Math.min(limit, longest),
    steps,
    timeMs,
    isExact: !isEstimated && !hitsPassCap && !hitsEdgeCap &&
      machine.uncounted === 0 && loop.circuit === null &&
      !machine.edges.flat().some(({ move }) => isByGuard(move)) &&
      isFree(summary) && (summary === undefined || weigh(summary).isExact) &&
      weights.every(({ isExact }) => isExact),
    why: steps === Infinity || timeMs === Infinity
      ? weights.find(({ why }) => why !== null)?.why ?? null
      : null,
  };
}

/** The time after which a loop ends in any case; a budget of it may lead on instead. */
function timeLimitOf(loop: Loop): number {
  const leadsOn = loop.onBudgetExceeded !== undefined ||
    Object.values(loop.states).some(({ onBudgetExceeded }) =>
      onBudgetExceeded !== undefined
    );
  const budgetMs = leadsOn ? undefined : loop.budget?.timeMs;
  return Math.min(loop.timeoutMs || Infinity, budgetMs ?? Infinity);
}

/** Whether a state that sums up takes what a visit takes: limits and a sub-loop of its own may take less. */
function isFree(state: State | undefined): boolean {
  return state?.kind !== "loop" && (state?.maxRetries ?? null) === null &&
    (state?.throttle ?? null) === null;
}

function remembering(
  weightOf: (state: State) => Weight,
): (state: State) => Weight {
  const known = new Map<State, Weight>();
  return (state) => {
    const weight = known.get(state) ?? weightOf(state);
    known.set(state, weight);
    return weight;
  };
}

function weighedGraph(
  machine: Machine,
  weigh: (state: State) => Weight,
): WeighedGraph {
  const { situations, edges } = machine;
  const summary = machine.loop.onMaxSteps === null
    ? NO_SUMMARY
    : summaryOf(machine, weigh);
  const ways = edges.flat().map((edge): WeighedWay => {
    const target = situations[edge.to];
    const isOver = target === undefined || isEnd(machine, target);
    const flush = mustFlush(machine, edge)
      ? weigh(target?.state as State)
      : null;
    return {
      from: edge.from,
      to: isOver ? -1 : edge.to,
      ...weightOfEdge(machine, edge, weigh),
      last: isOver && edge.exhausted === null ? NO_SUMMARY : {
        steps: summary.steps + (flush === null ? 0 : 1),
        timeMs: summary.timeMs + (flush?.actionMs ?? 0),
      },
    };
  });
  return new WeighedGraph(situations.length, ways);
}

/** Returns what a visit takes that ends by `edge`, and the pause after it. */
function weightOfEdge(
  { loop, situations }: Machine,
  edge: Edge,
  weigh: (state: State) => Weight,
): { steps: number; timeMs: number } {
  const state = situations[edge.from]?.state as State;
  // Starting a kept-up loop again is a step that does nothing.
  if (state.terminal) return { steps: 1, timeMs: 0 };
  const isRoute = edge.move.target !== null;
  const pauseMs = isRoute ? loop.backoffMs : 0;
  const { steps, actionMs, judgingMs } = weigh(state);
  switch (edge.move.cause) {
    case "start-failure":
    case "pressure":
      // A prompt may have been waited for before it cannot be started again.
      return {
        steps: 1,
        timeMs: pauseMs + (state.kind === "prompt" ? actionMs : 0),
      };
    case "throttle":
    case "rate-limit":
    case "tamper":
      return { steps, timeMs: actionMs + pauseMs };
    case "turnout":
    case "child-failure":
    case "circuit":
    case "budget":
    case "time":
      return { steps, timeMs: actionMs + judgingMs + pauseMs };
  }
}

/** What follows a cap: the state that sums up. */
interface Summary {
  readonly steps: number;
  readonly timeMs: number;
}

const NO_SUMMARY: Summary = { steps: 0, timeMs: 0 };

function summaryOf(
  { loop }: Machine,
  weigh: (state: State) => Weight,
): Summary {
  const onPasses = isPassCapped(loop) ? loop.onMaxIterations : null;
  const summaries = [loop.onMaxSteps, onPasses].map((name) => {
    const state = name === null ? undefined : own(loop.states, name);
    if (state === undefined) return NO_SUMMARY;
    const { steps, actionMs, judgingMs } = weigh(state);
    const leads = loop.maintain || state.next !== null ||
      state.route !== null ||
      Object.keys(state.on).length > 0 || mayAbstain(loop, state);
    const pauseMs = leads ? loop.backoffMs : 0;
    return { steps, timeMs: actionMs + judgingMs + pauseMs };
  });
  return {
    steps: Math.max(...summaries.map(({ steps }) => steps)),
    timeMs: Math.max(...summaries.map(({ timeMs }) => timeMs)),
  };
}

/** Whether the state behind `edge` runs even when the cap keeps it from being entered (EXEC 1.6). */
function mustFlush({ loop, situations }: Machine, edge: Edge): boolean {
  const from = situations[edge.from]?.state;
  const target = situations[edge.to]?.state;
  return loop.onMaxSteps !== null && from?.kind === "loop" &&
    edge.exhausted === null && target !== undefined && !target.terminal &&
    target.kind !== "loop" && target.kind !== "contract" &&
    target.action !== null;
}

/** Returns the most steps that `max_edge_revisits` allows. */
function edgeBound({ loop, situations, edges }: Machine): number {
  // A loop that starts again does so by no way that is counted.
  if (loop.maintain) return Infinity;
  const ways = new Set<string>();
  let selfWays = 0;
  for (const { from, move } of edges.flat()) {
    const name = situations[from]?.state.name;
    const way = `${name}\0${move.target}`;
    if (move.target === null || ways.has(way)) continue;
    ways.add(way);
    if (name === move.target) selfWays++;
  }
  // Retries that are used up lead on by a way that is not counted, after one that is.
  return 1 + (ways.size + selfWays) * loop.maxEdgeRevisits;
}
