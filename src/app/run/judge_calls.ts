/** Owns the calls of one judgement: how a judge is called, and what its calls have come to. */

import {
  type AgentReport,
  ASKED_AGAIN,
  type Json,
  type JsonObject,
  type JudgedVerdict,
  type JudgeEffect,
  type JudgeRequest,
} from "../../model/mod.ts";
import { failed, withSchema } from "../judges/mod.ts";
import type { PromptOptions } from "./agent_request.ts";
import type { PerformOptions } from "./drive.ts";
import { callAgent } from "./perform_prompt.ts";

/** What a judgement needs beyond calling an agent. */
export interface JudgeOptions extends PromptOptions {
  /** Returns bytes that nobody knows before. */
  random(count: number): Uint8Array;
}

const LLM_PROMPT_CHARACTERS = 500;
/** The model that the reference falls back to, a name that only claude knows. */
const DEFAULT_MODEL = "sonnet";

/** What a judge has answered. */
export interface Said {
  readonly text: string;
  /** The answer by the schema, where the host gave it. */
  readonly structured: unknown;
  /** What is told of the call. */
  readonly facts: JsonObject;
}

/** One judgement, which may take several calls. */
export class JudgeCalls {
  readonly options: JudgeOptions;
  readonly effect: JudgeEffect;
  readonly #asked: JudgeRequest;
  readonly #performing: PerformOptions;
  readonly reports: AgentReport[] = [];
  /** What each pair came to, those that were answered before this call included. */
  readonly answers: Json[];
  isCancelled = false;
  isTimeUp = false;
  /** Whether its service failed in a way after which it is asked again. */
  #isToBeAskedAgain = false;

  constructor(
    options: JudgeOptions,
    { effect, asked }: {
      readonly effect: JudgeEffect;
      readonly asked: JudgeRequest;
    },
    performing: PerformOptions,
  ) {
    this.options = options;
    this.effect = effect;
    this.#asked = asked;
    this.#performing = performing;
    this.answers = [...asked.answers ?? []];
  }

  /** Whether the judgement cannot go on now. */
  get isOver(): boolean {
    return this.isCancelled || this.isTimeUp || this.#isToBeAskedAgain;
  }

  /** Returns the answer, or the verdict `error` that a call has come to. */
  async call(
    prompt: string,
    schema: JsonObject,
  ): Promise<JudgedVerdict | Said> {
    const { settings, timeoutMs, isLoopDeadline, maxTokens } = this.#asked;
    const host = this.options.choose({
      named: settings.host,
      isJudge: true,
    });
    const isClaude = host.name === "claude";
    const model = settings.model === DEFAULT_MODEL && !isClaude
      ? null
      : settings.model;
    const call = await callAgent({ ...this.options, model: null }, {
      prompt: isClaude ? prompt : withSchema(prompt, schema),
      settings: { ...settings, model },
      schema: JSON.stringify(schema),
      env: {
        ...this.options.environment.of({
          ...this.#asked,
          context: {},
          captured: {},
          handoffThreshold: null,
        }),
        ...(isClaude && maxTokens !== null
          ? { CLAUDE_CODE_MAX_OUTPUT_TOKENS: String(maxTokens) }
          : {}),
      },
      cwd: this.effect.cwd,
      timeoutMs,
      idleTimeoutMs: 0,
      detach: false,
      name: `${this.effect.effect}.judge${this.reports.length + 1}`,
    }, {
      ...this.#performing,
      // What a judge says is its verdict; only its troubles are told.
      publish: (events) => {
        const told = events.filter((event) =>
          event.event === "agent_activity" && event.kind !== "tool"
        );
        if (told.length > 0) this.#performing.publish(told);
      },
      show() {},
    });
    const { outcome, report, output, structured } = call;
    const isLate = outcome.timeoutKind !== null;
    // What ran into its own limit has failed by that, and is not asked again.
    this.reports.push(isLate ? { ...report, failure: null } : report);
    if (outcome.isCancelled) {
      this.isCancelled = true;
      return failed("Stopped");
    }
    if (isLate) {
      this.isTimeUp = isLoopDeadline;
      return failed(`The judge took more than ${timeoutMs / 1000} s`, {
        timeout: true,
      });
    }
    if (outcome.startError !== null) {
      return failed(outcome.startError, { missing_dependency: true });
    }
    if (report.failure !== null || outcome.exitCode !== 0) {
      this.#isToBeAskedAgain = ASKED_AGAIN.has(report.failure?.kind ?? "other");
      const why = report.failure?.message ?? outcome.stderr.text.trim();
      return failed(`The judge failed: ${why}`, {
        api_error: true,
        ...(report.failure === null ? {} : { failure: report.failure.kind }),
      });
    }
    return {
      text: output.text,
      structured,
      facts: {
        host: report.host,
        llm_model: report.model,
        llm_latency_ms: Math.round(outcome.durationMs),
        llm_prompt: prompt.slice(0, LLM_PROMPT_CHARACTERS).toWellFormed(),
      },
    };
  }
}
