/**
 * Tries out every way in which a loop can go, in the engine itself: each effect is answered in every way
 * that there is. Knows nothing of the model check, whose claims are compared with what is seen here.
 */

import { NEW_SNAPSHOT, step, type StepResult } from "../../src/engine/mod.ts";
import {
  type Definitions,
  type Effect,
  evaluatorFacts,
  type Frame,
  type Input,
  type InputBody,
  judgeOf,
  possibilitiesOf,
  ROOT_FRAME,
  type RunEvent,
  type Snapshot,
} from "../../src/model/mod.ts";
import { answerTo, outcomeOf } from "./play.ts";

/** What is seen of a machine when it is tried out. */
export interface Seen {
  /** States that were entered. */
  readonly entered: ReadonlySet<string>;
  /** `STATE VERDICT` of every end for want of a route. */
  readonly unrouted: ReadonlySet<string>;
  /** States that were entered and that an end can be reached from. */
  readonly canEnd: ReadonlySet<string>;
  /** States in a circle that goes round whatever is answered. */
  readonly endless: ReadonlySet<string>;
}

/** What a run can take at the most. */
export interface Worst {
  readonly steps: number;
  readonly timeMs: number;
}

/** Nothing may take longer than this many situations: a mistake of the test. */
const SITUATIONS_MAX = 200_000;

/** A way on from a snapshot. */
interface Branch {
  readonly result: StepResult;
  /** Whether an action could not be started, which no verdict says. */
  readonly isOdd: boolean;
  readonly tookMs: number;
}

/**
 * Tries a machine out without counting its steps: nothing limits the whole of it. `withOdd` are
 * the answers that no verdict tells of: what cannot be started.
 */
export function tryOut(
  given: Definitions,
  { withOdd }: { readonly withOdd: boolean },
): Seen {
  const definitions = withoutCaps(given);
  const first = start(definitions);
  const nodes = new Map<string, Node>();
  const queue: Node[] = [];
  const reach = ({ snapshot }: StepResult): Node => {
    const key = keyOf(definitions, snapshot, {
      withTime: false,
      withSteps: false,
    });
    let node = nodes.get(key);
    if (node === undefined) {
      node = { snapshot, next: [] };
      nodes.set(key, node);
      queue.push(node);
    }
    return node;
  };
  const edges: Edge[] = [{
    node: reach(first),
    isOdd: false,
    ...newsOf(first.events),
  }];
  const unrouted = new Set<string>();
  for (const node of queue) {
    const { noRoute } = node.snapshot.end ?? {};
    if (noRoute) unrouted.add(`${noRoute.state} ${noRoute.verdict}`);
    for (const { result, isOdd } of branchesOf(definitions, node.snapshot)) {
      if (isOdd && !withOdd) continue;
      const edge = { node: reach(result), isOdd, ...newsOf(result.events) };
      node.next.push(edge);
      edges.push(edge);
    }
    if (queue.length > SITUATIONS_MAX) throw new Error("Too many situations");
  }
  const ending = nodesThatEnd(queue);
  const entered = edges.flatMap((edge) =>
    edge.entered === null ? [] : [{ ...edge, name: edge.entered }]
  );
  return {
    entered: new Set(entered.map(({ name }) => name)),
    unrouted,
    canEnd: new Set(
      entered.filter(({ node }) => ending.has(node)).map(({ name }) => name),
    ),
    endless: forcedCircles(definitions, queue),
  };
}

/** Returns the most that a run takes, its caps counted: as many steps, and as long, as can be. */
export function worstOf(definitions: Definitions): Worst {
  const loops = Object.values(definitions.loops);
  const withTime = loops.some((loop) =>
    loop.timeoutMs ||
    Object.values(loop.states).some((state) =>
      state.kind === "loop" && state.timeoutMs
    )
  );
  const most = (
    weigh: (branch: Branch) => number,
    pace: "fast" | "slow",
  ): number => {
    const known = new Map<string, number>();
    const look = (snapshot: Snapshot): number => {
      if (snapshot.phase === "ended") return 0;
      const key = keyOf(definitions, snapshot, { withTime });
      const before = known.get(key);
      if (before !== undefined) return before;
      if (known.size > SITUATIONS_MAX) throw new Error("Too many situations");
      const worst = Math.max(
        0,
        ...branchesOf(definitions, snapshot, pace).map((branch) =>
          weigh(branch) + look(branch.result.snapshot)
        ),
      );
      known.set(key, worst);
      return worst;
    };
    return look(start(definitions).snapshot);
  };
  const begun = stepsIn(start(definitions).events);
  return {
    steps: begun + most(({ result }) => stepsIn(result.events), "fast"),
    timeMs: most(({ tookMs }) => tookMs, "slow"),
  };
}

interface Node {
  readonly snapshot: Snapshot;
  readonly next: Edge[];
}

interface Edge extends News {
  readonly node: Node;
  readonly isOdd: boolean;
}

/** What a step has told of the run's own loop. */
interface News {
  /** The state that was entered. */
  readonly entered: string | null;
  /** Whether it starts again from a terminal state. */
  readonly isRestart: boolean;
  /** Whether a state runs again since its judge abstains, which decides nothing. */
  readonly isHeld: boolean;
}

function newsOf(events: readonly RunEvent[]): News {
  const own = events.filter((event) => (event.depth ?? 0) === 0);
  const enter = own.find((event) => event.event === "state_enter");
  return {
    entered: enter?.event === "state_enter" ? enter.state : null,
    isRestart: own.some((event) =>
      event.event === "route" && event.reason === "maintain"
    ),
    isHeld: own.some((event) =>
      event.event === "route" && event.by === "abstention"
    ),
  };
}

function start(definitions: Definitions): StepResult {
  return tell(definitions, NEW_SNAPSHOT, {
    input: "start",
    context: {},
    env: {},
    maxDepth: 16,
  }, 0);
}

function tell(
  definitions: Definitions,
  snapshot: Snapshot,
  body: InputBody,
  tookMs: number,
): StepResult {
  const nowMs = snapshot.atMs + tookMs;
  return step(definitions, snapshot, { ...body, nowMs } as Input);
}

/** Every answer to the one open effect, at once or as late as can be. */
function branchesOf(
  definitions: Definitions,
  snapshot: Snapshot,
  pace: "fast" | "slow" = "fast",
): readonly Branch[] {
  const [effect] = Object.values(snapshot.open);
  if (effect === undefined || snapshot.phase !== "running") return [];
  return answersTo(definitions, snapshot, effect).map((answer) => {
    const tookMs = pace === "fast" ? 0 : answer.tookMs;
    const body = answerTo(effect, answer.outcome);
    const result = tell(definitions, snapshot, body, tookMs);
    return { result, isOdd: answer.isOdd, tookMs };
  });
}

interface Answer {
  readonly outcome: Parameters<typeof answerTo>[1];
  readonly isOdd: boolean;
  readonly tookMs: number;
}

function answersTo(
  definitions: Definitions,
  snapshot: Snapshot,
  effect: Effect,
): readonly Answer[] {
  const frame = snapshot.frames[effect.frame];
  const loop = definitions.loops[frame?.loop ?? ""];
  const state = loop?.states[frame?.state ?? ""];
  if (loop === undefined || state === undefined) throw new Error("No frame");
  switch (effect.kind) {
    case "wait":
      return [{
        outcome: { kind: "waited" },
        isOdd: false,
        tookMs: effect.durationMs,
      }];
    case "action": {
      // Of an agent every failure is one.
      const usual = state.kind === "prompt" ? [0, 2] : [0, 1, 2, 3];
      const codes = new Set([...usual, ...state.retryableExitCodes ?? []]);
      return [
        ...[...codes].map((exitCode): Answer => ({
          outcome: outcomeOf({ exitCode }),
          isOdd: false,
          tookMs: effect.timeoutMs,
        })),
        // What the loop's own time cuts short is an end of its own kind.
        ...(effect.isLoopDeadline
          ? [{
            outcome: outcomeOf({ exitCode: 124, timeoutKind: "loop" }),
            isOdd: true,
            tookMs: effect.timeoutMs,
          }]
          : []),
        { outcome: outcomeOf({ startError: "No" }), isOdd: true, tookMs: 0 },
      ];
    }
    case "judge": {
      const judge = judgeOf(state);
      const isByAgent = judge !== null && judge !== "learning" &&
        evaluatorFacts(judge)?.by === "agent";
      return possibilitiesOf(loop, state).known.map(({ verdict }) => ({
        outcome: { kind: "judged", verdict, details: {}, isCancelled: false },
        isOdd: false,
        // Whoever asks an agent keeps to the loop's own time.
        tookMs: isByAgent
          ? Math.min(
            loop.llm.timeoutMs,
            (frame?.deadlineMs ?? Infinity) - snapshot.atMs,
          )
          : 0,
      }));
    }
    default:
      throw new Error(`Nobody answers ${effect.kind}`);
  }
}

/** What of a snapshot decides how it goes on. */
function keyOf(
  { loops }: Definitions,
  snapshot: Snapshot,
  { withTime, withSteps = true }: {
    readonly withTime: boolean;
    readonly withSteps?: boolean;
  },
): string {
  const frames = Object.values(snapshot.frames)
    .sort((a, b) => a.depth - b.depth)
    .map((frame) => [
      frame.loop,
      frame.state,
      frame.phase,
      frame.previousState === frame.state,
      // Of a state without a limit it is only counted.
      Object.entries(frame.retries).filter(([name]) =>
        loops[frame.loop]?.states[name]?.maxRetries !== null
      ),
      frame.executions,
      (frame.abstained?.count ?? 0) > 0 ? frame.abstained : null,
      circuitOf(loops[frame.loop], frame.circuit),
      frame.summary,
      frame.summaryPending,
      frame.result?.outcome.exitCode ?? null,
      frame.phase === "turn" && frame.routedFrom !== null,
      // A sub-loop keeps its caps in any case.
      ...(withSteps || frame.depth > 0
        ? [
          frame.steps,
          frame.passes,
          canRepeat(loops[frame.loop]) ? frame.edges : null,
          frame.routedFrom,
        ]
        : []),
      ...(withTime && frame.deadlineMs !== null
        ? [frame.deadlineMs - snapshot.atMs]
        : []),
    ]);
  const end = snapshot.end === null ? null : [
    snapshot.end.terminatedBy,
    snapshot.end.finalState,
    snapshot.end.noRoute,
  ];
  return JSON.stringify([frames, end]);
}

/** The results that a circuit still compares with: without a recurrent window those that the next one may repeat. */
function circuitOf(
  loop: Definitions["loops"][string] | undefined,
  results: Frame["circuit"],
): Frame["circuit"] {
  const { window = 1, recurrentWindow = null } = loop?.circuit ?? {};
  return recurrentWindow !== null
    ? results
    : window < 2
    ? []
    : results.slice(1 - window);
}

/** Whether a way can be taken more often than a loop allows. */
function canRepeat(loop: Definitions["loops"][string] | undefined): boolean {
  return loop !== undefined && loop.maxEdgeRevisits < loop.maxSteps;
}

/** The nodes from which a terminal of the run's own loop can be reached. */
function nodesThatEnd(nodes: readonly Node[]): ReadonlySet<Node> {
  const before = new Map<Node, Node[]>();
  for (const node of nodes) {
    for (const { node: next } of node.next) {
      before.set(next, [...before.get(next) ?? [], node]);
    }
  }
  const queue = nodes.filter(({ snapshot, next }) =>
    snapshot.end?.terminatedBy === "terminal" ||
    next.some(({ isRestart }) => isRestart)
  );
  const seen = new Set(queue);
  for (const node of queue) {
    for (const from of before.get(node) ?? []) {
      if (seen.has(from)) continue;
      seen.add(from);
      queue.push(from);
    }
  }
  return seen;
}

/** States of circles from which nothing that is answered leads away. */
function forcedCircles(
  { loops, root }: Definitions,
  nodes: readonly Node[],
): ReadonlySet<string> {
  const isTurn = ({ snapshot }: Node) =>
    snapshot.phase === "ended" || snapshot.frames[ROOT_FRAME]?.phase === "turn";
  const only = new Map<Node, Node>();
  for (const node of nodes) {
    const name = node.snapshot.frames[ROOT_FRAME]?.state ?? "";
    if (!isTurn(node) || loops[root]?.states[name]?.terminal === true) continue;
    const ends = new Set<Node>();
    const seen = new Set<Node>([node]);
    for (const each of seen) {
      for (const { node: next, isOdd, isHeld } of each.next) {
        if (isOdd || isHeld) continue;
        if (isTurn(next)) ends.add(next);
        else seen.add(next);
      }
    }
    const [end, ...others] = ends;
    if (end !== undefined && others.length === 0) only.set(node, end);
  }
  const endless = new Set<string>();
  for (const begin of only.keys()) {
    const way: Node[] = [];
    for (
      let at: Node | undefined = begin;
      at !== undefined && !way.includes(at);
    ) {
      way.push(at);
      at = only.get(at);
      if (at === begin) {
        for (const each of way) {
          endless.add(each.snapshot.frames[ROOT_FRAME]?.state ?? "");
        }
      }
    }
  }
  return endless;
}

function stepsIn(events: readonly RunEvent[]): number {
  return events.filter((event) =>
    event.event === "state_enter" ||
    (event.event === "route" && event.reason === "maintain")
  ).length;
}

/** Returns definitions in which nothing limits the loop as a whole; its sub-loops keep their limits. */
export function withoutCaps({ loops, root, names }: Definitions): Definitions {
  const loop = loops[root];
  if (loop === undefined) throw new Error("No loop");
  const free = {
    ...loop,
    maxSteps: 1e9,
    maxEdgeRevisits: 1e9,
    maxIterations: null,
    timeoutMs: null,
  };
  return { root, names, loops: { ...loops, [root]: free } };
}
