/**
 * Owns the servers of a run: each is started when the first tool of it is called, answers all
 * further calls, and is ended with the run.
 */

import {
  type ActionEffect,
  displayPath,
  type GivenVariables,
  type JsonObject,
  nearest,
} from "../../model/mod.ts";
import type {
  McpAnswer,
  McpClosing,
  McpConnected,
  McpConnection,
  McpProgress,
  McpServer,
  Supervisor,
} from "../../ports/mod.ts";
import type { Vault } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import { readServers } from "./read_servers.ts";
import { serverOf } from "./server_of.ts";

/** What {@linkcode McpConnections} needs. */
export interface McpConnectionsOptions {
  readonly world: Pick<World, "files" | "connectMcp" | "system">;
  readonly supervisor: Supervisor;
  readonly vault: Vault;
  /** Project root: there lies the servers' file. */
  readonly root: string;
  readonly graceMs: number;
  /** Returns the variables for a server that an action starts; `null` removes one. */
  envOf(effect: GivenVariables): Readonly<Record<string, string | null>>;
}

/** Who waits for an answer. */
export interface ToolCaller {
  readonly signal: AbortSignal;
  /** Told whenever the server says anything. */
  onHeard(): void;
  /** Gets what it prints beside the protocol; secrets are not masked. */
  onText(line: string): void;
  onProgress(progress: McpProgress): void;
}

/** How a call ended. */
export type ToolCallEnd =
  | { readonly kind: "result"; readonly result: JsonObject }
  /** Exit codes are those of the reference: 127 not found, 2 badly set up, 1 anything else (EXEC 2.5). */
  | {
    readonly kind: "failed";
    readonly exitCode: 1 | 2 | 127;
    readonly message: string;
  }
  | { readonly kind: "aborted" };

type Failed = Extract<ToolCallEnd, { readonly kind: "failed" }>;

/** A tool that a state names, and where its server is. */
interface Target {
  readonly name: string;
  readonly tool: string;
  readonly file: string;
  readonly server: McpServer;
}

/** A server that was asked for. */
interface Entry {
  readonly connected: Promise<McpConnected>;
  /** Calls that are open. */
  readonly callers: Set<ToolCaller>;
}

/** The servers of one run. */
export class McpConnections {
  readonly #options: McpConnectionsOptions;
  /** By all that makes them: a changed entry is another server. */
  readonly #entries = new Map<string, Entry>();

  constructor(options: McpConnectionsOptions) {
    this.#options = options;
  }

  /** Calls the tool that the action of `effect` names. Never rejects. */
  async call(effect: ActionEffect, caller: ToolCaller): Promise<ToolCallEnd> {
    const target = this.#targetOf(effect);
    if ("kind" in target) return target;
    const first = await this.#ask(target, { effect, caller });
    const isForgotten = first.kind === "lost" && first.isUnheard;
    const answer = isForgotten
      ? await this.#ask(target, { effect, caller })
      : first;
    return endOf(answer, target);
  }

  /** Ends all of them. Resolves when they are gone. */
  async close(how: McpClosing): Promise<void> {
    const entries = [...this.#entries.values()];
    await Promise.all(entries.map(({ connected }) => closed(connected, how)));
  }

  /** Ends the server of an action whose call nobody waits for any more, unless another one does. */
  async abandon(effect: ActionEffect, how: McpClosing): Promise<void> {
    const target = this.#targetOf(effect);
    if ("kind" in target || target.server.kind !== "stdio") return;
    const key = keyOf(target);
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.callers.size > 0) return;
    await closed(entry.connected, how);
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  async #ask(
    target: Target,
    { effect, caller }: {
      readonly effect: ActionEffect;
      readonly caller: ToolCaller;
    },
  ): Promise<McpAnswer | Failed> {
    const key = keyOf(target);
    const known = this.#entries.get(key);
    const entry = known ?? this.#start(target, caller);
    this.#entries.set(key, entry);
    entry.callers.add(caller);
    try {
      const connected = await entry.connected;
      if (connected.kind === "connected" && connected.connection.isOpen) {
        const answer = await connected.connection.call({
          tool: target.tool,
          args: effect.params,
          signal: caller.signal,
          onProgress: (progress) => caller.onProgress(progress),
        });
        if (answer.kind === "lost") this.#forget(key, entry);
        return answer;
      }
      this.#forget(key, entry);
      if (caller.signal.aborted) return { kind: "aborted" };
      if (connected.kind !== "connected" && connected.kind !== "aborted") {
        return failedToStart(target, connected);
      }
      // It ended since its last answer, or whoever started it gave up: the next one may live.
      if (known !== undefined) {
        return await this.#ask(target, { effect, caller });
      }
      const reason = "it ended as soon as it was ready";
      return { kind: "lost", reason, isUnheard: false };
    } finally {
      entry.callers.delete(caller);
    }
  }

  #start(target: Target, { signal }: ToolCaller): Entry {
    const { world, supervisor, graceMs } = this.#options;
    const callers = new Set<ToolCaller>();
    const connected = world.connectMcp(target.server, {
      start: (spec, watcher) => supervisor.start(spec, watcher),
      graceMs,
      signal,
      onHeard() {
        for (const caller of callers) caller.onHeard();
      },
      onText(line) {
        for (const caller of callers) caller.onText(line);
      },
    });
    return { connected, callers };
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  #targetOf(effect: ActionEffect): Target | Failed {
    const { world, vault, root, envOf } = this.#options;
    const action = effect.action.trim();
    const slash = action.indexOf("/");
    const name = action.slice(0, slash).trim();
    const tool = action.slice(slash + 1).trim();
    if (slash < 1 || name === "" || tool === "") {
      return failed(
        2,
        `The action "${action}" names no tool: wanted SERVER/TOOL`,
      );
    }
    const servers = readServers(world, root);
    const { entries, problem } = servers;
    const file = displayPath(servers.file, world.system.cwd);
    if (problem?.kind === "missing") {
      return failed(
        127,
        `MCP server "${name}" was not found: there is no ${file}`,
      );
    }
    if (problem !== null) {
      return failed(
        2,
        `MCP server "${name}": cannot use ${file}${problem.place}: ${problem.reason}`,
      );
    }
    const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
    if (entry === undefined) {
      return failed(
        127,
        `MCP server "${name}" was not found in ${file}${
          othersOf(name, Object.keys(entries), "server")
        }`,
      );
    }
    const place = `${file}${servers.placeOf(name)}`;
    const given = envOf(effect);
    const outer = world.system.environment();
    const read = serverOf(entry, {
      cwd: effect.cwd ?? root,
      env: variablesWith(outer, given),
    });
    switch (read.kind) {
      case "bad":
        return failed(2, `MCP server "${name}" in ${place} ${read.reason}`);
      case "unset": {
        const [first = ""] = read.names;
        const isKeptOut = read.names.every((each) =>
          Object.hasOwn(outer, each)
        );
        const them = read.names.length === 1 ? "it" : "them";
        return failed(
          2,
          `MCP server "${name}" in ${place} needs ${
            read.names.join(" and ")
          } from the environment: ` +
            (isKeptOut
              ? `add ${them} to env_allow, which keeps ${them} out`
              : `set ${them}, or write \${${first}:-DEFAULT}`),
        );
      }
      case "server": {
        vault.hideVariables(read.given);
        const server = read.server.kind === "stdio"
          ? { ...read.server, env: { ...given, ...read.server.env } }
          : read.server;
        return { name, tool, file, server };
      }
    }
  }
}

/** Returns the variables that a server may be given: those around the run, as the state leaves and changes them. */
function variablesWith(
  outer: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string | null>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...outer, ...given })
      .filter((each): each is [string, string] => each[1] !== null),
  );
}

function keyOf({ name, server }: Target): string {
  return JSON.stringify([name, server]);
}

async function closed(
  connected: Promise<McpConnected>,
  how: McpClosing,
): Promise<void> {
  const result = await connected;
  if (result.kind !== "connected") return;
  const connection: McpConnection = result.connection;
  await connection.close(how);
}

function failedToStart(
  { name, file }: Target,
  connected: Exclude<
    McpConnected,
    { readonly kind: "connected" } | { readonly kind: "aborted" }
  >,
): Failed {
  const message =
    `MCP server "${name}" of ${file} cannot be used: ${connected.reason}`;
  return failed(connected.kind === "not-found" ? 127 : 1, message);
}

function endOf(answer: McpAnswer | Failed, target: Target): ToolCallEnd {
  const { name, tool, file } = target;
  switch (answer.kind) {
    case "no-tool":
      return failed(
        127,
        `MCP server "${name}" of ${file} has no tool "${tool}"${
          othersOf(tool, answer.tools, "tool")
        }`,
      );
    case "refused":
    case "lost":
      return failed(
        1,
        `MCP tool "${name}/${tool}" of ${file} failed: ${answer.reason}`,
      );
    case "result":
    case "aborted":
    case "failed":
      return answer;
  }
}

function failed(exitCode: Failed["exitCode"], message: string): Failed {
  return { kind: "failed", exitCode, message };
}

const NAMES_MAX = 20;

/** Returns the end of a message about a name that is none: the nearest ones, else all there are. */
function othersOf(
  name: string,
  names: readonly string[],
  what: "server" | "tool",
): string {
  if (names.length === 0) return `: there is no ${what} at all`;
  const near = nearest(name, names);
  if (near.length > 0) return `: did you mean ${quoted(near, " or ")}?`;
  const more = names.length > NAMES_MAX ? ", …" : "";
  return `: it has ${quoted(names.slice(0, NAMES_MAX), ", ")}${more}`;
}

function quoted(names: readonly string[], joint: string): string {
  return names.map((name) => `"${name}"`).join(joint);
}
