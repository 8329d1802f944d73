/** Owns the limits of what a state does, and who sets them (EXEC 2.3). */

import { unreachable } from "./errors.ts";
import type { Loop, State, StateKind } from "./loop.ts";

/** How long a look at the world may take that sets no limit of its own. */
export const LOOK_TIMEOUT_MS = 30_000;

/** The limits of one state's action. */
export interface ActionTimeouts {
  /** Wall limit in ms; 0 is none. */
  readonly timeoutMs: number;
  /** Who set the wall limit; `idle limit`: a prompt that may talk for as long as it likes. */
  readonly from: "state" | "default_timeout" | "default" | "idle limit";
  /** Limit of silence in ms; 0 is none. */
  readonly idleTimeoutMs: number;
}

/**
 * Returns the limits that hold for the action of a state of `loop`; `null` where a state of
 * its kind runs none. A zero stands for an absent key, as in the reference.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(
 *   timeoutsOf(
 *     { defaultTimeoutMs: null, defaultIdleTimeoutMs: 9000 },
 *     { kind: "shell", timeoutMs: 5000, idleTimeoutMs: 0 },
 *   ),
 *   { timeoutMs: 5000, from: "state", idleTimeoutMs: 9000 },
 * );
 * ```
 */
export function timeoutsOf(
  loop: Pick<Loop, "defaultTimeoutMs" | "defaultIdleTimeoutMs">,
  state: Pick<State, "kind" | "timeoutMs" | "idleTimeoutMs">,
): ActionTimeouts | null {
  const byDefaultMs = defaultTimeoutMs(state.kind);
  if (byDefaultMs === null) return null;
  const idleTimeoutMs = state.idleTimeoutMs || loop.defaultIdleTimeoutMs || 0;
  if (state.timeoutMs) {
    return { timeoutMs: state.timeoutMs, from: "state", idleTimeoutMs };
  }
  if (loop.defaultTimeoutMs) {
    const timeoutMs = loop.defaultTimeoutMs;
    return { timeoutMs, from: "default_timeout", idleTimeoutMs };
  }
  if (state.kind === "prompt" && idleTimeoutMs > 0) {
    return { timeoutMs: 0, from: "idle limit", idleTimeoutMs };
  }
  return { timeoutMs: byDefaultMs, from: "default", idleTimeoutMs };
}

function defaultTimeoutMs(kind: StateKind): number | null {
  switch (kind) {
    case "shell":
    case "prompt":
    case "learning":
      return 3_600_000;
    case "mcp":
      return 30_000;
    case "none":
    case "contract":
    case "loop":
      return null;
    default:
      return unreachable(kind);
  }
}
