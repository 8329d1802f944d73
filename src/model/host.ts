/** Owns what is known of the agent command lines that carry out prompts: one line a host. */

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
}

/** Facts of every host (agent-hosts 2 to 4). */
export const HOST_FACTS: { readonly [name in HostName]: HostFacts } = {
  claude: {
    program: "claude",
    options: ["model", "agent", "tools", "session_mode", "effort"],
    tellsCost: true,
  },
  codex: {
    program: "codex",
    options: ["model", "session_mode", "effort"],
    tellsCost: false,
  },
  gemini: {
    program: "gemini",
    options: ["model", "session_mode"],
    tellsCost: false,
  },
  command: { program: null, options: HOST_OPTIONS, tellsCost: false },
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
