/** The commands beside `run`, help, and everything that is refused by name. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { oneAction, withProject } from "../support/ll_loop.ts";

const WARNED = oneAction("warned", "true").replace(
  "initial: a",
  "initail: a\ninitial: a",
);

const BROKEN = `name: broken
description: Goes nowhere
initial: a
states:
  a:
    action: "true"
    on_yes: dnoe
    on_no: nowhere
  done:
    terminal: true
`;

const BROKEN_TEXT =
  `.loops/broken.yaml:7:13: error: State "a" goes to the unknown state "dnoe" [unknown-target]
  |
7 |     on_yes: dnoe
  |             ^~~~
  = hint: Did you mean "done"?
.loops/broken.yaml:8:12: error: State "a" goes to the unknown state "nowhere" [unknown-target]
  |
8 |     on_no: nowhere
  |            ^~~~~~~
.loops/broken.yaml:9:3: warning: State "done" cannot be reached from "a" [unreachable-state]
  |
9 |   done:
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
`;

const FILES = {
  ".loops/ok.yaml": oneAction("ok", "echo hi"),
  ".loops/warned.yaml": WARNED,
  ".loops/broken.yaml": BROKEN,
};

// ------------------------------------------------------------------ validate

Deno.test("validate: every finding of every loop, with the worst status", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["validate", "ok"], {
      stdout: `✓ ok is valid
  States: a, done, bad
  Initial: a
  Max steps: 50
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
        `.loops/broken.yaml:7:13: error: State "a" goes to the unknown state "dnoe" [unknown-target]
.loops/broken.yaml:8:12: error: State "a" goes to the unknown state "nowhere" [unknown-target]
.loops/broken.yaml:9:3: warning: State "done" cannot be reached from "a" [unreachable-state]
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
      line: 7,
      column: 13,
      end_line: 7,
      end_column: 17,
      hint: 'Did you mean "done"?',
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

Deno.test("show: a loop for people and for programs", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["show", "ok"], {
      stdout: [
        "   project: .loops/ok.yaml\n" +
        "   limits: 50 steps, no loop timeout\n" +
        "   scope: the whole project (default)\n",
        "  → a\n       yes → done\n       no  → bad\n",
        "  ll-loop run ok  # run it\n",
      ],
      isUntouched: true,
    });
    const { stdout } = await project.ll(["s", "ok", "--json"]);
    assertEquals(JSON.parse(stdout), {
      name: "ok",
      description: "One action",
      initial: "a",
      max_steps: 50,
      states: {
        a: { action: "echo hi\n", on_yes: "done", on_no: "bad" },
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
    await project.ll(["show", "okk", "--json"], {
      status: 65,
      stdout: "",
      stderr: ['Loop not found: "okk"', 'Did you mean "ok"?'],
    });
  });
});

// ------------------------------------------------------------------ help and usage

const READY = [
  ...["run", "new", "install", "validate", "list", "show", "guide", "demo"],
  ...["help", "status", "history", "logs", "monitor", "audit"],
  ...["replay", "prune", "queue"],
];
/** Every name of the reference that is not here, aliases included. */
const REFUSED = [
  ...["stop", "resume", "res", "test", "t"],
  ...["simulate", "sim", "fragments"],
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
    const help = { stdout: ["Usage: ll-loop COMMAND [OPTIONS]\n"] };
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
    ".loops/stop.yaml": oneAction("stop", "echo stopped"),
  }, async (project) => {
    for (const command of REFUSED) {
      for (const rest of [[], ["x", "--json", "-n", "3"]]) {
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
    await project.ll(["stop"], {
      status: 64,
      stderr: ["the loop of that name runs with `ll-loop run stop`\n"],
    });
    await project.ll(["run", "stop"], { stdout: ["│ stopped\n"] });
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
    'error: Option "--max" is ambiguous: expected one of "--max-iterations", "--max-steps"\n',
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
    "hint: Usage: ll-loop run LOOP [INPUT] [OPTIONS]\n",
  ],
  [
    ["run", ""],
    'error: LOOP is empty, got ""\n' +
    "hint: Usage: ll-loop run LOOP [INPUT] [OPTIONS]\n",
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
    ["run", "ok", "--background"],
    'error: Option "--background" is not supported: runs in the background are not part of this version\n' +
    "hint: Start it with `nohup ll-loop run NAME >/dev/null 2>&1 &`; the run folder keeps its log\n",
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
    'error: Option "--tail" takes a whole number from 1 to 1000000, got "0"\n',
  ],
  [
    ["history", "ok", "--since", "-1h"],
    'error: Option "--since" takes a time such as 45s, 30m, 1h or 2d, got "-1h"\n',
  ],
  [
    ["history", "ok", "--since", "0h"],
    'error: Option "--since" takes a time such as 45s, 30m, 1h or 2d, got "0h"\n',
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

// ------------------------------------------------------------------ as a process

Deno.test("the program itself: version, a run, statuses, colours", async () => {
  await withProject({
    ...FILES,
    ".loops/fails.yaml": oneAction("fails", "false"),
  }, async (project) => {
    const process = { isProcess: true };
    await project.ll(["--version"], { stdout: ["ll-loop "] }, process);
    await project.ll([], { status: 64, stderr: ["ll-loop --help\n"] }, process);
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
