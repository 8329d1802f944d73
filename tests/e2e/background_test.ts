/** Runs in the background, and ending runs from outside: what is said, what survives, what is left. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { oneAction, type Project, withProject } from "../support/ll_loop.ts";
import {
  becomes,
  isAlive,
  killAll,
  processesWith,
} from "../support/processes.ts";
import { waitUntil } from "../support/scratch.ts";

const AS_PROCESS = { isProcess: true } as const;

/** Says its pids in `pids`, and waits for a file `go`. */
const WAITS =
  "sleep 1000 & echo $$ $! > pids; until [ -e go ]; do sleep 0.01; done";

async function pids(project: Project): Promise<number[]> {
  return (await project.line("pids")).split(" ").map(Number);
}

/** Resolves once nobody runs the newest run any more. */
async function ended(project: Project): Promise<void> {
  await waitUntil("the end of the run", () => {
    const { state } = project.runs().at(-1) ?? project.run();
    return state.status !== "running";
  });
}

Deno.test("run -b returns once the run goes on by itself; it tells where, and how to end it", async () => {
  await withProject({
    ".loops/waits.yaml": oneAction("waits", WAITS),
  }, async (project) => {
    const { stdout } = await project.ll(["run", "waits", "-b"], {}, AS_PROCESS);
    assertEquals(
      project.mask(stdout).replace(/pid {5}\d+/, "pid     <pid>"),
      `Loop "waits" runs in the background
  run     <run>
  pid     <pid>
  log     .loops/runs/<run>/log
  look    ll-loop status <run>
  stop    ll-loop stop <run>
`,
    );
    const { id, record, state, log } = project.run();
    assertEquals(state.status, "running");
    assertMatch(stdout, new RegExp(`^  pid {5}${record.pid}$`, "m"));
    assertEquals(record.args, ["run", "waits", "-b"]);
    assert(log.startsWith("Running loop: waits\n"), log);
    const tree = await pids(project);
    assertEquals(tree.filter(isAlive), tree);
    await project.ll(["stop", id], {
      stdout: [
        'Stopped run <run> of loop "waits" (pid <pid>) after <time>\n  state   a, after 1 step\n  ended   ',
        "\n  next    ll-loop resume <run>\n",
      ],
    });
    assertEquals([...tree, record.pid].filter(isAlive), []);
    assertEquals(project.run().state.exit_status, 143);
  });
});

Deno.test("run -b: what keeps the child from starting is this command's failure", async () => {
  const needs = oneAction("needs", "echo ${context.what}");
  await withProject({
    ".loops/ok.yaml": oneAction("ok", "true"),
    ".loops/needs.yaml": needs,
    ".loops/broken.yaml": oneAction("broken", "true").replace(
      "done\n",
      "dnoe\n",
    ),
    ".loops/waits.yaml": oneAction("waits", WAITS),
  }, async (project) => {
    await project.ll(["run", "waits", "-b", "-q"], { stdout: "" }, AS_PROCESS);
    const rows: [args: string[], env?: Record<string, string>][] = [
      [["run", "missing"]],
      [["run", "needs"]],
      [["run", "broken"]],
      [["run", "ok"]],
      [["run", "ok", "--queue", "--queue-timeout", "0"]],
      [["run", "ok", "--json"]],
      [["run", "ok", "-n", "0"]],
      [["resume", "waits"]],
      [["run", "ok"], { PATH: "/nonexistent" }],
    ];
    for (const [args, env] of rows) {
      const options = { ...AS_PROCESS, ...(env === undefined ? {} : { env }) };
      const any = { status: "any", stderr: [] } as const;
      const here = await project.ll(
        args,
        any,
        env === undefined ? {} : options,
      );
      const there = await project.ll([...args, "-b"], any, options);
      const same = (text: string) =>
        project.mask(text.replaceAll(/ -b\b/g, ""));
      assertEquals(
        [there.status, same(there.stdout), same(there.stderr)],
        [here.status, project.mask(here.stdout), project.mask(here.stderr)],
        args.join(" "),
      );
      assert(here.status >= 64, args.join(" "));
    }
    await project.ll(["run", "ok", "-b", "-f"], {
      status: 64,
      stderr: [
        'error: Options "--background" and "--follow" exclude each other\n',
      ],
    });
    await project.ll(["run", "ok", "-b", "--dry-run"], {
      stdout: ["Execution plan for: ok"],
    });
    await project.ll(["stop", "waits"], { stdout: ["Stopped run"] });
  });
});

Deno.test("run -b: the input and every option are the run's; resume -b goes on with it", async () => {
  const loop = oneAction(
    "kept",
    'echo "$LL_CONTEXT_INPUT|$LL_CONTEXT_MOOD" >> seen; [ -e go ] || echo LOOP_STOP:',
  );
  await withProject({ ".loops/kept.yaml": loop }, async (project) => {
    const { stdout } = await project.ll(
      [
        ...["kept", "two  words\n$x", "--context", "mood=a=b", "-bn", "7"],
        ...["--delay", "0.01", "--durability=fast", "--json", "--on-end"],
        'echo "$LL_END_STATUS $LL_END_REASON" > ended',
      ],
      {},
      AS_PROCESS,
    );
    const started = JSON.parse(stdout);
    const { id } = project.run();
    assertEquals(started, {
      schema_version: 1,
      loop: "kept",
      run_id: id,
      pid: started.pid,
      run_folder: `.loops/runs/${id}/`,
      log: `.loops/runs/${id}/log`,
    });
    assertEquals(await project.line("ended"), "3 interrupted");
    const { record } = project.run();
    assertEquals(project.read("seen"), "two  words\n$x|a=b\n");
    assertEquals(record.options, {
      max_steps: 7,
      delay_ms: 10,
      durability: "fast",
      on_end: 'echo "$LL_END_STATUS $LL_END_REASON" > ended',
    });
    project.remove("ended");
    project.write("go", "");
    await project.ll(["resume", "kept", "-b"], {
      stdout: ['Loop "kept" runs in the background\n'],
    }, AS_PROCESS);
    assertEquals(await project.line("ended"), "0 terminal");
    assertEquals(project.run().state.status, "completed");
  });
});

Deno.test("run -b --queue waits for its turn; a signal then ends both", async () => {
  await withProject({
    ".loops/waits.yaml": oneAction("waits", WAITS),
    ".loops/ok.yaml": oneAction("ok", "touch ran"),
  }, async (project) => {
    const holder = project.start(["run", "waits", "-q"]);
    await pids(project);
    const waiter = project.start(["run", "ok", "-b", "--queue"]);
    await waiter.printed('Waiting for loop "waits"');
    waiter.signal("SIGINT");
    project.expect(await waiter.ended, {
      status: 130,
      stdout: "",
      stderr: ['error: Stopped by SIGINT before loop "ok" had its scope\n'],
    });
    const second = project.start(["run", "ok", "-b", "--queue"]);
    await second.printed('Waiting for loop "waits"');
    project.write("go", "");
    project.expect(await second.ended, {
      stdout: ['Loop "ok" runs in the background\n'],
      stderr: ["Waiting for "],
    });
    await holder.ended;
    await waitUntil("the run", () => project.read("ran") !== null);
    await ended(project);
  });
});

Deno.test("a run in the background outlives its terminal", async () => {
  await withProject({
    ".loops/waits.yaml": oneAction("waits", WAITS),
  }, async (project) => {
    // `script` is a terminal that is gone as soon as its command has ended.
    const terminal = project.bash(
      `script -qec "ll-loop run waits -b" /dev/null </dev/null`,
    );
    project.expect(await terminal.ended, {
      stdout: ['Loop "waits" runs in the background'],
    });
    await pids(project);
    project.write("go", "");
    const isTold = () =>
      project.run().log.includes('Loop "waits" completed: done');
    await waitUntil("its last words", isTold);
    assertEquals(project.run().state.status, "completed");
  });
});

// ------------------------------------------------------------------ stop

Deno.test("stop ends the runs of that loop, and of no other whose name begins so", async () => {
  const loops = ["fix", "fix-types"].map((name) =>
    [
      `.loops/${name}.yaml`,
      oneAction(name, `touch ${name}; sleep 1000`, `scope: [${name}]\n`),
    ] as const
  );
  await withProject(Object.fromEntries(loops), async (project) => {
    for (const name of ["fix", "fix-types"]) {
      await project.ll(["run", name, "-bq"], {}, AS_PROCESS);
      await waitUntil(name, () => project.read(name) !== null);
    }
    const both = await project.ll(["stop"], {
      status: 64,
      stderr: [
        "error: 2 runs are live here\nhint: Name one, or stop them with --all:\n",
      ],
    });
    assertMatch(both.stderr, / \(fix-types\)\n.* \(fix\)\n/);
    const { stdout } = await project.ll(["stop", "fix", "--json"]);
    const { stopped } = JSON.parse(stdout);
    assertEquals(
      stopped.map(({ loop, how, status }: Record<string, string>) => [
        loop,
        how,
        status,
      ]),
      [["fix", "ended", "interrupted"]],
    );
    const [fix, types] = project.runs();
    assertEquals([fix?.state.status, types?.state.status], [
      "interrupted",
      "running",
    ]);
    await project.ll(["stop", "fix"], {
      status: 1,
      stdout: "",
      stderr:
        'error: Run <run> of loop "fix" is not running: its status is interrupted\n',
    });
    await project.ll(["stop", "--all", "fix"], {
      status: 64,
      stderr: ["--all"],
    });
    await project.ll(["stop", "--all"], { stdout: ['of loop "fix-types"'] });
    await project.ll(["stop"], {
      status: 1,
      stderr:
        "error: No run is live here\nhint: Runs of this project are in <root>/.loops/runs\n",
    });
  });
});

Deno.test("stop asks, asks again, kills, and cleans up: what does not listen, a runner that hangs, one that is gone", async () => {
  const stubborn = `trap '' TERM; (trap '' TERM; sleep 1000) & echo $$ $! > pids
while :; do sleep 1000; done`;
  await withProject({
    ".loops/stubborn.yaml": oneAction("stubborn", stubborn),
  }, async (project) => {
    const start = async () => {
      if (project.read("pids") !== null) project.remove("pids");
      await project.ll(["run", "stubborn", "-bq"], {}, AS_PROCESS);
      const tree = await pids(project);
      await becomes(tree[1] ?? 0, "sleep 1000");
      return tree;
    };
    let tree = await start();
    await project.ll(["stop", "stubborn", "--grace", "0.1"], {
      stdout: [
        "Stopped run",
        `${tree[0]} bash -c -- trap '' TERM`,
        `${tree[1]} sleep 1000`,
      ],
    });
    assertEquals(tree.filter(isAlive), []);
    tree = await start();
    await project.ll(["stop", "stubborn", "--force"], {
      stdout: ["Stopped run"],
    });
    assertEquals(tree.filter(isAlive), []);
    // A runner that does nothing any more.
    tree = await start();
    const runner = project.runs().at(-1)?.record.pid ?? 0;
    Deno.kill(runner, "SIGSTOP");
    await project.ll(["stop", "stubborn", "--grace", "0.1"], {
      stdout: [
        'Killed run <run> of loop "stubborn" (pid <pid>) after <time>: it did not end when it was asked to\n',
        "  next    ll-loop resume <run>\n",
      ],
    });
    assertEquals([...tree, runner].filter(isAlive), []);
  });
  // Whatever a killed runner and its guardian leave.
  await withProject({
    ".loops/stubborn.yaml": oneAction("stubborn", stubborn),
  }, async (project) => {
    const run = project.start(["run", "stubborn"]);
    const tree = await pids(project);
    const { id } = project.run();
    try {
      await waitUntil(
        "the guardian",
        () => processesWith(id, "cmdline").length === 1,
      );
      killAll(processesWith(id, "cmdline"));
      run.signal("SIGKILL");
      await run.ended;
      assertEquals(tree.filter(isAlive), tree);
      await project.ll(["stop", "stubborn"], {
        stdout: [
          'Ended what run <run> of loop "stubborn" had left: it was not running any more\n',
        ],
      });
      assertEquals(tree.filter(isAlive), []);
    } finally {
      killAll(tree);
    }
  });
});

Deno.test("stop from inside the run asks it to stop, and never kills its caller", async () => {
  const action =
    `ll-loop stop inner > said 2>&1; echo $? > status; touch after; sleep 1000`;
  await withProject({
    ".loops/inner.yaml": oneAction("inner", action),
    ".loops/waits.yaml": oneAction("waits", WAITS),
  }, async (project) => {
    const script = project.bash(
      "ll-loop run inner; echo ended $?; ll-loop run waits -b -q; ll-loop stop; echo here",
    );
    const { stdout } = await script.ended;
    assert(stdout.includes("ended 143\n"), stdout);
    assert(stdout.endsWith("here\n"), stdout);
    assertEquals(
      project.mask(project.read("said") ?? ""),
      'Asked run <run> of loop "inner" to stop: this command is a part of it, and ends with it\n',
    );
    assertEquals(project.runs()[0]?.state.status, "interrupted");
  });
});
