// deno-lint-ignore-file camelcase -- JSON field names
/** Owns an error that ends a command as JSON, for programs that asked for JSON. */

import {
  type ErrorCode,
  EXIT,
  type LoopError,
  type PlacedFinding,
  SCHEMA_VERSION,
} from "../model/mod.ts";
import {
  type FindingJson,
  findingJson,
  type FindingsOptions,
} from "./findings.ts";

/** What a command prints on stdout in place of its answer. */
export interface ErrorJson {
  readonly schema_version: typeof SCHEMA_VERSION;
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly hint: string | null;
    readonly exit_status: number;
    /** What was found in the files that the command is about; empty without any. */
    readonly findings: readonly FindingJson[];
  };
}

/** Returns an error with its findings as the object that `--json` prints. */
export function errorJson(
  error: Pick<LoopError, "code" | "message" | "hint" | "exitStatus">,
  options: Pick<FindingsOptions, "displayPath"> & {
    readonly findings: readonly PlacedFinding[];
  },
): ErrorJson {
  return {
    schema_version: SCHEMA_VERSION,
    error: {
      code: error.code,
      message: error.message,
      hint: error.hint,
      exit_status: error.exitStatus,
      findings: options.findings.map((each) => findingJson(each, options)),
    },
  };
}

/** Returns the object for an error that is a bug of this program. */
export function bugJson(message: string): ErrorJson {
  return errorJson({
    code: "internal",
    message,
    hint: null,
    exitStatus: EXIT.internal,
  }, { findings: [] });
}
