/** Owns looking for the MCP servers that a loop needs, and for what they need themselves. */

import type { Need } from "../../check/mod.ts";
import {
  type Definitions,
  isInherited,
  type Loop,
  type State,
} from "../../model/mod.ts";
import { readServers, type ServerEntry, serverOf } from "../mcp/mod.ts";
import type { World } from "../world.ts";

/** A server that a loop needs. */
export interface FoundServer {
  readonly need: Need;
  /** Whether the project has it, set up as it should be. */
  readonly isFound: boolean;
  /** The file. */
  readonly where: string;
  /** What is wrong with it, or with the server in it; `null` where the server is only not there. */
  readonly why: string | null;
  /** Program that it is started with; `null` where it is an address, or where that is not known. */
  readonly program: string | null;
  /** Environment variables that it mentions and that are not set for it. */
  readonly unset: readonly UnsetVariable[];
}

/** A variable that a server mentions. */
export interface UnsetVariable {
  readonly name: string;
  /** Whether it is set, and `env_allow` of a state that calls the server keeps it out. */
  readonly isKeptOut: boolean;
}

/** Returns what is known of the servers of the project at `root`. Nothing is started. */
export function findServers(
  world: Pick<World, "files" | "system">,
  root: string,
  { needs, definitions }: {
    readonly needs: readonly Need[];
    readonly definitions: Definitions;
  },
): readonly FoundServer[] {
  if (needs.length === 0) return [];
  const servers = readServers(world, root);
  const { file, entries, problem } = servers;
  const outer = world.system.environment();
  return needs.map((need): FoundServer => {
    const missing = {
      need,
      isFound: false,
      where: file,
      why: null,
      program: null,
      unset: [],
    };
    if (problem?.kind === "broken") {
      const why = `cannot use ${file}${problem.place}: ${problem.reason}`;
      return { ...missing, why };
    }
    const entry = Object.hasOwn(entries, need.name)
      ? entries[need.name]
      : undefined;
    if (entry === undefined) return missing;
    const read = readFor(
      callersOf(definitions, need.name).map((env) =>
        serverOf(entry, { cwd: root, env: env(outer) })
      ),
    );
    switch (read.kind) {
      case "bad":
        return {
          ...missing,
          why: `in ${file}${servers.placeOf(need.name)} it ${read.reason}`,
        };
      case "unset":
        return {
          ...missing,
          isFound: true,
          unset: read.names.map((name) => ({
            name,
            isKeptOut: Object.hasOwn(outer, name),
          })),
        };
      case "server": {
        const { server } = read;
        const program = server.kind === "stdio" ? server.argv[0] ?? null : null;
        return { ...missing, isFound: true, program };
      }
    }
  });
}

type Environment = Readonly<Record<string, string>>;

/** Returns what each state that calls the server makes of an environment, before a run: values may still be templates. */
function callersOf(
  { loops }: Definitions,
  server: string,
): ((outer: Environment) => Environment)[] {
  return Object.values(loops).flatMap((loop) =>
    Object.values(loop.states)
      .filter(({ kind, action }) =>
        kind === "mcp" && action?.split("/", 1)[0] === server
      )
      .map((state) => (outer: Environment) => ({
        ...inherited(outer, { loop, state }),
        ...loop.env,
        ...state.env,
      }))
  );
}

function inherited(
  outer: Environment,
  { loop, state }: { readonly loop: Loop; readonly state: State },
): Environment {
  const allowed = state.envAllow ?? loop.envAllow;
  if (allowed === undefined) return outer;
  return Object.fromEntries(
    Object.entries(outer).filter(([name]) => isInherited(name, allowed)),
  );
}

/** Of what the entry is for several states, what somebody has to do something about. */
function readFor(all: readonly ServerEntry[]): ServerEntry {
  return all.find(({ kind }) => kind !== "server") ?? all[0] ??
    { kind: "bad", reason: "is called by no state" };
}
