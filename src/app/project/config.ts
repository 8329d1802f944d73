/** Owns the settings of a project: their names, defaults and ranges. */

import type { Durability, Prices } from "../../model/mod.ts";
import type { HostStream } from "../hosts/mod.ts";

/** Settings of a project. What nobody has set is `null` where others have a say after it. */
export interface Config {
  /** Whether colours may be used; `null` leaves it to the terminal. */
  readonly color: boolean | null;
  /** How long `--queue` waits. @default {86_400_000} */
  readonly queueTimeoutMs: number;
  /** Time between TERM and KILL. @default {5000} */
  readonly graceMs: number;
  /** Whether the outcome of each action is on the disk before the next. @default {"full"} */
  readonly durability: Durability;
  /** Which ended runs are kept. */
  readonly retention: {
    /** Runs of one loop; 0 keeps all. @default {200} */
    readonly runs: number;
    /** Days; 0 keeps all. @default {30} */
    readonly days: number;
  };
  /** How deep loops may call loops. @default {16} */
  readonly maxDepth: number;
  /** Pause between steps; `null` leaves it to the loop. */
  readonly delayMs: number | null;
  /** `${context.include}` of a run that is given none; `null` adds none. */
  readonly include: string | null;
  /** Agent host of prompts that name none; `null` leaves it to PATH. */
  readonly host: string | null;
  /** Shell command of the host `command`. */
  readonly hostCommand: string | null;
  /** How that prints. @default {"text"} */
  readonly hostStream: HostStream;
  /** Whether hosts keep their permission prompts. */
  readonly isSafe: boolean;
  /** Whether runs tell each other of rate limits. @default {true} */
  readonly rateLimitCircuit: boolean;
  /** Whether prompts look at the memory of the machine. @default {true} */
  readonly hostGuard: boolean;
  /** Prices of models, before those of the vendors' lists. */
  readonly prices: Prices;
}

/** The settings of a project that has set none. */
export const DEFAULT_CONFIG: Config = {
  color: null,
  queueTimeoutMs: 86_400_000,
  graceMs: 5000,
  durability: "full",
  retention: { runs: 200, days: 30 },
  maxDepth: 16,
  delayMs: null,
  include: null,
  host: null,
  hostCommand: null,
  hostStream: "text",
  isSafe: false,
  rateLimitCircuit: true,
  hostGuard: true,
  prices: {},
};

/** Settings as a file gives them: flat, by the names of {@linkcode Config}. */
export interface Settings {
  color?: boolean;
  queueTimeoutMs?: number;
  graceMs?: number;
  durability?: Durability;
  retentionRuns?: number;
  retentionDays?: number;
  maxDepth?: number;
  delayMs?: number;
  /** Only the reference's file may say. */
  include?: string;
  host?: string;
  hostCommand?: string;
  hostStream?: HostStream;
  isSafe?: boolean;
  rateLimitCircuit?: boolean;
  hostGuard?: boolean;
  prices?: Prices;
  /** Where the loops are, as written; only the reference's file may say. */
  loopsDir?: string;
}

/**
 * Returns the configuration of the given settings, the first that says something winning.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const config = combineSettings([{ graceMs: 100 }, { graceMs: 200, maxDepth: 3 }]);
 * assertEquals([config.graceMs, config.maxDepth, config.color], [100, 3, null]);
 * ```
 */
export function combineSettings(all: readonly Settings[]): Config {
  const settings: Settings = Object.assign({}, ...all.toReversed());
  const defaults = DEFAULT_CONFIG;
  return {
    color: settings.color ?? defaults.color,
    queueTimeoutMs: settings.queueTimeoutMs ?? defaults.queueTimeoutMs,
    graceMs: settings.graceMs ?? defaults.graceMs,
    durability: settings.durability ?? defaults.durability,
    retention: {
      runs: settings.retentionRuns ?? defaults.retention.runs,
      days: settings.retentionDays ?? defaults.retention.days,
    },
    maxDepth: settings.maxDepth ?? defaults.maxDepth,
    delayMs: settings.delayMs ?? defaults.delayMs,
    include: settings.include ?? defaults.include,
    host: settings.host ?? defaults.host,
    hostCommand: settings.hostCommand ?? defaults.hostCommand,
    hostStream: settings.hostStream ?? defaults.hostStream,
    isSafe: settings.isSafe ?? defaults.isSafe,
    rateLimitCircuit: settings.rateLimitCircuit ?? defaults.rateLimitCircuit,
    hostGuard: settings.hostGuard ?? defaults.hostGuard,
    prices: settings.prices ?? defaults.prices,
  };
}
