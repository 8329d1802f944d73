/** Whether a loop also runs in the reference. Apart from the other checks: few ask for it. */

export * from "./find_unportable.ts";
export * from "./rule_facts.ts";
export * from "./rules.ts";
