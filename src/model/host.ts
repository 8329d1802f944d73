/** Owns what is known of the agent command lines that carry out prompts: one line a host. */

import { nearest } from "./nearest.ts";

/** Every host, in the order in which PATH is searched for them. */
export const HOST_NAMES = ["claude", "codex", "gemini", "command"] as const;

/** One of {@linkcode HOST_NAMES}. */
export type HostName = typeof HOST_NAMES[number];

/** Keys of a state that only some hosts can act on. */
export const HOST_OPTIONS = [
  "model",
  "agent",
  "tools",
  "session_mode",
  "effort",
] as const;

/** One of {@linkcode HOST_OPTIONS}. */
export type HostOption = typeof HOST_OPTIONS[number];

/** What is known of a host. */
export interface HostFacts {
  /** Its program; `null` where the configuration names it. */
  readonly program: string | null;
  /** What it can act on; `command` by its template. */
  readonly options: readonly HostOption[];
  /** Whether it tells what a call has cost. */
  readonly tellsCost: boolean;
  /** Levels of `effort` that it knows; `null` where nothing is known of them. */
  readonly efforts: Efforts | null;
}

/** Levels of `effort`, in lower case, the least first. */
export interface Efforts {
  readonly levels: readonly string[];
  /** Whether it takes no other; otherwise that is up to the model. */
  readonly isClosed: boolean;
}

/** Facts of every host (agent-hosts 2 to 4). */
export const HOST_FACTS: { readonly [name in HostName]: HostFacts } = {
  claude: {
    program: "claude",
    options: ["model", "agent", "tools", "session_mode", "effort"],
    tellsCost: true,
    efforts: {
      levels: ["low", "medium", "high", "xhigh", "max"],
      isClosed: true,
    },
  },
  codex: {
    program: "codex",
    options: ["model", "session_mode", "effort"],
    tellsCost: false,
    efforts: {
      levels: [
        "none",
        "minimal",
        "low",
        "medium",
        "high",
        "xhigh",
        "max",
        "ultra",
      ],
      isClosed: false,
    },
  },
  gemini: {
    program: "gemini",
    options: ["model", "session_mode"],
    tellsCost: false,
    efforts: null,
  },
  command: {
    program: null,
    options: HOST_OPTIONS,
    tellsCost: false,
    efforts: null,
  },
};

/** Names of the reference for hosts that go by another one here. */
const OTHER_NAMES: { readonly [name: string]: HostName } = {
  "claude-code": "claude",
};

/** Hosts of the reference that have no reader here; `command` can call them. */
export const FOREIGN_HOSTS: readonly string[] = [
  "kimi",
  "kimi-code",
  "omp",
  "opencode",
  "pi",
  "qwen",
];

/** Returns the host that a name means; `null` for none. */
export function hostOf(name: string): HostName | null {
  if (Object.hasOwn(OTHER_NAMES, name)) return OTHER_NAMES[name] ?? null;
  return HOST_NAMES.find((known) => known === name) ?? null;
}

/** Why a level of effort is none. */
export interface WrongEffort {
  /** Completes "…, and …": what the host takes. */
  readonly reason: string;
  /** The level that was meant; `null` where none comes near. */
  readonly near: string | null;
  /** Whether the host takes no other; otherwise it only looks like a slip. */
  readonly isCertain: boolean;
}

/**
 * Returns what is wrong with a level of effort for a host, `null` for any of them; `null` where nothing is. What the host
 * leaves to its model is wrong only where it looks like a level that it knows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(wrongEffort("hgih", "claude")?.near, "high");
 * assertEquals(wrongEffort("minimal", "claude")?.reason, 'host "claude" takes low, medium, high, xhigh or max');
 * assertEquals(wrongEffort("High", "claude"), null);
 * assertEquals(wrongEffort("deep", "codex"), null);
 * ```
 */
export function wrongEffort(
  effort: string,
  host: HostName | null,
): WrongEffort | null {
  const known = host === null ? null : HOST_FACTS[host].efforts;
  if (host !== null && known === null) return null;
  const levels = known?.levels ?? ALL_EFFORTS;
  const level = effort.toLowerCase();
  if (levels.includes(level)) return null;
  const [near = null] = nearest(level, levels, 1);
  if (known?.isClosed !== true && near === null) return null;
  const list = `${levels.slice(0, -1).join(", ")} or ${levels.at(-1)}`;
  const who = host === null ? "hosts take" : `host "${host}" takes`;
  const isCertain = known?.isClosed === true;
  return { reason: `${who} ${list}`, near, isCertain };
}

const ALL_EFFORTS = HOST_FACTS.codex.efforts?.levels ?? [];
