/**
 * Owns `on_handoff: spawn`: an agent that goes on with the run. It is started before the last words of the run, so
 * that these can tell of it, and begins when the run has let go of everything.
 */

import { join } from "@std/path";
import {
  displayPath,
  type EventBody,
  joinCommand,
  LoopError,
  type Snapshot,
} from "../../model/mod.ts";
import type { DetachedProcess } from "../../ports/mod.ts";
import { isSafe, SAFE_VARIABLE } from "../hosts/mod.ts";
import { maskText } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import { agentSettings, hostChoice, namedHost } from "./agent_settings.ts";
import { type Prepared, RUN_ID_VARIABLE } from "./prepare.ts";
import type { RunFolder } from "./run_folder.ts";

/** An agent that was started to go on with a run, or why none was. */
export interface Successor {
  /** `handoff_spawned`, or `handoff_spawn_failed`. */
  readonly told: SuccessorEvent;
  /** Lets it begin. It is not of the run, and outlives it. */
  release(): Promise<void>;
}

/** What a run tells of its successor. */
export type SuccessorEvent = Extract<
  EventBody,
  { readonly event: "handoff_spawned" | "handoff_spawn_failed" }
>;

/** Starts the agent where a run has asked for a handoff and its loop says so; `null` where neither is so. */
export async function startSuccessor(
  world: World,
  prepared: Prepared,
  { snapshot, folder }: {
    readonly snapshot: Pick<Snapshot, "end">;
    readonly folder: Pick<RunFolder, "id" | "path">;
  },
): Promise<Successor | null> {
  const { end } = snapshot;
  if (end?.terminatedBy !== "handoff" || !spawnsOnHandoff(prepared)) {
    return null;
  }
  const state = end.finalState;
  const failed = (error: string): Successor => ({
    told: { event: "handoff_spawn_failed", state, error },
    release: () => Promise.resolve(),
  });
  if (isSafe(world, hostChoice(prepared))) {
    return failed(
      `Nobody could allow it to go on in safe mode (${SAFE_VARIABLE}=1, or safe in the configuration)`,
    );
  }
  try {
    const started = await start(world, prepared, {
      state,
      folder,
      prompt: promptOf(folder.id, end.continuation ?? ""),
    });
    return {
      told: {
        event: "handoff_spawned",
        state,
        pid: started.child.pid,
        host: started.host,
        prompt_file: displayPath(started.promptFile, prepared.project.root),
        command: maskText(prepared.vault.mask, started.command),
      },
      release: () => started.child.release(),
    };
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    return failed(error.message);
  }
}

/** Returns whether an agent is started when a run asks for a handoff. */
export function spawnsOnHandoff({ loop }: Pick<Prepared, "loop">): boolean {
  return loop.onHandoff === "spawn";
}

interface Started {
  readonly child: DetachedProcess;
  readonly host: string;
  readonly promptFile: string;
  /** The command line, without what leads to it. */
  readonly command: string;
}

async function start(
  world: World,
  prepared: Prepared,
  { state, folder, prompt }: {
    readonly state: string;
    readonly folder: Pick<RunFolder, "path">;
    readonly prompt: string;
  },
): Promise<Started> {
  const { loop, project } = prepared;
  const handed = loop.states[state];
  const settings = agentSettings(world, prepared);
  const host = settings.choose({
    named: handed === undefined ? loop.host ?? null : namedHost(loop, handed),
  });
  const { hostCommand } = await import("../agents/mod.ts");
  const promptFile = join(folder.path, "outputs", "handoff.prompt");
  const command = hostCommand({
    host: host.name,
    prompt,
    model: settings.model,
    agent: null,
    tools: null,
    effort: null,
    session: null,
    isBypassed: host.isBypassed,
    leftUsd: null,
    command: hostChoice(prepared).command,
    schema: null,
    promptFile,
  });
  world.files.replace(promptFile, prompt);
  const given = Object.entries(command.env);
  const unset = given.flatMap(([name, value]) =>
    value === null ? ["-u", name] : []
  );
  const variables = given.flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${value}`]
  );
  const child = world.startDetached([
    "env",
    // It is not of the run that it goes on with: nothing of that ends it.
    "-u",
    RUN_ID_VARIABLE,
    ...unset,
    ...variables,
    "bash",
    "-c",
    // What it is given begins when this program lets it go, or is gone.
    'while read -r _; do :; done; exec "$@" < "$0" > /dev/null 2>&1',
    promptFile,
    ...command.argv,
  ], { cwd: project.root, isHeld: true, onStdout() {}, onStderr() {} });
  return {
    child,
    host: host.name,
    promptFile,
    command: joinCommand(command.argv),
  };
}

function promptOf(runId: string, continuation: string): string {
  const command = joinCommand(["ll-loop", "resume", runId]);
  return `Run this command and wait until it has ended: ${command}\n${
    continuation === "" ? "" : `\n${continuation}\n`
  }`;
}
