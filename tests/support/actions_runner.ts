/**
 * What the runner of GitHub Actions does with a step, as far as tests need it: which lines of
 * its output are commands, what its files say, and the steps of a composite action in order.
 */

import { parse } from "@std/yaml";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Names that the runner knows, or knew. */
const COMMANDS: ReadonlySet<string> = new Set([
  ...["error", "warning", "notice", "debug", "group", "endgroup", "echo"],
  ...["add-mask", "add-matcher", "remove-matcher", "add-path", "set-env"],
  ...["set-output", "save-state", "stop-commands", "internal-set-repo-path"],
]);

/** Returns the lines of an output that the runner takes for commands, in order. */
export function commandsIn(output: string): string[] {
  const found: string[] = [];
  let token: string | null = null;
  for (const line of output.split(/\r\n|\r|\n/)) {
    const [, name, value] = newForm(line) ?? oldForm(line) ?? [];
    if (name === undefined) continue;
    if (token !== null) {
      if (name !== token) continue;
      token = null;
    } else if (!COMMANDS.has(name)) {
      continue;
    } else if (name === "stop-commands") {
      token = value ?? "";
    }
    found.push(line);
  }
  return found;
}

function newForm(line: string): RegExpExecArray | null {
  // deno-lint-ignore no-control-regex -- some of them are blanks to the runner
  return /^[\s\x1c-\x1f\x85]*::([^\s:]+)[^:]*::(.*)$/s.exec(line);
}

function oldForm(line: string): RegExpExecArray | null {
  return /##\[([^\s\]]+)[^\]]*\](.*)$/s.exec(line);
}

/** Returns what a file such as GITHUB_OUTPUT says; of a name that is there twice the last counts. */
export function outputsIn(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split("\n");
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === "") continue;
    const [, name = "", sign, rest = ""] = /^(.*?)(=|<<)(.*)$/.exec(line) ?? [];
    if (sign === undefined) throw new Error(`Invalid format "${line}"`);
    if (sign === "=") {
      outputs[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest);
    if (end < 0) throw new Error(`Matching delimiter not found "${rest}"`);
    outputs[name] = lines.splice(0, end + 1).slice(0, -1).join("\n");
  }
  return outputs;
}

/** A step of a composite action. */
interface ActionStep {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
}

/** `action.yml`, as far as it is followed. */
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly ActionStep[] };
}

/** Returns the action of this repository. */
export function readAction(): Action {
  return parse(Deno.readTextFileSync(`${ROOT}action.yml`)) as Action;
}

/** The runner around an action. */
export interface RunnerOptions {
  /** The workspace. */
  readonly workspace: string;
  /** A folder for the runner's own files. */
  readonly temp: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Changes what the runner says of itself. */
  readonly runner?: Readonly<Record<string, string>>;
  /** Called with the process of each step that runs. */
  readonly onStep?: (id: string, child: Deno.ChildProcess) => void;
}

/** What came of an action. */
export interface Acted {
  /** Of each step by its id: its end. */
  readonly outcomes: Readonly<
    Record<string, "success" | "failure" | "skipped">
  >;
  readonly outputs: Readonly<Record<string, string>>;
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: string;
  /** What the steps that use other actions were given. */
  readonly used: readonly { uses: string; with: Record<string, string> }[];
}

/** Does what the runner would do with the action: its own steps, in order. */
export async function runAction(options: RunnerOptions): Promise<Acted> {
  const action = readAction();
  const given = Object.fromEntries(
    Object.entries(action.inputs)
      .map(([name, { default: value = "" }]) => [name, value]),
  );
  const unknown = Object.keys(options.inputs).filter((name) =>
    !(name in given)
  );
  if (unknown.length > 0) throw new Error(`No such input: ${unknown}`);
  const known: Known = {
    inputs: { ...given, ...options.inputs },
    github: { action_repository: "example/ll-loop" },
    steps: {},
    hasFailed: false,
  };
  const acted = {
    stdout: "",
    stderr: "",
    summary: "",
    used: [] as { uses: string; with: Record<string, string> }[],
  };
  for (const [index, step] of action.runs.steps.entries()) {
    const id = step.id ?? `step-${index}`;
    if (!isDue(step, known)) {
      known.steps[id] = { outputs: {}, outcome: "skipped" };
      continue;
    }
    if (step.uses !== undefined) {
      const values = Object.entries(step.with ?? {}).map(([name, value]) =>
        [name, fill(String(value), known)] as const
      );
      acted.used.push({ uses: step.uses, with: Object.fromEntries(values) });
      known.steps[id] = { outputs: {}, outcome: "success" };
      continue;
    }
    const ended = await runStep(step, { id, known, options });
    acted.stdout += ended.stdout;
    acted.stderr += ended.stderr;
    acted.summary += ended.summary;
    known.hasFailed ||= ended.outcome === "failure";
    known.steps[id] = ended;
  }
  return {
    ...acted,
    outcomes: Object.fromEntries(
      Object.entries(known.steps).map(([id, { outcome }]) => [id, outcome]),
    ),
    outputs: Object.fromEntries(
      Object.entries(action.outputs)
        .map(([name, { value }]) => [name, fill(value, known)]),
    ),
  };
}

interface StepEnd {
  readonly outputs: Readonly<Record<string, string>>;
  readonly outcome: "success" | "failure" | "skipped";
}

/** What expressions know. */
interface Known {
  readonly inputs: Readonly<Record<string, string>>;
  readonly github: Readonly<Record<string, string>>;
  readonly steps: Record<string, StepEnd>;
  hasFailed: boolean;
}

async function runStep(
  step: ActionStep,
  run: {
    readonly id: string;
    readonly known: Known;
    readonly options: RunnerOptions;
  },
): Promise<StepEnd & Pick<Acted, "stdout" | "stderr" | "summary">> {
  const { id, known, options } = run;
  if (step.shell !== "bash") throw new Error(`Not for shell "${step.shell}"`);
  const path = (name: string) => `${options.temp}/${id}-${name}`;
  const texts = { "script.sh": step.run ?? "", output: "", summary: "" };
  for (const [name, text] of Object.entries(texts)) {
    await Deno.writeTextFile(path(name), text);
  }
  const env = Object.entries(step.env ?? {})
    .map(([name, value]) => [name, fill(value, known)]);
  const child = new Deno.Command("bash", {
    args: ["--noprofile", "--norc", "-eo", "pipefail", path("script.sh")],
    cwd: options.workspace,
    clearEnv: true,
    env: {
      ...options.env,
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_WORKSPACE: options.workspace,
      GITHUB_ACTION_PATH: ROOT.replace(/\/$/, ""),
      GITHUB_REPOSITORY: "example/project",
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_OUTPUT: path("output"),
      GITHUB_STEP_SUMMARY: path("summary"),
      RUNNER_OS: "Linux",
      RUNNER_ARCH: "X64",
      RUNNER_TEMP: options.temp,
      ...options.runner,
      ...Object.fromEntries(env),
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  options.onStep?.(id, child);
  const ended = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    outcome: ended.success ? "success" : "failure",
    outputs: outputsIn(await Deno.readTextFile(path("output"))),
    stdout: text(ended.stdout),
    stderr: text(ended.stderr),
    summary: await Deno.readTextFile(path("summary")),
  };
}

/** A step without a status function in its condition runs only while nothing has failed. */
function isDue(step: ActionStep, known: Known): boolean {
  const condition = step.if ?? "";
  const isAlways = /\b(always|failure|cancelled)\(\)/.test(condition);
  if (known.hasFailed && !isAlways) return false;
  return condition === "" || isTrue(evaluate(condition, known));
}

function fill(text: string, known: Known): string {
  return text.replaceAll(
    /\$\{\{(.*?)\}\}/g,
    (_, expression: string) => String(evaluate(expression, known)),
  );
}

type Value = string | boolean;

const isTrue = (value: Value): boolean => value !== "" && value !== false;

/** Evaluates `||`, `&&`, `==`, `!=`, parentheses, texts, names and `always()`. */
function evaluate(expression: string, known: Known): Value {
  const tokens = expression.match(
    /'(?:[^']|'')*'|\|\||&&|==|!=|[()]|[\w.-]+/g,
  ) ?? [];
  const take = (): string => tokens.shift() ?? "";
  const primary = (): Value => {
    const token = take();
    if (token === "(") {
      const value = either();
      take();
      return value;
    }
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (token === "always") {
      tokens.splice(0, 2);
      return true;
    }
    return look(token, known);
  };
  const equal = (): Value => {
    const left = primary();
    if (tokens[0] !== "==" && tokens[0] !== "!=") return left;
    const isWanted = take() === "==";
    return (left === primary()) === isWanted;
  };
  const both = (): Value => {
    let value = equal();
    while (tokens[0] === "&&") {
      take();
      const right = equal();
      value = isTrue(value) ? right : value;
    }
    return value;
  };
  const either = (): Value => {
    let value = both();
    while (tokens[0] === "||") {
      take();
      const right = both();
      value = isTrue(value) ? value : right;
    }
    return value;
  };
  const value = either();
  if (tokens.length > 0) throw new Error(`Cannot read "${expression}"`);
  return value;
}

function look(name: string, known: Known): string {
  const [root = "", ...path] = name.split(".");
  let value: unknown = (known as unknown as Record<string, unknown>)[root];
  if (value === undefined) throw new Error(`Unknown name "${name}"`);
  for (const key of path) {
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return typeof value === "string" ? value : "";
}
