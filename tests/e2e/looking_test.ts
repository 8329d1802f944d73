/** The commands that look at runs: they tell what is so, change nothing, and disturb nobody. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { createLocks } from "../../src/adapters/mod.ts";
import { oneAction, type Project, withProject } from "../support/ll_loop.ts";

/** Runs until the file `go` is there; tells that it does in the file `ready`. */
const WAITING = oneAction(
  "waiting",
  "echo > ready; until [ -e go ]; do sleep 0.01; done",
  'scope: ["waiting"]\n',
);

const FILES = {
  ".loops/ok.yaml": oneAction("ok", "echo hi\necho there >&2", "scope: [ok]\n"),
  ".loops/fails.yaml": oneAction("fails", "false", "scope: [fails]\n"),
  ".loops/waiting.yaml": WAITING,
};

/** Runs `use` while the loop "waiting" runs as a process, then lets it end. */
async function whileWaiting<T>(
  project: Project,
  use: () => Promise<T>,
): Promise<T> {
  const live = project.start(["waiting", "-q"]);
  try {
    await project.line("ready");
    return await use();
  } finally {
    project.write("go", "");
    assertEquals((await live.ended).status, 0);
    project.remove("go");
    project.remove("ready");
  }
}

/** Returns what a command prints with --json; its stderr is empty. */
// deno-lint-ignore no-explicit-any -- whatever the command prints
async function json(project: Project, ...args: string[]): Promise<any> {
  const { stdout } = await project.ll([...args, "--json"], {
    isUntouched: true,
  });
  return JSON.parse(stdout);
}

// ------------------------------------------------------------------ status, list --running

Deno.test("status: nothing yet, a run that ended, one that goes on, one that was killed", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["status"], {
      stdout: "Nothing runs now\n\n" +
        "There are no runs yet: `ll-loop list` shows what can be run\n",
      isUntouched: true,
    });
    assertEquals(await json(project, "status"), {
      schema_version: 1,
      running: [],
      last: null,
    });
    assertEquals(await json(project, "list", "--running"), []);
    assertEquals(await json(project, "list", "--status", "failed"), []);
    await project.ll(["status", "ok"], {
      status: 65,
      stdout: "",
      stderr: 'error: Loop "ok" has not run here yet\n' +
        "hint: `ll-loop run ok` runs it\n",
    });
    await project.ll(["status", "okk"], {
      status: 65,
      stderr: 'error: Run not found: "okk"\n' +
        'hint: Did you mean "ok"? That loop has not run here yet\n',
    });
    await project.ll(["ok", "-q"]);
    await project.ll(["status", "ok"], {
      stdout: [
        "Loop: ok\nStatus: completed\nCurrent state: done\nIteration: 1\nStarted: ",
        "\nEnded by: terminal, exit status 0\n",
        "\nLast event: loop_complete  done  1 iter  [terminal] (",
      ],
      isUntouched: true,
    });
    await project.ll(["status", "ko"], {
      status: 65,
      stderr: 'error: Run not found: "ko"\nhint: Did you mean "ok"?\n',
    });
    const { id } = project.run();
    const ended = await json(project, "st", id.slice(0, 20));
    assertEquals(
      [ended.run_id, ended.status, ended.pid, ended.can_resume],
      [id, "completed", null, false],
    );
    await whileWaiting(project, async () => {
      const live = await json(project, "status", "waiting");
      assertEquals(
        [live.status, live.current_state, live.pid_source],
        ["running", "a", "lock_file"],
      );
      assert(live.pid > 1);
      const { running, last } = await json(project, "status");
      assertEquals([running.length, last.run_id], [1, live.run_id]);
      const list = await project.ll(["list", "--running"]);
      assertMatch(
        list.stdout,
        /^Running loops:\n {2}waiting: a \(1 step\) \[running\] \d+s \S+\n$/,
      );
    });
    assertEquals(await json(project, "list", "--running"), []);
  });
});

Deno.test("a killed run: every command says that it was interrupted, none that it runs", async () => {
  await withProject(FILES, async (project) => {
    const live = project.start(["waiting", "-q"]);
    await project.line("ready");
    live.signal("SIGKILL");
    await live.ended;
    const { status, cut_off: isCutOff, pid, can_resume: canResume } =
      await json(project, "status", "waiting");
    assertEquals([status, isCutOff, pid, canResume], [
      "interrupted",
      true,
      null,
      true,
    ]);
    const [listed] = await json(project, "list", "--running");
    assertEquals(listed.status, "interrupted");
    const [past] = await json(project, "history");
    assertEquals(past.status, "interrupted");
    await project.ll(["status", "waiting"], {
      stdout: ["Status: interrupted (cut off: its process is gone)\n"],
      isUntouched: true,
    });
    await project.ll(["list", "--running"], {
      stdout: ["No running loops\n\nCan be resumed (1):\n  waiting: a"],
    });
    project.write("go", "");
  });
});

Deno.test("two runs of a loop at once are a list, with a number or an id each", async () => {
  await withProject({
    ...FILES,
    ".loops/other.yaml": WAITING.replace('["waiting"]', '["other"]'),
  }, async (project) => {
    const other = project.start(["other", "-q"]);
    await project.line("ready");
    project.remove("ready");
    await whileWaiting(project, async () => {
      const runs = await json(project, "status", "waiting");
      assertEquals(
        runs.map(({ status }: { status: string }) => status),
        ["running", "running"],
      );
      await project.ll(["status", "waiting"], {
        stdout: [
          `1. ${project.mask(runs[0].instance_id)}\n   Loop: waiting\n`,
          `\n\n2. ${project.mask(runs[1].instance_id)}\n   Loop: waiting\n`,
        ],
      });
    });
    await other.ended;
  });
});

// ------------------------------------------------------------------ logs, monitor

/**
 * Runs `use` while a run looks live: this process holds its lock until `later` has let a command look
 * once or twice, done what it is given, and let go. How long a command takes to begin is measured.
 */
async function whileHeld<T>(
  project: Project,
  id: string,
  use: (later: (action?: () => void) => void) => Promise<T>,
): Promise<T> {
  const startMs = performance.now();
  // It reads what the command reads, and ends.
  await project.ll(["monitor", id], { status: "any", stderr: [], stdout: [] });
  const patienceMs = 120 + 4 * (performance.now() - startMs);
  const signs = [`.loops/runs/.live/${id}`, `.loops/.running/${id}.lock`];
  for (const sign of signs) project.write(sign, "");
  const owner = await createLocks()
    .tryExclusive(project.path(`.loops/runs/${id}/owner`));
  try {
    return await use((action) => {
      setTimeout(() => {
        action?.();
        owner?.release();
      }, patienceMs);
    });
  } finally {
    owner?.release();
    for (const sign of signs) project.remove(sign);
  }
}

Deno.test("logs: the log of a run, whole, its end, as JSON, and what comes", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["logs"], {
      status: 65,
      stderr:
        "error: There are no runs yet\nhint: `ll-loop list` shows what can be run\n",
    });
    await project.ll(["ok", "-q"]);
    const { id, folder, log } = project.run();
    for (const args of [["logs"], ["logs", "ok"], ["logs", id, "-f"]]) {
      const { stdout } = await project.ll(args, { isUntouched: true });
      assertEquals(stdout, log);
    }
    const lines = log.trimEnd().split("\n");
    const { stdout } = await project.ll(["logs", "-n", "2"]);
    assertEquals(stdout, `${lines.slice(-2).join("\n")}\n`);
    await project.ll(["logs", "-n", "0"], { stdout: "" });
    assertEquals(await json(project, "logs", "ok", "-n", "1"), {
      schema_version: 1,
      run_id: id,
      loop: "ok",
      log_file: `.loops/runs/${id}/log`,
      lines: lines.slice(-1),
    });
    assertEquals((await json(project, "logs")).lines, lines);
    await project.ll(["logs", "--follow", "--json"], {
      status: 64,
      stderr: ['error: Options "--follow" and "--json" exclude each other'],
    });
    await whileHeld(project, id, async (later) => {
      later(() =>
        Deno.writeTextFileSync(`${folder}/log`, "more\nhalf", { append: true })
      );
      await project.ll(["logs", "--follow", "--tail", "1"], {
        stdout: `${project.mask(lines.at(-1) ?? "")}\nmore\nhalf\n`,
      });
    });
    project.remove(`${folder}/log`);
    await project.ll(["logs"], {
      status: 65,
      stderr: ["error: Run <run> has no log: "],
    });
  });
});

Deno.test("monitor: a live run looks as it does in its own terminal, to its end", async () => {
  const deep = `name: deep
description: Several steps, one in a sub-loop
initial: one
states:
  one: { action: "echo 1; echo more >&2", on_yes: sub }
  sub: { loop: ok, on_yes: two }
  two: { action: "echo 2", on_yes: done }
  done: { terminal: true }
`;
  await withProject({ ...FILES, ".loops/deep.yaml": deep }, async (project) => {
    const own = await project.ll(["run", "deep"]);
    const { id } = project.run();
    const watch = (...args: string[]) =>
      whileHeld(project, id, async (later) => {
        later();
        return await project.ll(["monitor", ...args], { isUntouched: true });
      });
    const whole = await watch();
    assertEquals(project.mask(whole.stdout), project.mask(own.stdout));
    const last = await watch(id, "--tail", "1");
    const from = (text: string) =>
      project.mask(text.slice(text.indexOf("[3/50]")));
    assertEquals(from(last.stdout), from(own.stdout));
    assert(!last.stdout.includes("[2/50]"));
    const quiet = await watch("--quiet");
    assertMatch(quiet.stdout, /^Loop "deep" completed: done .*\n {2}run .*\n$/);
    const { stdout } = await whileHeld(project, id, async (later) => {
      later();
      return await project.ll(["monitor", "--json", "-q"], { stderr: [] });
    });
    const { log_updated_ago: _ago, ...value } = JSON.parse(stdout);
    const { log_updated_ago: _later, ...wanted } = await json(
      project,
      "status",
      "deep",
    );
    assertEquals(value, wanted);
    // Nobody runs it: its status is told.
    const told = await project.ll(["monitor", "deep"], {
      stdout: ["Loop: deep\nStatus: completed\n"],
    });
    assert(!told.stdout.includes("[1/50]"));
  });
});

Deno.test("monitor: that a state file is damaged was told by status alone", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["run", "ok", "-q"]);
    project.write(`.loops/runs/${project.run().id}/state.json`, "{");
    for (const command of ["status", "monitor"]) {
      await project.ll([command, "ok"], {
        stdout: ["Loop: ok\nStatus: interrupted (cut off"],
        stderr:
          'warning: Cannot read "<root>/.loops/runs/<run>/state.json": it is damaged\n',
      });
    }
  });
});

Deno.test("monitor: a run that was resumed counts its running time, and one that is killed is told", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["ok", "-q"]);
    const { id, folder, lines } = project.run();
    const [start, loopStart, enter] = lines;
    const at = (second: number) =>
      `2026-01-01T00:00:${String(second).padStart(2, "0")}+00:00`;
    const event = (line: unknown, second: number, more = {}) => ({
      ...line as object,
      ts: at(second),
      ...more,
    });
    const journal = [
      start,
      event(loopStart, 0),
      event(enter, 2),
      { input: "stop", request: { by: "signal", signal: "SIGTERM" }, nowMs: 0 },
      event(loopStart, 40, {
        event: "loop_resume",
        from_state: "a",
        iteration: 1,
      }),
      event(loopStart, 40),
      event(enter, 43, { iteration: 2 }),
      { damaged: true },
      event(enter, 44, { iteration: 3 }),
    ].map((line, index) => JSON.stringify({ ...line, seq: index + 1 }));
    project.write(`${folder}/events.jsonl`, `${journal.join("\n")}\n`);
    project.remove(`${folder}/state.json`);
    const monitored = await whileHeld(project, id, async (later) => {
      later();
      return await project.ll(["monitor"], { stderr: [] });
    });
    assertEquals(
      monitored.stdout.split("\n\n")[1]?.trimEnd().split("\n"),
      [
        "[1/50] a (2s)",
        "    resumed at a, after 1 step",
        "[2/50] a (5s)",
        "[3/50] a (6s)",
      ],
    );
    assertMatch(
      monitored.stderr,
      /^SIGTERM: stopping.*\nRun \S+ was cut off: its process is gone\n/,
    );
    project.write(
      `${folder}/events.jsonl`,
      `${journal.slice(0, 3).join("\n")}\n{"inp`,
    );
    await whileHeld(project, id, async (later) => {
      later();
      await project.ll(["monitor"], {
        stdout: ["[1/50] a (<time>)\n"],
        stderr: ["Run <run> was cut off: its process is gone\nNext: ll-loop "],
      });
    });
  });
});

Deno.test("monitor, logs -f: Ctrl-C and a reader that goes away leave the run alone", async () => {
  await withProject(FILES, async (project) => {
    await whileWaiting(project, async () => {
      const watchers = [["monitor", "waiting"], ["logs", "-f"]]
        .map((args) => project.start(args));
      for (const each of watchers) await each.printed("[1/50] a (");
      for (const each of watchers) each.signal("SIGINT");
      for (const [index, each] of watchers.entries()) {
        project.expect(await each.ended, {
          stdout: ["Running loop: waiting\n"],
          stderr: index === 0
            ? "Detached; the run goes on: ll-loop monitor <run>\n"
            : "",
        });
      }
      // Whoever reads has gone: the next line that comes ends it.
      const { folder } = project.runs()[0] ?? {};
      const piped = project.bash(
        `(ll-loop logs -f; echo ended >&2) | head -n 1`,
      );
      await piped.printed("Running loop");
      assert(folder !== undefined);
      await Deno.writeTextFile(`${folder}/log`, "x\n", { append: true });
      await Deno.writeTextFile(`${folder}/log`, "y\n", { append: true });
      await piped.printed("ended");
      await piped.ended;
      const terminated = project.start(["monitor"]);
      await terminated.printed("[1/50] a (");
      terminated.signal("SIGTERM");
      assertEquals((await terminated.ended).status, 143);
      assertEquals(
        (await json(project, "status", "waiting")).status,
        "running",
      );
    });
  });
});

Deno.test("status: what to type next comes further than the run came", async () => {
  const capped = WAITING.replace("on_yes: done", "next: a")
    .replace("until [ -e go ]; do sleep 0.01; done", "true");
  await withProject({ ".loops/capped.yaml": capped }, async (project) => {
    await project.ll(["capped", "-n", "3", "-q"], {
      status: 1,
      stderr: ["the cap of 3 steps is reached"],
    });
    const { stdout } = await project.ll(["status"]);
    const next = stdout.split("\n").find((line) => line.startsWith("Next: "));
    assertMatch(next ?? "", /^Next: ll-loop resume \S+ --max-steps 6$/);
    await project.ll((next ?? "").slice("Next: ll-loop ".length).split(" "), {
      status: 1,
      stdout: ["[6/6] a ("],
      stderr: ["the cap of 6 steps is reached"],
    });
  });
});

// ------------------------------------------------------------------ history

Deno.test("history: runs, events of one, filtered before they are cut", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["history"], { stdout: "No runs yet\n" });
    await project.ll(["history", "ok"], { stdout: "No history for: ok\n" });
    assertEquals(await json(project, "history", "ok"), []);
    await project.ll(["ok", "-q"]);
    await project.ll(["ok", "-q"]);
    await project.ll(["fails", "-q"], { status: 2, stderr: [] });
    const runs = await json(project, "h");
    assertEquals(
      runs.map((run: { loop: string; status: string }) =>
        `${run.loop} ${run.status}`
      ),
      ["fails failed", "ok completed", "ok completed"],
    );
    assertEquals((await json(project, "history", "ok")).length, 2);
    assertEquals((await json(project, "history", "-n", "1")).length, 1);
    const id = runs[2].run_id;
    await project.ll(["history", id], {
      stdout: [
        "  loop_start        ok\n",
        "  action_start      [shell] echo hi …\n",
        "  evaluate          ✓ yes\n",
        "  route             a → done\n",
        "  loop_complete     done  1 iter  [terminal]\n",
      ],
      nowhere: ["action_output"],
      isUntouched: true,
    });
    await project.ll(["history", "ok", id.slice(0, 22), "-v"], {
      stdout: ["  action_output     │ hi\n", "  action_output     ! there\n"],
    });
    const of = async (...args: string[]) =>
      (await json(project, "history", id, ...args))
        .map(({ event }: { event: string }) => event);
    assertEquals(await of("-n", "1"), ["loop_complete"]);
    assertEquals(await of("-e", "route"), ["route"]);
    assertEquals(await of("-e", "action_output", "-n", "1"), ["action_output"]);
    assertEquals(await of("-s", "done"), ["route"]);
    assertEquals(await of("-S", "1d", "-s", "a", "-n", "2"), [
      "evaluate",
      "route",
    ]);
    const { stderr } = await project.ll(
      ["history", id, "-e", "rout", "--json"],
      {
        stdout: "[]\n",
        stderr:
          'hint: There is no event "rout" in this run; did you mean "route"?\n',
      },
    );
    assert(stderr !== "");
    await project.ll(["history", "fals"], {
      status: 65,
      stderr:
        'error: Run or loop not found: "fals"\nhint: Did you mean "fails"?\n',
    });
  });
});

Deno.test("history: what the reference has archived is read, and stays as it is", async () => {
  const events = [
    '{"event":"loop_start","ts":"2026-03-01T10:00:00.123456+00:00","loop":"old"}',
    "damaged",
    '{"event":"learned","ts":"2026-03-01T10:00:01+00:00","about":"tests"}',
    '{"event":"loop_complete","ts":"2026-03-01T10:00:02+00:00","final_state":"done","iterations":1,"terminated_by":"terminal"}',
    '{"event":"rou',
  ].join("\n");
  const state = JSON.stringify({
    loop_name: "old",
    current_state: "done",
    iteration: 1,
    started_at: "2026-03-01T10:00:00+00:00",
    status: "completed",
    accumulated_ms: 2000,
  });
  await withProject({
    ".loops/.history/old/2026-03-01T100000/events.jsonl": events,
    ".loops/.history/old/2026-03-01T100000/state.json": state,
    ".loops/.history/2026-08-01T100000-old/events.jsonl": events,
  }, async (project) => {
    await project.ll(["history", "old"], {
      stdout: `Runs of old (2 total; times are UTC):

  2026-03-01T100000  completed  2026-03-01 10:00:00  1 iter  2s
  2026-08-01T100000  unknown    ?                    ?       ?

To view events: ll-loop history old 2026-03-01T100000
`,
      isUntouched: true,
    });
    await project.ll(["history", "old", "2026-03"], {
      stdout: `10:00:00  loop_start        old
10:00:01  learned           about=tests
10:00:02  loop_complete     done  1 iter  [terminal]
`,
      stderr:
        'warning: Left out line 2 of ".loops/.history/old/2026-03-01T100000/events.jsonl": it is damaged\n',
      isUntouched: true,
    });
  });
});

// ------------------------------------------------------------------ audit

Deno.test("audit: the numbers of a run of ours, by its own cap or another, and of an archived one", async () => {
  await withProject({
    ...FILES,
    ".loops/.history/old/2026-03-01T100000/events.jsonl":
      '{"event":"state_enter","ts":"2026-03-01T10:00:00+00:00","state":"a","iteration":1}\nx\n',
  }, async (project) => {
    await project.ll(["audit", "ok"], {
      status: 65,
      stderr:
        'error: Loop "ok" has not run here yet\nhint: `ll-loop list` shows what can be run\n',
    });
    await project.ll(["ok", "-q"]);
    await project.ll(["audit"], {
      stdout: [
        "Loop: ok\nRun: <run>\nTerminated by: terminal at done\n" +
        "Budget: 2% (1/50 steps)\nRunning time: <time>\nActions: 1 run, 0 failed\n",
        "\nStates:\n  a  1 entry  <time>\n\nVerdicts:\n  yes  1\n\nEvents:\n",
      ],
      isUntouched: true,
    });
    const { budget_percent: percent, events, max_steps: cap } = await json(
      project,
      ...["audit", "--latest", "ok", "--max-steps", "8"],
    );
    assertEquals([percent, cap, events.route], [12.5, 8, 1]);
    await project.ll(["audit", "old"], {
      stdout: [
        "Loop: old\nRun: 2026-03-01T100000\n",
        "Budget: 1 step; the cap",
      ],
      stderr:
        'warning: Left out line 2 of ".loops/.history/old/2026-03-01T100000/events.jsonl": it is damaged\n',
    });
    await project.ll(["audit", "ok", "--latest", "ok"], {
      status: 64,
      stderr: ['error: A RUN and "--latest" exclude each other\n'],
    });
  });
});

// ------------------------------------------------------------------ replay

Deno.test("replay: a real run by its journal alone, and where an edited loop would go another way", async () => {
  const counting = `name: counting
description: Counts, then prints much
scope: ["counting"]
initial: add
context: { goal: 2 }
states:
  add:
    action: echo x >> "\${context.run_dir}/n"; wc -l < "\${context.run_dir}/n"
    evaluate: { type: output_numeric, operator: ge, target: "\${context.goal}" }
    capture: n
    on_yes: much
    on_no: add
  much: { action: "seq 1 40000", on_yes: sub }
  sub: { loop: ok, on_yes: done }
  done: { terminal: true }
`;
  await withProject({
    ...FILES,
    ".loops/counting.yaml": counting,
    "edited.yaml": counting.replace("goal: 2", "goal: 1"),
    "broken.yaml": counting.replace("on_yes: much", "on_yes: mcuh"),
  }, async (project) => {
    await project.ll(["counting", "-q"]);
    await project.ll(["replay"], {
      stdout:
        'Replayed run <run> of loop "counting": 10 inputs, 26 events, nothing was run\n' +
        "The same events as in its journal\nIt ended by terminal at done\n",
      isUntouched: true,
    });
    const replayed = await json(project, "replay", "counting");
    assertEquals([replayed.same, replayed.difference], [true, null]);
    await project.ll(["replay", "--against", "counting"], {
      stdout: ["The same way for all 4 steps\nIt ended by terminal at done\n"],
      isUntouched: true,
    });
    await project.ll(["replay", "counting", "--against", "edited.yaml"], {
      status: 1,
      stdout:
        `Replayed run <run> of loop "counting" against edited.yaml, nothing was run
Step 1, state "add": it would go another way
  recorded  verdict no, -> add
  edited    verdict yes, -> much
  line      6 of the journal
`,
      isUntouched: true,
    });
    await project.ll(["replay", "--against", "broken.yaml"], {
      status: 65,
      stderr: ['State "add" goes to the unknown state "mcuh"'],
    });
    const { folder, lines } = project.run();
    const changed = lines.map((line) =>
      "event" in line && line.event === "route" && line.from === "much"
        ? { ...line, to: "done" }
        : line
    );
    const text = changed.map((line) => JSON.stringify(line)).join("\n");
    project.write(`${folder}/events.jsonl`, `${text}\n`);
    const { stdout } = await project.ll(["replay", "--json"], { status: 1 });
    const { same, difference } = JSON.parse(stdout);
    assertEquals(
      [same, difference.event, difference.expected.to, difference.got.to],
      [false, "route", "done", "sub"],
    );
  });
});

// ------------------------------------------------------------------ prune

Deno.test("prune: shows, asks, removes what was asked for, and nothing that lives", async () => {
  await withProject(FILES, async (project) => {
    const ids = () =>
      [...Deno.readDirSync(project.path(".loops/runs"))]
        .map(({ name }) => name).filter((name) => !name.startsWith("."));
    await project.ll(["prune"], {
      stdout:
        "Nothing to prune: the configuration keeps 200 runs of a loop and 30 days (--keep, --older-than or --all-ended ask for more)\n",
      isUntouched: true,
    });
    for (const loop of ["ok", "ok", "ok", "fails"]) {
      await project.ll([loop, "-q"], { status: "any", stderr: [] });
    }
    await project.ll(["prune", "--keep", "1", "--dry-run"], {
      stdout: ["  ok  completed  ", "Would remove 2 runs ("],
      isUntouched: true,
    });
    await project.ll(["prune", "ok", "--keep", "1"], {
      status: 64,
      stderr:
        'error: Command "prune" needs "--yes": there is no terminal to ask on\n' +
        "hint: `ll-loop prune ok --keep 1 --dry-run` shows what would be removed\n",
      isUntouched: true,
    });
    await project.ll(
      ["prune", "--keep", "1"],
      {
        stderr: ["Remove 2 runs (", "Nothing was removed\n"],
        isUntouched: true,
      },
      { answers: [""] },
    );
    await project.ll(
      ["prune", "--keep", "1"],
      { stdout: ["Removed 2 runs ("], stderr: ['Answer "yes" or "no"'] },
      { answers: ["perhaps", "y"] },
    );
    assertEquals(ids().length, 2);
    await whileWaiting(project, async () => {
      const live = (await json(project, "status", "waiting")).run_id;
      await project.ll(["prune", live, "--yes"], {
        status: 75,
        stderr: ["error: Cannot remove run <run>: it goes on, in process "],
      });
      const { stdout } = await project.ll([
        ...["prune", "--all-ended", "--yes", "--json"],
      ]);
      const { removed, left, kept, dry_run: isDryRun } = JSON.parse(stdout);
      assertEquals([removed.length, left, kept, isDryRun], [2, [], 1, false]);
      assertEquals(
        Object.keys(removed[0]),
        ["run_id", "loop", "status", "started_at", "size_bytes"],
      );
      assertEquals(ids(), [live]);
    });
    const [last = ""] = ids();
    await project.ll(["prune", last.slice(0, 25), "--yes"], {
      stdout: ["Removed 1 run (", "; 0 runs left\n"],
    });
    await project.ll(["prune", "okk"], {
      status: 65,
      stderr: ["Run not found"],
    });
  });
});

// ------------------------------------------------------------------ queue

Deno.test("queue: a run that waits is shown, and ended while the one before it goes on", async () => {
  await withProject(FILES, async (project) => {
    await project.ll(["queue"], {
      stdout: "Queue is empty\n",
      isUntouched: true,
    });
    assertEquals(await json(project, "queue", "list"), []);
    await whileWaiting(project, async () => {
      const waiter = project.start(["waiting", "--queue"]);
      await waiter.printed("Waiting for loop");
      const [entry] = await json(project, "queue", "list");
      assertEquals(
        [
          entry.loopName,
          entry.context.waitingFor,
          entry.context.pid,
          entry.alive,
        ],
        ["waiting", "waiting", waiter.pid, true],
      );
      await project.ll(["queue"], {
        stdout:
          `Pending queue entries (1):\n  <run>  waiting  pid=${waiter.pid}  alive  ${
            entry.enqueuedAt.slice(0, 19).replace("T", " ")
          }  waits for waiting\n`,
        isUntouched: true,
      });
      const { stdout } = await project.ll(["queue", "remove", entry.id, "-j"]);
      assertEquals(JSON.parse(stdout), {
        id: entry.id,
        removed: true,
        signaled: true,
        identityVerified: true,
        pid: waiter.pid,
        schema_version: 1,
      });
      assertEquals((await waiter.ended).status, 143);
      await project.ll(["queue", "remove", entry.id], {
        status: 65,
        stderr: ["error: Queue entry not found: "],
      });
      assertEquals((await json(project, "list", "--running")).length, 1);
    });
    for (
      const [args, message] of [
        [
          ["queue", "lst"],
          'ACTION must be one of list, remove, got "lst"',
        ],
        [["queue", "remove"], '"queue remove" needs an ID'],
        [["queue", "list", "x"], '"queue list" takes no ID, got "x"'],
      ] as const
    ) {
      await project.ll(args, { status: 64, stderr: [`error: ${message}\n`] });
    }
  });
});

// ------------------------------------------------------------------ many at once

/** Every command that looks, as somebody would type it. */
const LOOKS: readonly (readonly string[])[] = [
  ["status", "--json"],
  ["status", "busy-1", "--json"],
  ["list", "--running", "--json"],
  ["history", "--json"],
  ["history", "busy-2", "--json"],
  ["audit", "--json"],
  ["queue", "list", "--json"],
  ["logs", "busy-0", "--tail", "3", "--json"],
  ["logs", "busy-3"],
  ["status"],
];

/** Returns every status in what a command printed. */
function statusesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "status" ? [String(item)] : statusesIn(item)
  );
}

/** Returns every path of a project with what would show that somebody wrote there. */
async function stamps(project: Project): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of Object.keys(project.tree())) {
    const { mtime, ino, size, mode } = await Deno.lstat(project.path(name));
    found[name] = `${mtime?.getTime()} ${ino} ${size} ${mode}`;
  }
  return { ...found, text: JSON.stringify(project.tree()) };
}

Deno.test("200 looks while runs start and write: none sees half of it, changes a file or fails a start", async () => {
  const busy = (index: number) =>
    `name: busy-${index}
description: Many steps
scope: ["busy-${index}"]
initial: a
max_steps: 9
states:
  a: { action: "echo step", capture: last, next: b }
  b: { next: a, on_error: done }
  done: { terminal: true }
`;
  const names = Array.from({ length: 5 }, (_, index) => `busy-${index}`);
  const files = Object.fromEntries(
    names.map((name, index) => [`.loops/${name}.yaml`, busy(index)]),
  );
  await withProject(files, async (project) => {
    // The first of each is there before anybody looks.
    for (const name of names) {
      await project.ll([name, "-q"], { status: 1, stderr: [] });
    }
    let isRunning = true;
    let isWatched = true;
    let looks = 0;
    let whileRunning = 0;
    let started = names.length;
    const process = { isProcess: true };
    const run = async (name: string, index: number) => {
      // They go on until enough looks were taken at them, however slow those are.
      for (
        let round = 0;
        round < 3 || isWatched && whileRunning <= 20;
        round++
      ) {
        started++;
        const options = index === 0 ? process : {};
        await project.ll([name, "-q"], {
          status: 1,
          stderr: ["the cap of 9 steps is reached"],
        }, options);
      }
    };
    const runs = Promise.all(names.map(run)).finally(() => isRunning = false);
    const look = async (index: number, options: object) => {
      const args = LOOKS[index % LOOKS.length] ?? [];
      const { stdout } = await project.ll(args, { stderr: "" }, options);
      if (isRunning) whileRunning++;
      if (!args.includes("--json")) return;
      const statuses = statusesIn(JSON.parse(stdout));
      // Each ends by its cap, so that it can be resumed; none is cut off.
      assertEquals(
        statuses.filter((status) =>
          status !== "running" && status !== "interrupted"
        ),
        [],
      );
      assert(!stdout.includes('"cut_off": true'), stdout);
    };
    const reader = async () => {
      while (looks < 200) await look(looks++, {});
    };
    const outside = async () => {
      for (let index = 0; index < LOOKS.length; index++) {
        await look(index, process);
      }
    };
    const readers = [reader(), reader(), reader(), outside()];
    const watch = Promise.allSettled(readers).then(() => isWatched = false);
    const all = [...readers, watch, runs];
    // Whatever fails, nobody goes on in a folder that is gone.
    await Promise.allSettled(all);
    await Promise.all(all);
    const left = project.runs();
    assertEquals(left.length, started);
    for (const { lines, state } of left) {
      assertEquals(lines.map(({ seq }) => seq), lines.map((_, at) => at + 1));
      assertEquals([state.status, state.iteration], ["interrupted", 9]);
    }
    const before = await stamps(project);
    for (let index = 0; index < LOOKS.length; index++) await look(index, {});
    assertEquals(await stamps(project), before);
  });
});
