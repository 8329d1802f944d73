/** Owns what no installation of a program helps against: a system on which actions cannot run. */

import { callsAgent } from "../../check/mod.ts";
import { type Loop, own, type State } from "../../model/mod.ts";
import { readServers, serverOf } from "../mcp/mod.ts";
import type { World } from "../world.ts";
import type { Prepared } from "./prepare.ts";

/** Why this system cannot run a loop. */
export interface SystemObstacle {
  /** Name of the first state that would start a process. */
  readonly state: string;
  /** Completes "state X …": what it starts, and why that cannot be. */
  readonly reason: string;
  /** The way out. */
  readonly hint: string;
}

/** The part of a run that may meet an obstacle. */
export interface Obstructed extends Pick<Prepared, "definitions"> {
  readonly project: Pick<Prepared["project"], "root">;
}

/**
 * Returns why actions cannot run on this system; `null` where they can, and for a loop that
 * starts no process. Windows has no process groups: nothing that an action starts could be
 * ended for certain, at a limit or at the end of the run.
 */
export function systemObstacle(
  world: Pick<World, "system" | "files">,
  prepared: Obstructed,
): SystemObstacle | null {
  if (world.system.os !== "windows") return null;
  for (const loop of Object.values(prepared.definitions.loops)) {
    for (const state of Object.values(loop.states)) {
      const starts = startOf(state, {
        world,
        loop,
        root: prepared.project.root,
      });
      if (starts === null) continue;
      return {
        state: state.name,
        reason: `${starts}, ` +
          "and Windows has no process groups, by which all that it starts is ended",
        hint:
          "Install WSL (`wsl --install`) and run ll-loop inside of it: there it does all " +
          "that it does on Linux",
      };
    }
  }
  return null;
}

/** What a state starts, to complete "state X …"; `null` where it starts no process. */
function startOf(
  state: State,
  { world, loop, root }: {
    readonly world: Pick<World, "system" | "files">;
    readonly loop: Loop;
    readonly root: string;
  },
): string | null {
  if (state.terminal && !isSummary(state, loop)) return null;
  if (state.kind === "shell") return "runs a shell action";
  if (state.kind === "mcp" && startsServer(state, { world, root })) {
    return "starts an MCP server";
  }
  return callsAgent(state, loop) ? "starts an agent" : null;
}

/** A server behind an address is started by nobody here, and one that is not there by nobody at all. */
function startsServer(
  { action }: State,
  { world, root }: {
    readonly world: Pick<World, "system" | "files">;
    readonly root: string;
  },
): boolean {
  const name = (action ?? "").split("/", 1)[0]?.trim() ?? "";
  if (name.includes("${")) return true;
  const entry = own(readServers(world, root).entries, name);
  if (entry === undefined) return false;
  const read = serverOf(entry, { cwd: root, env: world.system.environment() });
  return read.kind === "unset" ||
    (read.kind === "server" && read.server.kind === "stdio");
}

/** Returns the first state whose shell action may run; `null` when there is none. */
export function firstShellState(
  prepared: Pick<Prepared, "definitions">,
): State | null {
  for (const loop of Object.values(prepared.definitions.loops)) {
    const state = Object.values(loop.states).find((each) =>
      each.kind === "shell" && (!each.terminal || isSummary(each, loop))
    );
    if (state !== undefined) return state;
  }
  return null;
}

function isSummary({ name }: State, loop: Loop): boolean {
  return name === loop.onMaxSteps || name === loop.onMaxIterations;
}
