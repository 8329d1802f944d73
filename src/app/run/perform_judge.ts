/** Owns asking models for verdicts: `llm_structured`, `comparator` and `contract` (EXEC 4.6, 4.7). */

import { join } from "@std/path";
import {
  type AgentReport,
  ASKED_AGAIN,
  isJsonObject,
  type Json,
  type JsonObject,
  type JudgedOutcome,
  type JudgedVerdict,
  type JudgeEffect,
  type JudgeRequest,
  LoopError,
  unreachable,
} from "../../model/mod.ts";
import {
  comparisonPrompt,
  contractPrompt,
  DEFAULT_SCHEMA,
  failed,
  modelPrompt,
  readAnswer,
  withSchema,
} from "../judges/mod.ts";
import type { PerformOptions } from "./drive.ts";
import { callAgent, type PromptOptions } from "./perform_prompt.ts";

/** What {@linkcode performJudge} needs beyond calling an agent. */
export interface JudgeOptions extends PromptOptions {
  /** Returns bytes that nobody knows before. */
  random(count: number): Uint8Array;
}

const LLM_PROMPT_CHARACTERS = 500;
/** The model that the reference falls back to, a name that only claude knows. */
const DEFAULT_MODEL = "sonnet";

const PLAIN_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    verdict: { type: "string", enum: ["yes", "no"] },
    confidence: { type: "number", minimum: 0, maximum: 1 },
    reason: { type: "string" },
  },
  required: ["verdict", "confidence", "reason"],
};

const COMPARISON_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    verdict_a: { type: "string", enum: ["yes", "no"] },
    verdict_b: { type: "string", enum: ["yes", "no"] },
    confidence: { type: "number", minimum: 0, maximum: 1 },
    reason: { type: "string" },
  },
  required: ["verdict_a", "verdict_b", "confidence", "reason"],
};

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
  const judge = new Judge(options, { effect, asked }, performing);
  const { about } = asked;
  let verdict: JudgedVerdict;
  try {
    switch (about.kind) {
      case "model":
        verdict = await judge.ask(about);
        break;
      case "comparator":
        verdict = await judge.compare(about);
        break;
      case "contract":
        verdict = await judge.check(about.pairs);
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
    ...answered(verdict, judge.reports),
    isCancelled: judge.isCancelled,
    ...(judge.answers.length === 0 ? {} : { answers: judge.answers }),
    ...(judge.isTimeUp ? { isTimeUp: true } : {}),
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

/** One judgement, which may take several calls. */
class Judge {
  readonly #options: JudgeOptions;
  readonly #effect: JudgeEffect;
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
    this.#options = options;
    this.#effect = effect;
    this.#asked = asked;
    this.#performing = performing;
    this.answers = [...asked.answers ?? []];
  }

  /** `llm_structured`. */
  async ask(
    about: Extract<JudgeRequest["about"], { kind: "model" }>,
  ): Promise<JudgedVerdict> {
    const isDefaultSchema = about.schema === null;
    const { text } = this.#effect;
    const prompt = modelPrompt({ prompt: about.prompt, text }, {
      isDefaultSchema,
    });
    const said = await this.#call(prompt, about.schema ?? DEFAULT_SCHEMA);
    if ("details" in said) return said;
    const { verdict, details } = readAnswer(said, {
      minConfidence: about.minConfidence,
      uncertainSuffix: about.uncertainSuffix,
      isDefaultSchema,
    });
    return { verdict, details: { ...details, ...said.facts } };
  }

  /** `comparator`: blind comparisons with a stored output. */
  async compare(
    { baselinePath, autoPromote, minPairs }: Extract<
      JudgeRequest["about"],
      { kind: "comparator" }
    >,
  ): Promise<JudgedVerdict> {
    const { files } = this.#options.world;
    const { text } = this.#effect;
    const folder = join(this.#effect.cwd ?? this.#options.root, baselinePath);
    const file = join(
      baselinePath.startsWith("/") ? baselinePath : folder,
      "output.txt",
    );
    const promote = () => {
      files.makeFolder(file.slice(0, -"/output.txt".length), {
        isPrivate: false,
      });
      files.replace(file, text);
    };
    const baseline = files.readTextIfExists(file);
    if (baseline === null) {
      if (!autoPromote) return { verdict: "no_baseline", details: {} };
      promote();
      return { verdict: "yes", details: { bootstrapped: true } };
    }
    while (this.answers.length < minPairs) {
      const isFirst = (this.#options.random(1)[0] ?? 0) % 2 === 0;
      const [a, b] = isFirst ? [text, baseline] : [baseline, text];
      const said = await this.#call(comparisonPrompt(a, b), COMPARISON_SCHEMA);
      if ("details" in said) {
        if (this.#isOver) return said;
        this.answers.push({ raw: said.details });
        continue;
      }
      const raw = objectOf(said);
      const [mine, theirs] = isFirst
        ? [raw["verdict_a"], raw["verdict_b"]]
        : [raw["verdict_b"], raw["verdict_a"]];
      this.answers.push({
        mine: mine === "yes",
        theirs: theirs === "yes",
        reason: typeof raw["reason"] === "string" ? raw["reason"] : null,
        raw,
      });
    }
    const pairs = this.answers.filter((each) => isJsonObject(each));
    const wins = (side: "mine" | "theirs") =>
      pairs.filter((pair) => pair[side] === true).length;
    const harness = wins("mine");
    const before = wins("theirs");
    const reasons = pairs.flatMap(({ reason }) =>
      typeof reason === "string" ? [reason] : []
    );
    const verdict = harness > before ? "yes" : harness < before ? "no" : "tie";
    if (verdict === "yes" && autoPromote) promote();
    return {
      verdict,
      details: {
        harness_wins: harness,
        baseline_wins: before,
        min_pairs: minPairs,
        reason: reasons.at(-1) ?? "",
        raw: pairs.map(({ raw = null }) => raw),
      },
    };
  }

  /** `contract`: both sides of each pair agree. */
  async check(pairs: readonly Json[]): Promise<JudgedVerdict> {
    if (pairs.length === 0) return failed("A contract needs pairs");
    for (const pair of pairs.slice(this.answers.length)) {
      const result = await this.#checkPair(isJsonObject(pair) ? pair : {});
      if (this.#isOver) return { verdict: "error", details: result };
      this.answers.push(result);
    }
    const results = this.answers.filter((each) => isJsonObject(each));
    const verdicts = results.map((result) => result["verdict"]);
    const verdict = verdicts.includes("error")
      ? "error"
      : verdicts.every((each) => each === "yes")
      ? "yes"
      : "no";
    return { verdict, details: { pair_results: results } };
  }

  async #checkPair(pair: JsonObject): Promise<JsonObject> {
    const text = (key: string) =>
      typeof pair[key] === "string" ? pair[key] : null;
    const names = { producer: text("producer"), consumer: text("consumer") };
    const producer = this.#read(names.producer, text("producer_pattern"));
    const consumer = this.#read(names.consumer, text("consumer_pattern"));
    if (producer === null || consumer === null) {
      const missing = producer === null ? names.producer : names.consumer;
      return {
        ...names,
        ...failed(`Cannot read "${missing}"`).details,
        verdict: "error",
      };
    }
    const said = await this.#call(
      contractPrompt({ contract: text("contract"), producer, consumer }),
      PLAIN_SCHEMA,
    );
    const { verdict, details } = "details" in said ? said : readAnswer(said, {
      minConfidence: 0,
      uncertainSuffix: false,
      isDefaultSchema: false,
    });
    return { ...names, ...details, verdict };
  }

  /** Whether the judgement cannot go on now. */
  get #isOver(): boolean {
    return this.isCancelled || this.isTimeUp || this.#isToBeAskedAgain;
  }

  /** A file as a pair names it: all of it, or what a pattern finds. */
  #read(path: string | null, pattern: string | null): string | null {
    if (path === null) return null;
    const root = this.#effect.cwd ?? this.#options.root;
    const file = path.startsWith("/") ? path : join(root, path);
    try {
      const text = this.#options.world.files.readTextIfExists(file);
      if (text === null || pattern === null) return text;
      return [...text.matchAll(new RegExp(pattern, "gs"))]
        .map(([found]) => found).join("\n");
    } catch (error) {
      if (error instanceof LoopError || error instanceof SyntaxError) {
        return null;
      }
      throw error;
    }
  }

  /** Returns the answer, or the verdict `error` that a call has come to. */
  async #call(
    prompt: string,
    schema: JsonObject,
  ): Promise<
    | JudgedVerdict
    | {
      readonly text: string;
      readonly structured: unknown;
      readonly facts: JsonObject;
    }
  > {
    const { settings, timeoutMs, isLoopDeadline, maxTokens } = this.#asked;
    const host = this.#options.choose({
      named: settings.host,
      isJudge: true,
    });
    const isClaude = host.name === "claude";
    const model = settings.model === DEFAULT_MODEL && !isClaude
      ? null
      : settings.model;
    const call = await callAgent({ ...this.#options, model: null }, {
      prompt: isClaude ? prompt : withSchema(prompt, schema),
      settings: { ...settings, model },
      schema: JSON.stringify(schema),
      env: {
        ...this.#options.environment.of({
          ...this.#asked,
          context: {},
          captured: {},
          handoffThreshold: null,
        }),
        ...(isClaude && maxTokens !== null
          ? { CLAUDE_CODE_MAX_OUTPUT_TOKENS: String(maxTokens) }
          : {}),
      },
      cwd: this.#effect.cwd,
      timeoutMs,
      idleTimeoutMs: 0,
      detach: false,
      name: `${this.#effect.effect}.judge${this.reports.length + 1}`,
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

function objectOf(
  said: { readonly text: string; readonly structured: unknown },
): JsonObject {
  const value = said.structured ?? null;
  if (isJsonObject(value as Json)) return value as JsonObject;
  const text = /\{[\s\S]*\}/.exec(said.text)?.[0] ?? "";
  try {
    const parsed = JSON.parse(text) as Json;
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
