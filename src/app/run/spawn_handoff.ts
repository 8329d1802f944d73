/** Owns `on_handoff: spawn`: an agent is started that goes on with the run, once that has let go of everything. */

import { join } from "@std/path";
import { joinCommand, LoopError } from "../../model/mod.ts";
import type { World } from "../world.ts";
import { agentSettings, hostChoice, namedHost } from "./agent_settings.ts";
import type { Prepared } from "./prepare.ts";
import { RUN_ID_VARIABLE } from "./prepare.ts";
import type { RunListener } from "./run_listener.ts";
import type { RunResult } from "./run_segment.ts";

/** Starts the agent where the run has asked for a handoff and its loop says so; tells what came of it. */
export async function spawnHandoff(
  world: World,
  prepared: Prepared,
  ended: Pick<RunResult, "snapshot" | "folder"> & {
    readonly listener: Required<RunListener>;
  },
): Promise<void> {
  const { snapshot, folder, listener } = ended;
  const { end } = snapshot;
  const { loop, project } = prepared;
  if (end?.terminatedBy !== "handoff" || loop.onHandoff !== "spawn") return;
  try {
    const state = loop.states[end.finalState];
    const named = state === undefined
      ? loop.host ?? null
      : namedHost(loop, state);
    const settings = agentSettings(world, prepared);
    const host = settings.choose({ named });
    const { hostCommand } = await import("../agents/mod.ts");
    const promptFile = join(folder.path, "outputs", "handoff.prompt");
    const prompt = promptOf(folder.id, end.continuation ?? "");
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
      'exec "$@" < "$0" > /dev/null 2>&1',
      promptFile,
      ...command.argv,
    ], { cwd: project.root, onStdout() {}, onStderr() {} });
    await child.release();
    listener.onNote(
      `An agent was started to go on with the run: ${host.name}, pid ${child.pid}`,
    );
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    listener.onWarning(`No agent was started to go on: ${error.message}`);
  }
}

function promptOf(runId: string, continuation: string): string {
  const command = joinCommand(["ll-loop", "resume", runId]);
  return `Run this command and wait until it has ended: ${command}\n${
    continuation === "" ? "" : `\n${continuation}\n`
  }`;
}
