/** Owns what is told of runs that were stopped. */

import {
  joinCommand,
  type JsonObject,
  SCHEMA_VERSION,
  unreachable,
} from "../model/mod.ts";
import { count } from "./count.ts";
import { formatDuration } from "./duration.ts";
import { painter, type Style } from "./style.ts";
import { makeVisible } from "./visible.ts";

/** A run that was stopped. */
export interface Stopped {
  readonly loop: string;
  readonly runId: string;
  readonly how: "ended" | "killed" | "asked" | "swept";
  readonly pid: number | null;
  readonly tookMs: number;
  /** Its processes that are gone now, secrets aside. */
  readonly ended: readonly { readonly pid: number; readonly command: string }[];
  /** Where it stands; `null` where that is not known. */
  readonly at: {
    readonly state: string;
    readonly steps: number;
    readonly status: string;
  } | null;
  readonly canResume: boolean;
  /** Options by which other commands find it. */
  readonly foundBy: readonly string[];
}

const SHOWN_MAX = 8;

/** Returns the message about one run as lines. */
export function formatStopped(
  stopped: Stopped,
  style: Style,
): readonly string[] {
  const paint = painter(style);
  const row = (label: string, text: string) =>
    paint("secondary", `  ${label.padEnd(8)}`) + text;
  const { at, ended } = stopped;
  const lines = [formatHow(stopped)];
  if (stopped.how === "asked") return lines;
  if (at !== null) {
    lines.push(
      row(
        "state",
        `${makeVisible(at.state)}, after ${count(at.steps, "step")}`,
      ),
    );
  }
  if (ended.length > 0) {
    lines.push(row("ended", count(ended.length, "process", "processes")));
    for (const { pid, command } of ended.slice(0, SHOWN_MAX)) {
      lines.push(
        row("", `${pid} ${makeVisible(command.split("\n")[0] ?? "")}`),
      );
    }
    const rest = ended.length - SHOWN_MAX;
    if (rest > 0) lines.push(row("", `and ${rest} more`));
  }
  if (stopped.canResume) lines.push(row("next", resumeCommand(stopped)));
  return lines;
}

/** Returns the object that `stop --json` prints. */
export function stoppedJson(runs: readonly Stopped[]): JsonObject {
  return {
    schema_version: SCHEMA_VERSION,
    stopped: runs.map((run) => ({
      loop: run.loop,
      run_id: run.runId,
      how: run.how,
      pid: run.pid,
      duration_ms: Math.round(run.tookMs),
      processes: run.ended.map((each) => ({ ...each })),
      current_state: run.at?.state ?? null,
      iteration: run.at?.steps ?? null,
      status: run.at?.status ?? null,
      can_resume: run.canResume,
    })),
  };
}

function formatHow({ how, runId, loop, pid, tookMs }: Stopped): string {
  const run = `run ${runId} of loop "${makeVisible(loop)}"`;
  const time = formatDuration(tookMs);
  switch (how) {
    case "ended":
      return `Stopped ${run} (pid ${pid}) after ${time}`;
    case "killed":
      return `Killed ${run} (pid ${pid}) after ${time}: it did not end when it was asked to`;
    case "asked":
      return `Asked ${run} to stop: this command is a part of it, and ends with it`;
    case "swept":
      return `Ended what ${run} had left: it was not running any more`;
    default:
      return unreachable(how);
  }
}

function resumeCommand({ runId, foundBy }: Stopped): string {
  return joinCommand(["ll-loop", "resume", runId, ...foundBy]);
}
