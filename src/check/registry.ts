/** Owns the list of all rules. */

import type { Rule } from "./rule.ts";
import { unknownInitialState } from "./rules/unknown_initial_state.ts";
import { noTerminal } from "./rules/no_terminal.ts";
import { unknownTarget } from "./rules/unknown_target.ts";
import { unreachableState } from "./rules/unreachable_state.ts";
import { noTransition } from "./rules/no_transition.ts";
import { subLoopIgnoresKey } from "./rules/sub_loop_ignores_key.ts";
import { routeHidesShorthand } from "./rules/route_hides_shorthand.ts";
import { terminalAction } from "./rules/terminal_action.ts";
import { malformedReference } from "./rules/malformed_reference.ts";
import { unknownNamespace } from "./rules/unknown_namespace.ts";
import { unknownModifierRule } from "./rules/unknown_modifier.ts";
import { unknownField } from "./rules/unknown_field.ts";
import { unresolvedScope } from "./rules/unresolved_scope.ts";
import { unboundParameter } from "./rules/unbound_parameter.ts";
import { neverCaptured } from "./rules/never_captured.ts";
import { badCaptureField } from "./rules/bad_capture_field.ts";
import { captureMayBeMissing } from "./rules/capture_may_be_missing.ts";
import { outOfRange } from "./rules/out_of_range.ts";
import { unknownGuardState } from "./rules/unknown_guard_state.ts";
import { badParameter } from "./rules/bad_parameter.ts";
import { misfitDefault } from "./rules/misfit_default.ts";
import { badFragmentBinding } from "./rules/bad_fragment_binding.ts";
import { negativeTimeout } from "./rules/negative_timeout.ts";
import { badRetries } from "./rules/bad_retries.ts";
import { badRateLimit } from "./rules/bad_rate_limit.ts";
import { badThrottle } from "./rules/bad_throttle.ts";
import { badCostCeiling } from "./rules/bad_cost_ceiling.ts";
import { unknownEvaluator } from "./rules/unknown_evaluator.ts";
import { missingEvaluateKey } from "./rules/missing_evaluate_key.ts";
import { badEvaluateValue } from "./rules/bad_evaluate_value.ts";
import { badPattern } from "./rules/bad_pattern.ts";
import { missingDescription } from "./rules/missing_description.ts";
import { unknownKey } from "./rules/unknown_key.ts";
import { unknownVisibility } from "./rules/unknown_visibility.ts";
import { unknownStateKey } from "./rules/unknown_state_key.ts";
import { unknownEvaluateKey } from "./rules/unknown_evaluate_key.ts";
import { badTargetFile } from "./rules/bad_target_file.ts";
import { plainMessage } from "./rules/plain_message.ts";
import { emptyAction } from "./rules/empty_action.ts";
import { nulInAction } from "./rules/nul_in_action.ts";
import { ignoredModel } from "./rules/ignored_model.ts";
import { ignoredEffort } from "./rules/ignored_effort.ts";
import { ignoredStdin } from "./rules/ignored_stdin.ts";
import { paramsWithoutMcp } from "./rules/params_without_mcp.ts";
import { mcpAction } from "./rules/mcp_action.ts";
import { loopAndAction } from "./rules/loop_and_action.ts";
import { needsLoop } from "./rules/needs_loop.ts";
import { withAndPassthrough } from "./rules/with_and_passthrough.ts";
import { badLearning } from "./rules/bad_learning.ts";
import { environmentRules } from "./rules/environment.ts";
import { agentRules } from "./rules/agents.ts";
import { inertRules } from "./rules/inert.ts";
import { mistypedKeyRules } from "./rules/mistyped_keys.ts";
import { namelessRules } from "./rules/nameless.ts";
import { nameRules } from "./rules/names.ts";
import { portableShellRules } from "./rules/portable_shell.ts";
import { bashDefault } from "./rules/bash_default.ts";
import { droppedRoute } from "./rules/dropped_route.ts";
import { handPatchedOutput } from "./rules/hand_patched_output.ts";
import { hiddenAbandonment } from "./rules/hidden_abandonment.ts";
import { unconditionalSuccess } from "./rules/unconditional_success.ts";
import { hiddenRoute } from "./rules/hidden_route.ts";
import { idleEvaluateKey } from "./rules/idle_evaluate_key.ts";
import { impossibleVerdict } from "./rules/impossible_verdict.ts";
import { noEvidence } from "./rules/no_evidence.ts";
import { cheapGenerator } from "./rules/cheap_generator.ts";
import { continuedJudge } from "./rules/continued_judge.ts";
import { missingScope } from "./rules/missing_scope.ts";
import { overwrittenArtifact } from "./rules/overwritten_artifact.ts";
import { pathAsPrompt } from "./rules/path_as_prompt.ts";
import { plainSecret } from "./rules/plain_secret.ts";
import { selfMadeProgress } from "./rules/self_made_progress.ts";
import { sharedTemporaryFile } from "./rules/shared_temporary_file.ts";
import { shellProcessId } from "./rules/shell_process_id.ts";
import { swallowedParseError } from "./rules/swallowed_parse_error.ts";
import { timeoutBeyondLoop } from "./rules/timeout_beyond_loop.ts";
import { uncheckedHarness } from "./rules/unchecked_harness.ts";
import { unusedBaseline } from "./rules/unused_baseline.ts";
import { undeclaredInput } from "./rules/undeclared_input.ts";
import { undiagnosedFailure } from "./rules/undiagnosed_failure.ts";
import { unknownNestedKey } from "./rules/unknown_nested_key.ts";
import {
  unknownPrepatchCheck,
  unknownTamperGuard,
} from "./rules/unknown_policies.ts";
import { unlimitedAgent } from "./rules/unlimited_agent.ts";
import { unnumericTarget } from "./rules/unnumeric_target.ts";
import { unquotedValue } from "./rules/unquoted_value.ts";
import { unreachableCap } from "./rules/unreachable_cap.ts";
import { unscoredDimension } from "./rules/unscored_dimension.ts";
import { unviewedImage } from "./rules/unviewed_image.ts";
import { zeroRetries } from "./rules/zero_retries.ts";

/** Every rule over one loop. Those over several loops are in `check_definitions.ts`. */
export const RULES: readonly Rule[] = [
  missingDescription,
  unknownKey,
  unknownVisibility,
  unknownStateKey,
  unknownEvaluateKey,
  badTargetFile,
  ...inertRules,
  badParameter,
  misfitDefault,
  badFragmentBinding,
  outOfRange,
  unknownGuardState,
  unknownInitialState,
  noTerminal,
  unknownTarget,
  unreachableState,
  noTransition,
  subLoopIgnoresKey,
  routeHidesShorthand,
  terminalAction,
  plainMessage,
  nulInAction,
  emptyAction,
  ignoredModel,
  ignoredEffort,
  ignoredStdin,
  paramsWithoutMcp,
  mcpAction,
  loopAndAction,
  needsLoop,
  withAndPassthrough,
  badLearning,
  ...agentRules,
  ...environmentRules,
  ...portableShellRules,
  negativeTimeout,
  badRetries,
  badRateLimit,
  badThrottle,
  badCostCeiling,
  unknownEvaluator,
  missingEvaluateKey,
  badEvaluateValue,
  unnumericTarget,
  badPattern,
  malformedReference,
  unknownNamespace,
  unknownModifierRule,
  unknownField,
  unresolvedScope,
  unboundParameter,
  neverCaptured,
  badCaptureField,
  captureMayBeMissing,
  ...mistypedKeyRules,
  ...namelessRules,
  ...nameRules,
  bashDefault,
  droppedRoute,
  handPatchedOutput,
  hiddenAbandonment,
  unconditionalSuccess,
  hiddenRoute,
  idleEvaluateKey,
  impossibleVerdict,
  cheapGenerator,
  continuedJudge,
  noEvidence,
  missingScope,
  overwrittenArtifact,
  pathAsPrompt,
  plainSecret,
  selfMadeProgress,
  sharedTemporaryFile,
  shellProcessId,
  swallowedParseError,
  timeoutBeyondLoop,
  uncheckedHarness,
  unusedBaseline,
  undeclaredInput,
  undiagnosedFailure,
  unknownNestedKey,
  unknownPrepatchCheck,
  unknownTamperGuard,
  unlimitedAgent,
  unquotedValue,
  unreachableCap,
  unscoredDimension,
  unviewedImage,
  zeroRetries,
];
