/** What the program says of itself is tried: the guide, and every example of the help. */

import { assert, assertEquals } from "@std/assert";
import { EVALUATE_KEYS, LOOP_KEYS, STATE_KEYS } from "../../src/load/mod.ts";
import { EVALUATOR_TYPES, EXIT, NAMESPACES } from "../../src/model/mod.ts";
import { oneAction, type Project, withProject } from "../support/ll_loop.ts";
import { addProgram, pageText, type } from "../support/markdown.ts";

const GUIDE = pageText("docs/guide.md");

/** Returns a whole loop around a key of a state, or of the top, in the middle of a sentence. */
function aroundKey(snippet: string): string {
  const head = 'description: A key of the guide\nscope: ["."]\n';
  if (snippet.startsWith("flow:")) return `${head}${snippet}\n`;
  return `${head}states:
  a:
    run: echo 1
    ${snippet}
    on_yes: done
    on_no: failed
    on_error: failed
`;
}

// ------------------------------------------------------------------ the guide

Deno.test("guide: one page of at most 300 lines and 80 columns, as it stands in the docs", async () => {
  const lines = GUIDE.trimEnd().split("\n");
  assert(lines.length <= 300, `${lines.length} lines`);
  assertEquals(lines.filter((line) => line.length > 80), []);
  await withProject({}, async (project) => {
    await project.ll(["guide"], { stdout: GUIDE, isUntouched: true });
  });
});

Deno.test("guide: what it says in a line is valid without a finding, too", async () => {
  const keys = [...GUIDE.matchAll(/`((?:evaluate|throttle|flow): [[{][^`]*)`/g)]
    .map(([, snippet = ""], index) =>
      [`.loops/key-${index}.yaml`, aroundKey(snippet)] as const
    );
  assertEquals(keys.length, 3);
  await withProject(Object.fromEntries(keys), async (project) => {
    const names = keys.map(([path]) => path);
    await project.ll(["validate", ...names, "--strict", "--format", "line"], {
      stdout: "",
    });
  });
});

/** Keys that the guide leaves out: of agents, of guards, and other names of what it has. */
const LEFT_OUT = [
  ...["config", "targets", "commands", "host_guard", "prompt_size_guard"],
  ...["pruning_profile", "tamper_guard", "prepatch_check", "session_mode"],
  ...["artifact_versioning", "agent", "tools", "model", "effort", "type"],
  ...["request_path", "learning", "cost_ceiling", "prompt", "schema", "pairs"],
  ...["min_confidence", "uncertain_suffix", "baseline_path", "auto_promote"],
  ...["min_pairs", "max_rate_limit_retries", "on_rate_limit_exhausted"],
  ...["rate_limit_backoff_base_seconds", "rate_limit_max_wait_seconds"],
  ...["rate_limit_long_wait_ladder", "fragment_name", "fragment_bindings"],
  ...["fragment_parameters"],
];

Deno.test("guide: every key, evaluator, namespace and exit status is in it", () => {
  const words = new Set(GUIDE.match(/[A-Za-z_]\w*/g));
  const known = [
    ...LOOP_KEYS.filter((key) => !key.endsWith("_ok")),
    ...STATE_KEYS,
    ...EVALUATE_KEYS,
    ...EVALUATOR_TYPES,
    ...NAMESPACES.filter((name) => name !== "result"),
  ];
  assertEquals(
    known.filter((word) => !words.has(word) && !LEFT_OUT.includes(word)),
    [],
  );
  assertEquals(LEFT_OUT.filter((word) => !known.includes(word)), []);
  const statuses = Object.values(EXIT).filter((status) =>
    status !== EXIT.internal
  );
  const line = /Exit status: [\s\S]*?\n\n/.exec(GUIDE)?.[0] ?? "";
  assertEquals(
    statuses.filter((status) => !new RegExp(`\\b${status} `).test(line)),
    [],
  );
});

// ------------------------------------------------------------------ nothing typed

/** Returns what is printed for nothing, and the commands in it. */
async function welcome(
  project: Project,
  answers?: readonly string[],
): Promise<{ text: string; commands: string[] }> {
  const { stderr: text } = await project.ll([], {
    status: 64,
    stdout: "",
    stderr: [],
    isUntouched: true,
  }, answers === undefined ? {} : { answers });
  const lines = text.trimEnd().split("\n");
  assert(lines.length <= 12, text);
  return {
    text,
    commands: lines.filter((line) => line.startsWith("  ll-loop "))
      .map((line) => line.trim()),
  };
}

const HEAD =
  `ll-loop lets a script or a coding agent work until a check passes: by one line,
or by a loop, which is steps in YAML and the ways between them.
`;

Deno.test("nothing typed, nothing here: three commands that work", async () => {
  const shown = async (project: Project, rows: string) => {
    const { text, commands } = await welcome(project);
    assertEquals(
      text,
      `${HEAD}
${rows}
No loops here yet, but 5 built-in ones: ll-loop list
Everything else: ll-loop --help, ll-loop guide
`,
    );
    return commands;
  };
  await withProject({}, async (project) => {
    const commands = await shown(
      project,
      `  ll-loop until 'test -s notes.txt' --fix 'date > notes.txt'  # until it passes
  ll-loop demo                                                # a loop at work
  ll-loop new my-loop -t gate --check 'test -s README.md'     # write your own
`,
    );
    // The demo is tried as an example below.
    const [until = "", , write = ""] = commands;
    await type(project, until);
    await type(project, write);
    assert(project.read("notes.txt") !== "");
  });
  await withProject({ "go.mod": "" }, async (project) => {
    // Its tests cannot be run.
    const { commands: [without] } = await welcome(project);
    assert(without?.includes("notes.txt"), without);
    addProgram(project, "go");
    const commands = await shown(
      project,
      `  ll-loop until 'go test ./...' --timeout 10m          # check until it passes
  ll-loop demo                                         # a loop at work
  ll-loop new my-loop -t gate --check 'go test ./...'  # write your own
`,
    );
    await type(project, commands[0] ?? "");
    addProgram(project, "claude");
    const [withAgent = ""] = await shown(
      project,
      `  ll-loop until 'go test ./...' --fix 'claude -p "make the tests pass"'
  ll-loop demo                                         # a loop at work
  ll-loop new my-loop -t gate --check 'go test ./...'  # write your own
`,
    );
    await type(project, withAgent);
    const asking = await welcome(project, ["x"]);
    assertEquals(asking.commands.length, 3);
  });
  await withProject({}, async (project) => {
    // Somebody who can be asked needs to give nothing.
    const { commands } = await welcome(project, []);
    assertEquals(
      commands[2]?.replace(/ +#/, " #"),
      "ll-loop new # write your own",
    );
  });
});

Deno.test("nothing typed, loops here: a loop that runs as it is comes first", async () => {
  const needs = oneAction("needs", "echo ${context.what}");
  const many = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [
      `.loops/number-${index}.yaml`,
      oneAction("x", "true"),
    ]),
  );
  await withProject({
    ".loops/a-broken.yaml": "name: a\ninitial: b\nstates: {}\n",
    ".loops/b-needs.yaml": needs,
    ".loops/c-absent.yaml": oneAction("c", "no-such-program"),
    ".loops/d-good.yaml": oneAction("d", "true"),
  }, async (project) => {
    const { text, commands } = await welcome(project);
    assertEquals(
      text,
      `${HEAD}
  ll-loop run d-good --dry-run  # what it would do
  ll-loop run d-good            # run it
  ll-loop list                  # what each loop is for

Loops here: a-broken, b-needs, c-absent, d-good
Everything else: ll-loop --help, ll-loop guide
`,
    );
    for (const command of commands) await type(project, command);
  });
  await withProject({ ".loops/b-needs.yaml": needs }, async (project) => {
    const { commands } = await welcome(project);
    assertEquals(commands, [
      "ll-loop run b-needs --dry-run  # what it would do, and what it needs",
      "ll-loop list                   # what each loop is for",
      "ll-loop until 'test -s notes.txt' --fix 'date > notes.txt'",
    ]);
    for (const command of commands) await type(project, command);
  });
  await withProject({
    ...many,
    ".loops/config.yaml": "color: [\n",
  }, async (project) => {
    const { text } = await welcome(project);
    const line = text.split("\n").find((each) => each.startsWith("Loops here"));
    assert(
      /^Loops here: number-0, number-1, .* and \d+ more: ll-loop list$/.test(
        line ?? "",
      ),
      text,
    );
    assert((line ?? "").length <= 80, line);
  });
});

// ------------------------------------------------------------------ examples

/** A project in which every example of the help works. */
const FILES = {
  "README.md": "# Here\n",
  "package.json": '{ "scripts": { "test": "true" } }\n',
  "my-loop.yaml": oneAction("my-loop", "true"),
  ready: "",
  ".loops/fix-types.yaml": `name: fix-types
description: Checks, fixes and reports
scope: ["."]
initial: check
states:
  check: { action: "true", capture: check, on_yes: report, on_no: fix }
  fix: { action: echo "$LL_CONTEXT_DIR", next: check }
  report: { action: echo "$LL_CAPTURED_CHECK", next: done }
  done: { terminal: true }
`,
  ".loops/a.yaml": oneAction("a", "true", 'scope: ["."]\n')
    .replace("on_no", "on_error"),
  ".loops/b.yaml": oneAction("b", "true", 'scope: ["."]\n')
    .replace("on_no", "on_error"),
};

/** Examples that are about runs. */
const LOOKING_REGEXP =
  /^ll-loop (status|history|logs|monitor|audit|replay|prune)\b/;

/** A loop that pauses in its first step, once. */
const PAUSES = `name: fix-types
description: Pauses once
scope: ["."]
initial: check
states:
  check:
    action: test -e paused || { touch paused; echo "LOOP_STOP:"; }
    on_yes: rest
    on_no: failed
    on_error: failed
  rest: { action: "true", next: done }
  done: { terminal: true }
  failed: { terminal: true }
`;
const RUN_ID_REGEXP = /\b\d{8}T\d{9}Z-[0-9a-f]{8}\b/;

/** Makes the run that an example is about, and returns the example about it. */
async function withRun(project: Project, example: string): Promise<string> {
  if (/^ll-loop (stop) /.test(example)) {
    const waits = oneAction("fix-types", "sleep 1000");
    project.write(".loops/fix-types.yaml", waits);
    const background = ["run", "fix-types", "-bq"];
    await project.ll(background, {}, { isProcess: true });
    return example;
  }
  if (!/^ll-loop (resume) /.test(example)) return example;
  project.write(".loops/fix-types.yaml", PAUSES);
  await project.ll(["run", "fix-types", "-q"], { status: 3, stderr: [] });
  if (example.includes("--accept-changes")) {
    const changed = PAUSES.replace('action: "true"', "action: echo changed");
    project.write(".loops/fix-types.yaml", changed);
  }
  return example.replace(RUN_ID_REGEXP, project.run().id);
}

/** Returns the commands that the overview names. */
function commandsIn(overview: string): string[] {
  const [, rows = ""] = /^Commands:\n([\s\S]*?)\n\n/m.exec(overview) ?? [];
  const [common = "", others = ""] = rows.split(/^ {2}also +/m);
  return [
    ...[...common.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = ""]) => name),
    ...others.split(/,\s*/),
  ];
}

/** Returns the lines to type in the help of a command. */
function examplesIn(help: string): string[] {
  const [, examples = ""] = /^Examples:\n([\s\S]*?)\n\n/m.exec(help) ?? [];
  return examples.split("\n").filter((line) => line.startsWith("  ll-loop "))
    .map((line) => line.trim());
}

Deno.test("help: every example of every command works as it stands there", async () => {
  const examples: string[] = [];
  await withProject({}, async (project) => {
    const overview = await project.ll(["--help"]);
    for (const name of commandsIn(overview.stdout)) {
      const { stdout } = await project.ll(["help", name.trim()]);
      const lines = examplesIn(stdout);
      assert(lines.length > 0, name);
      examples.push(...lines);
    }
  });
  assert(examples.length > 12, examples.join("\n"));
  for (const example of examples) {
    await withProject(FILES, async (project) => {
      for (const name of ["npm", "claude"]) addProgram(project, name);
      // Whoever looks at a run needs one.
      if (LOOKING_REGEXP.test(example)) await project.ll(["fix-types", "-q"]);
      await type(project, await withRun(project, example));
    });
  }
});
