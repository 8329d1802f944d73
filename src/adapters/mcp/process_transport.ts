/** Owns the way to a server that is a child of ours: one JSON-RPC message a line. */

import type { Message, Transport } from "@modelcontextprotocol/sdk";
import type {
  McpClosing,
  McpOptions,
  McpServer,
  ProcessOutcome,
  RunningProcess,
} from "../../ports/mod.ts";
import { within } from "./within.ts";

/** Longest message, in characters; a longer one ends the connection. */
const MESSAGE_MAX_LENGTH = 64 * 1024 * 1024;
/** How long a server may take to end by itself once its input is closed. */
const OWN_END_MS = 500;

/** A server that was started, and what is said to it and by it. */
export class ProcessTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: ((message: Message) => void) | undefined;
  readonly #server: Extract<McpServer, { readonly kind: "stdio" }>;
  readonly #options: McpOptions;
  #child: RunningProcess | null = null;
  #ended: ProcessOutcome | null = null;
  #isTooLong = false;
  /** Messages on their way to the client. */
  #delivered: Promise<void> = Promise.resolve();

  constructor(
    server: Extract<McpServer, { readonly kind: "stdio" }>,
    options: McpOptions,
  ) {
    this.#server = server;
    this.#options = options;
  }

  /** How the server ended; `null` while it runs. */
  get ended(): ProcessOutcome | null {
    return this.#ended;
  }

  /** Completes "it …": why nothing more comes from it. */
  get reason(): string {
    if (this.#isTooLong) {
      return `sent a message of more than ${MESSAGE_MAX_LENGTH} characters`;
    }
    const exitCode = this.#ended?.exitCode ?? 0;
    return exitCode < 0
      ? `was ended by signal ${-exitCode}`
      : `ended with exit code ${exitCode}`;
  }

  start(): Promise<void> {
    const { argv, cwd, env } = this.#server;
    const child = this.#child = this.#options.start({
      argv,
      cwd,
      env,
      isInteractive: true,
      timeoutMs: 0,
      idleTimeoutMs: 0,
      graceMs: this.#options.graceMs,
      detach: false,
      spillPrefix: null,
      mask: null,
    }, {
      lineMaxLength: MESSAGE_MAX_LENGTH,
      onLines: (lines, stream) => {
        this.#options.onHeard();
        for (const line of lines) {
          if (stream === "stderr") this.#options.onText(line);
          else this.#take(line);
        }
      },
    });
    child.outcome.then(async (outcome) => {
      await this.#delivered;
      this.#ended = outcome;
      this.onclose?.();
    });
    return Promise.resolve();
  }

  async send(message: Message): Promise<void> {
    const isTaken = await this.#child?.input?.write(
      `${JSON.stringify(message)}\n`,
    );
    // One that has ended says so by its end, with its exit code.
    if (isTaken !== true) await this.#child?.outcome;
    if (isTaken !== true) throw new Error("The server does not listen");
  }

  /** What the client calls when connecting has failed. */
  close(): Promise<void> {
    return this.end("ended");
  }

  /** Ends the server; resolves when it is gone. */
  async end(how: McpClosing): Promise<void> {
    const child = this.#child;
    if (child === null || this.#ended !== null) return;
    child.input?.close();
    if (how === "asked") await within(OWN_END_MS, child.outcome);
    if (this.#ended === null) child.stop({ force: how === "killed" });
    await child.outcome;
  }

  #take(line: string): void {
    if (line.length >= MESSAGE_MAX_LENGTH) {
      this.#isTooLong = true;
      this.#child?.stop();
      return;
    }
    const value = parsed(line);
    // Some servers print more than they should there.
    if (value === undefined) {
      if (line.trim() !== "") this.#options.onText(line);
      return;
    }
    // Older ones answer several requests at once.
    for (const message of Array.isArray(value) ? value : [value]) {
      this.#deliver(message);
    }
  }

  // The client handles a notification a moment later, but an answer at once: of what comes in one
  // piece the answer would overtake the progress before it.
  #deliver(message: Message): void {
    this.#delivered = this.#delivered.then(() => this.onmessage?.(message))
      .then(() => {});
  }
}

function parsed(line: string): Message | Message[] | undefined {
  try {
    const value = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
