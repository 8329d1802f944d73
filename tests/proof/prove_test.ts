/**
 * Whether the model check is true: every small machine and many random ones are tried out in the engine
 * itself, in all ways that there are, and what is seen is what was claimed.
 */

import { assert, assertEquals } from "@std/assert";
import { Prover } from "../../src/check/mod.ts";
import { findEndless } from "../../src/check/prove/find_endless.ts";
import { findTraps } from "../../src/check/prove/find_traps.ts";
import { findUnrouted } from "../../src/check/prove/find_unrouted.ts";
import type { Definitions, Loop } from "../../src/model/mod.ts";
import { tryOut, withoutCaps, worstOf } from "../support/brute_force.ts";
import { randomMachine, shapeOf, smallMachines } from "../support/machines.ts";

/** Everything takes minutes: `deno task test:proof:all`. */
const ALL = Deno.env.get("LL_PROOF") === "all";

function claimsOf(definitions: Definitions) {
  const machine = new Prover(definitions).machine(definitions.root);
  const nameAt = (index: number) => machine.situations[index]?.state.name ?? "";
  return {
    entered: machine.situations.filter(({ state }) => !state.terminal)
      .map(({ state }) => state.name),
    unrouted: findUnrouted(machine).flatMap(({ situation, verdicts }) =>
      verdicts.map((word) => `${nameAt(situation)} ${word}`)
    ),
    stuck: findTraps(machine).flatMap(({ states }) => states),
    endless: findEndless(machine, () => false).flatMap(({ round }) =>
      round.map(({ from }) => nameAt(from))
    ),
  };
}

/** Whether there are limits of which only is claimed that they may be reached. */
function hasVagueLimit({ loops, root }: Definitions): boolean {
  const isVague = (loop: Loop) =>
    loop.circuit !== null ||
    (loop.id !== root &&
      (Boolean(loop.timeoutMs) || loop.maxEdgeRevisits < loop.maxSteps)) ||
    Object.values(loop.states).some((state) =>
      state.kind === "loop" && state.timeoutMs
    );
  return Object.values(loops).some(isVague);
}

/** Fails where what is claimed of the ways through a machine is not what the engine does. */
function compareWays(definitions: Definitions): void {
  const free = withoutCaps(definitions);
  const claims = claimsOf(free);
  const seen = tryOut(free, { withOdd: true });
  const usual = tryOut(free, { withOdd: false });
  const isExact = !hasVagueLimit(free);
  const entered = new Set(claims.entered);
  for (const name of seen.entered) assert(entered.has(name), `entered ${name}`);
  for (const one of usual.unrouted) {
    assert(claims.unrouted.includes(one), `unrouted ${one}`);
  }
  for (const name of claims.stuck) {
    assert(!seen.canEnd.has(name), `stuck ${name}`);
  }
  if (!isExact) return;
  assertEquals([...entered].sort(), [...seen.entered].sort());
  for (const one of claims.unrouted) {
    assert(seen.unrouted.has(one), `routed ${one}`);
  }
  // What leads into a trap is stuck as well, and so is what has only verdicts without a target.
  const stuck = [...seen.entered].filter((name) => !seen.canEnd.has(name));
  const isTold = claims.stuck.length > 0 ||
    claims.unrouted.some((one) => stuck.includes(one.split(" ", 1)[0] ?? ""));
  assert(stuck.length === 0 || isTold, `stuck ${stuck.join()}`);
  assertEquals(claims.endless.length > 0, seen.endless.size > 0, "endless");
  for (const name of claims.endless) {
    assert(seen.endless.has(name), `endless ${name}`);
  }
}

/** Fails where a run can take more than is claimed, or can never take what is said to be exact. */
function compareWorst(definitions: Definitions): void {
  const { bounds } = new Prover(definitions).proof(definitions.root);
  const worst = worstOf(definitions);
  const claims = { steps: bounds.steps, timeMs: bounds.timeMs };
  if (bounds.isExact) assertEquals(claims, worst);
  assert(claims.steps >= worst.steps, `${claims.steps} < ${worst.steps}`);
  assert(claims.timeMs >= worst.timeMs, `${claims.timeMs} < ${worst.timeMs}`);
}

/** Fails with what can be read of the machine that is not as it was claimed. */
function compare(
  definitions: Definitions,
  { name, withWorst }: { readonly name: string; readonly withWorst: boolean },
): void {
  try {
    compareWays(definitions);
    if (withWorst) compareWorst(definitions);
  } catch (error) {
    throw new Error(`${name}\n${shapeOf(definitions)}`, { cause: error });
  }
}

Deno.test("every small machine is what the engine makes of it", () => {
  const counts = (ALL ? [1, 2, 3, 4] : [1, 2, 3]).map((size) => {
    let count = 0;
    for (const definitions of smallMachines(size)) {
      count++;
      compare(definitions, {
        name: `${size} states, number ${count}`,
        // The worst case of machines without limits is soon known.
        withWorst: count % 8 === 0,
      });
    }
    return count;
  });
  assertEquals(counts, [5, 66, 2163, ...ALL ? [121_974] : []]);
});

Deno.test("random larger machines are what the engine makes of them", () => {
  const count = ALL ? 10_000 : 120;
  for (let seed = 0; seed < count; seed++) {
    compare(randomMachine(seed), { name: `seed ${seed}`, withWorst: true });
  }
});
