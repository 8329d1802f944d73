/** Owns `show`: a loop's header, its machine as a list with arrows, a table, and every detail when verbose. */

import {
  joinCommand,
  type Json,
  type JsonObject,
  type Loop,
  type LoopOrigin,
  own,
  SCHEMA_VERSION,
  type State,
} from "../model/mod.ts";
import { count } from "./count.ts";
import { definitionJson, stateJson } from "./definition_json.ts";
import { formatEvaluate } from "./plan_text.ts";
import { variableLines } from "./variable_lines.ts";
import { formatLimits, formatScope, formatSource } from "./run_header.ts";
import { formatBudget } from "./spend.ts";
import { painter, type Style, symbolsOf } from "./style.ts";
import { formatTimeouts } from "./timeout_text.ts";
import {
  groupByTarget,
  kindOf,
  NO_KIND,
  reachableStates,
  transitionsOf,
} from "./transitions.ts";
import { makeVisible } from "./visible.ts";
import { displayWidth, padEnd, truncate } from "./width.ts";

/** What `show` is about. Paths are as they shall be shown. */
export interface ShownLoop {
  readonly loop: Loop;
  readonly origin: LoopOrigin;
  readonly file: string;
  /** What was typed to name it. */
  readonly argument: string;
}

const RULE_COLUMNS_MAX = 100;
const TYPE_COLUMNS = 10;

/** Returns the description of a loop as lines. */
export function formatShow(
  shown: ShownLoop,
  options: { readonly style: Style; readonly isVerbose: boolean },
): readonly string[] {
  const { style } = options;
  const { loop } = shown;
  const paint = painter(style);
  const { ellipsis } = symbolsOf(style);
  const states = Object.values(loop.states);
  const transitions = states.flatMap((state) => transitionsOf(state));
  const counts = `${count(states.length, "state")}, ${
    count(transitions.length, "transition")
  }`;
  const lines = [
    rule(loop.name, { style, right: counts }),
    ...headerLines(shown).map((line) => `   ${line}`),
  ];
  if (loop.description.trim() !== "") {
    lines.push("", "Description:");
    for (const line of loop.description.trim().split("\n")) {
      lines.push(`  ${makeVisible(line)}`.trimEnd());
    }
  }
  lines.push("", "Diagram:", ...drawingLines(loop, style));
  lines.push("", "States:", ...tableLines(loop, style));
  if (options.isVerbose) {
    for (const state of states) {
      lines.push("", ...verboseLines(state, { loop, style }));
    }
  }
  const argument = joinCommand([shown.argument]);
  const run = ["run", argument, ...valuesToGive(loop)].join(" ");
  const cut = options.isVerbose
    ? lines
    : lines.map((line) => truncate(line, { columns: style.columns, ellipsis }));
  const longest = displayWidth(`${run} --dry-run`);
  const row = (command: string, comment: string): string =>
    `  ll-loop ${padEnd(command, longest)}  ${
      paint("secondary", `# ${comment}`)
    }`;
  return [
    ...cut,
    "",
    "Commands:",
    row(run, "run it"),
    row(`${run} --dry-run`, "see what would happen"),
    row(`validate ${argument}`, "check the file"),
  ];
}

/** Returns the words that a command line needs for the values without which the loop does not run. */
function valuesToGive(
  { requiredInputs, inputKey, context }: Loop,
): readonly string[] {
  const needed = requiredInputs.filter((key) => {
    const value = own(context, key) ?? null;
    return value === null || value === "";
  });
  const others = needed.filter((key) => key !== inputKey);
  return [
    ...others.length < needed.length ? ["INPUT"] : [],
    ...others.map((key) => `--context ${joinCommand([`${key}=VALUE`])}`),
  ];
}

/** Returns the definition as `show --json` prints it: its YAML keys, defaults left out. */
export function showJson(shown: ShownLoop): JsonObject {
  return {
    ...definitionJson(shown.loop),
    schema_version: SCHEMA_VERSION,
    file: shown.file,
    origin: shown.origin,
  };
}

function rule(
  left: string,
  options: { readonly style: Style; readonly right?: string },
): string {
  const { style } = options;
  const paint = painter(style);
  const dash = style.unicode === false ? "-" : "─";
  const columns = Math.min(style.columns, RULE_COLUMNS_MAX);
  const right = options.right === undefined ? "" : ` ${options.right} `;
  const tail = right === "" ? "" : right + dash.repeat(2);
  const room = columns - displayWidth(left) - displayWidth(tail) - 4;
  return paint("secondary", dash.repeat(2)) + ` ${paint("name", left)} ` +
    paint("secondary", dash.repeat(Math.max(1, room)) + tail);
}

function leadingTo({ onBudgetExceeded }: Loop): string {
  return onBudgetExceeded === undefined ? "" : `, then ${onBudgetExceeded}`;
}

function headerLines(shown: ShownLoop): string[] {
  const { loop } = shown;
  const lines = [
    formatSource(shown),
    `limits: ${formatLimits(loop)}`,
    `scope: ${
      formatScope({
        paths: loop.scope,
        isDefault: loop.scope.length === 0,
        isLocked: true,
      })
    }${loop.singleton ? ", one run at a time" : ""}`,
  ];
  if (loop.maintain) lines.push("maintain: yes");
  const budget = formatBudget({ budget: loop.budget ?? null });
  if (budget !== "") lines.push(`budget: ${budget}${leadingTo(loop)}`);
  if (loop.onHandoff !== "pause") lines.push(`handoff: ${loop.onHandoff}`);
  const keys = Object.keys(loop.context);
  if (keys.length > 0) lines.push(`context: ${keys.join(", ")}`);
  lines.push(...variableLines(loop, loop.secrets));
  if (loop.requiredInputs.length > 0) {
    lines.push(`required: ${loop.requiredInputs.join(", ")}`);
  }
  for (const [name, parameter] of Object.entries(loop.parameters)) {
    const need = parameter.required ? ", required" : "";
    lines.push(`parameter: ${name} (${parameter.type}${need})`);
  }
  if (loop.category !== "") lines.push(`category: ${loop.category}`);
  if (loop.labels.length > 0) lines.push(`labels: ${loop.labels.join(", ")}`);
  return lines;
}

/** Each state, and below it one arrow for each target: what a box drawing tends to get wrong. */
function drawingLines(loop: Loop, style: Style): string[] {
  const paint = painter(style);
  const symbols = symbolsOf(style);
  const reachable = reachableStates(loop);
  const lines: string[] = [];
  for (const state of Object.values(loop.states)) {
    const start = state.name === loop.initial ? symbols.start : " ";
    const end = state.terminal
      ? ` ${
        state.failure
          ? paint("failure", `${symbols.bad} failure`)
          : paint("success", `${symbols.good} end`)
      }`
      : reachable.has(state.name)
      ? ""
      : paint("warning", " (unreachable)");
    lines.push(`  ${padEnd(start, 2)}${paint("name", state.name)}${end}`);
    const groups = groupByTarget(transitionsOf(state));
    const width = Math.max(
      0,
      ...groups.map(({ labels }) => displayWidth(labels.join("/"))),
    );
    for (const { target, labels } of groups) {
      const label = padEnd(labels.join("/"), width);
      lines.push(
        `       ${paint("secondary", label)} ${symbols.arrow} ${target}`,
      );
    }
  }
  return lines;
}

function tableLines(loop: Loop, style: Style): string[] {
  const paint = painter(style);
  const symbols = symbolsOf(style);
  const states = Object.values(loop.states);
  const nameColumns = Math.min(
    30,
    Math.max(5, ...states.map((state) => displayWidth(state.name))),
  ) + 2;
  const columns = Number.isFinite(style.columns) ? style.columns : 100;
  const previewOf = (state: State): string =>
    makeVisible(state.loop ?? state.action?.trim().split("\n")[0] ?? "");
  const left = columns - nameColumns - TYPE_COLUMNS - 4;
  const actionColumns = Math.min(
    Math.max(12, Math.floor(left / 2)),
    Math.max(6, ...states.map((state) => displayWidth(previewOf(state)))),
  );
  const { ellipsis } = symbols;
  const cell = (text: string, width: number): string =>
    padEnd(truncate(text, { columns: width, ellipsis }), width);
  const row = (cells: readonly [string, string, string, string]): string =>
    `  ${cell(cells[0], nameColumns)} ${cell(cells[1], TYPE_COLUMNS)} ${
      cell(cells[2], actionColumns)
    } ${cells[3]}`;
  const lines = [
    paint("secondary", row(["  State", "Type", "Action", "Transitions"])),
  ];
  for (const state of states) {
    const start = state.name === loop.initial ? symbols.start : " ";
    const routes = groupByTarget(transitionsOf(state)).map((
      { target, labels },
    ) => `${labels.join("/")}${symbols.arrow}${target}`).join(", ");
    lines.push(
      row([
        padEnd(start, 2) + state.name,
        kindOf(state),
        previewOf(state),
        state.terminal
          ? state.failure ? "(terminal, failure)" : "(terminal)"
          : routes,
      ]).trimEnd(),
    );
  }
  return lines;
}

function verboseLines(
  state: State,
  options: { readonly loop: Loop; readonly style: Style },
): string[] {
  const { loop, style } = options;
  const symbols = symbolsOf(style);
  const marks: string[] = [];
  if (state.name === loop.initial) marks.push("INITIAL");
  if (state.terminal) marks.push("TERMINAL");
  if (state.failure) marks.push("FAILURE");
  if (kindOf(state) !== NO_KIND) marks.push(kindOf(state));
  const lines = [
    rule(state.name, { style, right: marks.join(` ${symbols.dot} `) }),
  ];
  if (state.loop !== null) lines.push(`  loop: ${state.loop}`);
  if (state.action !== null) {
    lines.push("  action:");
    for (const line of state.action.trimEnd().split("\n")) {
      lines.push(`    ${makeVisible(line)}`.trimEnd());
    }
  }
  const { evaluate } = state;
  if (evaluate !== null) {
    const { prompt, ...rest } = evaluate;
    lines.push(`  evaluate: ${formatEvaluate({ ...rest, prompt: null })}`);
    for (const line of prompt?.trimEnd().split("\n") ?? []) {
      lines.push(`    ${symbols.bar} ${makeVisible(line)}`.trimEnd());
    }
  }
  let timeouts = formatTimeouts(loop, state);
  for (const [key, value] of Object.entries(stateJson(state, loop.secrets))) {
    if (SHOWN_APART.has(key) || key.startsWith("on_") && key !== "on_resume") {
      continue;
    }
    if (TIMEOUTS.has(key)) {
      if (timeouts !== null) lines.push(`  timeout: ${timeouts}`);
      timeouts = null;
      continue;
    }
    lines.push(`  ${key}: ${settingText(value)}`);
  }
  const transitions = transitionsOf(state);
  if (transitions.length > 0) lines.push("  transitions:");
  for (const { key, target } of transitions) {
    lines.push(`    ${key} ${symbols.arrow} ${target}`);
  }
  return lines;
}

/** Keys of a state that the rest of its description says. Ways out are `on_…`. */
const SHOWN_APART: ReadonlySet<string> = new Set([
  "action",
  "action_type",
  "evaluate",
  "failure",
  "loop",
  "next",
  "route",
  "terminal",
  "type",
]);

/** Both are told in one line, with what holds where one of them says nothing. */
const TIMEOUTS: ReadonlySet<string> = new Set(["timeout", "idle_timeout"]);

function settingText(value: Json): string {
  const text = typeof value === "string"
    ? value
    : Array.isArray(value) && value.every((item) => typeof item !== "object")
    ? value.join(", ")
    : JSON.stringify(value);
  return makeVisible(text.replaceAll("\n", " "));
}
