/** Owns the model of a loop: defaults, the two step caps, durations in milliseconds. */

import type {
  Circuit,
  DocumentPath,
  Inert,
  JsonObject,
  LlmSettings,
  Loop,
  Origin,
  State,
} from "../model/mod.ts";
import { DEFAULT_HOST_GUARD, isJsonObject, PRESSURES } from "../model/mod.ts";
import { buildAgentKeys } from "./build_agent_keys.ts";
import { buildParameters, buildState } from "./build_state.ts";
import { quote, suggest } from "./describe.ts";
import { findInert } from "./inert.ts";
import type { Problem } from "./problem.ts";
import { yamlScalar } from "./yaml_scalar.ts";
import {
  asScalarText,
  entry,
  readFlag,
  readLimit,
  readMap,
  readNumber,
  readOptionalMap,
  readSeconds,
  readText,
  readTexts,
} from "./values.ts";

const STEPS_DEFAULT = 50;
const HANDOFFS = ["pause", "spawn", "terminate"] as const;
const VISIBILITIES = ["public", "internal", "example"] as const;

/** What building a loop needs. */
export interface LoopSource {
  readonly file: string;
  readonly document: JsonObject;
  originOf(path: DocumentPath): Origin;
  isExecutable(path: string): boolean;
  report(problem: Problem, path: DocumentPath): void;
}

/** Returns the loop that `source` describes. Parts of the wrong type read as absent. */
export function buildLoop(source: LoopSource): Loop {
  const { document } = source;
  const inert: Inert[] = findInert(document).map(({ key, path }) => ({
    key,
    at: source.originOf(path),
  }));
  const maxSteps = readNumber(document, "max_steps");
  const maxIterations = readNumber(document, "max_iterations");
  const guard = readMap(document, "prompt_size_guard");
  return {
    id: source.file,
    name: readText(document, "name") ?? "",
    at: { file: source.file, path: [] },
    description: (readText(document, "description") ?? "").trim(),
    initial: readText(document, "initial") ?? "",
    states: buildStates(source),
    context: readMap(document, "context"),
    inputKey: readText(document, "input_key") ?? "input",
    requiredInputs: readTexts(document, "required_inputs") ?? [],
    parameters: buildParameters(readMap(document, "parameters")),
    scope: readScope(source),
    singleton: readFlag(document, "singleton"),
    // `max_iterations` alone is the older name of the step cap.
    maxSteps: maxSteps ?? maxIterations ?? STEPS_DEFAULT,
    maxIterations: maxSteps === null ? null : maxIterations,
    onMaxSteps: readText(document, "on_max_steps"),
    onMaxIterations: readText(document, "on_max_iterations"),
    maxEdgeRevisits: readNumber(document, "max_edge_revisits") ?? 100,
    timeoutMs: readSeconds(document, "timeout"),
    defaultTimeoutMs: readLimit(document, "default_timeout"),
    defaultIdleTimeoutMs: readLimit(document, "default_idle_timeout"),
    backoffMs: readSeconds(document, "backoff") ?? 0,
    maintain: readFlag(document, "maintain"),
    llm: buildLlm(readMap(document, "llm")),
    onHandoff: readHandoff(source),
    outputSignals: readSignals(document),
    circuit: buildCircuit(readMap(document, "circuit")),
    promptSizeGuard: {
      enabled: readFlag(guard, "enabled", { fallback: true }),
      warnChars: Math.trunc(readNumber(guard, "warn_chars") ?? 50_000),
    },
    ...buildHostGuard(document),
    handoffThreshold: readNumber(
      readMap(document, "config"),
      "handoff_threshold",
    ),
    secrets: readTexts(document, "secrets") ?? [],
    category: readText(document, "category") ?? "",
    labels: readTexts(document, "labels") ?? [],
    visibility: oneOf(VISIBILITIES, readText(document, "visibility")) ??
      "public",
    ...buildAgentKeys(document),
    inert,
  };
}

function buildHostGuard(document: JsonObject): Pick<Loop, "hostGuard"> {
  const given = readOptionalMap(document, "host_guard");
  if (given === null) return {};
  const defaults = DEFAULT_HOST_GUARD;
  const pressureState = readText(given, "pressure_state");
  const onAbortRoute = readText(given, "on_abort_route");
  return {
    hostGuard: {
      enabled: readFlag(given, "enabled", { fallback: defaults.enabled }),
      cooldownMs: readNumber(given, "cooldown_ms") ?? defaults.cooldownMs,
      warnPct: readNumber(given, "warn_pct") ?? defaults.warnPct,
      criticalPct: readNumber(given, "critical_pct") ?? defaults.criticalPct,
      onPressure: oneOf(PRESSURES, readText(given, "on_pressure")) ??
        defaults.onPressure,
      ...(pressureState === null ? {} : { pressureState }),
      ...(onAbortRoute === null ? {} : { onAbortRoute }),
    },
  };
}

function buildStates(
  source: LoopSource,
): { readonly [name: string]: State } {
  const states: Record<string, State> = {};
  for (
    const [name, value] of Object.entries(readMap(source.document, "states"))
  ) {
    const path = ["states", name];
    states[name] = buildState({
      name,
      map: isJsonObject(value) ? value : {},
      originOf: (...below) => source.originOf([...path, ...below]),
      isExecutable: source.isExecutable,
      report: (problem, below) => source.report(problem, [...path, ...below]),
    });
  }
  return states;
}

function readScope(source: LoopSource): readonly string[] {
  const value = entry(source.document, "scope");
  if (typeof value !== "string") {
    return readTexts(source.document, "scope") ?? [];
  }
  source.report({
    rule: "scope-not-a-list",
    severity: "warning",
    message: `"scope" should be a list of paths, not the text ${
      quote(value)
    }: read as a list of one`,
    hint: `Write: scope: [${JSON.stringify(value)}]`,
    edit: { kind: "replace", text: `[${yamlScalar(value)}]` },
  }, ["scope"]);
  return [value];
}

function buildLlm(map: JsonObject): LlmSettings {
  return {
    enabled: readFlag(map, "enabled", { fallback: true }),
    model: readText(map, "model") ?? "sonnet",
    maxTokens: readNumber(map, "max_tokens") ?? 256,
    timeoutMs: readSeconds(map, "timeout") ?? 1_800_000,
    effort: readText(map, "effort"),
  };
}

function readHandoff(source: LoopSource): Loop["onHandoff"] {
  const value = readText(source.document, "on_handoff");
  const known = oneOf(HANDOFFS, value);
  if (value !== null && known === null) {
    source.report({
      rule: "unknown-handoff",
      severity: "warning",
      message: `"on_handoff" should be ${HANDOFFS.map(quote).join(", ")}, not ${
        quote(value)
      }: read as "pause"`,
      ...suggest(value, HANDOFFS, { max: 1 }),
    }, ["on_handoff"]);
  }
  return known ?? "pause";
}

function readSignals(document: JsonObject): Loop["outputSignals"] {
  return oneOf(
    ["anywhere", "line-start", "off"] as const,
    asScalarText(entry(document, "output_signals")),
  ) ?? "anywhere";
}

function buildCircuit(map: JsonObject): Circuit | null {
  const failure = readOptionalMap(map, "repeated_failure");
  if (failure === null) return null;
  const excluded = readTexts(failure, "exclude_paths") ?? [];
  const watched = readTexts(failure, "progress_paths") ?? [];
  return {
    window: readNumber(failure, "window") ?? 3,
    onRepeatedFailure: readText(failure, "on_repeated_failure") ?? "abort",
    progressPaths: watched.filter((path) => !excluded.includes(path)),
    recurrentWindow: readNumber(failure, "recurrent_window"),
    failuresOnly: readFlag(failure, "failures_only"),
  };
}

function oneOf<T extends string>(
  values: readonly T[],
  value: string | null,
): T | null {
  return values.find((known) => known === value) ?? null;
}
