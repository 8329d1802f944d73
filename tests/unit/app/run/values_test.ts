// deno-lint-ignore-file camelcase no-boolean-literal-for-arguments -- context keys; expected values
import { variableName } from "../../../../src/model/mod.ts";
import { assertEquals, assertExists } from "@std/assert";
import { ChildEnvironment } from "../../../../src/app/run/child_environment.ts";
import {
  type ContextValue,
  effectiveContext,
  type GivenValues,
} from "../../../../src/app/run/effective_context.ts";
import { definitionHash } from "../../../../src/app/run/definition_hash.ts";
import { environmentOf } from "../../../../src/app/run/environment_of.ts";
import {
  exitStatusOf,
  runStatusOf,
} from "../../../../src/app/run/exit_status.ts";
import { findSharedVariables } from "../../../../src/app/run/shared_variables.ts";
import { loadWhileRunning } from "../../../../src/app/run/load_while_running.ts";
import {
  moveBetween,
  moveDefinitions,
} from "../../../../src/app/run/move_definitions.ts";
import {
  restoreOptions,
  storeOptions,
} from "../../../../src/app/run/stored_options.ts";
import {
  launcherText,
  ownProgram,
} from "../../../../src/app/run/own_program.ts";
import { applyOverrides } from "../../../../src/app/run/overrides.ts";
import {
  PLAIN_REQUEST,
  type RunRequest,
} from "../../../../src/app/run/request.ts";
import {
  DEFAULT_CONFIG,
  type Project,
} from "../../../../src/app/project/mod.ts";
import { REAL_PERFORMER } from "../../../../src/app/run/real_performer.ts";
import { Vault } from "../../../../src/app/secrets/mod.ts";
import { sha256 } from "../../../../src/adapters/system/mod.ts";
import type {
  ActionEffect,
  GivenVariables,
  JsonObject,
  Loop,
  StopRequest,
  TerminatedBy,
} from "../../../../src/model/mod.ts";
import { definitionsOf, fileOf } from "../../../support/definitions.ts";
import {
  fakeProcesses,
  fakeSources,
  fakeSystem,
  memoryFiles,
} from "../../../support/fakes.ts";
import { play } from "../../../support/play.ts";

function effectWith(change: Partial<ActionEffect>): ActionEffect {
  return { ...play("a: {action: x, on_yes: a}").action, ...change };
}

function environment(options: {
  readonly fixed?: Record<string, string>;
  readonly inherited?: string[];
} = {}) {
  const files = memoryFiles({}, { folders: ["/run"] });
  const writes: string[] = [];
  files.beforeWrite = (path) => void writes.push(path);
  const made = new ChildEnvironment({
    files,
    system: fakeSystem(),
    folder: "/run/values",
    fixed: options.fixed ?? {},
    inherited: options.inherited ?? [],
  });
  return {
    files,
    writes,
    of: (change: Partial<ActionEffect>) => made.of(effectWith(change)),
    ofServer: (given: GivenVariables) => made.ofServer(given),
  };
}

Deno.test("child environment: names, values, thresholds, what an outer run gave", () => {
  const { of } = environment({
    fixed: { LL_CONTEXT_LIMIT: "9" },
    inherited: [
      "HOME",
      "LL_CONTEXT_OLD",
      "LL_CAPTURED_C",
      "LL_LAST_OUTPUT",
      "LL_RUN_ID",
    ],
  });
  assertEquals(
    of({
      context: {
        "run-dir.x": "/r/",
        n: null,
        list: [1, "a"],
        yes: true,
        "ä b": 1,
      },
      captured: { c: "out" },
      handoffThreshold: 40,
    }),
    {
      LL_CONTEXT_OLD: null,
      LL_CONTEXT_RUN_DIR_X: "/r/",
      LL_CONTEXT_N: "",
      LL_CONTEXT_LIST: '[1,"a"]',
      LL_CONTEXT_YES: "true",
      LL_CONTEXT___B: "1",
      LL_CAPTURED_C: "out",
      LL_LAST_OUTPUT: null,
      LL_HANDOFF_THRESHOLD: "40",
      LL_CONTEXT_LIMIT: "9",
    },
  );
  assertEquals(variableName("straße"), "STRASSE");
});

Deno.test("child environment: what one action was given is the next one's only where nothing is different", () => {
  const { of } = environment({ inherited: ["CI"] });
  const context = { k: "v" };
  const bare = { context, captured: {}, handoffThreshold: null };
  const first = of(bare);
  assertEquals(first, { LL_CONTEXT_K: "v" });
  assertEquals(of({ ...bare, captured: {} }) === first, true);
  const others = [
    { ...bare, context: { k: "w" } },
    { ...bare, captured: { c: "out" } },
    { ...bare, handoffThreshold: 40 },
    { ...bare, env: { A: "1" } },
    { ...bare, envAllow: [] },
  ];
  assertEquals(others.map(of), [
    { LL_CONTEXT_K: "w" },
    { LL_CONTEXT_K: "v", LL_CAPTURED_C: "out" },
    { LL_CONTEXT_K: "v", LL_HANDOFF_THRESHOLD: "40" },
    { LL_CONTEXT_K: "v", A: "1" },
    { LL_CONTEXT_K: "v", CI: null },
  ]);
  assertEquals(of(bare), first);
});

Deno.test("child environment: what a loop gives, and what it lets through", () => {
  const inherited = [
    "HOME",
    "LANG",
    "PATH",
    "TERM",
    "TMPDIR",
    "LL_RUN_ID",
    "LL_LAST_OUTPUT",
    "AWS_REGION",
    "AWSX",
    "CI",
    "CI_NAME",
  ];
  const { of, ofServer } = environment({
    fixed: { LL_LOOP_BIN: "/b", PATH: "/run/bin:/usr/bin" },
    inherited,
  });
  const always = { LL_LOOP_BIN: "/b", LL_LAST_OUTPUT: null };
  const path = { PATH: "/run/bin:/usr/bin" };
  assertEquals(of({ context: {}, captured: {} }), { ...always, ...path });
  const given = {
    env: { MODE: "x", CI_NAME: "mine" },
    envAllow: ["AWS_*", "CI"],
  };
  const limited = {
    ...always,
    ...path,
    AWSX: null,
    CI_NAME: "mine",
    MODE: "x",
  };
  assertEquals(of({ context: {}, captured: {}, ...given }), limited);
  assertEquals(ofServer(given), limited);
  const none = { AWS_REGION: null, AWSX: null, CI: null, CI_NAME: null };
  assertEquals(ofServer({ envAllow: [] }), { ...always, ...path, ...none });
  assertEquals(ofServer({ envAllow: ["*"] }), { ...always, ...path });
  // The programs of a run find this one in front of whatever they are given.
  assertEquals(
    of({ context: {}, env: { PATH: "/mine" } })["PATH"],
    "/run/bin:/mine",
  );
  assertEquals(environment().of({ env: { PATH: "/mine" } })["PATH"], "/mine");
});

Deno.test("child environment: what holds NUL is left out", () => {
  const { of } = environment();
  assertEquals(of({ context: { key: "v", odd: "a\0b" } }), {
    LL_CONTEXT_KEY: "v",
  });
});

Deno.test("child environment: long values are files, by bytes, written once", () => {
  const { of, files, writes } = environment();
  const long = "x".repeat(65_537);
  const wide = "€".repeat(21_846);
  const exact = "x".repeat(65_536);
  const pathOf = (name: string, value: string) =>
    `/run/values/${name}-${sha256(value).slice(0, 16)}`;
  assertEquals(of({ context: { long, wide, exact } }), {
    LL_CONTEXT_LONG_FILE: pathOf("LL_CONTEXT_LONG", long),
    LL_CONTEXT_WIDE_FILE: pathOf("LL_CONTEXT_WIDE", wide),
    LL_CONTEXT_EXACT: exact,
  });
  assertEquals(files.readText(pathOf("LL_CONTEXT_WIDE", wide)), wide);
  const count = writes.length;
  of({ context: { long, wide, exact } });
  assertEquals(writes.length, count);
});

Deno.test("child environment: a long value changed under a child that was still reading it", () => {
  const { of, files, writes } = environment();
  const [old, next] = ["x".repeat(65_537), "y".repeat(65_537)];
  const pathOf = (value: string) =>
    String(of({ captured: { c: value } })["LL_CAPTURED_C_FILE"]);
  const first = pathOf(old);
  const second = pathOf(next);
  assertEquals([files.readText(first), files.readText(second)], [old, next]);
  const count = writes.length;
  assertEquals([pathOf(old), pathOf(next)], [first, second]);
  assertEquals(
    writes.slice(count).filter((path) => path !== "/run/values"),
    [],
  );
});

Deno.test("child environment: many values together stay below the system's limit", () => {
  const { of } = environment();
  const context = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`k${index}`, "x".repeat(60_000)]),
  );
  const env = of({ context: { ...context, small: "s" } });
  const inline = Object.entries(env).filter(([name]) =>
    !name.endsWith("_FILE")
  );
  assertEquals(inline.map(([name]) => name), [
    ...Array.from({ length: 8 }, (_, index) => `LL_CONTEXT_K${index}`),
    "LL_CONTEXT_SMALL",
  ]);
  assertEquals(Object.keys(env).length, 13);
});

const GIVEN: GivenValues = { input: null, context: [] };

function valuesOf(
  loopText: string,
  given: Partial<GivenValues> = {},
  include: string | null = null,
): JsonObject {
  const { loops, root } = definitionsOf(
    `${loopText}\nstates:\n  a: {terminal: true}`,
  );
  const values = effectiveContext(loops[root] as Loop, { ...GIVEN, ...given }, {
    runDir: "/r/work/",
    include,
    sha256: fakeSystem().sha256,
  });
  return Object.fromEntries(
    values.map(({ key, value, from }) => [key, [value, from]]),
  );
}

Deno.test("effective context: file, input, --context, then what is added", () => {
  const added = {
    run_dir: ["/r/work/", "added by ll-loop"],
    max_steps: [50, "added by ll-loop"],
    max_iterations: [null, "added by ll-loop"],
    readiness_threshold: [85, "added by ll-loop"],
    outcome_threshold: [65, "added by ll-loop"],
    design_tokens_context: ["", "added by ll-loop"],
  };
  assertEquals(
    valuesOf("context: {a: 1, b: 2, input: file}", {
      input: "typed",
      context: [["b", "x=1"], ["c", "y"], ["c", "last"]],
    }),
    {
      a: [1, "loop file"],
      b: ["x=1", "--context"],
      input: ["typed", "input"],
      c: ["last", "--context"],
      ...added,
      input_hash: [
        fakeSystem().sha256("typed").slice(0, 12),
        "added by ll-loop",
      ],
    },
  );
  assertEquals(valuesOf("context: {run_dir: mine, max_steps: 3}"), {
    ...added,
    run_dir: ["mine", "loop file"],
    max_steps: [3, "loop file"],
  });
  assertEquals(
    valuesOf("input_key: task\ncontext: {}", {
      input: "x",
      context: [["task", "beats"]],
    })["task"],
    ["beats", "--context"],
  );
});

Deno.test("effective context: loops.run_defaults.include was not in it", () => {
  const of = (context: string, given: Partial<GivenValues> = {}) =>
    valuesOf(`context: ${context}`, given, "src/**")["include"];
  assertEquals(of("{}"), ["src/**", "configuration"]);
  assertEquals(of("{include: docs}"), ["docs", "loop file"]);
  assertEquals(of("{}", { context: [["include", "x"]] }), ["x", "--context"]);
  assertEquals(valuesOf("context: {}")["include"], undefined);
});

Deno.test("effective context: an input that is a JSON object sets the keys that there are", () => {
  const context = "context: {x: 0, y: 0}";
  const pick = (input: string) => {
    const { x, y, input: whole } = valuesOf(context, { input });
    return [x, y, whole ?? null];
  };
  const file = [0, "loop file"];
  assertEquals(pick('{"x": 7, "z": 1}'), [[7, "input"], file, null]);
  assertEquals(pick(' {"x": [1], "y": null}'), [
    [[1], "input"],
    [null, "input"],
    null,
  ]);
  assertEquals(pick('{"x": 12345678901234567891}')[0], [
    "12345678901234567891",
    "input",
  ]);
  assertEquals(pick('{"z": 1}'), [file, file, ['{"z": 1}', "input"]]);
  assertEquals(pick("[1]"), [file, file, ["[1]", "input"]]);
  assertEquals(pick("{x"), [file, file, ["{x", "input"]]);
  assertEquals(pick('{"constructor": 1}')[2], ['{"constructor": 1}', "input"]);
});

Deno.test("effective context: an input forged a reference to a secret", () => {
  const { x } = valuesOf("context: {x: 0}", {
    input: String.raw`{"x": ["\u0000secret:env:TOKEN\u0000"]}`,
  });
  assertEquals(x, [["\ufffdsecret:env:TOKEN\ufffd"], "input"]);
});

Deno.test("context values that share a variable: one of them was lost without a word", () => {
  const value = (key: string, text: string): ContextValue => ({
    key,
    value: text,
    from: "--context",
  });
  const long = "x".repeat(64 * 1024 + 1);
  const found = findSharedVariables(
    [
      value("A_b", "7"),
      value("ok", "1"),
      value("a_B", "8"),
      value("a-b", "9"),
      value("x", long),
      value("x_file", "1"),
      value("y", "short"),
      value("y_file", "1"),
    ],
    (key) => ({ file: "f", path: [key] }),
  );
  assertEquals(
    found.map(({ message, at }) => [at.path[0], message]),
    [
      [
        "a_B",
        'Context values "A_b" and "a_B" are both given to actions as LL_CONTEXT_A_B: only "a_B" can be seen there',
      ],
      [
        "a-b",
        'Context values "a_B" and "a-b" are both given to actions as LL_CONTEXT_A_B: only "a-b" can be seen there',
      ],
      [
        "x_file",
        'Context values "x" and "x_file" are both given to actions as LL_CONTEXT_X_FILE: only "x_file" can be seen there',
      ],
    ],
  );
});

Deno.test("overrides: flags over configuration over the loop, in the root only but for --no-llm", () => {
  const definitions = definitionsOf(
    "max_steps: 5\nbackoff: 1\nstates:\n  a: {loop: sub, on_yes: a}\n",
    { sub: "max_steps: 7\nstates:\n  s: {terminal: true}" },
  );
  const apply = (request: Partial<RunRequest>, delayMs: number | null = null) =>
    applyOverrides(definitions, { ...PLAIN_REQUEST, ...request }, {
      ...DEFAULT_CONFIG,
      delayMs,
    });
  const plain = apply({});
  assertEquals(plain.loop, definitions.loops[definitions.root]);
  assertEquals(plain.overrides, {});
  assertEquals([
    apply({}, 300).loop.backoffMs,
    apply({ delayMs: 0 }, 300).loop.backoffMs,
  ], [300, 0]);
  assertEquals(apply({}, 300).overrides, { backoff: "configuration" });
  const { loop, overrides, definitions: changed } = apply({
    maxSteps: 9,
    maxIterations: 2,
    noLlm: true,
    llmModel: "m",
    handoffThreshold: 30,
    promptSizeGuard: 1234,
  });
  assertEquals(
    [loop.maxSteps, loop.maxIterations, loop.handoffThreshold],
    [9, 2, 30],
  );
  assertEquals([loop.llm.enabled, loop.llm.model], [false, "m"]);
  assertEquals(loop.promptSizeGuard, { enabled: true, warnChars: 1234 });
  assertEquals(overrides, {
    max_steps: "--max-steps",
    max_iterations: "--max-iterations",
    "llm.enabled": "--no-llm",
    "llm.model": "--llm-model",
    "config.handoff_threshold": "--handoff-threshold",
    prompt_size_guard: "--prompt-size-warn-chars",
  });
  assertEquals(changed.loops[definitions.root], loop);
  const sub = definitions.loops[fileOf("sub")];
  assertExists(sub);
  assertEquals(changed.loops[fileOf("sub")], {
    ...sub,
    llm: { ...sub.llm, enabled: false },
  });
  assertEquals(
    apply({ promptSizeGuard: false }).loop.promptSizeGuard.enabled,
    false,
  );
});

Deno.test("exit status and saved status of each end", () => {
  const signal = (name: string): StopRequest => ({
    by: "signal",
    signal: name,
  });
  const cases: [TerminatedBy, StopRequest | null, number, string][] = [
    ["terminal", null, 0, "completed"],
    ["max_steps", null, 1, "interrupted"],
    ["max_iterations_reached", null, 1, "interrupted"],
    ["timeout", null, 1, "timed_out"],
    ["interrupted", signal("SIGINT"), 130, "interrupted"],
    ["interrupted", signal("SIGTERM"), 143, "interrupted"],
    ["interrupted", signal("SIGHUP"), 129, "interrupted"],
    ["interrupted", { by: "output", text: "" }, 3, "interrupted"],
    ["system_signal", null, 1, "failed"],
    ["handoff", null, 3, "awaiting_continuation"],
    ["handoff_terminated", null, 1, "failed"],
    ["error", null, 1, "failed"],
    ["cycle_detected", null, 1, "failed"],
    ["stall_detected", null, 1, "failed"],
  ];
  for (const [terminatedBy, stop, status, saved] of cases) {
    const end = { terminatedBy, isFailureTerminal: false };
    assertEquals(
      [exitStatusOf(end, stop), runStatusOf(end)],
      [status, saved],
      terminatedBy,
    );
  }
  const failed = { terminatedBy: "terminal", isFailureTerminal: true } as const;
  assertEquals([exitStatusOf(failed, null), runStatusOf(failed)], [
    2,
    "failed",
  ]);
});

Deno.test("environment: the variables that are mentioned anywhere, if they are set", () => {
  const definitions = definitionsOf(
    `circuit: {repeated_failure: {window: 2, progress_paths: ["\${env.PATHS}"]}}
states:
  a: {action: "\${env.ONE} \${env.NO?} \${env.constructor:default=x}", evaluate: {type: action_stall, track: [env.TRACKED, context.x]}, on_yes: "\${env.GOTO}"}
  b: {loop: "\${env.LOOP}", on_yes: a}
`,
  );
  const environment = {
    ONE: "1",
    PATHS: "p",
    TRACKED: "t",
    GOTO: "b",
    LOOP: "l",
    OTHER: "o",
    HOME: "/home",
  };
  assertEquals(environmentOf(definitions, environment, new Vault({})), {
    PATHS: "p",
    ONE: "1",
    TRACKED: "t",
    GOTO: "b",
    LOOP: "l",
  });
  const secret = { GOTO: "b", ONE: "1", OTHER: "o" };
  const vault = { hideEnv: (name: string): string => `<${name}>` };
  assertEquals(environmentOf(definitions, secret, vault), {
    ONE: "<ONE>",
    GOTO: "<GOTO>",
  });
});

Deno.test("a computed loop name is looked up beside the file that asks, like a written one", () => {
  const loop = (name: string) =>
    `name: ${name}\ndescription: d\ninitial: s\nstates:\n  s: {action: "echo \${env.HOME}", next: t}\n  t: {terminal: true}\n`;
  const sources = fakeSources({
    "/p/.loops/sub/near.yaml": loop("near"),
    "/p/.loops/far.yaml": loop("far"),
    "/p/.loops/bad.yaml":
      "name: bad\ndescription: d\ninitial: no\nstates:\n  s: {terminal: true}\n",
    "/p/.loops/asks.yaml":
      "name: asks\ndescription: d\ninitial: s\nstates:\n  s: {type: learning, learning: {targets: [x]}, on_yes: t, on_no: t}\n  t: {terminal: true}\n",
    "/p/.loops/judged.yaml":
      "name: judged\ndescription: d\ninitial: s\nstates:\n  s: {action: x, evaluate: {type: llm_structured}, on_yes: t, on_error: t}\n  t: {terminal: true}\n",
    "builtin:inside.yaml": loop("inside"),
  });
  const system = fakeSystem({ variables: { HOME: "/home" } });
  const project: Project = {
    root: "/p",
    loopsDir: "/p/.loops",
    exists: true,
    config: DEFAULT_CONFIG,
    findings: [],
  };
  const { can } = REAL_PERFORMER;
  const load = (
    name: string,
    from = "/p/.loops/sub/asker.yaml",
    request = PLAIN_REQUEST,
  ) =>
    loadWhileRunning({ sources, system }, {
      project,
      vault: new Vault({}),
      request,
      can,
    }, { kind: "load", frame: "0", effect: 1, name, from });
  assertEquals(load("near").id, "/p/.loops/sub/near.yaml");
  assertEquals(load("near").env, { HOME: "/home" });
  assertEquals(load("far").id, "/p/.loops/far.yaml");
  assertEquals(load("inside", "builtin:x.yaml").id, "builtin:inside.yaml");
  assertEquals(
    load("near", "/p/.loops/a.yaml").error,
    'Loop not found: "near"; looked for .loops/near.fsm.yaml, .loops/near.yaml, near.yaml (built-in), near',
  );
  assertEquals(
    load("bad").error?.startsWith('Loop "bad" is not valid: '),
    true,
  );
  assertEquals(
    load("asks").error,
    'Loop "asks" cannot run: state "s" is a learning state, which this version does not do yet',
  );
  // What --no-llm says holds for loops that are loaded later, too.
  const judged = load("judged", "/p/.loops/a.yaml", {
    ...PLAIN_REQUEST,
    noLlm: true,
  });
  assertEquals(
    Object.values(judged.loops).map(({ llm }) => llm.enabled),
    [false],
  );
});

const FROM_SOURCE = ["/opt/deno", "run", "-A", "file:///src/main.ts"];

/** What children are told on a machine where `first` is the first `ll-loop` on PATH. */
function programFor(options: {
  readonly selfCommand: readonly string[];
  readonly first: string | null;
  readonly texts?: Record<string, string>;
  readonly links?: Record<string, string>;
  readonly path?: string;
  readonly os?: string;
  readonly folder?: string;
  readonly ancestors?: readonly string[];
}) {
  const { first, selfCommand, path = "/usr/bin:/bin" } = options;
  const files = memoryFiles(options.texts ?? {}, {
    links: options.links ?? {},
  });
  const system = fakeSystem({
    selfCommand,
    variables: path === "" ? {} : { PATH: path },
    os: options.os ?? "linux",
  });
  const processes = fakeProcesses({
    programs: first === null ? {} : { "ll-loop": first },
  });
  const env = ownProgram({ files, system, processes }, {
    folder: options.folder ?? "/p/.loops/runs/id",
    ancestors: options.ancestors ?? [],
  });
  return { env, files };
}

Deno.test("own program: PATH is left alone where the first ll-loop is this one", () => {
  const compiled = {
    selfCommand: ["/opt/ll-loop-linux-x64"],
    texts: { "/opt/ll-loop-linux-x64": "ELF" },
  };
  const linked = programFor({
    ...compiled,
    first: "/bin/ll-loop",
    links: { "/bin/ll-loop": "/opt/ll-loop-linux-x64" },
  });
  assertEquals(linked.env, { LL_LOOP_BIN: "/opt/ll-loop-linux-x64" });
  const outer = "/p/.loops/runs/outer/bin/ll-loop";
  const nested = programFor({
    selfCommand: FROM_SOURCE,
    first: outer,
    texts: { [outer]: launcherText(FROM_SOURCE) },
    ancestors: ["outer"],
  });
  assertEquals(nested.env, { LL_LOOP_BIN: outer });
  assertEquals([...nested.files.entries.keys()], [outer]);
});

Deno.test("own program: a launcher comes first where another ll-loop would be found, or none", () => {
  const launcher = "/p/.loops/runs/id/bin/ll-loop";
  const source = programFor({ selfCommand: FROM_SOURCE, first: null });
  assertEquals(source.env, {
    LL_LOOP_BIN: launcher,
    PATH: "/p/.loops/runs/id/bin:/usr/bin:/bin",
  });
  assertEquals(
    source.files.readText(launcher),
    "#!/bin/sh\n" +
      "# Starts the ll-loop that made this file, for the children of its run.\n" +
      `exec /opt/deno run -A file:///src/main.ts "$@"\n`,
  );
  // Another copy of the same size, as the launcher of another version has.
  const other = launcherText([
    ...FROM_SOURCE.slice(0, 3),
    "file:///old/main.ts",
  ]);
  assertEquals(other.length, launcherText(FROM_SOURCE).length);
  const inner = programFor({
    selfCommand: FROM_SOURCE,
    first: "/p/.loops/runs/outer/bin/ll-loop",
    texts: { "/p/.loops/runs/outer/bin/ll-loop": other },
    path: "/x:/p/.loops/runs/outer/bin:/q/runs/outer:/bin",
    ancestors: ["outer"],
  });
  assertEquals(
    inner.env["PATH"],
    "/p/.loops/runs/id/bin:/x:/q/runs/outer:/bin",
  );
  const compiled = programFor({
    selfCommand: ["/opt/ll-loop"],
    first: "/usr/bin/ll-loop",
    texts: {
      "/opt/ll-loop": "ELF",
      "/usr/bin/ll-loop": "#!/usr/bin/python3",
    },
  });
  assertEquals(compiled.env["LL_LOOP_BIN"], "/opt/ll-loop");
  assertEquals(
    compiled.files.readText(launcher).split("\n")[2],
    `exec /opt/ll-loop "$@"`,
  );
});

Deno.test("own program: no PATH is made up, none is broken by a colon, and a resumed run gets a new launcher", () => {
  const plain = { selfCommand: FROM_SOURCE, first: null };
  const launcher = "/p/.loops/runs/id/bin/ll-loop";
  assertEquals(programFor({ ...plain, path: "" }).env, {
    LL_LOOP_BIN: launcher,
  });
  const folder = "/a:b/.loops/runs/id";
  assertEquals(programFor({ ...plain, folder }).env, {
    LL_LOOP_BIN: `${folder}/bin/ll-loop`,
  });
  assertEquals(programFor({ ...plain, os: "windows" }).env, {});
  const resumed = programFor({
    ...plain,
    texts: { [launcher]: "exec gone" },
  });
  assertEquals(resumed.files.readText(launcher), launcherText(FROM_SOURCE));
});

Deno.test("the hash of a definition is over what it does: not over its folder, comments, layout", () => {
  const hashOf = (text: string, root = "/p") =>
    definitionHash(fakeSystem(), definitionsOf(text, { sub: SUB }), root);
  const SUB = "x: {action: y, next: done}\ndone: {terminal: true}";
  const text = `a: {loop: sub, on_yes: done, on_no: done}
context: {action: x, evaluate: {type: classify}, next: done}
done: {terminal: true}`;
  const hash = hashOf(text);
  assertEquals(hashOf(`${text.replaceAll("{", "{ ")}\n# why\n`), hash);
  assertEquals(hashOf(text.replace("action: x", "action: z")) === hash, false);
  const moved = moveDefinitions(
    definitionsOf(text, { sub: SUB }),
    moveBetween([["/p", "/elsewhere"]]),
  );
  const there = { ...moved, root: "/elsewhere/.loops/a.yaml" };
  assertEquals(definitionHash(fakeSystem(), there, "/elsewhere"), hash);
  // The state of that name has places like any other.
  const json = JSON.stringify(there);
  assertEquals([json.includes('"/p/'), json.includes("/elsewhere/")], [
    false,
    true,
  ]);
});

Deno.test("options that hold for a whole run come back from its record, others are not taken", () => {
  const given: RunRequest = {
    ...PLAIN_REQUEST,
    maxSteps: 3,
    delayMs: 0,
    noLlm: true,
    llmModel: "m",
    promptSizeGuard: false,
    durability: "fast",
    graceMs: 250,
    queue: true,
  };
  const stored = storeOptions(given);
  assertEquals(stored, {
    max_steps: 3,
    delay_ms: 0,
    no_llm: true,
    llm_model: "m",
    prompt_size_guard: false,
    durability: "fast",
    grace_ms: 250,
  });
  assertEquals({ ...PLAIN_REQUEST, ...restoreOptions(stored) }, {
    ...given,
    queue: false,
  });
  assertEquals(storeOptions(PLAIN_REQUEST), {});
  assertEquals(
    restoreOptions({ max_steps: "3", durability: "safe", no_llm: 1, x: 1 }),
    {},
  );
});
