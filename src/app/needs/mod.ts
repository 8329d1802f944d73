/** Owns looking for what a loop needs from the machine. Best effort: nothing is started. */

import { join } from "@std/path";
import { type Need, needsOf } from "../../check/mod.ts";
import { type Definitions, HOST_FACTS, unreachable } from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { findServers, type FoundServer } from "./find_servers.ts";
import { hasOldBash } from "./old_bash.ts";

export { hasOldBash } from "./old_bash.ts";

/** Name of this program, by which loops call it. */
export const PROGRAM_NAME = "ll-loop";
/** Why a variable that is set is none for a server. */
const KEPT_OUT = "it is set, and env_allow keeps it out";
/** What runs the actions. */
const SHELL = "bash";

/** One thing that a loop needs, and whether it is there. */
export interface FoundNeed {
  readonly kind:
    | "program"
    | "Python package"
    | "agent host"
    | "MCP server"
    | "environment variable"
    | "slash command"
    | "loop";
  readonly name: string;
  /** `null` where it cannot be known before the run. */
  readonly isFound: boolean | null;
  /** Where it was found, or where it was looked for. */
  readonly where: string | null;
  /** Why it cannot be used, where that is not only that it was not found. */
  readonly why?: string;
  /** Whether it comes with the reference and with nothing else. */
  readonly isOfReference: boolean;
  readonly states: readonly string[];
}

/** Programs that can carry out a prompt, in the order in which PATH is searched for them. */
export const AGENT_HOSTS: readonly string[] = Object.values(HOST_FACTS)
  .flatMap(({ program }) => program === null ? [] : [program]);

/** Returns the needs of the loops, programs first. */
export function findNeeds(
  world: Pick<World, "processes" | "files" | "system">,
  project: Pick<Project, "root"> & Partial<Pick<Project, "config">>,
  definitions: Definitions,
): readonly FoundNeed[] {
  const needs = needsOf(definitions);
  // It goes without saying where it is there.
  const lacksShell = needs.shellStates.length > 0 &&
    world.processes.find(SHELL) === null;
  const servers = findServers(world, project.root, {
    needs: needs.mcpServers,
    definitions,
  });
  const programs = withServers(needs.programs, servers).filter(({ name }) =>
    !lacksShell || name !== SHELL
  );
  const found: FoundNeed[] = programs.map((need) => {
    // Children of a run find the program that runs it.
    if (need.name === PROGRAM_NAME) {
      return give("program", need, { isFound: true, where: "this program" });
    }
    const where = world.processes.find(need.name);
    return give("program", need, { isFound: where !== null, where });
  });
  for (const need of needs.packages) {
    found.push(give("Python package", need, { isFound: null, where: null }));
  }
  if (lacksShell) {
    const need = { name: SHELL, state: "", states: needs.shellStates };
    found.unshift(give("program", need, { isFound: false, where: null }));
  }
  if (needs.newerBash !== null && hasOldBash(world)) {
    const { since, states } = needs.newerBash;
    const need = { name: `bash ${since} or later`, state: "", states };
    found.push(give("program", need, { isFound: false, where: null }));
  }
  if (needs.hosts) {
    const paths = AGENT_HOSTS.map((host) => world.processes.find(host));
    const where = project.config?.hostCommand ??
      paths.find((path) => path !== null) ?? null;
    found.push({
      kind: "agent host",
      name: AGENT_HOSTS.join(" or "),
      isFound: where !== null,
      where,
      isOfReference: false,
      states: needs.hostStates,
    });
  }
  for (const { need, isFound, where, why, unset } of servers) {
    found.push({
      ...give("MCP server", need, { isFound, where }),
      ...(why === null ? {} : { why }),
    });
    for (const { name, isKeptOut } of unset) {
      const variable = { ...need, name };
      const seen = { isFound: false, where: null };
      found.push({
        ...give("environment variable", variable, seen),
        ...(isKeptOut ? { why: KEPT_OUT } : {}),
      });
    }
  }
  for (const need of needs.slashCommands) {
    const where = commandFile(world, project.root, need.name);
    found.push(give("slash command", need, {
      // Plugins and hosts bring commands of their own, which no file here shows.
      isFound: where === null ? null : true,
      where,
    }));
  }
  for (const need of needs.children) {
    const isComputed = need.name.includes("${");
    found.push(
      give("loop", need, { isFound: isComputed ? null : true, where: null }),
    );
  }
  return found;
}

function give(
  kind: FoundNeed["kind"],
  need: Need,
  seen: Pick<FoundNeed, "isFound" | "where">,
): FoundNeed {
  return {
    kind,
    name: need.name,
    ...seen,
    isOfReference: isOfReference(kind, need.name),
    states: need.states,
  };
}

/** Its programs are `ll-NAME`, its commands `/ll:NAME`. */
function isOfReference(kind: FoundNeed["kind"], name: string): boolean {
  switch (kind) {
    case "program":
      return name.startsWith("ll-") && name !== PROGRAM_NAME;
    case "slash command":
      return name.startsWith("/ll:");
    case "Python package":
      return true;
    case "agent host":
    case "MCP server":
    case "environment variable":
    case "loop":
      return false;
    default:
      return unreachable(kind);
  }
}

/** Returns the programs that scripts call and those that servers are, by name. */
function withServers(
  programs: readonly Need[],
  servers: readonly FoundServer[],
): readonly Need[] {
  const all = new Map(programs.map((need) => [need.name, need]));
  for (const { program: name, need } of servers) {
    if (name === null) continue;
    const { state, states } = all.get(name) ?? need;
    const together = [...new Set([...states, ...need.states])];
    all.set(name, { name, state, states: together });
  }
  return all.size === programs.length
    ? [...all.values()]
    : [...all.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

function commandFile(
  world: Pick<World, "files" | "system">,
  root: string,
  command: string,
): string | null {
  const name = command.replace(/^\//, "").replaceAll(":", "/");
  const last = name.split("/").at(-1) ?? name;
  const homes = [
    root,
    ...(world.system.home === null ? [] : [world.system.home]),
  ];
  const candidates = homes.flatMap((home) => [
    join(home, ".claude/commands", `${name}.md`),
    join(home, ".claude/skills", last, "SKILL.md"),
  ]);
  return candidates.find((path) => world.files.stat(path)?.isFile) ?? null;
}
