/** Owns who performs a segment: the real performer, or another one that takes its place. */

import { join } from "@std/path";
import type { Abilities } from "../../check/mod.ts";
import type { Supervisor } from "../../ports/mod.ts";
import { SAFE_VARIABLE } from "../hosts/mod.ts";
import { McpConnections } from "../mcp/mod.ts";
import { SharedCircuit } from "../rate_limits/mod.ts";
import type { World } from "../world.ts";
import { agentSettings } from "./agent_settings.ts";
import { ChildEnvironment } from "./child_environment.ts";
import type { Performer } from "./drive.ts";
import { GRACE_VARIABLE } from "./grace.ts";
import { loadWhileRunning } from "./load_while_running.ts";
import { ownProgram } from "./own_program.ts";
import { makePerformer } from "./perform.ts";
import type { Prepared } from "./prepare.ts";
import type { RunFolder } from "./run_folder.ts";

/** What a performer may work with. */
export interface PerformerContext {
  readonly world: World;
  readonly prepared: Prepared;
  readonly folder: RunFolder;
  readonly supervisor: Supervisor;
}

/** Makes the performer of a segment. */
export interface PerformerFactory {
  /** What it can perform: a loop that needs more is refused before anything is written. */
  readonly can: Abilities;
  make(context: PerformerContext): Performer;
}

const REAL_ABILITIES: Abilities = {
  kinds: new Set(["none", "shell", "prompt", "mcp", "contract", "loop"]),
  judges: new Set(["engine", "agent"]),
  shell: "bash",
};

/** Runs actions as processes, and looks at the world as it is. */
export const REAL_PERFORMER: PerformerFactory = {
  can: REAL_ABILITIES,
  make(context) {
    const { world, prepared, folder, supervisor } = context;
    const { request, project, vault } = prepared;
    const environment = environmentOf(context);
    return makePerformer({
      world,
      supervisor,
      vault,
      environment,
      root: project.root,
      folder: folder.path,
      mcp: new McpConnections({
        world,
        supervisor,
        vault,
        root: project.root,
        graceMs: prepared.graceMs,
        envOf: (effect) => environment.ofServer(effect),
      }),
      graceMs: prepared.graceMs,
      load: (effect) =>
        loadWhileRunning(world, { ...prepared, can: REAL_ABILITIES }, effect),
      isVerbose: request.isVerbose,
      agents: agentSettings(world, prepared),
      circuit: project.config.rateLimitCircuit
        ? new SharedCircuit(world, project.loopsDir)
        : null,
    });
  },
};

function environmentOf(
  { world, prepared, folder }: PerformerContext,
): ChildEnvironment {
  const { handoffThreshold, contextLimit } = prepared.request;
  const { ancestors, graceMs } = prepared;
  return new ChildEnvironment({
    files: world.files,
    system: world.system,
    folder: join(folder.path, "values"),
    inherited: Object.keys(world.system.environment()),
    fixed: {
      ...ownProgram(world, { folder: folder.path, ancestors }),
      [GRACE_VARIABLE]: String(graceMs),
      // A loop that an action runs somewhere else keeps to it, too.
      ...(prepared.project.config.isSafe ? { [SAFE_VARIABLE]: "1" } : {}),
      ...(handoffThreshold === null
        ? {}
        : { LL_HANDOFF_THRESHOLD: String(handoffThreshold) }),
      ...(contextLimit === null
        ? {}
        : { LL_CONTEXT_LIMIT: String(contextLimit) }),
    },
  });
}
