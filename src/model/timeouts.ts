/** Owns the limits of actions that nothing else limits (EXEC 2.3). */

import { unreachable } from "./errors.ts";
import type { StateKind } from "./loop.ts";

/** Wall limits in ms by kind of action. */
export const ACTION_TIMEOUT_DEFAULTS_MS = {
  shell: 3_600_000,
  prompt: 3_600_000,
  mcp: 30_000,
} as const;

/** Returns the limit in ms that holds for a kind of state by default; `null` where nothing is limited. */
export function defaultTimeoutMs(kind: StateKind): number | null {
  switch (kind) {
    case "shell":
    case "prompt":
    case "mcp":
      return ACTION_TIMEOUT_DEFAULTS_MS[kind];
    case "learning":
      return ACTION_TIMEOUT_DEFAULTS_MS.prompt;
    case "none":
    case "contract":
    case "loop":
      return null;
    default:
      return unreachable(kind);
  }
}
