/** Owns what the configuration says of the host `command`: any other command line. */

/** How it prints. */
export const HOST_STREAMS = ["text", "claude", "codex", "gemini"] as const;

/** One of {@linkcode HOST_STREAMS}. */
export type HostStream = typeof HOST_STREAMS[number];

/** A command that carries out prompts. */
export interface CommandHost {
  /** A shell command that reads the prompt from standard input. */
  readonly run: string;
  readonly stream: HostStream;
}
