/** Talking to MCP servers. Whatever a server does becomes an answer; nothing here rejects. */

import type { JsonObject } from "../model/mod.ts";
import type { ProcessSpec, RunningProcess } from "./process.ts";

/** Where a server is, every variable filled in. */
export type McpServer =
  /** A program that talks on its standard streams. */
  | {
    readonly kind: "stdio";
    readonly argv: readonly string[];
    readonly cwd: string;
    /** Variables on top of this process's own; `null` removes one. */
    readonly env: Readonly<Record<string, string | null>>;
  }
  /** An address that speaks streamable HTTP, or the transport before it. */
  | {
    readonly kind: "http" | "sse";
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  };

/** What {@linkcode ConnectMcp} needs. */
export interface McpOptions {
  /** Starts the program of a server. */
  start(spec: ProcessSpec, watcher: {
    onLines(lines: readonly string[], stream: "stdout" | "stderr"): void;
    readonly lineMaxLength: number;
  }): RunningProcess;
  /** Time between TERM and KILL in ms, where a server does not end by itself. */
  readonly graceMs: number;
  /** Gives up. */
  readonly signal: AbortSignal;
  /** Told whenever the server says anything at all. */
  onHeard(): void;
  /** Gets what the server prints or logs beside the protocol, line by line. */
  onText(line: string): void;
}

/** How far a tool has come, as its server counts. */
export interface McpProgress {
  readonly progress: number;
  readonly total: number | null;
  readonly message: string | null;
}

/** One call of a tool. */
export interface McpCall {
  readonly tool: string;
  readonly args: JsonObject;
  /** Takes the call back: the server is told, and its answer is not waited for. */
  readonly signal: AbortSignal;
  onProgress(progress: McpProgress): void;
}

/** How a call ended. */
export type McpAnswer =
  /** The server's own result, `isError` ones too. */
  | { readonly kind: "result"; readonly result: JsonObject }
  /** It has no such tool, only these. */
  | { readonly kind: "no-tool"; readonly tools: readonly string[] }
  /** It refused the call, or answered what is no result. */
  | { readonly kind: "refused"; readonly reason: string }
  /** It is gone; `isUnheard`: for certain before it has taken the call. */
  | {
    readonly kind: "lost";
    readonly reason: string;
    readonly isUnheard: boolean;
  }
  | { readonly kind: "aborted" };

/**
 * How a server is ended: `asked` closes its input and waits a moment before TERM, `ended`
 * begins with TERM, `killed` with KILL.
 */
export type McpClosing = "asked" | "ended" | "killed";

/** A server that answers. */
export interface McpConnection {
  /** Whether calls may still reach it. */
  readonly isOpen: boolean;
  call(call: McpCall): Promise<McpAnswer>;
  /**
   * Ends the connection, and the program of the server. Resolves when it is gone; may be called
   * again, to be less patient.
   */
  close(how: McpClosing): Promise<void>;
}

/** How connecting ended. */
export type McpConnected =
  | { readonly kind: "connected"; readonly connection: McpConnection }
  /** There is no such program, or nobody at that address. */
  | { readonly kind: "not-found"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "aborted" };

/** Starts a server, or finds it, and agrees on the protocol. */
export type ConnectMcp = (
  server: McpServer,
  options: McpOptions,
) => Promise<McpConnected>;
