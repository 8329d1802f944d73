/** The commands beside `run`, help, and everything that is refused by name. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { oneAction, wellMannered, withProject } from "../support/ll_loop.ts";

const WARNED = wellMannered("warned", "true").replace(
  "initial: a",
  "initail: a\ninitial: a",
);

const BROKEN = `name: broken
description: Goes nowhere
scope: [.]
initial: a
states:
  a:
    action: "true"
    on_yes: dnoe
    on_error: nowhere
  done:
    terminal: true
`;

const BROKEN_TEXT =
  `.loops/broken.yaml:8:13: error: State "a" goes to the unknown state "dnoe" [unknown-target]
  |
8 |     on_yes: dnoe
  |             ^~~~
  = hint: Did you mean "done"?
  = note: State "done" is here: .loops/broken.yaml:10:3
.loops/broken.yaml:9:15: error: State "a" goes to the unknown state "nowhere" [unknown-target]
  |
9 |     on_error: nowhere
  |               ^~~~~~~
.loops/broken.yaml:10:3: warning: State "done" cannot be reached from "a" [unreachable-state]
   |
10 |   done:
   |   ^~~~
✗ broken is not valid: 2 errors, 1 warning in 1 file
`;

const WARNED_TEXT =
  `.loops/warned.yaml:3:1: warning: Key "initail" is unknown and has no effect [unknown-key]
  |
3 | initail: a
  | ^~~~~~~
  = hint: Did you mean "initial"?
✓ warned is valid: 1 warning in 1 file
  States: a, done, bad
  Initial: a
  Max steps: 50
  Scope: the whole project
  Proof: 3 states with 3 results; at most 1 step in 1h
`;

const FILES = {
  ".loops/ok.yaml": wellMannered("ok", "echo hi"),
  ".loops/warned.yaml": WARNED,
  ".loops/broken.yaml": BROKEN,
};

// ------------------------------------------------------------------ validate

Deno.test("validate --portable: what keeps a loop from running in the reference", async () => {
  await withProject({
    ".loops/short.yaml":
      "description: d\nscope: [.]\nstates: {a: {run: ls, on_yes: done, on_error: failed}}\n",
    ".loops/long.yaml": `name: long
description: d
scope: [.]
initial: a
states:
  a: { action: ls, on_yes: end, on_error: bad }
  end: { terminal: true }
  bad: { terminal: true, failure: true }
`,
    ".loops/wrong.yaml": "states: {a: {run: ls, on_yes: dnoe}}\n",
  }, async (project) => {
    await project.ll(["validate", "short", "--strict"], {});
    await project.ll(["validate", "short", "--portable"], {
      status: 1,
      stdout:
        `.loops/short.yaml:1:1: error: The reference needs "initial" [portable-required]
  |
1 | description: d
  | ^
  = hint: Add: initial: a
.loops/short.yaml:1:1: error: The reference needs "name" [portable-required]
  |
1 | description: d
  | ^
  = hint: Add: name: short
.loops/short.yaml:3:14: error: The reference ignores "run": the state does nothing [portable-short-action]
  |
3 | states: {a: {run: ls, on_yes: done, on_error: failed}}
  |              ^~~
  = hint: Write "action" in its place, and add: action_type: shell
.loops/short.yaml:3:31: error: The reference needs the state "done" to be declared [portable-required]
  |
3 | states: {a: {run: ls, on_yes: done, on_error: failed}}
  |                               ^~~~
  = hint: Add below "states": done: { terminal: true }
.loops/short.yaml:3:47: error: The reference needs the state "failed" to be declared [portable-required]
  |
3 | states: {a: {run: ls, on_yes: done, on_error: failed}}
  |                                               ^~~~~~
  = hint: Add below "states": failed: { terminal: true }
✗ short is valid here, but does not run in the reference as it is: 5 errors in 1 file
`,
    });
    await project.ll(["validate", "long", "--portable", "--strict"], {
      stdout: ["✓ long is valid, also in the reference\n"],
    });
    await project.ll(["validate", "wrong", "--portable"], {
      status: 1,
      stdout: ['"dnoe" [unknown-target]', "✗ wrong is not valid: "],
    });
    const { stdout } = await project.ll(
      ["validate", "short", "long", "--portable", "--json"],
      { status: 1 },
    );
    assertEquals(
      JSON.parse(stdout).map((
        { loop, valid, violations }: {
          loop: string;
          valid: boolean;
          violations: { rule: string }[];
        },
      ) => [loop, valid, violations.map(({ rule }) => rule)]),
      [
        ["short", false, [
          "portable-required",
          "portable-required",
          "portable-short-action",
          "portable-required",
          "portable-required",
        ]],
        ["long", true, []],
      ],
    );
  });
});

Deno.test("validate: every finding of every loop, with the worst status", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["validate", "ok"], {
      stdout: `✓ ok is valid
  States: a, done, bad
  Initial: a
  Max steps: 50
  Scope: the whole project
  Proof: 3 states with 3 results; at most 1 step in 1h
`,
      isUntouched: true,
    });
    await project.ll(["validate", "warned"], {
      stdout: WARNED_TEXT,
      isUntouched: true,
    });
    await project.ll(["val", "./.loops/broken.yaml"], {
      status: 1,
      stdout: BROKEN_TEXT.replace("✗ broken", "✗ ./.loops/broken.yaml"),
      isUntouched: true,
    });
    await project.ll(["validate", "warned", "broken"], {
      status: 1,
      stdout: WARNED_TEXT + BROKEN_TEXT,
    });
    await project.ll(["validate", "broken", "gone", "ok"], {
      status: 65,
      stdout: [BROKEN_TEXT, "✓ ok is valid\n"],
      stderr: ['error: Loop not found: "gone"\n'],
    });
    await project.ll(["validate", "warned", "--strict"], {
      status: 1,
      stdout: ["✗ warned is not valid: 1 warning in 1 file\n"],
    });
    await project.ll(["validate", "ok", "--strict"], { stdout: ["✓ ok"] });
  });
});

Deno.test("validate: one line for each finding, or JSON", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["validate", "broken", "warned", "--format", "line"], {
      status: 1,
      stdout:
        `.loops/broken.yaml:8:13: error: State "a" goes to the unknown state "dnoe" [unknown-target]
.loops/broken.yaml:9:15: error: State "a" goes to the unknown state "nowhere" [unknown-target]
.loops/broken.yaml:10:3: warning: State "done" cannot be reached from "a" [unreachable-state]
.loops/warned.yaml:3:1: warning: Key "initail" is unknown and has no effect [unknown-key]
`,
    });
    const one = await project.ll(["validate", "broken", "--json"], {
      status: 1,
    });
    const report = JSON.parse(one.stdout);
    assert(!report.valid);
    assertEquals(report.loop, "broken");
    assertEquals(report.violations.length, 3);
    assertEquals(report.violations[0], {
      severity: "error",
      path: "states.a.on_yes",
      message: 'State "a" goes to the unknown state "dnoe"',
      rule: "unknown-target",
      file: ".loops/broken.yaml",
      line: 8,
      column: 13,
      end_line: 8,
      end_column: 17,
      hint: 'Did you mean "done"?',
      related: [{
        message: 'State "done" is here',
        file: ".loops/broken.yaml",
        line: 10,
        column: 3,
        end_line: 10,
        end_column: 7,
      }],
      reached_through: [],
      edit: {
        file: ".loops/broken.yaml",
        line: 8,
        column: 13,
        end_line: 8,
        end_column: 17,
        text: "done",
      },
    });
    const several = await project.ll(
      ["validate", "ok", "gone", "--format=json"],
      { status: 65 },
    );
    assertEquals(
      JSON.parse(several.stdout).map((each: { valid: boolean }) => each.valid),
      [true, false],
    );
  });
});

Deno.test("validate: a fragment library was told that it is no loop, as an error", async () => {
  const library = `fragments:
  greet: { action: echo hi, on_error: sorry }
  part: { description: One, action: "true" }
`;
  await withProject({
    ...FILES,
    ".loops/lib/parts.yaml": library,
    ".loops/lib/wrong.yaml": "fragments:\n  a: { action: [1] }\n",
    ".loops/lib/base.yaml": "from: lib/apo-base\ndescription: Shared\n",
  }, async (project) => {
    await project.ll(["validate", "lib/base", "lib/apo-base"], {
      stdout: [
        "✓ lib/base is a template for other loops\n",
        "✓ lib/apo-base is a template for other loops\n",
      ],
    });
    await project.ll(["run", "lib/base"], {
      status: 65,
      stderr: [
        "error: The file is a template: it has only ends, and no state to begin with [loop-template]\n",
        '  = hint: A loop takes it in with "from:"; to run it, add a state that does something\n',
      ],
    });
    await project.ll(["validate", "lib/parts", "lib/common", "--strict"], {
      stdout: [
        "✓ lib/parts is a fragment library\n  Fragments: greet, part\n",
        "✓ lib/common is a fragment library\n",
      ],
      isUntouched: true,
    });
    const { stdout } = await project.ll(["validate", "lib/parts", "--json"]);
    assertEquals(JSON.parse(stdout), {
      schema_version: 1,
      loop: "lib/parts",
      valid: true,
      part: "fragment-library",
      fragments: ["greet", "part"],
      violations: [],
    });
    await project.ll(["validate", "lib/wrong"], {
      status: 1,
      stdout: [
        '.loops/lib/wrong.yaml:2:16: error: "action" must be text, not a list [bad-value]\n',
        "✗ lib/wrong is not valid: 1 error in 1 file\n",
      ],
    });
    for (const command of ["run", "show"]) {
      await project.ll([command, "lib/parts"], {
        status: 65,
        stderr: [
          ".loops/lib/parts.yaml:1:1: error: The file is a fragment library: it holds parts for the states of other loops, and no loop [fragment-library]\n",
          '  = hint: A loop takes them in with "import: [lib/parts.yaml]", and a state with "fragment: NAME"\n',
        ],
        isUntouched: true,
      });
    }
  });
});

Deno.test("validate takes every built-in loop without a finding", async () => {
  await withProject({}, async (project) => {
    const { stdout } = await project.ll(["list", "--builtin", "--json"]);
    const names = JSON.parse(stdout).map((each: { name: string }) => each.name);
    assert(names.length >= 5);
    await project.ll(["validate", ...names, "--strict", "--format", "line"], {
      stdout: "",
      isUntouched: true,
    });
  });
});

// ------------------------------------------------------------------ list, show

Deno.test("list: the project's loops, then the built-in ones, with what cannot be read", async () => {
  await withProject({
    ...FILES,
    ".loops/sub/deep.fsm.yaml": oneAction("deep", "true"),
    ".loops/notes.yaml": "- not\n- a loop\n",
    ".loops/torn.yaml": "name: [\n",
    ".loops/text.txt": "no",
  }, async (project) => {
    const { stdout } = await project.ll(["list"], {
      stdout: ["  ok ", "One action\n", "\nBuilt-in loops (", "  until-green"],
      isUntouched: true,
    });
    const rows = stdout.split("\n\n")[0]?.split("\n") ?? [];
    assertEquals(
      rows.slice(1).map((row) => row.trim().split(/\s+/)[0]),
      ["broken", "ok", "sub/deep", "torn", "warned"],
    );
    assertMatch(rows.find((row) => row.includes("torn")) ?? "", /\(.+\)$/);
    const json = await project.ll(["l", "--json"]);
    const loops = JSON.parse(json.stdout);
    assertEquals(
      loops.find((each: { name: string }) => each.name === "sub/deep"),
      {
        name: "sub/deep",
        path: ".loops/sub/deep.fsm.yaml",
        description: "One action",
        schema_version: 1,
      },
    );
    assert(loops.at(-1).built_in);
  });
  await withProject({}, async (project) => {
    await project.ll(["list"], {
      stdout: ["Available loops:\n"],
      isUntouched: true,
    });
  });
});

Deno.test({
  name: "list: loops of another user further up are named, not listed",
  // Only root can give files away.
  ignore: Deno.uid() !== 0,
  fn: () =>
    withProject(FILES, async (project) => {
      project.mkdir("below");
      await Deno.chown(project.path(".loops"), 65534, 65534);
      const note =
        'note: "<root>/.loops" was passed over: it belongs to another user (uid 65534); name it with --loops-dir to use it\n';
      const below = { in: "below" };
      await project.ll(
        ["list"],
        { stdout: ["Available"], stderr: note },
        below,
      );
      await project.ll(["list", "--builtin"], { stderr: "" }, below);
      const { stdout } = await project.ll(
        ["list", "--json"],
        { stderr: note },
        below,
      );
      assert(JSON.parse(stdout).every((each: object) => "built_in" in each));
      const refused = {
        status: 65,
        stdout: "",
        stderr: [
          'error: Cannot use "<root>/.loops": it belongs to another user (uid 65534)\nhint: ',
          "name it with --loops-dir",
        ],
        isUntouched: true,
      };
      for (const command of ["list", "ok", "validate ok", "doctor", "new x"]) {
        await project.ll(command.split(" "), refused);
      }
      await project.ll(["edit-routes"], {
        status: 64,
        stderr: ["not available"],
      });
      await project.ll(
        ["list", "--loops-dir", "../.loops"],
        { stdout: ["  ok "] },
        below,
      );
    }),
});

Deno.test("show: a loop for people and for programs", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["show", "ok"], {
      stdout: [
        "   project: .loops/ok.yaml\n" +
        "   limits: 50 steps, no loop timeout\n" +
        "   scope: the whole project\n",
        "  → a\n       yes   → done\n       error → bad\n",
        "  ll-loop run ok            # run it\n",
      ],
      isUntouched: true,
    });
    const { stdout } = await project.ll(["s", "ok", "--json"]);
    assertEquals(JSON.parse(stdout), {
      name: "ok",
      description: "One action",
      initial: "a",
      max_steps: 50,
      scope: ["."],
      states: {
        a: { action: "echo hi\n", on_yes: "done", on_error: "bad" },
        done: { terminal: true },
        bad: { terminal: true, failure: true },
      },
      schema_version: 1,
      file: ".loops/ok.yaml",
      origin: "project",
    });
    await project.ll(["show", "broken"], {
      status: 65,
      stdout: "",
      stderr: [
        'error: State "a" goes to the unknown state "dnoe"',
        'error: Cannot show loop "broken"\n',
      ],
    });
    await project.ll(["show", "okk"], {
      status: 65,
      stdout: "",
      stderr: ['Loop not found: "okk"', 'Did you mean "ok"?'],
    });
  });
});

// ------------------------------------------------------------------ help and usage

const READY = [
  ...["run", "resume", "stop", "new", "install", "validate", "list", "show"],
  ...["guide", "demo", "test", "simulate", "help", "status", "history", "logs"],
  ...["monitor", "audit", "replay", "prune", "queue"],
];
/** Every name of the reference that is not here, aliases included. */
const REFUSED = [
  ...["fragments"],
  ...["next-loop", "audit-meta", "calibrate-budget", "diagnose-evaluators"],
  ...["promote-baseline", "edit-routes", "scaffold-eval", "scaffold-verify"],
];

Deno.test("help for everything, on stdout with status 0", async () => {
  await withProject({}, async (project) => {
    for (const command of READY) {
      const usage = { stdout: [`Usage: ll-loop ${command}`] };
      await project.ll([command, "--help"], usage);
      await project.ll(["help", command], usage);
      await project.ll([command, "-h", "--whatever"].slice(0, 2), usage);
    }
    const help = { stdout: ["Usage: ll-loop COMMAND [OPTIONS]"] };
    for (const args of [["--help"], ["-h"], ["help"]]) {
      await project.ll(args, help);
    }
    for (const args of [["--version"], ["-V"], ["run", "--version"]]) {
      const { stdout } = await project.ll(args);
      assertMatch(
        stdout,
        /^ll-loop \d+\.\d+\.\d+\S* \(deno .+\)\nAn independent implementation/,
      );
    }
  });
});

Deno.test("each command of the reference that is not here is refused by name, whatever follows", async () => {
  await withProject({
    ".loops/edit-routes.yaml": oneAction("edit-routes", "echo edited"),
  }, async (project) => {
    for (const command of REFUSED) {
      for (const rest of [[], ["x", "--quiet", "-n", "3"]]) {
        const { stderr } = await project.ll([command, ...rest], {
          status: 64,
          stdout: "",
          stderr: ["error: Command ", " is not available: ", "\nhint: "],
          isUntouched: true,
        });
        assert(stderr.includes(command), command);
      }
    }
    // No loop hides behind them, and the way to it is told.
    await project.ll(["edit-routes"], {
      status: 64,
      stderr: ["the loop of that name runs with `ll-loop run edit-routes`\n"],
    });
    await project.ll(["run", "edit-routes"], { stdout: ["│ edited\n"] });
  });
});

Deno.test("NAME alone runs the loop", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["ok", "-n", "3"], {
      stdout: ["Running loop: ok", "│ hi"],
    });
    await project.ll(["./.loops/ok.yaml"], { stdout: ["Running loop: ok"] });
    await project.ll(["ok", "--help"], { stdout: ["Usage: ll-loop run"] });
  });
});

/** Arguments, and what is said about them. */
const WRONG: readonly (readonly [args: string[], stderr: string])[] = [
  [
    ["run", "ok", "--dryrun"],
    'error: Unknown option "--dryrun" for "run"\n' +
    'hint: Did you mean "--dry-run"? `ll-loop help run` lists its options\n',
  ],
  [
    ["run", "ok", "--max", "3"],
    'error: Option "--max" is ambiguous: expected one of "--max-calls", "--max-cost", "--max-iterations", "--max-steps", "--max-time", "--max-tokens"\n',
  ],
  [
    ["ok", "-z"],
    'error: Unknown option "-z" for "run"\n' +
    "hint: `ll-loop help run` lists its options\n",
  ],
  [
    ["--quiet", "ok"],
    'error: Unknown option "--quiet" before a command\n' +
    "hint: Options of a command follow its name; `ll-loop --help` lists the commands\n",
  ],
  [
    ["run"],
    'error: Command "run" needs a LOOP: name of a loop, or the path of its file\n' +
    "hint: `ll-loop list` shows the loops that there are. Usage: ll-loop run LOOP [INPUT] [OPTIONS]\n",
  ],
  [
    ["run", ""],
    "error: LOOP must not be empty\n" +
    "hint: `ll-loop list` shows the loops that there are. Usage: ll-loop run LOOP [INPUT] [OPTIONS]\n",
  ],
  [
    ["run", "ok", "two", "words"],
    'error: Too many arguments for "run": "words" is left over\n' +
    "hint: Quote an input that has spaces. Usage: ll-loop run LOOP [INPUT] [OPTIONS]\n",
  ],
  [
    ["help", "rn"],
    'error: There is no command "rn"\nhint: Did you mean "run"? `ll-loop --help` lists the commands\n',
  ],
  [
    ["run", "ok", "--quiet=yes"],
    'error: Option "--quiet" takes no value, got "yes"\n',
  ],
  [
    ["run", "ok", "--baseline"],
    'error: Option "--baseline" is not supported: comparing a loop with an ungated baseline is not supported\n' +
    "hint: Run both loops and compare their run folders\n",
  ],
  [
    ["list", "--grid"],
    'error: Option "--grid" is not supported: the list cannot be filtered or laid out\n' +
    "hint: Filter the output of `ll-loop list --json`\n",
  ],
  [
    ["list", "--status", "user_stopped"],
    'error: Option "--status" takes one of running, completed, failed, interrupted, timed_out, awaiting_continuation, got "user_stopped"\n',
  ],
  [
    ["history", "-n", "0"],
    'error: Option "-n" takes a whole number from 1 to 1000000, got "0"\n',
  ],
  [
    ["history", "ok", "--since", "-1h"],
    'error: Option "--since" takes a duration such as 30s, 5m or 1h30m, from 1s to 87600h, got "-1h"\n',
  ],
  [
    ["history", "ok", "--since", "0h"],
    'error: Option "--since" takes a duration such as 30s, 5m or 1h30m, from 1s to 87600h, got "0h"\n',
  ],
  [
    ["history", "ok", "--event", "route"],
    'error: Option "--event" chooses among the events of a run, and no run is named\n',
  ],
];

Deno.test("wrong usage: one message, status 64, nothing run or written", async () => {
  await withProject(FILES, async (project) => {
    for (const [args, stderr] of WRONG) {
      await project.ll(args, {
        status: 64,
        stdout: "",
        stderr,
        isUntouched: true,
      });
    }
  });
});

/** Commands that are refused although a program waits for JSON, and how. */
const REFUSED_JSON: readonly (readonly [
  args: string[],
  code: string,
  status: number,
])[] = [
  [["run", "gone", "--json"], "not-found", 65],
  [["run", "broken", "--json"], "invalid", 65],
  [["run", "broken", "--json", "--dry-run"], "invalid", 65],
  [["run", "lacks", "-qj"], "missing-context", 65],
  [["run", "asks", "--json"], "missing-program", 69],
  [["run", "ok", "--json", "-n", "0"], "usage", 64],
  [["show", "gone", "--json"], "not-found", 65],
  [["show", "broken", "-j"], "invalid", 65],
  [["show", "--json"], "usage", 64],
  [["validate", "ok", "--format=json", "--no-such"], "usage", 64],
  [["validate", "--format", "json"], "usage", 64],
  [["list", "--json", "--grid"], "usage", 64],
  [["history", "ok", "gone", "--json"], "not-found", 65],
  [["status", "gone", "--json"], "not-found", 65],
  [["logs", "-f", "--json"], "usage", 64],
  [["stop", "ok", "--json"], "not-found", 65],
];

Deno.test("--json printed nothing when a command was refused: it is one JSON value, and prose on stderr", async () => {
  await withProject({
    ...FILES,
    ".loops/lacks.yaml": oneAction("lacks", "echo ${context.who}"),
    ".loops/asks.yaml": oneAction("asks", "Fix it").replace(
      "    on_yes",
      "    action_type: prompt\n    on_yes",
    ),
  }, async (project) => {
    for (const [args, code, status] of REFUSED_JSON) {
      const { stdout } = await project.ll(args, {
        status,
        stderr: ["error: "],
        isUntouched: true,
      });
      const value = JSON.parse(stdout);
      assertEquals(Object.keys(value), ["schema_version", "error"]);
      assertEquals(value.schema_version, 1);
      assertEquals(value.error.code, code, args.join(" "));
      assertEquals(value.error.exit_status, status, args.join(" "));
    }
    const { stdout } = await project.ll(["run", "broken", "--json"], {
      status: 65,
      stderr: [BROKEN_TEXT.split("\n")[0] ?? ""],
    });
    const { error } = JSON.parse(stdout);
    assertEquals(
      error.message,
      'Cannot run loop "broken": 2 errors in its definition',
    );
    assertEquals(error.hint, "`ll-loop validate broken` checks it again");
    assertEquals(
      error.findings.map((each: { line: number; rule: string }) =>
        `${each.line} ${each.rule}`
      ),
      ["8 unknown-target", "9 unknown-target", "10 unreachable-state"],
    );
    project.write(".loops/config.yaml", "grace: soon\n");
    for (const args of [["list"], ["validate", "ok"], ["show", "ok"]]) {
      const ended = await project.ll([...args, "--json"], {
        status: 65,
        stderr: ["error: Cannot use the configuration"],
      });
      assertEquals(
        JSON.parse(ended.stdout).error.findings[0].path,
        "grace",
      );
    }
  });
});

Deno.test("--loops-dir made the folder that it named by mistake", async () => {
  await withProject(FILES, async (project) => {
    for (const args of [["run", "./.loops/ok.yaml"], ["list"], ["show", "x"]]) {
      await project.ll([...args, "--loops-dir", "my loops"], {
        status: 64,
        stdout: "",
        stderr:
          'error: Option "--loops-dir" takes a folder that exists, got "my loops"\n' +
          "hint: Make it first: mkdir -p 'my loops'\n",
        isUntouched: true,
      });
    }
    await project.ll(["list", "--loops-dir", ".loops/ok.yaml"], {
      status: 64,
      stderr: [
        'error: Option "--loops-dir" takes a folder, got the file ".loops/ok.yaml"\n' +
        "hint: Name the folder that the loops are in\n",
      ],
    });
    await project.ll(["list", "--json"], {
      status: 65,
      stdout: ['"code": "unreadable"'],
      stderr: [
        'error: Cannot use ".loops/ok.yaml" for loops: it is a file, expected a folder\n' +
        "hint: LL_LOOPS_DIR names it: set it to the folder that the loops are in\n",
      ],
    }, { env: { LL_LOOPS_DIR: ".loops/ok.yaml" } });
    // A standing setting may name a folder that is made by the first run.
    await project.ll(["run", "./.loops/ok.yaml", "-q"], {}, {
      env: { LL_LOOPS_DIR: "later" },
    });
    assertEquals(project.runs(), []);
    assert(project.size("later/runs/.gitignore") > 0);
  });
});

// ------------------------------------------------------------------ as a process

Deno.test("the program itself: version, a run, statuses, colours", async () => {
  await withProject({
    ...FILES,
    ".loops/fails.yaml": oneAction("fails", "false"),
  }, async (project) => {
    const process = { isProcess: true };
    await project.ll(["--version"], { stdout: ["ll-loop "] }, process);
    await project.ll([], { status: 64, stderr: ["ll-loop --help"] }, process);
    await project.ll(["nope"], { status: 65, stderr: ["nope"] }, process);
    await project.ll(
      ["fails", "-q"],
      { status: 2, stderr: ["which means failure"] },
      process,
    );
    const plain = await project.ll(["ok"], { stdout: ["│ hi"] }, process);
    assert(!plain.stdout.includes("\x1b"));
    const colored = await project.ll(["ok"], { stdout: ["\x1b["] }, {
      ...process,
      env: { NO_COLOR: "", FORCE_COLOR: "1" },
    });
    assert(!(project.runs().at(-1)?.log ?? "\x1b").includes("\x1b"));
    assertEquals(colored.stderr, "");
    await project.ll(["ok", "--color", "always"], { stdout: ["\x1b["] });
  });
});

Deno.test("mistyped: hints began with what was not meant, or repeated the mistake", async () => {
  await withProject(
    { ".loops/a1.yaml": oneAction("a1", "true") },
    async (project) => {
      const refused = (args: string[], status: number, stderr: string) =>
        project.ll(args, { status, stderr, isUntouched: true });
      await refused(
        ["run", "A1"],
        65,
        'error: Loop not found: "A1"\nhint: Did you mean "a1"?\n',
      );
      await project.ll(["untill"], {
        status: 65,
        stderr: ['hint: There is a command "until"\n      Looked for '],
      });
      await project.ll(["version"], {
        status: 65,
        stderr: ["hint: `ll-loop --version` prints the version\n"],
      });
      for (const name of ["a1", "until-green"]) {
        await refused(
          ["help", name],
          64,
          `error: There is no command "${name}"; it is a loop\n` +
            `hint: \`ll-loop show ${name}\` explains it\n`,
        );
      }
      for (
        const empty of [["--context", "command="], ["--context=command="]]
      ) {
        await project.ll(["run", "until-green", ...empty, "-q"], {
          status: 65,
          stderr: ["hint: ll-loop run until-green -q INPUT\n"],
        });
      }
      await project.ll(["help", "until"], {
        stdout: [
          "Usage: ll-loop until CMD [--fix CMD2 | --agent[=HOST]] [OPTIONS]\n",
        ],
      });
    },
  );
});
