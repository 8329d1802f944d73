/** Owns how much of a run survives what. */

/** `full`: the outcome of each action is on the disk before the next; `fast` saves that sync. */
export const DURABILITIES = ["full", "fast"] as const;

/** One of {@linkcode DURABILITIES}. */
export type Durability = typeof DURABILITIES[number];
