/** Time, randomness, environment and processes of this machine. */

export * from "./clock.ts";
export * from "./process_table.ts";
export * from "./self_command.ts";
export * from "./sha256.ts";
export * from "./system.ts";
