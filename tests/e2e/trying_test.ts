// deno-lint-ignore-file no-sync-fn-in-async-fn -- tests may block
/** `simulate` and `test` as users type them. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { isAlive } from "../support/processes.ts";
import { oneAction, withProject } from "../support/ll_loop.ts";

const PLAY = `name: play
description: A check, a fix and a sub-loop
scope: [src]
initial: check
states:
  check:
    action: echo ran >> ran.txt; exit 1
    on_yes: sub
    on_no: fix
  fix: { action: echo fixed >> ran.txt, next: check }
  sub: { loop: child, on_yes: done, on_no: check }
  done: { terminal: true }
`;
const CHILD = `name: child
description: Looks at git
scope: [src]
initial: look
states:
  look: { action: echo child >> ran.txt, evaluate: { type: diff_stall }, on_yes: done, on_no: done }
  done: { terminal: true }
`;
const FILES = { ".loops/play.yaml": PLAY, ".loops/child.yaml": CHILD };

Deno.test("simulate runs nothing and leaves nothing, sub-loops included", async () => {
  await withProject(FILES, async (project) => {
    for (
      const args of [
        ["--scenario", "first-fail"],
        ["--scenario", "all-error", "--json"],
        ["--verdicts", "no,yes"],
        [],
      ]
    ) {
      await project.ll(["simulate", "play", ...args], {
        stdout: [],
        isUntouched: true,
      });
    }
    const { stdout } = await project.ll(
      ["sim", "play", "--scenario", "first-fail", "--json"],
      { stdout: [] },
    );
    const json = JSON.parse(stdout);
    assertEquals(json.states_visited, ["check", "fix", "check", "sub", "done"]);
    assertEquals(json.steps.map((step: { state: string }) => step.state), [
      "check",
      "fix",
      "check",
      "sub",
      "look",
    ]);
    assertEquals([json.would_do.shell, json.terminated_by], [4, "terminal"]);
    assertEquals(project.read("ran.txt"), null);
  });
});

Deno.test("simulate: loops that cannot be found or are not valid", async () => {
  await withProject({
    ".loops/bad.yaml": "name: bad\ninitial: a\nstates: {a: {next: b}}\n",
  }, async (project) => {
    await project.ll(["simulate", "play"], {
      status: 65,
      stdout: "",
      stderr: ['Loop not found: "play"'],
      isUntouched: true,
    });
    await project.ll(["simulate", "bad"], {
      status: 65,
      stdout: "",
      stderr: ['goes to the unknown state "b"', "Cannot run loop"],
      isUntouched: true,
    });
    await project.ll(["simulate"], {
      status: 64,
      stdout: "",
      stderr: ['Command "simulate" needs a LOOP'],
    });
    await project.ll(["simulate", "bad", "--scenario", "all-good"], {
      status: 64,
      stdout: "",
      stderr: [
        "takes one of all-pass, all-fail, all-error, first-fail, alternating",
      ],
    });
  });
});

Deno.test("test takes one step and leaves only what the action did", async () => {
  await withProject(FILES, async (project) => {
    const before = Object.keys(project.tree());
    const tmp = project.path("tmp");
    project.mkdir("tmp");
    await project.ll(["test", "play"], {
      stdout: ['State "check" of loop "play" leads to "fix"\n'],
    }, { isProcess: true, env: { TMPDIR: tmp } });
    assertEquals(project.read("ran.txt"), "ran\n");
    const left = Object.keys(project.tree())
      .filter((path) => !before.includes(path));
    assertEquals(left, [
      ".loops/.running/",
      ".loops/.running/.acquire.lock",
      ".loops/.running/.gitignore",
      "ran.txt",
      "tmp/",
    ]);
  });
});

Deno.test("test --json: one object on stdout, the step on stderr", async () => {
  await withProject({
    ".loops/look.yaml": oneAction("look", "echo out; echo err >&2; exit 1"),
  }, async (project) => {
    const { stdout } = await project.ll(["test", "look", "--json"], {
      stdout: [],
      stderr: ["│ out\n", "! err\n"],
    });
    const { duration_ms: durationMs, ...json } = JSON.parse(stdout);
    assert(durationMs >= 0);
    assertEquals(json, {
      schema_version: 1,
      loop: "look",
      state: "a",
      file: ".loops/look.yaml",
      line: 5,
      kind: "shell",
      tested: true,
      action: "echo out; echo err >&2; exit 1\n",
      answered: false,
      exit_code: 1,
      timeout_kind: null,
      stdout: "out\n",
      stderr: "err\n",
      truncated: false,
      evaluator: "exit_code",
      verdict: "no",
      details: { exit_code: 1 },
      to: "bad",
      by: "on_no",
      ends: "failure",
      pauses: false,
      no_route: null,
      error: null,
      exit_status: 0,
      turnouts: [
        { verdict: "yes", to: "done", by: "on_yes" },
        { verdict: "no", to: "bad", by: "on_no" },
        { verdict: "error", to: null, by: null },
      ],
    });
    const quiet = await project.ll(["test", "look", "--json", "--quiet"], {
      stdout: [],
    });
    assertEquals(JSON.parse(quiet.stdout).to, "bad");
  });
});

Deno.test("test: a time limit, a long script, a look at git, processes left behind", async () => {
  const script = `: ${"x".repeat(120_000)}\necho long`;
  await withProject({
    ".loops/slow.yaml": oneAction(
      "slow",
      "trap '' TERM; sleep 60 & sleep 60",
      "default_timeout: 1\n",
    ),
    ".loops/long.yaml": oneAction("long", script),
    ".loops/child.yaml": CHILD,
    ".loops/left.yaml": oneAction(
      "left",
      "sleep 60 >/dev/null 2>&1 & echo $! > pid.txt",
    ),
  }, async (project) => {
    const slow = await project.ll(["test", "slow", "--grace", "0.1"], {
      status: 1,
      stdout: ["action    timed out", 'verdict "error" (exit code 124)'],
    });
    assertMatch(slow.stdout, /add +on_error: <state>/);
    await project.ll(["test", "long"], {
      stdout: ["│ long\n", "on_yes → done"],
    });
    await project.ll(["test", "child"], {
      stdout: ["verdict   error, by diff_stall", "a stall shows in a run"],
      status: 1,
    });
    await project.bash("git init -q . && git add .loops").ended;
    await project.ll(["test", "child"], {
      stdout: ["verdict   yes, by diff_stall"],
    });
    await project.ll(["test", "left", "--grace", "0.1"], {
      stdout: ["on_yes → done"],
      stderr: ["Ended processes that were left: "],
    });
    assert(!isAlive(Number(project.read("pid.txt"))));
  });
});

Deno.test("test: a signal ends the step, nothing is left", async () => {
  await withProject({
    ".loops/wait.yaml": oneAction(
      "wait",
      "echo $$ > pid.txt; echo started; sleep 60",
    ),
  }, async (project) => {
    const tmp = project.path("tmp");
    project.mkdir("tmp");
    const live = project.start(["test", "wait"], { env: { TMPDIR: tmp } });
    await live.printed("│ started");
    live.signal("SIGINT");
    project.expect(await live.ended, {
      status: 130,
      stdout: [
        "✗ stopped",
        'State "a" of loop "wait" was not tested: Stopped by',
      ],
      stderr: ["SIGINT: stopping; once more kills at once\n"],
    });
    assert(!isAlive(Number(await project.line("pid.txt"))));
    assertEquals([...Deno.readDirSync(tmp)], []);
    const locks = [...Deno.readDirSync(project.path(".loops/.running"))]
      .map(({ name }) => name).filter((name) => !name.startsWith("."));
    assertEquals(locks, []);
  });
});

Deno.test("test waits for nobody: a run that holds the scope is named, --no-lock goes beside it", async () => {
  await withProject({
    ".loops/busy.yaml": oneAction(
      "busy",
      "touch up; sleep 60",
      "scope: [src]\n",
    ),
    ".loops/quick.yaml": oneAction("quick", "echo hi", "scope: [src]\n"),
  }, async (project) => {
    const live = project.start(["run", "busy"]);
    await live.printed("[1/");
    await project.ll(["test", "quick"], {
      status: 75,
      stdout: "",
      stderr: ['loop "busy"'],
    });
    await project.ll(["test", "quick", "--no-lock"], { stdout: ["│ hi\n"] });
    await project.ll(["test", "quick", "--exit-code", "1"], {
      stdout: ["answered, not run"],
    });
    live.signal("SIGTERM");
    await live.ended;
  });
});

Deno.test("test: a state given as INPUT had the initial state run, for real", async () => {
  const loop =
    "states: { check: { run: touch ran, next: repair }, repair: { run: touch repaired, next: done } }";
  await withProject({ ".loops/two.yaml": loop }, async (project) => {
    await project.ll(["test", "two", "repair"], {
      status: 64,
      stderr: 'error: INPUT "repair" is the name of a state of loop "two"\n' +
        "hint: Did you mean --state repair?\n" +
        "      To test the initial state with that INPUT, add --state check\n",
      isUntouched: true,
    });
    await project.ll(["test", "two", "repiar", "--exit-code", "0"], {
      stderr: [
        'warning: INPUT "repiar" comes near to a state\'s name; did you mean --state repair?\n',
      ],
    });
    await project.ll(["test", "two", "repair", "--state", "check"], {});
    assertEquals(project.read("ran"), "");
    assertEquals(project.read("repaired"), null);
  });
});
