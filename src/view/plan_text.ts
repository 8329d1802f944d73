/** Owns `run --dry-run` as text: the reference's shape (CLI 6.4) with everything that it leaves out. */

import {
  defaultEvaluatorOf,
  type Evaluate,
  formatSpan,
  pressureWay,
  type State,
} from "../model/mod.ts";
import { formatBudget } from "./spend.ts";
import { count } from "./count.ts";
import { evaluateJson, SECRET_MARK } from "./definition_json.ts";
import type { Plan } from "./plan.ts";
import { formatScope, formatSource } from "./run_header.ts";
import { painter, type Style, symbolsOf } from "./style.ts";
import { formatTimeouts } from "./timeout_text.ts";
import { kindOf, reachableStates, transitionsOf } from "./transitions.ts";
import { formatVerdict } from "./verdict.ts";
import { variableLines } from "./variable_lines.ts";
import { makeVisible } from "./visible.ts";
import { truncate } from "./width.ts";

const PROMPT_LINES_MAX = 3;

/** Returns the plan as lines; only those of states are cut to the terminal. Nothing has run, and nothing has been written. */
export function formatPlan(plan: Plan, style: Style): readonly string[] {
  const paint = painter(style);
  const { loop } = plan;
  const { ellipsis } = symbolsOf(style);
  const reachable = reachableStates(loop);
  const lines = [
    `Execution plan for: ${paint("name", loop.name)}`,
    `From: ${formatSource(plan)}`,
    `Actions run in: ${plan.project}`,
    "",
    "States:",
  ];
  for (const state of Object.values(loop.states)) {
    for (const line of stateLines(state, { plan, style, reachable })) {
      lines.push(truncate(line, { columns: style.columns, ellipsis }));
    }
  }
  lines.push("", ...limitLines(plan));
  lines.push(...variableLines(loop, loop.secrets), ...contextLines(plan));
  lines.push(...needLines(plan, style), ...readinessLines(plan, style));
  return lines;
}

/** Returns an evaluator and its options in one line: `output_numeric (operator: lt, target: 3)`. */
export function formatEvaluate(evaluate: Evaluate): string {
  const { type: _, ...rest } = evaluateJson(evaluate);
  const options = Object.entries(rest).map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `${key}: ${makeVisible(text.replaceAll("\n", " "))}`;
  });
  return options.length === 0
    ? evaluate.type
    : `${evaluate.type} (${options.join(", ")})`;
}

interface StateOptions {
  readonly plan: Plan;
  readonly style: Style;
  readonly reachable: ReadonlySet<string>;
}

function stateLines(state: State, options: StateOptions): string[] {
  const { plan, style, reachable } = options;
  const paint = painter(style);
  const marks: string[] = [];
  if (state.terminal) {
    marks.push(state.failure ? "[TERMINAL, FAILURE]" : "[TERMINAL]");
  }
  if (!reachable.has(state.name)) marks.push("(unreachable)");
  const lines = [
    [`  [${paint("name", state.name)}]`, ...marks].join(" "),
    ...actionLines(state),
  ];
  const timeouts = formatTimeouts(plan.loop, state);
  if (timeouts !== null) lines.push(`    timeout: ${timeouts}`);
  if (state.evaluate !== null) {
    lines.push(`    evaluate: ${formatEvaluate(state.evaluate)}`);
  } else if (!state.terminal && defaultEvaluatorOf(state) !== null) {
    lines.push(`    evaluate: ${defaultEvaluatorOf(state)} (default)`);
  }
  lines.push(...routeLines(state), ...detailLines(state));
  for (const line of variableLines(state, plan.loop.secrets)) {
    lines.push(`    ${line}`);
  }
  return lines;
}

function actionLines(state: State): string[] {
  if (state.kind === "loop") {
    const bindings = Object.entries(state.with).map(([key, value]) =>
      `${key}=${JSON.stringify(value)}`
    );
    const passed = state.contextPassthrough ? ["context_passthrough"] : [];
    const detail = [...bindings, ...passed].join(", ");
    return [`    loop: ${state.loop}${detail === "" ? "" : ` (${detail})`}`];
  }
  if (state.action === null) return [];
  const label = state.kind === "shell" ? "action" : `action (${kindOf(state)})`;
  const texts = state.action.trimEnd().split("\n").map((line) =>
    makeVisible(line)
  );
  if (texts.length === 1) return [`    ${label}: ${texts[0]}`];
  const shown = state.kind === "prompt"
    ? texts.slice(0, PROMPT_LINES_MAX)
    : texts;
  const lines = [`    ${label}: |`, ...shown.map((text) => `      ${text}`)];
  if (shown.length < texts.length) {
    lines.push(
      `      ... (${count(texts.length - shown.length, "more line")})`,
    );
  }
  return lines;
}

function routeLines(state: State): string[] {
  const lines: string[] = [];
  let isInTable = false;
  for (const { key, label, target } of transitionsOf(state)) {
    if (key.startsWith("route ")) {
      if (!isInTable) lines.push("    route:");
      isInTable = true;
      lines.push(`      ${label} -> ${target}`);
    } else if (key === "on_retry_exhausted") {
      lines.push(
        `    ${key} -> ${target} (after ${
          count(state.maxRetries ?? 0, "retry", "retries")
        })`,
      );
    } else lines.push(`    ${key} -> ${target}`);
  }
  return lines;
}

function detailLines(state: State): string[] {
  const lines: string[] = [];
  if (Object.keys(state.params).length > 0) {
    lines.push(`    params: ${JSON.stringify(state.params)}`);
  }
  if (state.stdin !== null) {
    const text = makeVisible(state.stdin.trim().replaceAll("\n", " "));
    lines.push(`    stdin: ${text}`);
  }
  if (state.retryableExitCodes !== null) {
    lines.push(
      `    retryable exit codes: ${state.retryableExitCodes.join(", ")}`,
    );
  }
  if (state.capture !== null) lines.push(`    capture: ${state.capture}`);
  if (state.appendToMessages !== null) {
    const text = makeVisible(state.appendToMessages.replaceAll("\n", " "));
    lines.push(`    append_to_messages: ${text}`);
  }
  if (state.throttle !== null) {
    const { normalMax, warnMax, hardMax } = state.throttle;
    lines.push(
      `    throttle: normal ${normalMax}, warn ${warnMax}, hard ${hardMax}`,
    );
  }
  if (state.worktree !== null) lines.push(`    worktree: ${state.worktree}`);
  if (state.detach) lines.push("    detach: its processes outlive the run");
  if (state.onResume.policy === "check") {
    lines.push(`    on_resume: check: ${state.onResume.command}`);
  } else if (state.onResume.policy !== "rerun") {
    lines.push(`    on_resume: ${state.onResume.policy}`);
  }
  for (const key of ["agent", "model", "effort"] as const) {
    const value = state[key];
    if (value !== null) lines.push(`    ${key}: ${value}`);
  }
  if (state.tools !== null) lines.push(`    tools: ${state.tools.join(", ")}`);
  return lines;
}

function limitLines(plan: Plan): string[] {
  const { loop, overrides } = plan;
  const from = (field: string): string =>
    overrides[field] === undefined ? "" : ` (${overrides[field]})`;
  const lines = [
    `Initial state: ${loop.initial}`,
    `Max steps: ${loop.maxSteps}${from("max_steps")}` +
    (loop.onMaxSteps === null ? "" : ` -> ${loop.onMaxSteps}`),
    `Max iterations: ${loop.maxIterations ?? "none"}${from("max_iterations")}` +
    (loop.onMaxIterations === null ? "" : ` -> ${loop.onMaxIterations}`),
    `Max edge revisits: ${loop.maxEdgeRevisits}`,
    `Timeout: ${loop.timeoutMs === null ? "none" : formatSpan(loop.timeoutMs)}`,
    `Delay: ${formatSpan(loop.backoffMs)}${from("backoff")}`,
    `Scope: ${formatScope(plan.scope)}${
      loop.singleton ? ", one run at a time" : ""
    }`,
  ];
  if (loop.maintain) lines.push("Maintain: starts over at each terminal state");
  const budget = formatBudget({ budget: loop.budget ?? null });
  if (budget !== "") {
    lines.push(
      `Budget: ${budget}${
        loop.onBudgetExceeded === undefined
          ? ""
          : ` -> ${loop.onBudgetExceeded}`
      }`,
    );
  }
  if (loop.onHandoff !== "pause") lines.push(`On handoff: ${loop.onHandoff}`);
  if (loop.circuit !== null) {
    const { window, onRepeatedFailure } = loop.circuit;
    lines.push(
      `Stall circuit: after ${
        count(window, "repetition")
      } -> ${onRepeatedFailure}`,
    );
  }
  const pressure = loop.hostGuard?.enabled ? pressureWay(loop.hostGuard) : null;
  if (loop.hostGuard !== undefined && pressure !== null) {
    lines.push(
      `Host guard: from ${loop.hostGuard.criticalPct} % of the memory -> ${pressure.target}`,
    );
  }
  lines.push(
    loop.llm.enabled
      ? `LLM judge: ${loop.llm.model}${from("llm.model")}`
      : `LLM judge: off${from("llm.enabled")}`,
  );
  return lines;
}

function contextLines(plan: Plan): string[] {
  if (plan.context.length === 0) return [];
  return [
    "Context:",
    ...plan.context.map(({ key, value, from, isSecret }) =>
      `  ${key}: ${isSecret ? SECRET_MARK : JSON.stringify(value)} (${from})`
    ),
  ];
}

function needLines(plan: Plan, style: Style): string[] {
  if (plan.needs.length === 0) return [];
  const paint = painter(style);
  const symbols = symbolsOf(style);
  const lines = ["Needs (best effort):"];
  for (const { kind, name, isFound, where, why, hint, states } of plan.needs) {
    const mark = isFound === null
      ? "?"
      : isFound
      ? paint("success", symbols.good)
      : paint("failure", symbols.bad);
    const verdict = isFound === null
      ? "known only during the run"
      : isFound
      ? where ?? "found"
      : why ?? `not found${where === null ? "" : ` in ${where}`}`;
    const users = states.length === 0 ? "" : ` (${states.join(", ")})`;
    lines.push(`  ${mark} ${kind} ${name}: ${verdict}${users}`);
    if (hint !== undefined) lines.push(`      hint: ${hint}`);
  }
  return lines;
}

function readinessLines(plan: Plan, style: Style): string[] {
  const paint = painter(style);
  const lines: string[] = [];
  if (plan.missing.length > 0) {
    lines.push(paint("warning", "Missing:"));
    for (const { name, add, usedBy } of plan.missing) {
      lines.push(`  ${name}: add ${add} (used by ${usedBy})`);
    }
  }
  if (plan.unsupported.length > 0) {
    lines.push(paint("warning", "Not run by this version:"));
    for (const { state, file, line, reason } of plan.unsupported) {
      const place = line === null ? file : `${file}:${line}`;
      lines.push(`  ${state} at ${place}: ${reason}`);
    }
  }
  lines.push(`Verdict: ${formatVerdict(plan.verdict)}`);
  return lines;
}
