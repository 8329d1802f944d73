/** Owns looking for the MCP servers that a loop needs, and for what they need themselves. */

import type { Need } from "../../check/mod.ts";
import { readServers, serverOf } from "../mcp/mod.ts";
import type { World } from "../world.ts";

/** A server that a loop needs. */
export interface FoundServer {
  readonly need: Need;
  /** Whether the project has it, set up as it should be. */
  readonly isFound: boolean;
  /** The file, and what is wrong with it or with the server in it. */
  readonly where: string;
  /** Program that it is started with; `null` where it is an address, or where that is not known. */
  readonly program: string | null;
  /** Environment variables that it mentions and that are not set. */
  readonly unset: readonly string[];
}

/** Returns what is known of the servers of the project at `root`. Nothing is started. */
export function findServers(
  world: Pick<World, "files" | "system">,
  root: string,
  needs: readonly Need[],
): readonly FoundServer[] {
  if (needs.length === 0) return [];
  const { file, entries, problem } = readServers(world, root);
  const env = world.system.environment();
  return needs.map((need): FoundServer => {
    const missing = { need, isFound: false, program: null, unset: [] };
    if (problem?.kind === "broken") {
      return { ...missing, where: `${file}: ${problem.reason}` };
    }
    const entry = Object.hasOwn(entries, need.name)
      ? entries[need.name]
      : undefined;
    if (entry === undefined) return { ...missing, where: file };
    const read = serverOf(entry, { cwd: root, env });
    switch (read.kind) {
      case "bad":
        return { ...missing, where: `${file}: it ${read.reason}` };
      case "unset":
        return { ...missing, isFound: true, where: file, unset: read.names };
      case "server": {
        const { server } = read;
        const program = server.kind === "stdio" ? server.argv[0] ?? null : null;
        return { need, isFound: true, where: file, program, unset: [] };
      }
    }
  });
}
