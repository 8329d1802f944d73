/**
 * Owns what of the bundle is evaluated when: which modules nobody evaluates, and which calls are
 * for a module whose evaluation has begun, so that they do nothing.
 */

import type { Node } from "acorn";

/** One of the things that evaluating a module is. */
export interface Step {
  readonly text: string;
  /** The function that the step calls, if it does that alone. */
  readonly init: string | null;
}

/** Steps that follow each other: all of a module, or one call at the top of the program. */
export interface Unit {
  /** The function that evaluates the module; `null` at the top. */
  readonly init: string | null;
  /** What stands for it in the program. */
  readonly node: Node;
  readonly steps: readonly Step[];
}

/** What else of the program calls functions that evaluate a module. */
export interface Callers {
  /** Those that are called when something is loaded late, never before the program waits. */
  readonly loaded: ReadonlySet<string>;
  /** Those that may be called at any time. */
  readonly mentioned: ReadonlySet<string>;
  /** Where the first statement begins that may wait. */
  readonly waitsAt: number;
}

/** Functions that each module calls, by the function that evaluates it. */
type Calls = ReadonlyMap<string, readonly string[]>;

function callsIn(units: readonly Unit[]): Calls {
  return new Map(
    units.flatMap(({ init, steps }) =>
      init === null ? [] : [[init, steps.flatMap((step) => step.init ?? [])]]
    ),
  );
}

/** Returns what `inits` evaluate, themselves among them. */
function below(inits: Iterable<string>, calls: Calls): Set<string> {
  const found = new Set<string>();
  const visit = (init: string): void => {
    if (found.has(init)) return;
    found.add(init);
    calls.get(init)?.forEach(visit);
  };
  for (const init of inits) visit(init);
  return found;
}

/** Returns the units without modules that nobody evaluates. */
export function reached(units: readonly Unit[], callers: Callers): Unit[] {
  const roots = units.flatMap(({ init, steps }) =>
    init === null ? steps.flatMap((step) => step.init ?? []) : []
  );
  const found = below(
    [...roots, ...callers.loaded, ...callers.mentioned],
    callsIn(units),
  );
  return units.filter(({ init }) => init === null || found.has(init));
}

/** Returns the units without calls for modules whose evaluation has begun by then. */
export function withoutRepeats(
  units: readonly Unit[],
  callers: Callers,
): Unit[] {
  const follow = followerOf(units, callers);
  const before = begunBefore(units, { callers, follow });
  const top = new Set<string>();
  return units.map((unit) => {
    const begun = unit.init === null ? top : begunIn(unit.init, before);
    const steps = follow(unit, { begun });
    return steps.length === unit.steps.length ? unit : { ...unit, steps };
  });
}

/**
 * Returns the steps of a unit that do something. What has begun before it in `begun` becomes
 * what has begun behind it; `onCall` gets each function that is called before that.
 */
type Follow = (unit: Unit, options: {
  readonly begun: Set<string>;
  readonly onCall?: (init: string) => void;
}) => readonly Step[];

function followerOf(units: readonly Unit[], { mentioned }: Callers): Follow {
  const calls = callsIn(units);
  const belowMentioned = below(mentioned, calls);
  const belowEach = new Map(
    [...calls.keys()].map((init) => [init, below([init], calls)]),
  );
  return ({ init: owner, steps }, { begun, onCall }) => {
    const begin = (init: string): void => {
      if (begun.has(init)) return;
      begun.add(init);
      // One that evaluates the owner may be under way, and call for the others later.
      const mayBeUnderWay = owner !== null &&
        (belowMentioned.has(owner) || belowEach.get(init)?.has(owner));
      if (!mayBeUnderWay) calls.get(init)?.forEach(begin);
    };
    return steps.filter(({ init }) => {
      if (init === null) return true;
      if (begun.has(init)) return false;
      onCall?.(init);
      begin(init);
      return true;
    });
  };
}

/** Modules whose evaluation has begun whenever that of another one begins, by that one. */
type Begun = ReadonlyMap<string, ReadonlySet<string>>;

function begunIn(init: string, before: Begun): Set<string> {
  return new Set([...before.get(init) ?? [], init]);
}

/** Returns what has begun at every place that evaluates a module, at first taken to be all. */
function begunBefore(
  units: readonly Unit[],
  { callers, follow }: { readonly callers: Callers; readonly follow: Follow },
): Begun {
  const before = new Map<string, ReadonlySet<string>>();
  let isSettled = false;
  const meet = (init: string, begun: ReadonlySet<string>): void => {
    const known = before.get(init);
    const both = known?.intersection(begun) ?? new Set(begun);
    if (both.size === known?.size) return;
    before.set(init, both);
    isSettled = false;
  };
  while (!isSettled) {
    isSettled = true;
    const top = new Set<string>();
    let atWait: ReadonlySet<string> | null = null;
    for (const unit of units) {
      if (unit.init !== null && !before.has(unit.init)) continue;
      if (unit.init === null && unit.node.start > callers.waitsAt) {
        atWait ??= new Set(top);
      }
      const begun = unit.init === null ? top : begunIn(unit.init, before);
      follow(unit, { begun, onCall: (init) => meet(init, begun) });
    }
    for (const init of callers.mentioned) meet(init, new Set());
    for (const init of callers.loaded) meet(init, atWait ?? top);
  }
  return before;
}
