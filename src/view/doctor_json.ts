/** Owns `doctor --json`. */

import {
  type Examination,
  type FoundTool,
  type JsonObject,
  SCHEMA_VERSION,
} from "../model/mod.ts";
import type { DoctorLoop, DoctorReport } from "./doctor.ts";
import { needJson } from "./plan.ts";
import { formatVerdict } from "./verdict.ts";

/** Returns a report as one object. */
export function doctorJson(report: DoctorReport): JsonObject {
  const { examination, loops, isReady } = report;
  const { version, runtime, command, copies } = examination;
  return {
    schema_version: SCHEMA_VERSION,
    ready: isReady,
    version,
    runtime,
    command,
    on_path: copies.map(({ path, kind, version, evidence }) => ({
      path,
      kind,
      version,
      evidence,
    })),
    machine: machineJson(examination),
    project: projectJson(examination),
    loops: loops.map(loopJson),
    // What a script starts is read from its text.
    best_effort: true,
  };
}

function machineJson({ machine }: Examination): JsonObject {
  const { os, bash, setsid, git, agents, canSeeAll, isGuarded } = machine;
  return {
    os,
    bash: toolJson(bash),
    setsid: toolJson(setsid),
    git: toolJson(git),
    agents: agents.map(toolJson),
    sees_all_processes: canSeeAll,
    guardian: isGuarded,
  };
}

function toolJson({ name, path, version }: FoundTool): JsonObject {
  return { name, path, version };
}

function projectJson(examination: Examination): JsonObject {
  const { root, loopsDir, configuration, folders } = examination;
  return {
    root,
    loops_dir: loopsDir,
    configuration: configuration.map((file) => ({
      file: file.file,
      owner: file.owner,
      read: file.isRead,
      ignored_keys: file.ignoredKeys,
      problems: file.problems.map(({ severity, line, message }) => ({
        severity,
        line,
        message,
      })),
    })),
    folders: folders.map((folder) => ({
      path: folder.path,
      exists: folder.exists,
      writable: folder.isWritable,
      locks: folder.hasLocks,
      problem: folder.problem,
    })),
  };
}

function loopJson(loop: DoctorLoop): JsonObject {
  const { name, file, verdict, problem, needs, canRun } = loop;
  return {
    loop: name,
    file,
    verdict: verdict?.kind ?? "does-not-run",
    summary: verdict === null
      ? `does not run: ${problem}`
      : formatVerdict(verdict),
    can_run: canRun,
    problem,
    values: (verdict?.values ?? []).map(({ name, add, usedBy }) => ({
      name,
      add,
      used_by: usedBy,
    })),
    needs: needs.map(needJson),
    unsupported: (verdict?.unsupported ?? []).map(({ state, reason }) => ({
      state,
      reason,
    })),
  };
}
