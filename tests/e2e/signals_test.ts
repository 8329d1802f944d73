/** What signals do to a run: it ends at once, says so, keeps its state and leaves nothing running. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { oneAction, type Project, withProject } from "../support/ll_loop.ts";
import {
  isAlive,
  killAll,
  patientMs,
  processesWith,
} from "../support/processes.ts";
import { waitUntil } from "../support/scratch.ts";

const STOPS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

/** Stays, with children in the foreground and in the background; says their pids in `pids`. */
const TREE = `sleep 1000 &
(sleep 1001 & echo $! > inner; wait) &
until [ -s inner ]; do sleep 0.01; done
echo $$ $! $(jobs -p) $(cat inner) > pids
sleep 1002`;

/** A loop whose failure leads elsewhere, which an interrupt must not. */
function routed(action: string, more = ""): string {
  return oneAction("routed", action, more).replace(
    "on_no: bad",
    "on_no: bad\n    on_error: elsewhere",
  ) + "  elsewhere:\n    action: touch elsewhere-ran\n    next: done\n";
}

async function pids(project: Project): Promise<number[]> {
  return (await project.line("pids")).split(" ").map(Number);
}

/** Fails when a process of the project's runs is left. */
function assertNothingRuns(project: Project): void {
  for (const { id } of project.runs()) {
    assertEquals(processesWith(id, "environ"), []);
    assertEquals(processesWith(id, "cmdline"), []);
  }
}

function assertInterrupted(project: Project, status: number): void {
  const { state, events, lines } = project.run();
  assertEquals(state.current_state, "a");
  assertEquals(state.status, "interrupted");
  assertEquals(state.terminated_by, "interrupted");
  assertEquals(state.exit_status, status);
  assert(!events.includes("evaluate"), "an interrupt was judged");
  assert(!events.includes("route"), "an interrupt was routed");
  const last = lines.at(-1);
  assert(last !== undefined && "event" in last);
  assertEquals(last.event, "loop_complete");
}

Deno.test("a signal during an action ends it and the run; nothing is routed, nothing is left", async () => {
  for (const [signal, status] of STOPS) {
    await withProject(
      { ".loops/routed.yaml": routed(TREE) },
      async (project) => {
        const run = project.start(["run", "routed"]);
        const children = await pids(project);
        run.signal(signal);
        project.expect(await run.ended, {
          status,
          stdout: ["Running loop: routed"],
          stderr: [
            `${signal}: stopping; once more kills at once\n`,
            `Loop "routed" stopped by ${signal}\n` +
            "  state   a at .loops/routed.yaml:5\n",
            "  next    ll-loop resume <run>\n",
          ],
        });
        assertInterrupted(project, status);
        assertEquals(children.filter(isAlive), []);
        assertEquals(project.read("elsewhere-ran"), null);
        assertNothingRuns(project);
        // Its lock is free.
        assertEquals(
          Object.keys(project.tree()).filter((name) => name.endsWith(".lock")),
          [".loops/.running/.acquire.lock"],
        );
      },
    );
  }
});

Deno.test("--quiet tells the reason; --json prints its object", async () => {
  await withProject({ ".loops/routed.yaml": routed(TREE) }, async (project) => {
    const run = project.start(["run", "routed", "--quiet", "--json"]);
    await pids(project);
    run.signal("SIGTERM");
    const { stdout } = await run.ended;
    const summary = JSON.parse(stdout);
    assertEquals(summary.exit_status, 143);
    assertEquals(summary.signal, "SIGTERM");
    assertEquals(summary.terminated_by, "interrupted");
    project.expect(await run.ended, {
      status: 143,
      stdout: ["{"],
      stderr: ['Loop "routed" stopped by SIGTERM\n'],
    });
  });
});

const STUBBORN = `trap '' TERM INT HUP
(trap '' TERM; sleep 1000) &
echo $$ $! > pids
while :; do sleep 1000; done`;

Deno.test("a second signal kills what does not listen to the first", async () => {
  await withProject({
    ".loops/routed.yaml": routed(STUBBORN),
  }, async (project) => {
    const run = project.start(["run", "routed", "--grace", "100"]);
    const children = await pids(project);
    run.signal("SIGINT");
    await run.printed("SIGINT: stopping; once more kills at once\n");
    assertEquals(children.map(isAlive), [true, true]);
    run.signal("SIGINT");
    project.expect(await run.ended, {
      status: 130,
      stdout: ["Running loop"],
      stderr: ["SIGINT again: killing what is left\n"],
    });
    assertEquals(children.filter(isAlive), []);
    assertInterrupted(project, 130);
    assertNothingRuns(project);
  });
});

Deno.test("a run inside another one was killed before it had saved its end", async () => {
  await withProject({
    ".loops/outer.yaml": oneAction(
      "outer",
      "ll-loop run routed",
      "scope: [o]\n",
    ),
    ".loops/routed.yaml": routed(STUBBORN, "scope: [i]\n"),
  }, async (project) => {
    const run = project.start(["run", "outer", "--grace", "3"]);
    const children = await pids(project);
    run.signal("SIGTERM");
    assertEquals((await run.ended).status, 143);
    const inner = project.runs().find(({ record }) => record.loop === "routed");
    assert(inner !== undefined);
    const { state, events } = inner;
    assertEquals([state.status, state.exit_status], ["interrupted", 143]);
    assertEquals(events.at(-1), "loop_complete");
    assertEquals(children.filter(isAlive), []);
    assertNothingRuns(project);
  });
});

Deno.test("what does not listen to TERM is killed after the grace", async () => {
  await withProject({
    ".loops/routed.yaml": routed(STUBBORN),
  }, async (project) => {
    const run = project.start(["run", "routed", "--grace", "0.2"]);
    const children = await pids(project);
    run.signal("SIGTERM");
    assertEquals((await run.ended).status, 143);
    assertEquals(children.filter(isAlive), []);
    assertInterrupted(project, 143);
  });
});

Deno.test("a signal while waiting in the queue: nothing ran, the place is given up", async () => {
  await withProject({
    ".loops/holds.yaml": oneAction("holds", TREE),
    ".loops/ok.yaml": oneAction("ok", "touch ran"),
  }, async (project) => {
    const holder = project.start(["run", "holds"]);
    await pids(project);
    for (const [signal, status] of STOPS) {
      const waiter = project.start(["run", "ok", "--queue"]);
      await waiter.printed('Waiting for loop "holds" (pid');
      const queue = () =>
        Object.keys(project.tree()).filter((name) =>
          /\.queue\/.*json/.test(name)
        );
      assertEquals(queue().length, 1);
      waiter.signal(signal);
      project.expect(await waiter.ended, {
        status,
        stdout: "",
        stderr: 'Waiting for loop "holds" (pid <pid>)\n' +
          `${signal}: stopping; once more kills at once\n` +
          `error: Stopped by ${signal} before loop "ok" had its scope\n`,
      });
      assertEquals(queue(), []);
    }
    assertEquals(project.runs().length, 1);
    assertEquals(project.read("ran"), null);
    holder.signal("SIGTERM");
    await holder.ended;
  });
});

Deno.test("a signal during the delay between two steps ends it at once", async () => {
  const loop = oneAction("slow", "echo step > stepped", "backoff: 1000\n")
    .replace("on_yes: done", "on_yes: b") +
    "  b:\n    action: touch b-ran\n    next: done\n";
  await withProject({ ".loops/slow.yaml": loop }, async (project) => {
    const run = project.start(["run", "slow"]);
    await run.printed("-> b");
    run.signal("SIGINT");
    project.expect(await run.ended, {
      status: 130,
      stdout: ["-> b"],
      stderr: ['Loop "slow" stopped by SIGINT\n  state   b at'],
    });
    assertEquals(project.run().state.current_state, "b");
    assertEquals(project.run().state.status, "interrupted");
    assertEquals(project.read("b-ran"), null);
  });
});

Deno.test("a signal in a sub-loop ends the whole run there", async () => {
  const outer = `name: outer
description: Starts another
initial: a
states:
  a:
    loop: routed
    on_success: done
    on_failure: after
    on_error: after
  after:
    action: touch after-ran
    next: done
  done:
    terminal: true
`;
  await withProject({
    ".loops/outer.yaml": outer,
    ".loops/routed.yaml": routed(TREE),
  }, async (project) => {
    const run = project.start(["run", "outer"]);
    const children = await pids(project);
    run.signal("SIGTERM");
    project.expect(await run.ended, {
      status: 143,
      stdout: ["routed"],
      stderr: ['Loop "outer" stopped by SIGTERM\n  state   a at'],
    });
    assertEquals(children.filter(isAlive), []);
    assertEquals(project.read("elsewhere-ran"), null);
    assertEquals(project.read("after-ran"), null);
    assertInterrupted(project, 143);
  });
});

Deno.test("a grandchild that holds the output does not hold the end", async () => {
  const action = `(trap '' TERM; sleep 1000) & echo $$ $! > pids; wait`;
  await withProject(
    { ".loops/routed.yaml": routed(action) },
    async (project) => {
      const run = project.start(["run", "routed", "--grace", "0.2"]);
      const children = await pids(project);
      run.signal("SIGINT");
      assertEquals((await run.ended).status, 130);
      assertEquals(children.filter(isAlive), []);
      assertInterrupted(project, 130);
    },
  );
});

Deno.test("an ignored signal stays ignored: nohup, and an interrupt of a background job", async () => {
  await withProject({
    ".loops/waits.yaml": oneAction(
      "waits",
      "echo started > started; until [ -e go ]; do sleep 0.02; done",
    ),
  }, async (project) => {
    const run = project.start(["run", "waits"], { via: ["nohup"] });
    await project.line("started");
    run.signal("SIGHUP");
    // Proof that it had time to die: another whole run.
    await project.ll(["run", "waits", "--dry-run"], {}, { isProcess: true });
    project.write("go", "");
    assertEquals((await run.ended).status, 0);
    assertEquals(project.run().state.status, "completed");

    project.remove("go");
    project.remove("started");
    // A script without job control starts its background jobs with SIGINT ignored.
    const script = project.bash(
      "ll-loop run waits & echo $! > runner; wait $!",
    );
    await project.line("started");
    Deno.kill(Number(await project.line("runner")), "SIGINT");
    await project.ll(["run", "waits", "--dry-run"], {}, { isProcess: true });
    project.write("go", "");
    project.expect(await script.ended, { stdout: ["completed: done"] });
  });
});

Deno.test("kill -9: what it ran is gone, its lock is free", async () => {
  await withProject({
    ".loops/routed.yaml": routed(TREE),
    ".loops/next.yaml": oneAction("next", "true"),
  }, async (project) => {
    const run = project.start(["run", "routed"]);
    const children = await pids(project);
    assertEquals(children.filter(isAlive).length, children.length);
    try {
      run.signal("SIGKILL");
      await run.ended;
      await waitUntil(
        "the end of the tree",
        () => !children.some(isAlive),
        patientMs(2000),
      );
    } finally {
      await killAll(children.filter(isAlive));
    }
    const { id } = project.run();
    await waitUntil(
      "the end of the guardian",
      () => processesWith(id, "cmdline").length === 0,
      patientMs(2000),
    );
    assertNothingRuns(project);
    assertEquals(project.run().state.status, "running");
    await project.ll(["run", "next", "-q"]);
    assertStringIncludes(
      project.runs().at(-1)?.log ?? "",
      'Loop "next" completed',
    );
  });
});

// ------------------------------------------------------------------ --on-end

const TELL = 'env | grep ^LL_END_ | sort > told; echo "told $LL_END_REASON"';

Deno.test("--on-end is told of every end, after everything is let go; its output is in the log", async () => {
  const loop = oneAction("ends", 'eval "$LL_CONTEXT_INPUT"');
  await withProject({ ".loops/ends.yaml": loop }, async (project) => {
    const told = () =>
      Object.fromEntries(
        (project.read("told") ?? "").trimEnd().split("\n")
          .map((line) => line.replace("LL_END_", "").split("=", 2)),
      );
    await project.ll(["run", "ends", "true", "-q", "--on-end", TELL]);
    const { id, folder, log } = project.run();
    const { DURATION_MS, ...rest } = told();
    assertEquals(rest, {
      ERROR: "",
      LOOP: "ends",
      REASON: "terminal",
      RUN_FOLDER: folder,
      RUN_ID: id,
      STATE: "done",
      STATUS: "0",
      STEPS: "1",
    });
    assertMatch(DURATION_MS ?? "", /^\d+$/);
    assert(log.endsWith(`on-end: ${TELL}\n    │ told terminal\n`), log);
    // It has no say in the end, and its own failure is told.
    await project.ll([
      ...["run", "ends", "exit 1", "-q", "--on-end"],
      `${TELL}; exit 5`,
    ], {
      status: 2,
      stderr: ['Loop "ends" failed'],
    });
    assertEquals([told().STATUS, told().STATE], ["2", "bad"]);
    await project.ll([
      ...["run", "ends", "true", "--on-end", "sleep 1; exit 5"],
      ...["--grace", "1"],
    ], {
      stdout: ["completed: done"],
      stderr:
        "warning: The --on-end command did not succeed: exit 5; its output is in the log\n",
    });
    // No lock is held any more: it may start what it wants.
    await project.ll([
      ...["run", "ends", "echo LOOP_STOP:", "-q", "--on-end"],
      "ll-loop resume $LL_END_RUN_ID --context input=true --on-end true > again 2>&1; ll-loop run ends true -q && echo fine >> again",
    ], { status: 3, stderr: ["paused"] });
    assertStringIncludes(project.read("again") ?? "", "completed: done");
    assertMatch(project.read("again") ?? "", /fine\n$/);
  });
});

Deno.test("--on-end after a signal; the next one is for the command itself", async () => {
  const loop = oneAction("ends", "touch begun; sleep 1000");
  await withProject({ ".loops/ends.yaml": loop }, async (project) => {
    const run = project.start([
      ...["run", "ends", "--on-end"],
      `${TELL}; touch waits; sleep 1000`,
    ]);
    await waitUntil("the action", () => project.read("begun") !== null);
    run.signal("SIGTERM");
    await waitUntil("the command", () => project.read("waits") !== null);
    assertStringIncludes(project.read("told") ?? "", "LL_END_STATUS=143\n");
    assertEquals(project.run().state.exit_status, 143);
    run.signal("SIGTERM");
    project.expect(await run.ended, {
      status: 143,
      stdout: ["Running loop"],
      stderr: ["The --on-end command did not succeed: it was stopped"],
    });
  });
});

// ------------------------------------------------------------- the checkpoint

Deno.test("--checkpoint-after pauses the run with status 3 before its action has ended", async () => {
  await withProject({
    ".loops/slow.yaml": oneAction("slow", "sleep 60"),
  }, async (project) => {
    await project.ll(["run", "slow", "--checkpoint-after", "1s"], {
      status: 3,
      stderr: ['Loop "slow" paused: the checkpoint after 1s has come\n'],
    });
    const { state } = project.run();
    assert(state.accumulated_ms < 60_000, "it waited for its action");
    assertEquals(
      [state.terminated_by, state.exit_status, state.current_state],
      [
        "interrupted",
        3,
        "a",
      ],
    );
    await project.ll(["run", "slow", "--checkpoint-after", "soon"], {
      status: 64,
      stderr:
        'error: Option "--checkpoint-after" takes a duration such as 30s, 5m or 1h30m, ' +
        'from 1s to 240h, got "soon"\n',
    });
  });
});
