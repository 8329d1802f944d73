// deno-lint-ignore-file camelcase -- events and records keep the reference's names
/** Owns `mcp_result`: judging by the envelope that a tool call printed, whoever made the call (EXEC 4.2). */

import { isJsonObject, type Json, parseJson } from "../../model/mod.ts";
import {
  type Evidence,
  type Judgement,
  preview,
  tooLong,
  verdict,
} from "./judgement.ts";

/** Exit codes of a caller of tools. */
const NOT_FOUND = 127;
const TIMED_OUT = 124;

/**
 * Returns `not_found` or `timeout` by the exit code, else `tool_error` or `success` by
 * `isError` in the JSON output, whose default is a failed action.
 */
export function judgeToolCall(evidence: Evidence): Judgement {
  const { exitCode, text } = evidence;
  const details = { exit_code: exitCode };
  if (exitCode === NOT_FOUND) return verdict("not_found", details);
  if (exitCode === TIMED_OUT) return verdict("timeout", details);
  if (!evidence.isWhole) return tooLong(evidence);
  const envelope = text.trim() === "" ? {} : parseOrNull(text);
  if (!isJsonObject(envelope)) {
    const error = `Output is not a JSON object: "${preview(text)}"`;
    return verdict("tool_error", { ...details, error });
  }
  const isError = Object.hasOwn(envelope, "isError")
    ? Boolean(envelope["isError"])
    : exitCode !== 0;
  return verdict(isError ? "tool_error" : "success", { ...details, envelope });
}

function parseOrNull(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
