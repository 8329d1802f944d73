/** Every rule by name. Apart from the checks: only documents and reports ask for it. */

export * from "./rule_list.ts";
