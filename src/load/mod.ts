/** From a name to a loop: finding files, parsing, expanding, checking shapes, building the model. */

export {
  describeValue,
  didYouMean,
  quote,
  quoteAll,
  suggest,
} from "./describe.ts";
export { describeTried } from "./describe_tried.ts";
export { knownLoops, nearFiles } from "./known_files.ts";
export * from "./load_definitions.ts";
export * from "./load_loop.ts";
export { type NestedKeys, nestedKeys } from "./nested_keys.ts";
export { LOAD_RULES, type RuleFacts } from "./load_rules.ts";
export * from "./place_findings.ts";
export * from "./plain_scalars.ts";
export * from "./resolve_name.ts";
export * from "./tell_way.ts";
export * from "./yaml_scalar.ts";
export { sourceReason } from "./source_reason.ts";
export * from "./yaml_value.ts";
export { SESSION_MODES } from "./build_agent_keys.ts";
export { ACTION_TYPES, RESERVED_ON_KEYS } from "./build_state.ts";
export { IMPLIED_STATES } from "./fill_in.ts";
export { FRAGMENT_KEYS } from "./fragments.ts";
export {
  EVALUATE_KEYS,
  flagKeys,
  LOOP_KEYS,
  LOOP_SHAPE,
  OWN_LOOP_KEYS,
  OWN_STATE_KEYS,
  STATE_KEYS,
  TERMS,
} from "./schema.ts";
export { SHORT_ACTION_KEYS } from "./shorthand.ts";
export { sourceBeside } from "./source_paths.ts";
export {
  asScalarText,
  entry,
  readFlag,
  readMap,
  readNumber,
  readOptionalMap,
  readText,
  readTexts,
} from "./values.ts";
export { zodSchema } from "./zod_schema.ts";
