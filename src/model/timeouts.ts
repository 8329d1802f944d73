/** Owns the limits of actions that nothing else limits (EXEC 2.3). */

/** Wall limits in ms by kind of action. */
export const ACTION_TIMEOUT_DEFAULTS_MS = {
  shell: 3_600_000,
  prompt: 3_600_000,
  mcp: 30_000,
} as const;
