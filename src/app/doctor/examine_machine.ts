/** Owns what the machine has: shell, git, agents, and what can be promised about processes. */

import type { FoundTool, Machine } from "../../model/mod.ts";
import { AGENT_HOSTS } from "../needs/mod.ts";
import type { World } from "../world.ts";
import { askProgram, versionIn } from "./ask_version.ts";

type MachineWorld = Pick<World, "processes" | "system">;

/** Returns what is there. Programs are asked for their versions in `cwd`, all at the same time. */
export async function examineMachine(
  world: MachineWorld,
  cwd: string,
): Promise<Machine> {
  const { setsid, canSeeAll, isGuarded } = world.system.processAbilities();
  const [bash, git, ...agents] = await Promise.all([
    findTool(world, "bash", cwd),
    findTool(world, "git", cwd),
    ...AGENT_HOSTS.map((name) => findTool(world, name, cwd)),
  ]);
  return {
    os: world.system.os,
    bash,
    // It comes with the system's basic tools, and its version says nothing.
    setsid: { name: "setsid", path: setsid, version: null },
    git,
    agents,
    canSeeAll,
    isGuarded,
  };
}

async function findTool(
  world: MachineWorld,
  name: string,
  cwd: string,
): Promise<FoundTool> {
  const path = world.processes.find(name);
  if (path === null) return { name, path, version: null };
  const { exitCode, stdout, stderr } = await askProgram(world, path, cwd);
  const said = exitCode === 0 ? stdout.text + stderr.text : "";
  return { name, path, version: versionIn(said) };
}
