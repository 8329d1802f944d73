/** Owns what a loop needs from the machine it runs on. */

import {
  type Definitions,
  type Loop,
  type State,
  unreachable,
} from "../model/mod.ts";
import { isStaticLoopName } from "../load/mod.ts";
import { latestRelease, newerSyntax } from "./newer_bash.ts";
import { isJudged } from "./terms.ts";
import { programsOf } from "./shell_programs.ts";

/** The Python package of the reference. */
const REFERENCE_PACKAGE = "little_loops";
const REFERENCE_IMPORT_REGEXP =
  /\b(?:from|import|-m)\s+little_loops(?:\.\w+)*\b/;

/** A thing and the states that need it. */
export interface Need {
  readonly name: string;
  /** First state that needs it. */
  readonly state: string;
  readonly states: readonly string[];
}

/** What a loop and its static sub-loops need. Lists are sorted by name. */
export interface Needs {
  /** Programs on PATH, as far as the shell text shows them; absolute paths too. */
  readonly programs: readonly Need[];
  /** States with a shell action. */
  readonly shellStates: readonly string[];
  /** Whether an agent command line is needed, to act or to judge. */
  readonly hosts: boolean;
  readonly hostStates: readonly string[];
  /** Latest release of bash that some syntax needs, and the states; `null` when bash 3.2 has it all. */
  readonly newerBash:
    | { readonly since: string; readonly states: readonly string[] }
    | null;
  /** Packages of Python that a script in an action imports: only the reference's own is looked for. */
  readonly packages: readonly Need[];
  readonly mcpServers: readonly Need[];
  /** With their slash. */
  readonly slashCommands: readonly Need[];
  /** Names of loops, computed ones as their template. */
  readonly children: readonly Need[];
}

/** Returns what the loops of `definitions` need; states of sub-loops are named `loop/state`. */
export function needsOf(definitions: Definitions): Needs {
  const programs = new Collector();
  const packages = new Collector();
  const mcpServers = new Collector();
  const slashCommands = new Collector();
  const children = new Collector();
  const newer: { since: string; state: string }[] = [];
  const hostStates: string[] = [];
  const shellStates: string[] = [];
  for (const [id, loop] of Object.entries(definitions.loops)) {
    for (const state of Object.values(loop.states)) {
      if (!acts(state, loop)) continue;
      const name = id === definitions.root
        ? state.name
        : `${loop.name}/${state.name}`;
      const action = state.action ?? "";
      if (isJudgedHere(state, loop)) hostStates.push(name);
      switch (state.kind) {
        case "loop":
          children.add(state.loop ?? "", name);
          break;
        case "shell":
          shellStates.push(name);
          for (const program of programsOf(action)) programs.add(program, name);
          for (const { since } of newerSyntax(action)) {
            newer.push({ since, state: name });
          }
          if (REFERENCE_IMPORT_REGEXP.test(action)) {
            packages.add(REFERENCE_PACKAGE, name);
          }
          break;
        case "mcp": {
          const server = action.split("/", 1)[0] ?? "";
          if (server !== "" && !server.includes("${")) {
            mcpServers.add(server, name);
          }
          break;
        }
        case "prompt":
        case "learning": {
          if (!hostStates.includes(name)) hostStates.push(name);
          const command = /^\/[^\s$]+/.exec(action)?.[0];
          if (command !== undefined) slashCommands.add(command, name);
          break;
        }
        case "none":
        case "contract":
          break;
        default:
          unreachable(state.kind);
      }
    }
  }
  return {
    programs: programs.list(),
    shellStates,
    hosts: hostStates.length > 0,
    hostStates,
    newerBash: newerBashOf(newer),
    packages: packages.list(),
    mcpServers: mcpServers.list(),
    slashCommands: slashCommands.list(),
    children: children.list(),
  };
}

function newerBashOf(
  uses: readonly { readonly since: string; readonly state: string }[],
): Needs["newerBash"] {
  const since = latestRelease(uses.map((use) => use.since));
  if (since === null) return null;
  return { since, states: [...new Set(uses.map(({ state }) => state))] };
}

/** Returns the names of the loops that states of `loop` run, computed ones left out. */
export function staticChildren(loop: Loop): string[] {
  const names = Object.values(loop.states).map((state) => state.loop);
  return [
    ...new Set(
      names.filter((name) => name !== null && isStaticLoopName(name)),
    ),
  ] as string[];
}

function acts(state: State, loop: Loop): boolean {
  return !state.terminal || state.name === loop.onMaxSteps ||
    state.name === loop.onMaxIterations;
}

function isJudgedHere(state: State, loop: Loop): boolean {
  return state.next === null &&
    (isJudged(state) && loop.llm.enabled ||
      state.evaluate?.type === "comparator");
}

class Collector {
  readonly #states = new Map<string, string[]>();

  add(name: string, state: string): void {
    const states = this.#states.get(name);
    if (states === undefined) this.#states.set(name, [state]);
    else if (!states.includes(state)) states.push(state);
  }

  list(): Need[] {
    return [...this.#states].sort(([a], [b]) => a < b ? -1 : 1).map((
      [name, states],
    ) => ({ name, state: states[0] ?? "", states }));
  }
}
