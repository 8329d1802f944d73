/**
 * Owns the ways to fail. Each code has one exit status; the table is checked to be
 * complete by the compiler. Problems in a user's file are findings, not errors.
 */

import type { Finding } from "./finding.ts";

/** Exit statuses, as promised to users. */
export const EXIT = {
  ok: 0,
  stopped: 1,
  failed: 2,
  paused: 3,
  usage: 64,
  invalid: 65,
  unavailable: 69,
  internal: 70,
  cannotWrite: 73,
  locked: 75,
} as const;

const STATUS_OF = {
  /** Unknown command or flag, a bad value, no command. */
  usage: EXIT.usage,
  /** No such loop, file, state or run. */
  "not-found": EXIT.invalid,
  /** A file that cannot be read. */
  unreadable: EXIT.invalid,
  /** Findings of severity error in a loop or configuration. */
  invalid: EXIT.invalid,
  /** Required values are missing. */
  "missing-context": EXIT.invalid,
  /** The loop needs what this version does not do. */
  unsupported: EXIT.invalid,
  /** A needed program is missing or refuses to start. */
  "missing-program": EXIT.unavailable,
  /** State cannot be written: permissions, full disk. */
  "cannot-write": EXIT.cannotWrite,
  /** Another run holds the scope. */
  locked: EXIT.locked,
  /** There is nothing to stop or resume. */
  "nothing-to-do": EXIT.stopped,
  /** A person has to say something before anything can go on. */
  undecided: EXIT.paused,
  /** Ended by a signal before the run began; the status is 128 + n. */
  interrupted: 130,
  /** A bug in this program. */
  internal: EXIT.internal,
} as const;

/** Stable name of a way to fail. */
export type ErrorCode = keyof typeof STATUS_OF;

/** Options of {@linkcode LoopError}. */
export interface LoopErrorOptions {
  /** What to do about it; printed on its own line. */
  readonly hint?: string;
  /** Findings behind the error, printed before it. */
  readonly findings?: readonly Finding[];
  /** Texts of the files that the findings are in, by file. */
  readonly texts?: { readonly [file: string]: string };
  /** Overrides the status of the code, for signals. */
  readonly exitStatus?: number;
  readonly cause?: unknown;
}

/** The base of everything that this program throws on purpose. */
export class LoopError extends Error {
  override readonly name = "LoopError";
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly findings: readonly Finding[];
  readonly texts: { readonly [file: string]: string };
  readonly exitStatus: number;

  constructor(
    code: ErrorCode,
    message: string,
    options: LoopErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? null;
    this.findings = options.findings ?? [];
    this.texts = options.texts ?? {};
    this.exitStatus = options.exitStatus ?? STATUS_OF[code];
  }
}

/** Makes the compiler insist that a `switch` over a closed union is complete. */
export function unreachable(value: never): never {
  throw new LoopError("internal", `Unexpected value: ${JSON.stringify(value)}`);
}
