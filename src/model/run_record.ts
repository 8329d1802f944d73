// deno-lint-ignore-file camelcase -- the names in the files are the reference's
/** Owns `run.json` and `state.json`: what a run leaves for people, tools and later commands. */

import type { Json, JsonObject } from "./json.ts";
import type { RunStatus } from "./event.ts";

/** Version of every JSON object that this program writes. Fields are only added to it. */
export const SCHEMA_VERSION = 1;

/** `run.json`, written once when a run starts: what was asked, and where. */
export interface RunRecord {
  readonly schema_version: typeof SCHEMA_VERSION;
  readonly id: string;
  /** `name:` of the definition. */
  readonly loop: string;
  /** What was typed to find it. */
  readonly loop_argument: string;
  /** The definition file. */
  readonly file: string;
  readonly args: readonly string[];
  /** Effective context; secret values are left out. */
  readonly context: JsonObject;
  /** Keys whose values were left out. */
  readonly secrets: readonly string[];
  readonly overrides: JsonObject;
  /** Options that were given and hold for the whole run; times in ms. */
  readonly options: JsonObject;
  readonly project: string;
  /** Folder of the loops. */
  readonly loops_dir: string;
  readonly scope: readonly string[];
  readonly host: string;
  readonly pid: number;
  readonly pid_started: string | null;
  readonly started_at: string;
  readonly version: string;
  readonly runtime: string;
  /** Run ids of the runs that this one was started from, outermost first. */
  readonly ancestors: readonly string[];
  /** Of the definition as its files had it, before anything was set over it. */
  readonly definition_hash: string;
}

/** The line in `owner`, by whoever holds that file locked and so runs the run. */
export interface RunOwner {
  readonly pid: number;
  /** Token of the process's start; with the pid it names a process for good. */
  readonly pid_started: string | null;
  readonly host: string;
  /** Version of ll-loop. */
  readonly version: string;
}

/** `state.json`: the reference's names first (CLI 3.3), ours after them. */
export interface StateFile {
  readonly loop_name: string;
  readonly current_state: string;
  readonly iteration: number;
  readonly captured: { readonly [name: string]: Json };
  readonly prev_result: Json;
  readonly last_result: Json;
  readonly started_at: string;
  readonly updated_at: string;
  readonly status: RunStatus;
  readonly accumulated_ms: number;
  readonly continuation_prompt?: string;
  readonly retry_counts?: { readonly [state: string]: number };
  readonly edge_revisit_counts?: { readonly [edge: string]: number };
  readonly iteration_count?: number;
  readonly messages?: readonly string[];
  readonly pid: number;
  readonly context?: JsonObject;
  readonly active_sub_loop?: string;
  readonly schema_version: typeof SCHEMA_VERSION;
  readonly run_id: string;
  readonly terminated_by?: string;
  readonly exit_status?: number;
  readonly error?: string;
  /** What agents have used: in all, and below `states` by state. */
  readonly spend?: JsonObject;
  /** The option with which the run goes on that has used up the budget of its loop, and its value. */
  readonly raise_budget?: readonly string[];
}
