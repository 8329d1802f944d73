/** Owns what is told of a run that was started in the background. */

import { joinCommand, type JsonObject, SCHEMA_VERSION } from "../model/mod.ts";
import { painter, type Style } from "./style.ts";

/** A run that goes on by itself. Paths are as they shall be shown. */
export interface StartedRun {
  readonly loop: string;
  readonly runId: string;
  readonly pid: number;
  /** With a trailing slash. */
  readonly runFolder: string;
  readonly log: string;
  /** Options by which other commands find it. */
  readonly foundBy: readonly string[];
}

/** Returns the message as lines. */
export function formatStarted(
  started: StartedRun,
  style: Style,
): readonly string[] {
  const paint = painter(style);
  const command = (name: string) =>
    joinCommand(["ll-loop", name, started.runId, ...started.foundBy]);
  const rows = [
    ["run", started.runId],
    ["pid", String(started.pid)],
    ["log", started.log],
    ["look", command("status")],
    ["stop", command("stop")],
  ];
  return [
    `Loop "${paint("name", started.loop)}" runs in the background`,
    ...rows.map(([label = "", text = ""]) =>
      paint("secondary", `  ${label.padEnd(8)}`) + text
    ),
  ];
}

/** Returns the object that `run --background --json` prints. */
export function startedJson(started: StartedRun): JsonObject {
  return {
    schema_version: SCHEMA_VERSION,
    loop: started.loop,
    run_id: started.runId,
    pid: started.pid,
    run_folder: started.runFolder,
    log: started.log,
  };
}
