/** Owns the rules on the machine that a loop is, and the findings that they give. */

import {
  hasAction,
  isJsonObject,
  judgeOf,
  type Loop,
  type State,
} from "../../model/mod.ts";
import {
  entry,
  type LoadResult,
  quote,
  quoteAll,
  readFlag,
} from "../../load/mod.ts";
import type { Report } from "../rule.ts";
import { type Endless, findEndless } from "./find_endless.ts";
import { findTraps, type Trap } from "./find_traps.ts";
import { findUnrouted } from "./find_unrouted.ts";
import { isEnd, type Machine, type Situation } from "./machine.ts";
import { formatStates, relatedTo } from "./tell_steps.ts";
import { statesOf, wayTo } from "./way_to.ts";
import { isWorthTelling } from "./worth_telling.ts";

/** Rules on the machine as a whole. */
export const PROOF_RULES = [
  {
    name: "unrouted-verdict",
    severity: "warning",
    description: "A verdict that a state can give and that leads nowhere",
    unless: "partial_route_ok",
    isInRun: false,
  },
  {
    name: "endless-cycle",
    severity: "warning",
    description: "A cycle that only a cap of the whole loop ends",
    isInRun: true,
  },
  {
    name: "cannot-end",
    severity: "warning",
    description: "States that no way leads from to a terminal one",
    isInRun: true,
  },
  {
    name: "cap-too-low",
    severity: "warning",
    description: "A cap that ends every run before it can reach an end",
    isInRun: true,
  },
] as const;

/** One of {@linkcode PROOF_RULES}. */
export type ProofRule = typeof PROOF_RULES[number];

/** Where a rule reports: paths are those of the merged document. */
export type ReportBy = (rule: ProofRule) => Report;

/** Tells what is wrong with the machine of a loop that loaded without an error. */
export function reportMachine(
  machine: Machine,
  result: LoadResult,
  report: ReportBy,
): void {
  if (machine.isCut || machine.situations.length === 0) return;
  const view = new MachineView(machine, result);
  const [unrouted, endless, trap, cap] = PROOF_RULES;
  for (const each of view.unrouted()) view.tellUnrouted(each, report(unrouted));
  const cycles = view.endless();
  for (const each of cycles) view.tellEndless(each, report(endless));
  const inCycles = new Set(
    cycles.flatMap((each) =>
      each.round.map(({ from }) => machine.situations[from]?.state.name ?? "")
    ),
  );
  for (const each of view.traps()) {
    // One that goes round by itself is told as that.
    if (each.states.some((name) => inCycles.has(name))) continue;
    view.tellTrap(each, report(trap));
  }
  view.tellCap(report(cap));
}

/** States that lack a target for the same verdicts, the nearest first. */
interface UnroutedGroup {
  readonly verdicts: readonly (string | null)[];
  readonly situations: readonly number[];
}

class MachineView {
  readonly #machine: Machine;
  readonly #result: LoadResult;
  readonly #loop: Loop;

  constructor(machine: Machine, result: LoadResult) {
    this.#machine = machine;
    this.#result = result;
    this.#loop = machine.loop;
  }

  endless(): readonly Endless[] {
    if (this.#isMeant([]) || this.#hasOwnCap) return [];
    const isMeant = (state: State) => this.#isMeant(["states", state.name]);
    const seen = new Set<string>();
    return findEndless(this.#machine, isMeant).filter(({ round }) => {
      const key = round.map(({ from }) => this.#nameAt(from)).sort().join("\0");
      return !seen.has(key) && seen.add(key);
    });
  }

  traps(): readonly Trap[] {
    if (this.#loop.onMaxSteps !== null || this.#isMeant([])) return [];
    return findTraps(this.#machine).filter(({ states }) =>
      !states.some((name) => this.#isMeant(["states", name]))
    );
  }

  /** States in groups: what a model may answer to all of them is told once. */
  unrouted(): readonly UnroutedGroup[] {
    const groups = new Map<string, UnroutedGroup>();
    for (const { situation, verdicts } of findUnrouted(this.#machine)) {
      const { state } = this.#at(situation);
      const told = verdicts.filter((word) => isWorthTelling(state, word));
      if (told.length === 0 || this.#isSuppressed(state)) continue;
      const isModel = judgeOf(state) === "llm_structured";
      const key = isModel ? told.join("\0") : `\0${state.name}`;
      const before = groups.get(key);
      groups.set(key, {
        verdicts: told,
        situations: [...before?.situations ?? [], situation],
      });
    }
    return [...groups.values()];
  }

  tellUnrouted({ situations, verdicts }: UnroutedGroup, report: Report): void {
    const [first = 0, ...others] = situations;
    const { state } = this.#at(first);
    const more = others.length === 0
      ? ""
      : ` (and so ${
        others.length === 1
          ? "does 1 more state"
          : `do ${others.length} more states`
      })`;
    report(["states", state.name], {
      message: `State ${quote(state.name)} leads nowhere on ${
        describeVerdicts(verdicts)
      }: the run would end there${more}`,
      hint: wayOutFor(state, verdicts),
      onKey: true,
      related: [
        ...relatedTo(this.#machine, wayTo(this.#machine, first), this.#result),
        ...others.map((index) => ({
          message: `So does state ${quote(this.#nameAt(index))}`,
          at: this.#result.originOf(["states", this.#nameAt(index)]),
          onKey: true,
        })),
      ],
    });
  }

  tellEndless({ situation, round }: Endless, report: Report): void {
    const at = this.#at(situation);
    const names = statesOf(this.#machine, round, at);
    report(["states", at.state.name], {
      message: `Nothing ends the cycle ${
        formatStates(names)
      } but "max_steps" (${this.#loop.maxSteps}): no result of an action decides where it leads`,
      hint: 'Let an evaluator lead out of it, limit it by "max_retries", or ' +
        'write "unbounded: true" where it is meant',
      onKey: true,
      related: relatedTo(
        this.#machine,
        [...wayTo(this.#machine, situation), ...round],
        this.#result,
      ),
    });
  }

  tellTrap({ situation, states }: Trap, report: Report): void {
    const { state } = this.#at(situation);
    const others = states.filter((name) => name !== state.name);
    report(["states", state.name], {
      message: `No end can be reached from state ${quote(state.name)}: ` +
        (others.length === 0
          ? "whatever its result, it leads to no other state"
          : `it leads only to ${quoteAll(others.slice(0, NAMES_MAX))}${
            others.length > NAMES_MAX
              ? ` and ${others.length - NAMES_MAX} more`
              : ""
          } and back`),
      hint: 'Let one of them lead to "done", or write "unbounded: true" ' +
        "where it is meant to go on",
      onKey: true,
      related: relatedTo(
        this.#machine,
        wayTo(this.#machine, situation),
        this.#result,
      ),
    });
  }

  /** Tells of a cap that is reached on every way before the nearest end is. */
  tellCap(report: Report): void {
    const { situations } = this.#machine;
    const nearest = situations.findIndex((each) => isEnd(this.#machine, each));
    if (nearest < 0) return;
    const { depth, state } = this.#at(nearest);
    const { maxSteps } = this.#loop;
    if (depth <= maxSteps) return;
    const key =
      ["max_steps", "max_iterations"].find((name) =>
        this.#result.document !== null &&
        entry(this.#result.document, name) !== undefined
      ) ?? "max_steps";
    report([key], {
      message: `No end can be reached in ${maxSteps} ${
        maxSteps === 1 ? "step" : "steps"
      }: the nearest, ${quote(state.name)}, takes ${depth}`,
      hint: `Raise "max_steps" to ${depth} at least`,
      related: relatedTo(
        this.#machine,
        wayTo(this.#machine, nearest),
        this.#result,
      ),
    });
  }

  #at(index: number): Situation {
    return this.#machine.situations[index] as Situation;
  }

  #nameAt(index: number): string {
    return this.#machine.situations[index]?.state.name ?? "";
  }

  /** Whether somebody has written that a cycle through this place is meant. */
  #isMeant(path: readonly string[]): boolean {
    let map = this.#result.document;
    if (map === null) return false;
    for (const key of path) {
      const value = entry(map, key);
      if (!isJsonObject(value)) return false;
      map = value;
    }
    return readFlag(map, "unbounded");
  }

  /** Whether the file limits how often each way is taken, or says what follows its cap: an end that is meant. */
  get #hasOwnCap(): boolean {
    const { document } = this.#result;
    return this.#loop.onMaxSteps !== null ||
      (document !== null && entry(document, "max_edge_revisits") !== undefined);
  }

  /** The reference's flag for verdicts of models and classes that are left open on purpose. */
  #isSuppressed(state: State): boolean {
    const { document } = this.#result;
    const judge = judgeOf(state);
    return (judge === "llm_structured" || judge === "classify") &&
      document !== null && readFlag(document, "partial_route_ok");
  }
}

const NAMES_MAX = 6;

function describeVerdicts(verdicts: readonly (string | null)[]): string {
  const words = verdicts.filter((word) => word !== null).map(quote);
  const all = verdicts.includes(null) ? [...words, "any other word"] : words;
  const last = all.at(-1) ?? "";
  const list = all.length === 1
    ? last
    : `${all.slice(0, -1).join(", ")} and ${last}`;
  return words.length === 0
    ? last
    : `${words.length === 1 ? "verdict" : "verdicts"} ${list}`;
}

function wayOutFor(state: State, verdicts: readonly (string | null)[]): string {
  const words = verdicts.filter((word) => word !== null);
  const [word = ""] = words;
  if (state.route !== null && state.kind !== "loop") {
    return words.length === 1 && verdicts.length === 1
      ? `Add a row ${quote(word)} to its "route"`
      : 'Add a row "_" to its "route", for whatever has none';
  }
  if (words.length < verdicts.length) {
    return 'Use a "route" table with a row "_", for whatever has none';
  }
  const add = `Add ${quoteAll(words.map((each) => `on_${each}`))}`;
  const isExit = judgeOf(state) === "exit_code" && hasAction(state);
  return isExit && word === "error"
    ? `${add}: an exit status of 2 or more is an error`
    : add;
}
