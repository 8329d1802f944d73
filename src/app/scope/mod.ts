/** What runs have for themselves: scopes, their locks and the queue for them. */

export * from "./acquire_scope.ts";
export * from "./conflict.ts";
export * from "./holders.ts";
export * from "./record.ts";
export * from "./resolve_scope.ts";
