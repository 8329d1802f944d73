// deno-lint-ignore-file camelcase -- the names in the files are the reference's
/** `run` from the outside: which loop, which values, what it shows and what it leaves. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { type ActionOutcome, isInputLine } from "../../src/model/mod.ts";
import { oneAction, type Run, withProject } from "../support/ll_loop.ts";
import { isAlive, killAll } from "../support/processes.ts";
import { waitUntil } from "../support/scratch.ts";

const SECRET = "s3cr3t-of-the-test";

/** Returns the outcome of the n-th action of a run, from its journal. */
function outcome(run: Run, index = 0): ActionOutcome {
  const outcomes = run.lines.filter(isInputLine).flatMap((line) =>
    line.input === "outcome" && line.outcome.kind === "action"
      ? [line.outcome]
      : []
  );
  const found = outcomes[index];
  if (found === undefined) throw new Error(`No outcome ${index}`);
  return found;
}

/** Returns the text of every file of a run. */
function everything(run: Run): string {
  const texts: string[] = [];
  const walk = (folder: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      if (isDirectory) walk(`${folder}/${name}`);
      else texts.push(Deno.readTextFileSync(`${folder}/${name}`));
    }
  };
  walk(run.folder);
  return texts.join("\n");
}

// ------------------------------------------------------------------ which loop

Deno.test("NAME.fsm.yaml comes before NAME.yaml, both before a built-in, and a folder never counts", async () => {
  await withProject({
    ".loops/until-green.fsm.yaml": oneAction("first", "true"),
    ".loops/until-green.yaml": oneAction("second", "true"),
    "until-green/kept": "",
    ".loops/folder.fsm.yaml/kept": "",
    ".loops/folder.yaml": oneAction("third", "true"),
  }, async (project) => {
    await project.ll(["run", "until-green"], {
      stdout: [
        "Running loop: first\n" +
        "  from     project: .loops/until-green.fsm.yaml\n" +
        "  in       <root>\n",
      ],
    });
    project.remove(".loops/until-green.fsm.yaml");
    await project.ll(["until-green"], {
      stdout: ["from     project: .loops/until-green.yaml\n"],
    });
    await project.ll(["run", "folder"], {
      stdout: ["from     project: .loops/folder.yaml\n"],
    });
    await project.ll(["run", "--builtin", "until-green", "true"], {
      stdout: ["Running loop: until-green\n  from     built-in: "],
    });
    project.remove(".loops/until-green.yaml");
    await project.ll(["run", "until-green", "true"], {
      stdout: ["Running loop: until-green\n  from     built-in: "],
    });
  });
});

Deno.test("a name with a folder, a path, an absolute path and a path with .. run", async () => {
  await withProject({
    ".loops/sub/x.yaml": oneAction("x", "echo from $(basename $PWD)"),
    "loops here/y.yaml": oneAction("y", "echo from $(basename $PWD)"),
    "deep/er/.keep": "",
  }, async (project) => {
    const from = async (args: string[], expected: string, folder = "") => {
      await project.ll(args, {
        stdout: [`  from     ${expected}\n`, "│ from project\n"],
      }, { in: folder });
    };
    await from(["run", "sub/x"], "project: .loops/sub/x.yaml");
    await from(["run", "./loops here/y.yaml"], "file: loops here/y.yaml");
    await from(["run", "loops here/y.yaml"], "file: loops here/y.yaml");
    await from(
      ["run", `${project.root}/loops here/y.yaml`],
      "file: loops here/y.yaml",
    );
    await from(
      ["run", "../../loops here/y.yaml"],
      "file: <root>/loops here/y.yaml",
      "deep/er",
    );
    await from(
      ["run", "../.loops/sub/x.yaml"],
      "project: <root>/.loops/sub/x.yaml",
      "deep",
    );
  });
});

Deno.test("a loop that is not there: what was looked for, and what comes near", async () => {
  await withProject({
    ".loops/fix-types.yaml": oneAction("fix-types", "true"),
    "empty/.keep": "",
  }, async (project) => {
    await project.ll(["run", "fix-typos"], {
      status: 65,
      stdout: "",
      stderr: 'error: Loop not found: "fix-typos"\n' +
        "hint: Looked for .loops/fix-typos.fsm.yaml, .loops/fix-typos.yaml, fix-typos.yaml (built-in), fix-typos\n" +
        '      Did you mean "fix-types"?\n',
      isUntouched: true,
    });
    await project.ll(["run", "until-gren", "--builtin"], {
      status: 65,
      stdout: "",
      stderr: 'error: Built-in loop not found: "until-gren"\n' +
        "hint: Looked for until-gren.yaml (built-in)\n" +
        '      Did you mean "until-green" or "fix-until-green"?\n',
      isUntouched: true,
    });
    // Also where nothing else is printed.
    await project.ll(["run", "nowhere-near", "--quiet"], {
      status: 65,
      stderr: [
        'Loop not found: "nowhere-near"',
        "`ll-loop list` shows the loops that there are",
      ],
      isUntouched: true,
    });
    await project.ll(["valdate"], {
      status: 65,
      stderr: ['Loop not found: "valdate"', 'There is a command "validate"'],
      isUntouched: true,
    });
  });
});

Deno.test("the project is found from a folder below it, and its actions run at its top", async () => {
  await withProject({
    ".loops/where.yaml": oneAction("where", "pwd -P > where"),
    "src/deep/.keep": "",
  }, async (project) => {
    await project.ll(["run", "where"], {
      stdout: [
        "from     project: <root>/.loops/where.yaml\n",
        "in       <root>\n",
      ],
    }, { in: "src/deep" });
    assertEquals(project.read("where"), `${project.root}\n`);
    assertEquals(project.runs().length, 1);
    assertEquals(project.read("src/deep/.loops/runs/.gitignore"), null);
    // Told otherwise.
    project.write(
      "src/deep/mine/other.yaml",
      oneAction("other", "echo $PWD"),
    );
    const folder = { in: "src/deep" };
    const found = { stdout: ["Running loop: other\n"] };
    await project.ll(["run", "other", "--loops-dir", "mine"], found, folder);
    await project.ll(["run", "other"], found, {
      ...folder,
      env: { LL_LOOPS_DIR: "mine" },
    });
    assert(project.read("src/deep/mine/runs/.gitignore") !== null);
  });
});

// ------------------------------------------------------------------ which values

const VALUES = `name: values
description: Prints its values
initial: a
context: {one: "1", two: "2"}
states:
  a:
    action: printf '%s|' "\${context.input}" "\${context.one}" "\${context.two}"
    next: done
  done:
    terminal: true
`;

Deno.test("--context splits at the first =, may be empty, the last one counts and beats the input", async () => {
  await withProject({ ".loops/values.yaml": VALUES }, async (project) => {
    const prints = (args: string[], expected: string) =>
      project.ll(["run", "values", ...args], { stdout: [`│ ${expected}\n`] });
    await prints(["i", "--context", "one=a=b "], "i|a=b |2|");
    await prints(["i", "--context", "one="], "i||2|");
    await prints(["i", "--context", "one=x", "--context=one=y"], "i|y|2|");
    await prints(["i", "--context", "input=w"], "w|1|2|");
    await prints(["i", "--context", " one =v"], "i|v|2|");
    await prints(["-n", "5", "i"], "i|1|2|");
    await prints(["--", "-i"], "-i|1|2|");
  });
});

Deno.test("a JSON input sets the keys that the loop has; every other input is text", async () => {
  await withProject({ ".loops/values.yaml": VALUES }, async (project) => {
    const prints = (input: string, expected: string) =>
      project.ll(["run", "values", input, "--context", "input=i"], {
        stdout: [`│ ${expected}\n`],
      });
    await prints('{"one": "x", "other": 1}', "i|x|2|");
    await prints('{"one": 7, "two": true}', "i|7|true|");
    await project.ll(["run", "values", '{"other": 1}'], {
      stdout: ["│ {other: 1}|1|2|\n"],
    });
  });
});

const NEEDY = `name: needy
description: Needs many values
initial: a
input_key: topic
required_inputs: [first]
states:
  a:
    action: echo \${context.zeta} \${context.alpha:default=1} \${context.maybe?} $\${context.escaped}
    evaluate:
      type: output_contains
      pattern: \${context.pattern}
    on_yes: b
    on_no: b
  b:
    action: echo \${context.topic} \${context.zeta}
    next: done
  done:
    terminal: true
`;

Deno.test("missing values: all at once with the flag to add; nothing runs and nothing is written", async () => {
  await withProject({ ".loops/needy.yaml": NEEDY }, async (project) => {
    await project.ll(["run", "needy"], {
      status: 65,
      stdout: "",
      stderr: 'error: Cannot run loop "needy": 4 values are missing\n' +
        '  "first" (required_inputs at .loops/needy.yaml:5): add --context first=VALUE\n' +
        '  "zeta" (states.a.action at .loops/needy.yaml:8): add --context zeta=VALUE\n' +
        '  "pattern" (states.a.evaluate.pattern at .loops/needy.yaml:11): add --context pattern=VALUE\n' +
        '  "topic" (states.b.action at .loops/needy.yaml:15): add --context topic=VALUE\n' +
        "hint: ll-loop run needy --context first=VALUE --context zeta=VALUE --context pattern=VALUE --context topic=VALUE\n",
      isUntouched: true,
    });
    // Empty is not enough for what is required.
    await project.ll(
      [
        ...["run", "needy", "t", "--context", "first="],
        ...["--context", "zeta=1", "--context", "patern=1"],
      ],
      {
        status: 65,
        stdout: "",
        stderr: 'error: Cannot run loop "needy": 2 values are missing\n' +
          '  "first" (required_inputs at .loops/needy.yaml:5): add --context first=VALUE\n' +
          '  "pattern" (states.a.evaluate.pattern at .loops/needy.yaml:11): add --context pattern=VALUE (or did you mean "patern"?)\n' +
          "hint: ll-loop run needy t --context zeta=1 --context first=VALUE --context pattern=VALUE\n",
        isUntouched: true,
      },
    );
    await project.ll(["run", "needy", "--dry-run"], {
      stdout: [
        "Missing:\n",
        "first",
        "--context zeta=VALUE",
        "--context topic=VALUE",
      ],
      isUntouched: true,
    });
  });
});

Deno.test("missing values that no option can give: the command to type leaves them out", async () => {
  const hashed = (more: string) =>
    `description: d\nstates: { a: { run: 'echo \${context.input_hash}${more}', next: done } }\n`;
  const files = {
    ".loops/hashed.yaml": hashed(""),
    ".loops/both.yaml": hashed(" ${context.box.size}") +
      "required_inputs: [input]\n",
  };
  await withProject(files, async (project) => {
    await project.ll(["run", "hashed"], {
      status: 65,
      stdout: "",
      stderr: 'error: Cannot run loop "hashed": a value is missing\n' +
        '  "input_hash" (states.a.action at .loops/hashed.yaml:2): add an INPUT after the loop\'s name\n' +
        "hint: ll-loop run hashed INPUT\n",
      isUntouched: true,
    });
    await project.ll(["run", "both"], {
      status: 65,
      stdout: "",
      stderr: 'error: Cannot run loop "both": 2 values are missing\n' +
        '  "input" (required_inputs at .loops/both.yaml:3): add an INPUT after the loop\'s name\n' +
        '  "box" (states.a.action at .loops/both.yaml:2): add "box: { size: … }" below "context:" in the file\n' +
        "hint: ll-loop run both INPUT\n",
      isUntouched: true,
    });
  });
});

Deno.test("a capture that no state makes: nothing runs and nothing is written", async () => {
  const loop = oneAction("lost", "echo ${captured.gone.output}");
  await withProject({ ".loops/lost.yaml": loop }, async (project) => {
    await project.ll(["run", "lost"], {
      status: 65,
      stdout: "",
      stderr:
        '.loops/lost.yaml:7:12: error: "${captured.gone.output}" is never captured: no state has "capture: gone" [never-captured]\n' +
        "  |\n" +
        "7 |       echo ${captured.gone.output}\n" +
        "  |            ^~~~~~~~~~~~~~~~~~~~~~~\n" +
        'error: Cannot run loop "lost": 1 error in its definition\n' +
        "hint: `ll-loop validate lost` checks it again\n",
      isUntouched: true,
    });
  });
});

// ------------------------------------------------------------------ the plan

const EVERYTHING = `name: everything
description: Has one of everything
initial: check
max_steps: 9
timeout: 90
backoff: 2
default_timeout: 30
scope: [src/, "\${context.where}"]
context: {where: docs, key: hidden, n: 3}
secrets: [key]
states:
  check:
    action: ls \${context.where} | jq . && curl -s https://example.invalid/api && nosuchprogram1
    capture: seen
    timeout: 5
    max_retries: 2
    on_retry_exhausted: bad
    route:
      "yes": child
      "no": $current
      odd: ask
      _: bad
      _error: bad
  child:
    loop: inner
    on_success: ask
    on_failure: bad
  ask:
    action: /ll:review \${captured.seen.output}
    on_yes: tool
    on_no: bad
    on_partial: check
    on_blocked: bad
    on_error: bad
  tool:
    action: files/read
    action_type: mcp_tool
    params: {path: a}
    next: done
  done:
    terminal: true
  bad:
    terminal: true
    failure: true
`;

Deno.test("--no-llm did not lift the refusal of a loop that only a model judges", async () => {
  const judged = (name: string) =>
    `name: ${name}
description: Judged by a model
initial: a
states:
  a:
    action: echo hi
    evaluate: {type: llm_structured, prompt: "Is it good?"}
    on_yes: bad
    on_error: done
  done:
    terminal: true
  bad:
    terminal: true
    failure: true
`;
  await withProject({
    ".loops/judged.yaml": judged("judged"),
    ".loops/off.yaml": judged("off").replace(
      "initial",
      "llm: {enabled: false}\ninitial",
    ),
    ".loops/parent.yaml": `name: parent
description: Runs a judged loop
initial: a
states:
  a: {loop: judged, on_yes: done, on_no: bad, on_error: bad}
  done: {terminal: true}
  bad: {terminal: true, failure: true}
`,
  }, async (project) => {
    await project.ll(["run", "judged"], {
      status: 69,
      stderr: ["No agent host was found"],
      isUntouched: true,
    });
    await project.ll(["run", "judged", "--no-llm"], {
      stdout: [
        "✗ error  <time>\n      Judging by a language model is off: --no-llm or llm.enabled\n    -> done\n",
      ],
    });
    await project.ll(["run", "off", "-q"], { stdout: "" });
    await project.ll(["run", "parent", "--no-llm", "-q"], { stdout: "" });
    await project.ll(["run", "judged", "--no-llm", "--dry-run"], {
      stdout: ["LLM judge: off (--no-llm)\n"],
      nowhere: ["agent host", "Not run by this version"],
    });
  });
});

Deno.test("the configuration's include reaches actions, the plan and the check for missing values", async () => {
  await withProject({
    ".loops/glob.yaml": oneAction("glob", "echo 'in ${context.include}'"),
  }, async (project) => {
    await project.ll(["run", "glob"], {
      status: 65,
      stderr: ["add --context include=VALUE\n"],
    });
    project.write(
      ".ll/ll-config.json",
      '{"loops": {"run_defaults": {"include": "src/**"}}}',
    );
    await project.ll(["run", "glob", "--dry-run"], {
      stdout: ['  include: "src/**" (configuration)\n'],
    });
    await project.ll(["run", "glob"], { stdout: ["│ in src/**\n"] });
    assertEquals(project.run().record.context, { include: "src/**" });
  });
});

Deno.test("--dry-run shows all that would happen, writes nothing and runs nothing", async () => {
  await withProject({
    ".loops/everything.yaml": EVERYTHING,
    ".loops/inner.yaml": oneAction("inner", "touch ran"),
  }, async (project) => {
    await project.ll(
      ["run", "everything", "--dry-run", "-n", "4", "--context", "where=lib"],
      {
        stdout: PLAN,
        stderr: [
          'Nothing limits what the agents of loop "everything" may spend',
        ],
        isUntouched: true,
      },
    );
    const { stdout } = await project.ll(
      ["run", "everything", "--dry-run", "--json"],
      { stderr: [], isUntouched: true, nowhere: ["hidden"] },
    );
    const plan = JSON.parse(stdout);
    assertEquals(plan.schema_version, 1);
    assert(!plan.ready);
    assertEquals(plan.scope, {
      paths: ["docs", "src"],
      default: false,
      locked: true,
    });
    assertEquals(
      plan.needs.filter((need: { found: boolean }) => !need.found)
        .map((need: { name: string }) => need.name),
      [
        "nosuchprogram1",
        "claude or codex or gemini",
        "files",
        "/ll:review",
      ],
    );
    assertEquals(plan.timeouts.ask, {
      timeout_ms: 30_000,
      from: "default_timeout",
      idle_timeout_ms: 0,
    });
    // It is not run, since it needs what is not there.
    await project.ll(["run", "everything"], {
      status: 69,
      stdout: "",
      stderr: ["No agent host was found"],
      isUntouched: true,
    });
  });
});

const PLAN = [
  `Execution plan for: everything
From: project: .loops/everything.yaml
Actions run in: <root>

States:
  [check]
    action: ls \${context.where} | jq . && curl -s https://example.invalid/api && nosuchprogram1
    timeout: 5s
    evaluate: exit_code (default)
    route:
      yes -> child
      no -> $current
      odd -> ask
      _ -> bad
      _error -> bad
    on_retry_exhausted -> bad (after 2 retries)
    capture: seen
  [child]
    loop: inner
    on_yes -> ask
    on_no -> bad
  [ask]
    action (prompt): /ll:review \${captured.seen.output}
    timeout: 30s (default_timeout)
    evaluate: llm_structured (default)
    on_yes -> tool
    on_no -> bad
    on_error -> bad
    on_partial -> check
    on_blocked -> bad
  [tool]
    action (mcp): files/read
    timeout: 30s (default_timeout)
    next -> done
    params: {"path":"a"}
  [done] [TERMINAL]
  [bad] [TERMINAL, FAILURE]

Initial state: check
Max steps: 4 (--max-steps)
Max iterations: none
Max edge revisits: 100
Timeout: 1m 30s
Delay: 2s
Scope: lib, src
`,
  `Context:
  where: "lib" (--context)
  key: *** (loop file)
  n: 3 (loop file)
  run_dir: "<run folder>/work/" (added by ll-loop)
  max_steps: 4 (added by ll-loop)
`,
  "  ✗ program nosuchprogram1: not found (check)\n",
  " (inner/a)\n",
  "  ✗ agent host claude or codex or gemini: not found (ask)\n",
  "  ✗ MCP server files: not found in <root>/.mcp.json (tool)\n",
  "  ? slash command /ll:review: known only during the run (ask)\n",
  "  ✓ loop inner: found (child)\n",
];

// ------------------------------------------------------------------ what it prints

const TWO_STEPS = `name: two
description: Fails once
initial: try
states:
  try:
    action: |
      echo "round $LL_CAPTURED_N"
      echo oops >&2
      [ -e ok ]
    on_yes: done
    on_no: repair
  repair:
    action: touch ok; echo 1
    capture: n
    next: try
  done:
    terminal: true
`;

Deno.test("a run prints its header, a line for each step, the output and a summary", async () => {
  await withProject({ ".loops/two.yaml": TWO_STEPS }, async (project) => {
    await project.ll(["run", "two", "--delay", "0.01"], {
      stdout: `Running loop: two
  from     project: .loops/two.yaml
  in       <root>
  run      <run>
  folder   .loops/runs/<run>/
  limits   50 steps, no loop timeout, delay 0.01s
  scope    the whole project (default)
  timeouts 1h (default): try, repair

[1/50] try (<time>) -> echo "round $LL_CAPTURED_N" (+2 lines)
    │ round
    ! oops
    ✗ no  exit 1  <time>
    -> repair
[2/50] repair (<time>) -> touch ok; echo 1
    │ 1
    • <time>
    -> try
[3/50] try (<time>) -> echo "round $LL_CAPTURED_N" (+2 lines)
    │ round 1
    ! oops
    ✓ yes  <time>
    -> done
Loop "two" completed: done (3 steps, <time>)
  run     .loops/runs/<run>/
`,
    });
  });
});

Deno.test("--quiet prints nothing on success, the reason on every other end", async () => {
  await withProject({
    ".loops/two.yaml": TWO_STEPS,
    ".loops/fails.yaml": oneAction("fails", "echo out; echo err >&2; exit 1"),
    ".loops/stuck.yaml": `name: stuck
description: Has no way on
initial: a
states:
  a:
    action: echo last words; exit 7
    on_yes: done
  done:
    terminal: true
`,
  }, async (project) => {
    await project.ll(["run", "two", "--quiet"], { stdout: "" });
    project.remove("ok");
    await project.ll(["run", "two", "--qt", "-n", "1"], {
      status: 1,
      stdout: "",
      stderr: `Loop "two" stopped: the cap of 1 step is reached
  state   repair at .loops/two.yaml:12
  action  try, exit 1, verdict no, <time>
  stdout  round
  stderr  oops
  used    1 of 1 step, <time>
  run     .loops/runs/<run>/ (log, outputs/)
  next    ll-loop resume <run> --max-steps 2
`,
    });
    // What it says to type next is understood: the last value counts.
    const next = ["run", "two", "--qt", "--max-steps", "2"];
    await project.ll(next, { status: 1, stderr: ["the cap of 2 steps"] });
    await project.ll(["run", "fails", "--quiet"], {
      status: 2,
      stdout: "",
      stderr: `Loop "fails" failed: it ended in "bad", which means failure
  state   bad at .loops/fails.yaml:12
  action  a, exit 1, verdict no, <time>
  stdout  out
  stderr  err
  used    1 of 50 steps, <time>
  run     .loops/runs/<run>/ (log, outputs/)
  next    tail -n 50 .loops/runs/<run>/log
`,
    });
    await project.ll(["run", "stuck", "--quiet"], {
      status: 1,
      stdout: "",
      stderr:
        `Loop "stuck" stopped: state "a" has no route for verdict "error" (exit code 7)
  state   a at .loops/stuck.yaml:5
  action  a, exit 7, verdict error, <time>
  add     on_error: <state>   to the state
  stdout  last words
  used    1 of 50 steps, <time>
  run     .loops/runs/<run>/ (log, outputs/)
  next    ll-loop resume <run> --accept-changes
`,
    });
    // The same reason in the last event and in the state file.
    const stuck = project.runs().find(({ state }) =>
      state.loop_name === "stuck"
    );
    assert(stuck !== undefined);
    const last = stuck.lines.at(-1);
    assert(last !== undefined && "event" in last);
    assert(last.event === "loop_complete");
    assertEquals(last.terminated_by, "error");
    assertEquals(last.error, stuck.state.error);
    assertStringIncludes(stuck.state.error ?? "", 'verdict "error"');
    assertEquals(stuck.state.exit_status, 1);
  });
});

Deno.test("the command to type next asks for more of what was used up", async () => {
  const again = `name: again
description: Never ends by itself
initial: a
states:
  a: { action: "true", on_yes: a, on_no: done }
  done: { terminal: true }
`;
  const maintains = again.replace("on_yes: a", "on_yes: done").replace(
    "initial",
    "maintain: true\ninitial",
  );
  await withProject({
    ".loops/again.yaml": again,
    ".loops/maintains.yaml": maintains,
  }, async (project) => {
    const next = async (...args: string[]) => {
      const { stderr } = await project.ll([...args, "-q"], {
        status: 1,
        stderr: ["  next    "],
      });
      return /next {4}(.*)/.exec(project.mask(stderr))?.[1];
    };
    assertEquals(
      await next("run", "again", "-n", "3", "--max-steps=5"),
      "ll-loop resume <run> --max-steps 10",
    );
    assertEquals(
      await next("again", "-fn2", "--max-iterations", "7"),
      "ll-loop resume <run> --max-steps 4",
    );
    assertEquals(
      await next("run", "maintains", "-n", "9", "--max-iterations", "2"),
      "ll-loop resume <run> --max-iterations 4",
    );
  });
});

Deno.test("--verbose shows whole actions; --json prints one object and the rest on stderr", async () => {
  await withProject({ ".loops/two.yaml": TWO_STEPS }, async (project) => {
    await project.ll(["run", "two", "--verbose"], {
      stdout: ['echo "round $LL_CAPTURED_N"\n', "[ -e ok ]\n", "│ round 1\n"],
    });
    const { stdout } = await project.ll(["run", "two", "--json"], {
      stderr: ["Running loop: two", "-> done"],
    });
    const summary = JSON.parse(stdout);
    assertEquals(summary.loop, "two");
    assertEquals(summary.exit_status, 0);
    assertEquals(summary.terminated_by, "terminal");
    assertEquals(summary.final_state, "done");
    assertEquals(summary.run_id, project.runs().at(-1)?.id);
    const quiet = await project.ll(["run", "two", "--json", "-q", "-n", "1"]);
    assertEquals(JSON.parse(quiet.stdout).iterations, 1);
    await project.ll(["run", "two", "--follow", "-q"], {
      stdout: ["loop_start", "state_enter", "route", "loop_complete"],
    });
  });
});

Deno.test("a loop without a description was met with a warning at each run", async () => {
  const quick = oneAction("quick", "true").replace(/description: .*\n/, "");
  await withProject({ ".loops/quick.yaml": quick }, async (project) => {
    await project.ll(["run", "quick"], { stdout: ["completed"] });
    await project.ll(["run", "quick", "--dry-run"], { stdout: ["States:"] });
    await project.ll(["validate", "quick"], {
      stdout: ["warning: The loop has no description [missing-description]\n"],
    });
  });
});

Deno.test("warnings: five and a count, none with --quiet", async () => {
  const loop = oneAction("noisy", "true").replace(
    "initial:",
    "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\nsix: 6\nseven: 7\ninitial:",
  );
  await withProject({ ".loops/noisy.yaml": loop }, async (project) => {
    const { stderr } = await project.ll(["run", "noisy"], {
      stderr: ["… and 2 more warnings: ll-loop validate noisy\n"],
    });
    assertEquals(stderr.match(/: warning: /g)?.length, 5);
    await project.ll(["run", "noisy", "--quiet"], { stdout: "" });
  });
});

Deno.test("neither descriptions nor output steer the terminal, and no name is special", async () => {
  const loop = `name: odd
description: "Odd \\e]0;title\\a"
initial: s
states:
  s:
    action: printf 'x\\033[2Jy\\0z\\xff\\r\\none\\rtwo\\n'
    next: toString
  toString:
    action: echo kept
    capture: constructor
    next: constructor
  constructor:
    action: echo "\${captured.constructor.output}"
    next: done
  done:
    terminal: true
`;
  await withProject({ ".loops/odd.yaml": loop }, async (project) => {
    const { stdout } = await project.ll(["run", "odd"], {
      stdout: [
        "Running loop: odd\n",
        "] s (<time>) -> printf",
        "    │ x␛[2Jy␀z\ufffd\n    │ one␍two\n",
        '[3/50] constructor (<time>) -> echo "kept"\n    │ kept\n',
        'Loop "odd" completed: done (3 steps, <time>)\n',
      ],
    });
    // deno-lint-ignore no-control-regex -- this is what is looked for
    const controls = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/;
    assert(!controls.test(stdout));
    assert(!controls.test(project.run().log));
    for (
      const args of [["show", "odd"], ["run", "odd", "--dry-run"], ["list"]]
    ) {
      const { stdout: shown } = await project.ll(args);
      assert(!controls.test(shown), args.join(" "));
    }
  });
});

// ------------------------------------------------------------------ what it leaves

Deno.test("a run leaves one private folder that git does not see", async () => {
  const loop = oneAction("kept", "echo hi > ${context.run_dir}note; echo out");
  await withProject({ ".loops/kept.yaml": loop }, async (project) => {
    const git = (...args: string[]) =>
      project.bash(`git ${args.join(" ")}`).ended;
    await git("init", "-q", ".");
    await git("add", ".");
    await git("-c user.name=A -c user.email=a@example.invalid commit -qm x");
    await project.ll(["run", "kept", "some input"], { stdout: ["│ out\n"] });
    for (const question of ["status --porcelain", "clean -fdn", "add -An"]) {
      project.expect(await git(question), { stdout: "" });
    }
    const { id, folder, record, state, events, lines, log } = project.run();
    const modes = Object.entries(project.tree())
      .filter(([name]) => /^\.loops\/(runs|\.running)/.test(name))
      .map(([name, text]) =>
        `${text.split(" ")[0]} ${name.replace(id, "<run>")}`
      );
    assertEquals(modes, [
      "700 .loops/.running/",
      "600 .loops/.running/.acquire.lock",
      "600 .loops/.running/.gitignore",
      "700 .loops/runs/",
      "600 .loops/runs/.gitignore",
      "700 .loops/runs/.live/",
      "700 .loops/runs/<run>/",
      "700 .loops/runs/<run>/bin/",
      "700 .loops/runs/<run>/bin/ll-loop",
      "600 .loops/runs/<run>/definition.json",
      "600 .loops/runs/<run>/events.jsonl",
      "600 .loops/runs/<run>/log",
      "700 .loops/runs/<run>/outputs/",
      "600 .loops/runs/<run>/owner",
      "600 .loops/runs/<run>/run.json",
      "600 .loops/runs/<run>/state.json",
      "700 .loops/runs/<run>/work/",
      // Made by the action, with the umask of who started it.
      "644 .loops/runs/<run>/work/note",
    ]);
    assertEquals(project.read(".loops/runs/.gitignore"), "*\n");

    assertEquals(record.id, id);
    assertEquals(record.loop, "kept");
    assertEquals(record.args, ["run", "kept", "some input"]);
    assertEquals(record.context, { input: "some input" });
    assertEquals(record.project, project.root);
    assertEquals(record.scope, [project.root]);
    assertEquals(record.file, project.path(".loops/kept.yaml"));
    assertMatch(record.definition_hash, /^[0-9a-f]{64}$/);

    assertEquals(events, [
      ...["loop_start", "state_enter", "action_start", "action_output"],
      ...["action_complete", "evaluate", "route", "loop_complete"],
    ]);
    assertEquals(
      lines.map(({ seq }) => seq),
      lines.map((_, index) => index + 1),
    );
    assertEquals(
      lines.filter((line) => "input" in line).map((line) => Object.keys(line)),
      [
        ["input", "context", "env", "maxDepth", "looksAt", "nowMs", "seq"],
        ["input", "frame", "effect", "outcome", "nowMs", "seq"],
        ["input", "frame", "effect", "outcome", "nowMs", "seq"],
      ],
    );

    const { started_at, updated_at, accumulated_ms, context, ...others } =
      state;
    const { last_result, ...rest } = others;
    assertEquals((last_result as { verdict: string }).verdict, "yes");
    // A run that starts on a whole second has no fraction, as in the reference.
    assertMatch(
      started_at,
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?\+00:00$/,
    );
    assert(updated_at >= started_at);
    assert(accumulated_ms >= 0);
    assertEquals(context?.input, "some input");
    assertEquals(context?.run_dir, `${folder}/work/`);
    assertEquals(rest, {
      loop_name: "kept",
      current_state: "done",
      iteration: 1,
      captured: {},
      prev_result: {
        output: "out\n",
        stderr: "",
        exit_code: 0,
        state: "a",
        timeout_kind: null,
      },
      status: "completed",
      edge_revisit_counts: { "a->done": 1 },
      pid: record.pid,
      schema_version: 1,
      run_id: id,
      terminated_by: "terminal",
      exit_status: 0,
    });
    assertStringIncludes(log, "Running loop: kept\n");
    assertStringIncludes(log, "    │ out\n");
    assertStringIncludes(log, 'Loop "kept" completed: done');
  });
});

Deno.test("two runs are two folders, in order; ended runs beyond the limit go, others stay", async () => {
  await withProject({
    ".loops/ok.yaml": oneAction("ok", "true"),
    ".loops/other.yaml": oneAction("other", "true"),
    ".loops/capped.yaml": oneAction("capped", "true").replace(
      "on_yes: done",
      "on_yes: a",
    ),
    ".loops/config.yaml": "retention:\n  runs: 2\n  days: 0\n",
  }, async (project) => {
    const loops = () => project.runs().map(({ record }) => record.loop);
    await project.ll(["run", "capped", "-n", "1", "-q"], {
      status: 1,
      stderr: ["cap of 1 step"],
    });
    await project.ll(["run", "other", "-q"]);
    for (let count = 0; count < 2; count++) await project.ll(["ok", "-q"]);
    const [, , first] = project.runs();
    assertEquals(loops(), ["capped", "other", "ok", "ok"]);
    for (let count = 0; count < 2; count++) await project.ll(["ok", "-q"]);
    // The run that starts is not counted: two ended ones are kept beside it.
    assertEquals(loops(), ["capped", "other", "ok", "ok", "ok"]);
    assert(!project.runs().some(({ id }) => id === first?.id));
  });
});

// ------------------------------------------------------------------ secrets

const SECRETS = `name: vault
description: Handles secrets
initial: a
secrets: [password]
context: {password: "${SECRET}-2", user: ada}
states:
  a:
    action: |
      echo "token $MY_API_TOKEN, \${env.MY_API_TOKEN}, $LL_CONTEXT_PASSWORD, \${context.password}"
      echo "err $MY_API_TOKEN" >&2
      printf '%s\\n' "$MY_API_TOKEN" "\${env.MY_API_TOKEN}" "$LL_CONTEXT_PASSWORD" \${context.password:shell} > seen
      printf '%s' "$MY_API_TOKEN" | head -c 9; sleep 0.05; printf '%s\\n' "$MY_API_TOKEN" | tail -c +10
    capture: mine
    next: b
  b:
    action: echo "again \${captured.mine.output}"
    evaluate:
      type: output_contains
      pattern: \${env.MY_API_TOKEN}
    on_yes: done
    on_no: done
  done:
    terminal: true
`;

const VARIABLES = `name: vars
description: Gives variables, and few others
secrets: [PLAIN]
env: { MODE: nightly, API_TOKEN: "\${env.MY_API_TOKEN}", FIXED_TOKEN: ${SECRET}-4 }
env_allow: [KEPT_*]
states:
  a:
    run: |
      printf '%s\\n' "$MODE" "$API_TOKEN" "$FIXED_TOKEN" "$PLAIN" "$KEPT_X" "$OTHER" "$MY_API_TOKEN" \\
        "$LL_RUN_ID" "$HOME" | tee -a seen
      command -v ll-loop > found
    env: { PLAIN: "${SECRET}-5" }
    next: sub
    on_error: failed
  sub: { loop: under, on_yes: done, on_no: failed }
  done: { terminal: true }
  failed: { terminal: true }
`;

Deno.test("env and env_allow: given, limited, and secret nowhere", async () => {
  const files = {
    ".loops/vars.yaml": VARIABLES,
    ".loops/under.yaml":
      `name: under\ndescription: Has its own\nstates:\n  s: { run: 'echo "under $OTHER $MODE." >> seen', next: done, on_error: failed }\n  done: { terminal: true }\n  failed: { terminal: true }\n`,
  };
  await withProject(files, async (project) => {
    const env = { MY_API_TOKEN: SECRET, KEPT_X: "kept", OTHER: "other" };
    const ended = await project.ll(["run", "vars", "--verbose"], {
      stdout: ["│ nightly\n", "│ ***\n", "│ kept\n"],
      nowhere: ["s3cr3t"],
    }, { env });
    const run = project.run();
    const seen = (project.read("seen") ?? "").split("\n");
    assertEquals(seen.slice(0, 8), [
      "nightly",
      SECRET,
      `${SECRET}-4`,
      `${SECRET}-5`,
      "kept",
      "",
      "",
      run.id,
    ]);
    assertEquals(seen[8], Deno.env.has("HOME") ? project.home : "");
    assertEquals(seen[9], "under other .");
    assert(project.read("found")?.endsWith("/ll-loop\n"));
    assert(!ended.stdout.includes("\0"));
    for (const name of ["events.jsonl", "state.json", "log", "run.json"]) {
      const text = project.read(`${run.folder}/${name}`) ?? "s3cr3t";
      assert(!text.includes("s3cr3t"), name);
    }
    await project.ll(["run", "vars", "--dry-run"], {
      stdout: [
        "env: MODE=nightly, API_TOKEN=${env.MY_API_TOKEN}, FIXED_TOKEN=***\n",
        "env_allow: KEPT_*\n",
        "    env: PLAIN=***\n",
      ],
      nowhere: ["s3cr3t"],
    }, { env });
    await project.ll(["show", "vars", "-v"], {
      stdout: [
        "env: MODE=nightly",
        "env_allow: KEPT_*",
        'env: {"PLAIN":"***"}',
      ],
      nowhere: ["\0"],
    }, { env });
  });
});

Deno.test("secrets reach the child and nothing else", async () => {
  await withProject({ ".loops/vault.yaml": SECRETS }, async (project) => {
    const env = { MY_API_TOKEN: SECRET };
    const ended = await project.ll(
      ["run", "vault", "--verbose", "--context", `password=${SECRET}-3`],
      {
        stdout: [
          "│ token ***, ***, ***, ***\n",
          "! err ***\n",
          "│ ***\n",
          "again token ***",
        ],
        nowhere: [SECRET, "s3cr3t"],
      },
      { env },
    );
    assert(!ended.stdout.includes("\0"));
    assertEquals(
      project.read("seen"),
      `${SECRET}\n${SECRET}\n${SECRET}-3\n${SECRET}-3\n`,
    );
    const run = project.run();
    assert(!(everything(run).includes("s3cr3t-of-the-test-3")));
    // The value in the loop file itself is in the stored definition; the given one is nowhere.
    assertEquals(run.record.args.at(-1), "password=***");
    assertEquals(run.record.secrets, ["password"]);
    assertEquals(run.record.context, { user: "ada" });
    for (const name of ["events.jsonl", "state.json", "log", "run.json"]) {
      const text = project.read(`${run.folder}/${name}`) ?? "s3cr3t";
      assert(!text.includes("s3cr3t"), name);
    }
    const json = await project.ll(["run", "vault", "--json"], {
      stderr: [],
      nowhere: ["s3cr3t"],
    }, { env });
    assertEquals(JSON.parse(json.stdout).exit_status, 0);
    await project.ll(["run", "vault", "--dry-run"], {
      stdout: ["password: ***"],
      nowhere: ["s3cr3t"],
    }, { env });
  });
});

Deno.test("a secret on the command line is in no record of it", async () => {
  const loop = `name: asks
description: Takes a secret
initial: a
secrets: [input, pin]
context: {pin: ""}
states:
  a:
    action: printf '%s|' "$LL_CONTEXT_INPUT" "$LL_CONTEXT_PIN" > seen; exit 3
    on_yes: done
  done:
    terminal: true
`;
  await withProject({ ".loops/asks.yaml": loop }, async (project) => {
    const fails = {
      status: 1,
      stdout: ["Running loop"],
      stderr: ["  next    ll-loop resume <run> --context input=VALUE --accept"],
      nowhere: [SECRET],
    };
    await project.ll(["run", "asks", SECRET], fails);
    assertEquals(project.read("seen"), `${SECRET}||`);
    await project.ll(["run", "asks", "x9", `--context=pin=${SECRET}`], {
      ...fails,
      stderr: [" --context pin=VALUE --context input=VALUE --accept-changes\n"],
    });
    assertEquals(project.read("seen"), `x9|${SECRET}|`);
    await project.ll(["run", "asks", JSON.stringify({ pin: SECRET })], {
      ...fails,
      stderr: [" --context pin=VALUE --accept-changes\n"],
    });
    assertEquals(project.read("seen"), `|${SECRET}|`);
    for (const run of project.runs()) {
      assert(!everything(run).includes(SECRET));
      assert(!run.record.args.includes("x9"));
    }
  });
});

// ------------------------------------------------------------------ actions

Deno.test("values are given as variables, long ones as files", async () => {
  const loop = `name: given
description: Gets its values from the environment
initial: a
context: {odd-key: "it's \\"odd\\"", list: [1, 2], long: ""}
states:
  a:
    action: seq 1 20000
    capture: many
    next: b
  b:
    action: |
      printf '%s|' "$LL_CONTEXT_ODD_KEY" "$LL_CONTEXT_LIST" "\${LL_CAPTURED_MANY-unset}" "\${LL_CONTEXT_LONG-unset}"
      printf '%s|' "$LL_HANDOFF_THRESHOLD" "$LL_CONTEXT_LIMIT" "$(wc -c < "$LL_CONTEXT_LONG_FILE")" "$(tail -n 1 "$LL_CAPTURED_MANY_FILE")"
    next: done
  done:
    terminal: true
`.replaceAll("${LL", "$$$${LL");
  await withProject({ ".loops/given.yaml": loop }, async (project) => {
    await project.ll([
      ...["run", "given", "--handoff-threshold", "60"],
      ...["--context-limit", "200000"],
      ...["--context", `long=${"x".repeat(70_000)}`],
    ], {
      stdout: [`│ it's "odd"|[1,2]|unset|unset|60|200000|70000|20000|\n`],
      stderr: [],
    });
  });
});

Deno.test("an action above 100 KiB runs", async () => {
  const lines = "x".repeat(99).concat("\n").repeat(1500);
  const loop = oneAction("long", `cat <<'END' | wc -c\n${lines}END`);
  await withProject({ ".loops/long.yaml": loop }, async (project) => {
    await project.ll(["run", "long"], { stdout: ["│ 150000\n"] });
  });
});

Deno.test("two megabytes of output: a file beside the run, searched as a whole", async () => {
  const loop = `name: flood
description: Prints much
initial: a
states:
  a:
    action: head -c 1000000 /dev/zero | tr '\\0' x; echo; echo NEEDLE-\${context.input}; head -c 1000000 /dev/zero | tr '\\0' y
    evaluate:
      type: output_contains
      pattern: NEEDLE-7
    on_yes: done
    on_no: bad
  done:
    terminal: true
  bad:
    terminal: true
    failure: true
`;
  await withProject({ ".loops/flood.yaml": loop }, async (project) => {
    const { stdout: shown } = await project.ll(["run", "flood", "7"], {
      stdout: [
        "    output cut: ",
        " of 2000010 bytes shown; the whole is in outputs/1.stdout\n" +
        "    … (--verbose shows all)\n    │ …yyyy",
      ],
    });
    assert(shown.length < 300_000);
    const run = project.run();
    const { stdout } = outcome(run);
    assertEquals(stdout.sizeBytes, 2_000_010);
    assert(stdout.isTruncated);
    const spill = `${run.folder}/outputs/${stdout.spill}`;
    assertEquals(project.size(spill), 2_000_010);
    assert(run.events.includes("output_truncated"));
    assert(project.size(`${run.folder}/events.jsonl`) < 200_000);
    assert(project.size(`${run.folder}/state.json`) < 2_000_000);
  });
});

Deno.test("a hostile pattern kept a run from the end of its time", async () => {
  const loop = `name: hostile
description: Searches for ever
timeout: 1
initial: a
states:
  a:
    action: echo ${"a".repeat(40)}X
    evaluate:
      type: output_contains
      pattern: ^(a+)+$
    on_yes: done
    on_no: done
    on_error: done
  done:
    terminal: true
`;
  await withProject({ ".loops/hostile.yaml": loop }, async (project) => {
    await project.ll(["run", "hostile"], {
      status: 1,
      stdout: ["[1/50] a"],
      stderr: ['Loop "hostile" stopped: its timeout of 1s has passed'],
    });
    const { error } = project.run().state;
    assertEquals(error, "Reached the time limit of 1 s");
  });
});

Deno.test("an action's input is empty", async () => {
  await withProject({
    ".loops/stdin.yaml": oneAction("stdin", "wc -c; readlink /proc/self/fd/0"),
  }, async (project) => {
    const { ended } = project.bash("yes | ll-loop run stdin");
    project.expect(await ended, { stdout: ["│ 0\n    │ /dev/null\n"] });
  });
});

Deno.test("stdin: what a state prints is read by the next one, secrets only by the action", async () => {
  await withProject({
    ".loops/input.yaml": `description: d
scope: [.]
states:
  make: { run: "echo out; echo err >&2; exit 4", capture: made, on_yes: take, on_error: take }
  take:
    run: |
      cat
      echo "last: $(cat "$LL_LAST_OUTPUT")"
      wc -c < "$LL_LAST_OUTPUT"
    stdin: |
      \${captured.made.output} \${env.MY_TOKEN}
      \${captured.made.stderr}
    next: plain
  plain: { run: 'echo "[$\${LL_LAST_OUTPUT-unset}] $(wc -c)"', on_yes: done, on_error: failed }
`,
  }, async (project) => {
    await project.ll(["validate", "input", "--strict"], {});
    await project.ll(["run", "input", "--verbose"], {
      stdout: [
        "│ out ***\n    │ err\n    │\n    │ last: out\n    │ err\n    │ 8\n",
        "│ [unset] 0\n",
      ],
      nowhere: ["hunter22"],
    }, { env: { MY_TOKEN: "hunter22", LL_LAST_OUTPUT: "/outer" } });
    await project.ll(["run", "input", "--dry-run"], {
      stdout: [
        "    stdin: \${captured.made.output} \${env.MY_TOKEN} \${captured.made.stderr}\n",
      ],
    });
    // Nothing of it stays behind in the clear.
    const { folder } = project.run();
    for (const entry of ["events.jsonl", "definition.json", "state.json"]) {
      assert(!(project.read(`${folder}/${entry}`) ?? "").includes("hunter22"));
    }
  });
});

// ------------------------------------------------------------------ other runs

/** A loop over `scope` that says its pid and stays until the file `go` is there. */
function holder(name: string, scope = "."): string {
  const wait = `echo $$ > ${name}.pid; until [ -e go ]; do sleep 0.02; done`;
  return oneAction(name, wait, `scope: ["${scope}"]\n`);
}

Deno.test("a scope that overlaps is refused with 75, naming who holds it; others run", async () => {
  await withProject({
    ".loops/first.yaml": holder("first", "src"),
    ".loops/inside.yaml": oneAction("inside", "true", 'scope: ["src/a"]\n'),
    ".loops/beside.yaml": oneAction("beside", "true", 'scope: ["src2"]\n'),
    ".loops/all.yaml": oneAction("all", "touch all-ran"),
  }, async (project) => {
    const first = project.start(["run", "first"]);
    await project.line("first.pid");
    const { id } = project.run();
    await project.ll(["run", "inside"], {
      status: 75,
      stdout: "",
      stderr:
        `error: Cannot start loop "inside": loop "first" (run ${"<run>"}, pid <pid>) holds "<root>/src", which overlaps "<root>/src/a"
hint: Wait for it with \`ll-loop run inside --queue\`, or give the loops a "scope:" each that does not overlap
`,
      isUntouched: true,
    });
    const { stderr } = await project.ll(["run", "first", "-q"], {
      status: 75,
      stderr: ['loop "first" (run <run>, pid <pid>) holds "<root>/src"\n'],
    });
    assertStringIncludes(stderr, `run ${id}, pid ${first.pid})`);
    await project.ll(["run", "beside", "-q"]);
    await project.ll(
      ["run", "all", "-q", "--queue", "--queue-timeout", "0.1"],
      {
        status: 75,
        stderr: ["after waiting 0 s"],
      },
    );
    await project.ll(["run", "inside", "-q", "--no-lock"]);
    const queued = project.start(["run", "all", "--queue"]);
    await queued.printed('Waiting for loop "first" (pid');
    assertEquals(project.read("all-ran"), null);
    project.write("go", "");
    project.expect(await first.ended, { stdout: ["completed: done"] });
    project.expect(await queued.ended, {
      stdout: ["completed: done"],
      stderr: 'Waiting for loop "first" (pid <pid>)\n',
    });
    assertEquals(project.read("all-ran"), "");
    assertEquals(
      Object.keys(project.tree()).filter((name) =>
        /\.lock$|\.queue\/./.test(name)
      ),
      [".loops/.queue/.gitignore", ".loops/.running/.acquire.lock"],
    );
  });
});

Deno.test("a loop that starts a loop is not in its own way", async () => {
  await withProject({
    ".loops/outer.yaml": oneAction("outer", "ll-loop run inner"),
    ".loops/inner.yaml": oneAction("inner", "ll-loop run innermost -q"),
    ".loops/innermost.yaml": oneAction(
      "innermost",
      "echo $LL_RUN_ID > chain",
    ),
  }, async (project) => {
    await project.ll(["run", "outer"], {
      stdout: ['    │ Loop "inner" completed: done (1 step, <time>)\n'],
    });
    const ids = project.runs().map(({ id }) => id);
    assertEquals(project.read("chain"), `${ids.join(":")}\n`);
    assertEquals(project.runs().map(({ record }) => record.ancestors), [
      [],
      ids.slice(0, 1),
      ids.slice(0, 2),
    ]);
  });
});

Deno.test("children find this program first, however deep, and PATH does not grow", async () => {
  const script = 'echo "$PATH:$LL_LOOP_BIN" >> seen; type -p ll-loop >> seen';
  await withProject({
    ".loops/outer.yaml": oneAction(
      "outer",
      `${script}\nll-loop run inner -q\n"$LL_LOOP_BIN" --version >> version`,
    ),
    ".loops/inner.yaml": oneAction("inner", script),
    // What a loop of the reference would find without us.
    "their/bin/ll-loop": "#!/bin/sh\necho theirs; exit 1\n",
  }, async (project) => {
    project.chmod("their/bin/ll-loop", 0o755);
    await project.ll(["run", "outer"], {}, {
      isProcess: true,
      env: { PATH: `${project.path("their/bin")}:${Deno.env.get("PATH")}` },
    });
    const [outer] = project.runs();
    const seen = (project.read("seen") ?? "").trimEnd().split("\n");
    const bin = `${outer?.folder}/bin`;
    assertEquals(seen.length, 4);
    assertEquals(
      seen.slice(0, 2),
      seen.slice(2),
      "the inner run sees the same",
    );
    assertEquals(seen[1], `${bin}/ll-loop`);
    assertEquals(seen[0]?.split(":")[0], bin);
    assertMatch(project.read("version") ?? "", /^ll-loop \d/);
    assert(project.size(`${bin}/ll-loop`) < 1000);
  });
});

Deno.test("a lock file of the reference blocks while its process lives, and not afterwards", async () => {
  await withProject({
    ".loops/ok.yaml": oneAction("ok", "true"),
  }, async (project) => {
    const lock = (pid: number) =>
      project.write(
        ".loops/.running/theirs.lock",
        JSON.stringify({
          loop_name: "theirs",
          scope: [project.root],
          pid,
          started_at: new Date().toISOString(),
        }),
      );
    const sleeper = new Deno.Command("sleep", { args: ["100"] }).spawn();
    try {
      lock(sleeper.pid);
      await project.ll(["run", "ok"], {
        status: 75,
        stdout: "",
        stderr: [
          'Cannot start loop "ok": loop "theirs" (pid <pid>) holds "<root>"',
        ],
      });
    } finally {
      sleeper.kill("SIGKILL");
      await sleeper.status;
    }
    await project.ll(["run", "ok", "-q"]);
    assertEquals(project.read(".loops/.running/theirs.lock"), null);
    // What is no lock is no reason to stop.
    const nobody = { loop_name: "x", scope: ["/"], started_at: "2026" };
    for (
      const text of [
        ...["[]", "", "{", '{"pid": "x"}'],
        JSON.stringify({ ...nobody, pid: 0 }),
        JSON.stringify({ ...nobody, pid: -5 }),
        JSON.stringify({ ...nobody, pid: "1" }),
      ]
    ) {
      project.write(".loops/.running/odd.lock", text);
      await project.ll(["run", "ok"], {
        stdout: ["completed"],
        stderr: ["warning: ", "odd.lock"],
      });
    }
  });
});

Deno.test({
  name:
    "the reference finds who holds what, and what it locks to decide is locked for us",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const waits = "touch begun; until [ -e go ]; do sleep 0.01; done";
    await withProject({
      ".loops/waits.yaml": oneAction("waits", waits, "scope: [src]\n"),
      ".loops/other.yaml": oneAction("other", "true", "scope: [other]\n"),
    }, async (project) => {
      const run = project.start(["run", "waits", "-q"]);
      await waitUntil("its action", () => project.read("begun") !== null);
      const [file = ""] = Object.keys(project.tree())
        .filter((name) => /\.running\/[^.].*\.lock$/.test(name));
      const held = JSON.parse(project.read(file) ?? "");
      assertEquals(
        [held.loop_name, held.scope, held.pid, typeof held.started_at],
        ["waits", [`${project.root}/src`], run.pid, "string"],
      );
      // As it does: an advisory lock around reading all of them and writing its own.
      const theirs = project.bash(
        "exec 9>>.loops/.running/.acquire.lock; flock 9; echo y > locked; until [ -e free ]; do sleep 0.01; done",
      );
      await project.line("locked");
      const other = project.start(["run", "other", "-q"]);
      // Proof that it had time to start: another whole run of the program.
      await project.ll(["status"], { stdout: [] }, { isProcess: true });
      assertEquals(project.runs().length, 1);
      project.write("free", "");
      await theirs.ended;
      project.expect(await other.ended, {});
      project.write("go", "");
      project.expect(await run.ended, {});
      assertEquals(project.read(file), null);
    });
  },
});

// ------------------------------------------------------------------ what stays behind

Deno.test("nothing is left running; `detach: true` is", async () => {
  const loop = `name: leaves
description: Leaves processes behind
initial: a
states:
  a:
    action: sleep 1000 & echo $! > plain.pid; (setsid sleep 1001 >/dev/null 2>&1 & echo $! > moved.pid)
    next: b
  b:
    action: sleep 1002 >/dev/null 2>&1 & echo $! > detached.pid
    detach: true
    next: c
  c:
    action: kill -0 $(cat plain.pid) && echo still there
    next: done
  done:
    terminal: true
`;
  await withProject({ ".loops/leaves.yaml": loop }, async (project) => {
    const { ended } = project.start(["run", "leaves"]);
    project.expect(await ended, {
      stdout: ["│ still there\n"],
      stderr: ["Ended processes that were left: "],
    });
    const pid = (name: string) => Number(project.read(`${name}.pid`));
    const detached = pid("detached");
    try {
      assert(!isAlive(pid("plain")));
      assert(!isAlive(pid("moved")));
      assert(isAlive(detached));
    } finally {
      await killAll([detached]);
    }
  });
});

// ------------------------------------------------------------------ streams

Deno.test("what a loop file holds steered output that has no colours", async () => {
  const steering = String.raw`description: "one\e[31mred\e]0;title\a"
context: {k: "v\e[31m"}
states:
  a:
    action: "echo hi # \e[31m"
    evaluate: {type: output_contains, pattern: "p\e[31m"}
    on_yes: done
    on_no: done
`;
  const forging = String.raw`name: "x\nLoop completed\e[31m"
states: {a: {run: "true", on_yes: done, on_no: done}}
`;
  const files = {
    ".loops/steering.yaml": steering,
    ".loops/forging.yaml": forging,
  };
  await withProject(files, async (project) => {
    const nowhere = ["\x1b", "\x07", "\nLoop completed"];
    for (const command of ["run", "show -v", "validate", "simulate", "list"]) {
      const args = command === "list"
        ? ["list"]
        : [...command.split(" "), "steering"];
      await project.ll(args, { stdout: [], stderr: [], nowhere });
    }
    const { log } = project.run();
    assert(!log.includes("\x1b"), log);
    await project.ll(["run", "forging"], {
      status: 65,
      stdout: "",
      stderr: [
        String
          .raw`Loop name "x\nLoop completed\u001b[31m" holds a control character`,
      ],
      nowhere,
    });
  });
});

Deno.test("a reader that goes away does not end the run", async () => {
  await withProject({
    ".loops/lines.yaml": oneAction("lines", "seq 1 5000; touch ran"),
  }, async (project) => {
    const script = "ll-loop run lines | head -1; echo ${PIPESTATUS[0]}";
    project.expect(await project.bash(script).ended, {
      stdout: "Running loop: lines\n0\n",
    });
    assertEquals(project.read("ran"), "");
    assertEquals(project.run().state.status, "completed");
    for (const closed of ["1>&-", "2>&-", "1>&- 2>&-"]) {
      const { status } = await project.bash(`ll-loop lines ${closed}`).ended;
      assertEquals(status, 0, closed);
    }
    assertEquals(project.runs().length, 4);
  });
});

const hasFullDevice = { ignore: Deno.build.os !== "linux" };

Deno.test(
  "what standard output lost on a full disk ended with status 0",
  hasFullDevice,
  async () => {
    await withProject({
      ".loops/ok.yaml": oneAction("ok", "touch ran"),
      ".loops/fails.yaml": oneAction("fails", "exit 1"),
    }, async (project) => {
      for (
        const [command, status] of [
          ["list --json", 73],
          ["run ok --quiet --json", 73],
          ["run fails", 2],
        ] as const
      ) {
        const ended = await project.bash(`ll-loop ${command} >/dev/full`).ended;
        project.expect(ended, {
          status,
          stderr: [
            "error: Cannot write to standard output: No space left on device\n",
          ],
        });
      }
      assertEquals(project.read("ran"), "");
    });
  },
);

Deno.test("a failing run into a closed pipe keeps its status", async () => {
  await withProject({
    ".loops/fails.yaml": oneAction("fails", "seq 1 5000; exit 1"),
  }, async (project) => {
    const script = "ll-loop fails 2>&1 | true; echo ${PIPESTATUS[0]}";
    project.expect(await project.bash(script).ended, { stdout: "2\n" });
    await waitUntil("the end", () => project.run().state.status === "failed");
  });
});
