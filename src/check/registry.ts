/** Owns the list of all rules. */

import type { Rule } from "./rule.ts";
import { actionRules } from "./rules/actions.ts";
import { agentRules } from "./rules/agents.ts";
import { documentRules } from "./rules/document.ts";
import { evaluatorRules } from "./rules/evaluators.ts";
import { inertRules } from "./rules/inert.ts";
import { limitRules } from "./rules/limits.ts";
import { mistypedKeyRules } from "./rules/mistyped_keys.ts";
import { namelessRules } from "./rules/nameless.ts";
import { nameRules } from "./rules/names.ts";
import { parameterRules } from "./rules/parameters.ts";
import { portableShellRules } from "./rules/portable_shell.ts";
import { rangeRules } from "./rules/ranges.ts";
import { referenceRules } from "./rules/references.ts";
import { stateRules } from "./rules/states.ts";
import { bashDefault } from "./rules/bash_default.ts";
import { droppedRoute } from "./rules/dropped_route.ts";
import { handPatchedOutput } from "./rules/hand_patched_output.ts";
import {
  hiddenAbandonment,
  unconditionalSuccess,
} from "./rules/hidden_abandonment.ts";
import { hiddenRoute } from "./rules/hidden_route.ts";
import { idleEvaluateKey } from "./rules/idle_evaluate_key.ts";
import { impossibleVerdict } from "./rules/impossible_verdict.ts";
import { cheapGenerator, continuedJudge, noEvidence } from "./rules/judges.ts";
import { missingScope } from "./rules/missing_scope.ts";
import { overwrittenArtifact } from "./rules/overwritten_artifact.ts";
import { pathAsPrompt } from "./rules/path_as_prompt.ts";
import { plainSecret } from "./rules/plain_secret.ts";
import { selfMadeProgress } from "./rules/self_made_progress.ts";
import { sharedTemporaryFile } from "./rules/shared_temporary_file.ts";
import { shellProcessId } from "./rules/shell_process_id.ts";
import { swallowedParseError } from "./rules/swallowed_parse_error.ts";
import { timeoutBeyondLoop } from "./rules/timeout_beyond_loop.ts";
import { uncheckedHarness, unusedBaseline } from "./rules/unchecked_harness.ts";
import { undeclaredInput } from "./rules/undeclared_input.ts";
import { undiagnosedFailure } from "./rules/undiagnosed_failure.ts";
import { unknownNestedKey } from "./rules/unknown_nested_key.ts";
import {
  unknownPrepatchCheck,
  unknownTamperGuard,
} from "./rules/unknown_policies.ts";
import { unlimitedAgent } from "./rules/unlimited_agent.ts";
import { unquotedValue } from "./rules/unquoted_value.ts";
import { unreachableCap } from "./rules/unreachable_cap.ts";
import { unscoredDimension } from "./rules/unscored_dimension.ts";
import { unviewedImage } from "./rules/unviewed_image.ts";
import { zeroRetries } from "./rules/zero_retries.ts";

/** Every rule over one loop. Those over several loops are in `check_definitions.ts`. */
export const RULES: readonly Rule[] = [
  ...documentRules,
  ...inertRules,
  ...parameterRules,
  ...rangeRules,
  ...stateRules,
  ...actionRules,
  ...agentRules,
  ...portableShellRules,
  ...limitRules,
  ...evaluatorRules,
  ...referenceRules,
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
