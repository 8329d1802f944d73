/** Owns what a host's stream says, in the words of no host. */

import type { AgentFailure, Usage } from "../../model/mod.ts";

/** One thing that a stream tells. */
export type AgentEvent =
  /** Words of the agent. `isOpen` where the rest of the message may follow. */
  | { readonly kind: "text"; readonly text: string; readonly isOpen: boolean }
  /**
   * A line that is no event of this host: a part of the output as it stands. A long one comes in
   * pieces: `isOpen` where the next one goes on, `isContinued` where it goes on itself.
   */
  | {
    readonly kind: "line";
    readonly line: string;
    readonly isOpen?: true;
    readonly isContinued?: true;
  }
  /** A tool is used. */
  | { readonly kind: "tool"; readonly name: string; readonly detail: string }
  | { readonly kind: "tool_failed"; readonly detail: string }
  | { readonly kind: "notice"; readonly text: string }
  /** The host asks its service again by itself. */
  | { readonly kind: "retry"; readonly text: string }
  | { readonly kind: "session"; readonly id: string }
  /** What has been used so far. */
  | { readonly kind: "usage" }
  /** The host has nothing more to say. */
  | { readonly kind: "result" };

/** What is known of a call from its stream, so far. */
export interface StreamFacts {
  readonly sessionId: string | null;
  readonly model: string | null;
  /** Of this call; a cost only where the host tells one. */
  readonly usage: Usage;
  /** Of the session, for hosts that go on counting; otherwise `null`. */
  readonly sessionTotal: Usage | null;
  readonly hasResult: boolean;
  readonly failure: AgentFailure | null;
  readonly denied: readonly string[];
  /** The answer by a schema, where the host was given one. */
  readonly structured: unknown;
}

/** Reads the stream of one call. Text may come in any pieces. */
export interface AgentStream {
  /** Returns what these characters complete. Never throws, whatever they are. */
  push(text: string): readonly AgentEvent[];
  /** Returns what remains at the end of the stream. */
  end(): readonly AgentEvent[];
  readonly facts: StreamFacts;
}
