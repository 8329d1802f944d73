/** Owns finding states that no end can be reached from. */

import { isEnd, type Machine } from "./machine.ts";
import { strongComponents } from "./strong_components.ts";

/** States that lead only to one another. */
export interface Trap {
  /** The nearest situation in it. */
  readonly situation: number;
  readonly states: readonly string[];
}

/**
 * Returns the states that can be entered and that no way leads from to an end, in groups that go
 * round among themselves. States that only lead into such a group are not named. A terminal of
 * a loop that is kept up is an end as well.
 */
export function findTraps(machine: Machine): readonly Trap[] {
  const { situations, edges } = machine;
  const isLast = (index: number) => {
    const situation = situations[index];
    return situation !== undefined &&
      (isEnd(machine, situation) || situation.state.terminal);
  };
  const before: number[][] = situations.map(() => []);
  for (const { from, to } of edges.flat()) before[to]?.push(from);
  const queue = situations.map((_, index) => index).filter(isLast);
  const canEnd = new Uint8Array(situations.length);
  for (const index of queue) canEnd[index] = 1;
  for (const index of queue) {
    for (const from of before[index] ?? []) {
      if (canEnd[from] === 1) continue;
      canEnd[from] = 1;
      queue.push(from);
    }
  }
  // A state counts by its best situation: one at the limit of its throttle has only the end left.
  const free = new Set(
    situations.filter((_, index) => canEnd[index] === 1)
      .map(({ state }) => state.name),
  );
  const stuck = situations.map((_, index) => index)
    .filter((index) => !free.has(situations[index]?.state.name ?? ""));
  return groupsOf(machine, stuck);
}

/**
 * Returns the groups that nothing leads out of. A state that leads to none at all is one where it has a target
 * for each verdict: what it lacks otherwise is told as that.
 */
function groupsOf(
  { situations, edges }: Machine,
  stuck: readonly number[],
): readonly Trap[] {
  const names = [
    ...new Set(stuck.map((at) => situations[at]?.state.name ?? "")),
  ];
  const numbers = new Map(names.map((name, number) => [name, number]));
  const targets: Set<number>[] = names.map(() => new Set());
  const first: number[] = [];
  const isRouted = names.map(() => true);
  for (const at of stuck) {
    const number = numbers.get(situations[at]?.state.name ?? "") ?? 0;
    first[number] ??= at;
    for (const { to, move } of edges[at] ?? []) {
      if (move.target === null && move.cause === "turnout") {
        isRouted[number] = false;
      }
      const target = numbers.get(situations[to]?.state.name ?? "");
      if (target !== undefined) targets[number]?.add(target);
    }
  }
  const parts = strongComponents(targets.map((each) => [...each]));
  const groups = new Map<number, number[]>();
  for (const [number, part] of parts.entries()) {
    groups.set(part, [...groups.get(part) ?? [], number]);
  }
  return [...groups.values()].filter((group) =>
    group.every((number) =>
      [...targets[number] ?? []].every((target) => group.includes(target))
    ) && group.some((number) =>
      (targets[number]?.size ?? 0) > 0 || isRouted[number] === true
    )
  ).map((group) => ({
    situation: Math.min(...group.map((number) => first[number] ?? 0)),
    states: group.map((number) => names[number] ?? ""),
  })).sort((a, b) => a.situation - b.situation);
}
