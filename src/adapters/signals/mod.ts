/** Signals that ask this process to stop. */

export * from "./signals.ts";
