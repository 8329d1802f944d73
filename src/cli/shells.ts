/** Owns which shells command lines are completed in, and what their scripts call. Loaded with the table, so kept small. */

/** Shells that there is a completion script for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** One of {@linkcode SHELLS}. */
export type Shell = typeof SHELLS[number];

/** Command that the scripts ask; it is in no help. */
export const COMPLETE_COMMAND = "__complete";
