/** Owns asking models for verdicts: `llm_structured`, `comparator` and `contract` (EXEC 4.6, 4.7). */

import {
  type AgentReport,
  type JudgedOutcome,
  type JudgedVerdict,
  type JudgeEffect,
  type JudgeRequest,
  LoopError,
  unreachable,
} from "../../model/mod.ts";
import {
  DEFAULT_SCHEMA,
  failed,
  modelPrompt,
  readAnswer,
} from "../judges/mod.ts";
import { checkContract } from "./check_contract.ts";
import { compareOutputs } from "./compare_outputs.ts";
import type { PerformOptions } from "./drive.ts";
import { JudgeCalls, type JudgeOptions } from "./judge_calls.ts";

/** Asks for the verdict of an effect whose secrets are revealed. */
export async function performJudge(
  options: JudgeOptions,
  effect: JudgeEffect,
  performing: PerformOptions,
): Promise<JudgedOutcome> {
  const { asked } = effect;
  if (performing.cancel.aborted) {
    return { ...answered(failed("Stopped"), []), isCancelled: true };
  }
  if (asked === undefined) {
    throw new LoopError("internal", `Nobody judges by ${effect.judge}`);
  }
  const calls = new JudgeCalls(options, { effect, asked }, performing);
  const { about } = asked;
  let verdict: JudgedVerdict;
  try {
    switch (about.kind) {
      case "model":
        verdict = await askModel(calls, about);
        break;
      case "comparator":
        verdict = await compareOutputs(calls, about);
        break;
      case "contract":
        verdict = await checkContract(calls, about.pairs);
        break;
      default:
        return unreachable(about);
    }
  } catch (error) {
    if (!(error instanceof LoopError) || error.code !== "missing-program") {
      throw error;
    }
    verdict = failed(error.message, { missing_dependency: true });
  }
  return {
    ...answered(verdict, calls.reports),
    isCancelled: calls.isCancelled,
    ...(calls.answers.length === 0 ? {} : { answers: calls.answers }),
    ...(calls.isTimeUp ? { isTimeUp: true } : {}),
  };
}

function answered(
  { verdict, details }: JudgedVerdict,
  agents: readonly AgentReport[],
): JudgedOutcome {
  return {
    kind: "judged",
    verdict,
    details,
    isCancelled: false,
    ...(agents.length === 0 ? {} : { agents }),
  };
}

/** Returns the verdict of `llm_structured`. */
async function askModel(
  calls: JudgeCalls,
  about: Extract<JudgeRequest["about"], { kind: "model" }>,
): Promise<JudgedVerdict> {
  const isDefaultSchema = about.schema === null;
  const { text } = calls.effect;
  const prompt = modelPrompt({ prompt: about.prompt, text }, {
    isDefaultSchema,
  });
  const said = await calls.call(prompt, about.schema ?? DEFAULT_SCHEMA);
  if ("details" in said) return said;
  const { verdict, details } = readAnswer(said, {
    minConfidence: about.minConfidence,
    uncertainSuffix: about.uncertainSuffix,
    isDefaultSchema,
    judgedText: text,
  });
  return { verdict, details: { ...details, ...said.facts } };
}
