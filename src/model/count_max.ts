/** Owns the largest count that can be asked for. */

/** Largest number of steps or iterations that an option takes. A definition may say more. */
export const COUNT_MAX = 1_000_000;
