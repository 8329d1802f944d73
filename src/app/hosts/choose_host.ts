/**
 * Owns which host carries out a prompt: what a state or its loop says, then the command line, the
 * environment, the configuration, and what is on PATH.
 */

import {
  FOREIGN_HOSTS,
  HOST_FACTS,
  HOST_NAMES,
  type HostName,
  hostOf,
  LoopError,
  nearest,
  quoted,
} from "../../model/mod.ts";
import type { Processes, System } from "../../ports/mod.ts";
import type { CommandHost } from "./command_host.ts";

/** What the run, the environment and the configuration say of hosts. */
export interface HostChoice {
  /** `--host`. */
  readonly flag: string | null;
  /** `host` of the configuration. */
  readonly configured: string | null;
  readonly command: CommandHost | null;
  /** `safe: true` of the configuration. */
  readonly isSafe: boolean;
}

/** A host that was chosen, and by whom. */
export interface ChosenHost {
  readonly name: HostName;
  /** Who chose it, to complete "… names it". */
  readonly by: string;
  /** Path of its program; `null` for a command of the configuration. */
  readonly path: string | null;
  /** Whether it asks nobody for what it does. */
  readonly isBypassed: boolean;
  /** Whether it only judges: it is then given no more than it needs for that, whoever runs it. */
  readonly isJudge: boolean;
}

/** What a host is chosen for. */
export interface HostWork {
  /** The host that the state or its loop names. */
  readonly named: string | null;
  /** @default {false} */
  readonly isJudge?: boolean;
}

/** What choosing looks at. */
export interface HostWorld {
  readonly processes: Pick<Processes, "find">;
  readonly system: Pick<System, "env" | "uid">;
}

/** Message where nobody names a host and none is on PATH. */
export const NO_HOST =
  "No agent host was found: claude, codex and gemini are not on PATH";

/** Variables that choose a host, the first that is set. */
const VARIABLES = ["LL_HOST_CLI", "LL_HOOK_HOST"];

/** Whoever sets this wants to be asked; neither a loop nor an option undoes it. */
export const SAFE_VARIABLE = "LL_SAFE";

/** What makes an agent of the four command lines ask nobody, wherever it stands in a command. */
const BYPASS_REGEXP =
  /--(?:allow-)?dangerously-[a-z-]+|\bbypassPermissions\b|--yolo\b|--approval-mode[= ]yolo\b|\bdanger-full-access\b/;

/**
 * Returns the host of a prompt or a judge.
 *
 * @throws {LoopError} `missing-program` when there is none, it is not there, or it refuses to start so
 */
export function chooseHost(
  world: HostWorld,
  choice: HostChoice,
  { named, isJudge = false }: HostWork,
): ChosenHost {
  const { name, by } = nameOf(world, choice, named);
  const { program } = HOST_FACTS[name];
  const isBypassed = !isJudge && !isSafe(world, choice);
  if (program === null) {
    if (choice.command === null) {
      throw new LoopError(
        "missing-program",
        `Host "${name}" has no command (${by} names it)`,
        { hint: "Add to .loops/config.yaml: host_command: COMMAND" },
      );
    }
    if (isSafe(world, choice)) requireAsking(choice.command.run);
    return { name, by, path: null, isBypassed, isJudge };
  }
  const path = world.processes.find(program);
  if (path === null) {
    throw new LoopError(
      "missing-program",
      `Agent host "${name}" was not found on PATH (${by} names it)`,
      {
        // No option of `run` goes before what the loop says.
        hint: `Install ${program}, add its folder to PATH, or ${
          named === null
            ? "choose another host: --host NAME"
            : "name another host there"
        }`,
      },
    );
  }
  if (name === "claude" && isBypassed) requireUser(world, named);
  return { name, by, path, isBypassed, isJudge };
}

/** Returns whether permission prompts of hosts are left on. */
export function isSafe(
  world: Pick<HostWorld, "system">,
  { isSafe }: Pick<HostChoice, "isSafe">,
): boolean {
  const value = world.system.env(SAFE_VARIABLE) ?? "";
  return isSafe || !["", "0", "false", "no", "off"].includes(value);
}

/** Returns the host that is chosen, and by whom, whether or not it is there. */
export function nameOf(
  { processes, system }: HostWorld,
  choice: HostChoice,
  named: string | null,
): { readonly name: HostName; readonly by: string } {
  const told: [string | null | undefined, string][] = [
    [named, "the loop"],
    [choice.flag, "--host"],
    ...VARIABLES.map((
      variable,
    ): [string | undefined, string] => [system.env(variable), variable]),
    [choice.configured, "the configuration"],
  ];
  for (const [name, by] of told) {
    if (name) return { name: requireHost(name, by), by };
  }
  const found = HOST_NAMES.find((host) => {
    const { program } = HOST_FACTS[host];
    return program === null
      ? choice.command !== null
      : processes.find(program) !== null;
  });
  if (found !== undefined) return { name: found, by: "PATH" };
  throw new LoopError(
    "missing-program",
    NO_HOST,
    {
      hint:
        "Install one of them, or name the command of another one in .loops/config.yaml: host_command: COMMAND",
    },
  );
}

function requireHost(name: string, by: string): HostName {
  const host = hostOf(name);
  if (host !== null) return host;
  const [near] = nearest(name, HOST_NAMES, 1);
  throw new LoopError(
    "missing-program",
    `Unknown agent host ${quoted(name)} (${by} names it); known: ${
      HOST_NAMES.join(", ")
    }`,
    {
      hint: FOREIGN_HOSTS.includes(name)
        ? `Call ${name} by a command of your own: host: command, and host_command in .loops/config.yaml`
        : near === undefined
        ? `Choose one of ${HOST_NAMES.join(", ")}`
        : `Did you mean "${near}"?`,
    },
  );
}

/**
 * It refuses to start as root without permission prompts (agent-hosts 2). `IS_SANDBOX` must be exactly "1"
 * for it, and it takes "1", "true", "yes" and "on" in `CLAUDE_CODE_BUBBLEWRAP`: observed of 2.1.330.
 */
function requireUser({ system }: HostWorld, named: string | null): void {
  const sandbox = system.env("IS_SANDBOX") ?? "";
  const bubblewrap = system.env("CLAUDE_CODE_BUBBLEWRAP") ?? "";
  const isSandbox = sandbox === "1" || /^(?:1|true|yes|on)$/i.test(bubblewrap);
  if (system.uid !== 0 || isSandbox) return;
  throw new LoopError(
    "missing-program",
    "claude refuses to run as root without its permission prompts",
    {
      hint: [
        "Run as another user",
        `with ${SAFE_VARIABLE}=1, so that it asks (it may then edit files, and is not let run commands)`,
        ...(named === null ? ["with another host: --host NAME"] : []),
        "in a container that is made for it with IS_SANDBOX=1" +
        (sandbox === "" ? "" : `, just so: it is "${sandbox}" now`),
      ].join("; or "),
    },
  );
}

/** A command that looks at the variable itself decides by it. */
function requireAsking(run: string): void {
  const bypass = BYPASS_REGEXP.exec(run)?.[0];
  if (bypass === undefined || run.includes(SAFE_VARIABLE)) return;
  throw new LoopError(
    "missing-program",
    `Safe mode is on, and host_command of the configuration starts an agent without its permission prompts ("${bypass}")`,
    {
      hint:
        `Take it out, or let it depend on the mode: $([ "$${SAFE_VARIABLE}" ] || echo ${bypass})`,
    },
  );
}
