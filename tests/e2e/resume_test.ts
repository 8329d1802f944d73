/** Going on with a run: after every end that is none, from where it stopped, with what it had. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type Live,
  oneAction,
  type Project,
  withProject,
} from "../support/ll_loop.ts";
import { processesWith } from "../support/processes.ts";
import { waitUntil } from "../support/scratch.ts";

/** Three states that leave a line each in `ledger`; `b` waits until there is a file `go`. */
const CHAIN = `name: chain
description: Three steps
scope: ["."]
initial: a
input_key: who
context: { who: nobody, mood: calm }
states:
  a:
    action: echo "a \${context.who}" | tee -a ledger
    capture: first
    next: b
  b:
    action: echo "b $LL_CONTEXT_MOOD" >> ledger; until [ -e go ]; do sleep 0.01; done
    on_yes: c
    on_no: failed
    on_error: failed
  c:
    action: echo "c \${captured.first.output} $LL_CONTEXT_MOOD" >> ledger
    next: done
  done: { terminal: true }
  failed: { terminal: true }
`;

function ledger(project: Project): string[] {
  return (project.read("ledger") ?? "").split("\n").slice(0, -1);
}

/** Kills a runner, and waits until all that it ran is gone, too. */
async function killed(project: Project, runner: Live): Promise<void> {
  runner.signal("SIGKILL");
  await runner.ended;
  const { id } = project.runs().at(-1) ?? project.run();
  await waitUntil(
    "the end of what it ran",
    () => processesWith(id, "environ").length === 0,
  );
}

/** Runs the loop `chain` until it waits in `b`, and kills its runner. */
async function crashed(project: Project, ...args: string[]): Promise<string> {
  const run = project.start(["run", "chain", ...args]);
  await waitUntil("step b", () => ledger(project).length === 2);
  await killed(project, run);
  project.write("go", "");
  return project.run().id;
}

Deno.test("after kill -9: the definition, input, values, captures and counters that it had", async () => {
  await withProject({ ".loops/chain.yaml": CHAIN }, async (project) => {
    await crashed(project, "you", "--context", "mood=odd", "--delay", "0.01");
    const started = project.run().record.started_at;
    await project.ll(["resume", "chain", "--dry-run"], {
      stdout: [
        "Execution plan for: chain (resumed)\n",
        "  status  interrupted (cut off)\n",
        "  at      b, after 2 steps, ",
        "  open    the action of b may have run: it runs again\n",
      ],
      isUntouched: true,
    });
    await project.ll(["resume", "chain"], {
      stdout: [
        "Resuming loop: chain\n",
        "  at       b, after 2 steps\n",
        "delay 0.01s",
        "    resumed at b, after 2 steps\n[3/50] b",
        'Loop "chain" completed: done (4 steps, ',
      ],
    });
    assertEquals(ledger(project), ["a you", "b odd", "b odd", "c a you odd"]);
    const { state, events, lines, log, record } = project.run();
    assertEquals(
      [state.status, state.iteration, state.started_at, record.started_at],
      ["completed", 4, started, started],
    );
    assert(state.accumulated_ms >= 10);
    assertEquals(events.filter((name) => name.startsWith("loop_")), [
      ...["loop_start", "loop_resume", "loop_start", "loop_complete"],
    ]);
    assertEquals(lines.map(({ seq }) => seq), lines.map((_, at) => at + 1));
    assertStringIncludes(log, "\n\nResuming loop: chain\n");
    await project.ll(["resume", "chain"], {
      status: 1,
      stdout: "",
      stderr:
        'error: Cannot resume run <run> of loop "chain": it has ended (completed, in state "done")\n' +
        "hint: `ll-loop run chain you --context mood=odd --delay 0.01` starts a new one, " +
        "`ll-loop resume <run> --from STATE` goes back in this one\n",
      isUntouched: true,
    });
  });
});

Deno.test("after a signal, a cap, an error, a handoff: the run goes on where it stopped", async () => {
  const loop = `name: stops
description: Stops in many ways
scope: ["."]
initial: cap
states:
  cap: { action: echo cap >> ledger, next: off }
  off:
    action: |
      echo off >> ledger
      [ -e handed ] || { touch handed; echo "CONTEXT_HANDOFF: take over"; }
    next: odd
  odd:
    action: echo odd >> ledger; exit $(cat code)
    on_yes: done
  done: { terminal: true }
`;
  await withProject(
    { ".loops/stops.yaml": loop, code: "3" },
    async (project) => {
      await project.ll(["run", "stops", "-q", "-n", "1"], {
        status: 1,
        stderr: ["  next    ll-loop resume <run> --max-steps 2\n"],
      });
      const { id } = project.run();
      // At the same cap it ends again.
      await project.ll(["resume", id, "-q"], {
        status: 1,
        stderr: ["the cap of 1"],
      });
      await project.ll(["resume", id, "-q", "--max-steps", "2"], {
        status: 3,
        stderr: ["asked for a handoff", "  prompt  take over\n"],
      });
      await project.ll(["resume", id, "-q", "-n", "9"], {
        status: 1,
        stderr: ['state "odd" has no route for verdict "error" (exit code 3)'],
      });
      const handedOff = project.run().lines.findLast((line) =>
        "event" in line && line.event === "loop_resume"
      );
      assertEquals(
        handedOff !== undefined && "from_handoff" in handedOff
          ? [handedOff.from_handoff, handedOff.continuation_prompt]
          : [],
        [true, "take over"],
      );
      // The number of a file that the action reads is no change of the loop: it runs again.
      project.write("code", "0");
      await project.ll(["resume", id, "--json"], {
        stdout: ['"terminated_by": "terminal"', '"can_resume": false'],
        stderr: ["Resuming loop: stops"],
      });
      assertEquals(ledger(project), ["cap", "off", "off", "odd", "odd"]);
      const { record, state } = project.run();
      assertEquals([record.id, state.exit_status], [id, 0]);
    },
  );
});

Deno.test("a changed loop file is told; it is taken when asked for, if the state is still there", async () => {
  await withProject({ ".loops/chain.yaml": CHAIN }, async (project) => {
    const id = await crashed(project);
    const changed = CHAIN.replace('echo "c ', 'echo "C ');
    project.write(".loops/chain.yaml", changed);
    await project.ll(["resume", id, "--dry-run"], {
      stdout: ["  file    .loops/chain.yaml: changed since; kept as it was"],
      stderr:
        "warning: The loop file .loops/chain.yaml has changed; the run keeps the definition that it was started with\n" +
        "hint: `ll-loop resume <run> --accept-changes` goes on with the changed one\n",
    });
    project.write(
      ".loops/chain.yaml",
      changed.replaceAll(/\bb:/g, "bb:").replaceAll("next: b", "next: bb"),
    );
    await project.ll(["resume", id, "--accept-changes"], {
      status: 65,
      stderr:
        'error: Cannot take the changed loop "chain": the run stands in state "b", which is not there any more\n' +
        "hint: Put it back, or go back to another state with --from, or leave out --accept-changes\n",
    });
    project.write(".loops/chain.yaml", changed.replace("next: b", "next: x"));
    await project.ll(["resume", id, "--accept-changes"], {
      status: 65,
      stderr: [
        '.loops/chain.yaml:11:11: error: State "a" goes to the unknown state "x"',
        'error: Cannot take the changed loop "chain": its definition has errors\n',
      ],
    });
    project.write(".loops/chain.yaml", `# Comments do not count\n${changed}`);
    await project.ll(["resume", id, "--accept-changes", "-q"]);
    assertEquals(ledger(project).at(-1), "C a nobody calm");
    // It is the definition of the run from now on.
    await project.ll(["resume", id, "--from", "c", "-q"]);
    assertEquals(ledger(project).slice(-2), [
      "C a nobody calm",
      "C a nobody calm",
    ]);
    project.remove(".loops/chain.yaml");
    await project.ll(["resume", id, "--from", "c"], {
      stdout: ["completed"],
      stderr:
        "note: The loop file .loops/chain.yaml is gone; the run keeps the definition that it was started with\n",
    });
  });
});

Deno.test("--from goes back to a state or a step, with other values; the journal keeps everything", async () => {
  await withProject({ ".loops/chain.yaml": CHAIN, go: "" }, async (project) => {
    await project.ll(["run", "chain", "-q"]);
    const { id, lines } = project.run();
    await project.ll(["resume", id, "--from", "b", "--context", "mood=new"], {
      stdout: [
        "  at       b, after 1 step\n",
        "    back at b, after 1 step\n[2/50] b",
      ],
    });
    assertEquals(ledger(project).slice(-2), ["b new", "c a nobody new"]);
    const more = project.run().lines;
    assertEquals(more.slice(0, lines.length), lines);
    // Once more, over what went back itself.
    await project.ll(["resume", id, "--from", "3", "-q"]);
    assertEquals(ledger(project).slice(-1), ["c a nobody new"]);
    await project.ll([
      "resume",
      id,
      "--from",
      "1",
      "-q",
      "--context",
      "who=you",
    ]);
    assertEquals(ledger(project).slice(-3), [
      "a you",
      "b calm",
      "c a you calm",
    ]);
    assertEquals(project.run().state.iteration, 3);
    const refused = (from: string, stderr: string) =>
      project.ll(["resume", id, "--from", from], {
        status: 65,
        stderr,
        isUntouched: true,
      });
    await refused(
      "4",
      'error: Cannot go back to "4": the run has made steps 1 to 3\n',
    );
    await refused(
      "cc",
      'error: Cannot go back to "cc": the run has not been in a state of that name\n' +
        'hint: Did you mean "c"?\n',
    );
  });
});

Deno.test("a run goes on in another folder, wherever its loops call their files", async () => {
  const outer = `name: outer
description: Runs another by a computed name
scope: ["."]
initial: a
context: { which: chain }
states:
  a: { loop: "\${context.which}", on_yes: done, on_no: failed, on_error: failed }
  done: { terminal: true }
  failed: { terminal: true }
`;
  const chain = CHAIN.replace(
    'action: echo "c ',
    'action: echo "$LL_CONTEXT_RUN_DIR" > place; echo "c ',
  );
  await withProject({
    ".loops/outer.yaml": outer,
    ".loops/chain.yaml": chain,
  }, async (project) => {
    const run = project.start(["run", "outer"]);
    await waitUntil("step b", () => ledger(project).length === 2);
    run.signal("SIGTERM");
    assertEquals((await run.ended).status, 143);
    const { id } = project.run();
    const there = `${project.home}/elsewhere`;
    await Deno.rename(project.root, there);
    project.mkdir("");
    project.write(`${there}/go`, "");
    await project.ll(["resume", "outer", "-q"], {}, { in: "../elsewhere" });
    assertEquals(
      project.read(`${there}/place`),
      `${there}/.loops/runs/${id}/work/\n`,
    );
    // Found by its folder of loops, it runs in its project all the same.
    await project.ll([
      ...["resume", id, "--from", "a", "-q"],
      ...["--loops-dir", `${there}/.loops`],
    ]);
    assertEquals(project.tree(), {});
  });
});

Deno.test("a live run is refused with its pid, one that waits for the scope with its holder", async () => {
  const other = oneAction("other", "until [ -e go ]; do sleep 0.01; done");
  await withProject({
    ".loops/chain.yaml": CHAIN,
    ".loops/other.yaml": other,
  }, async (project) => {
    const run = project.start(["run", "chain"]);
    await waitUntil("step b", () => ledger(project).length === 2);
    const { stderr } = await project.ll(["resume", "chain"], {
      status: 75,
      stdout: "",
      stderr:
        'error: Cannot resume run <run> of loop "chain": it is live in process ' +
        `${run.pid}\nhint: \`ll-loop stop <run>\` ends it, and then it can be resumed\n`,
    });
    assertStringIncludes(stderr, `process ${run.pid}`);
    await killed(project, run);
    const holder = project.start(["run", "other"]);
    await holder.printed("[1/50] a");
    await project.ll(["resume", "chain"], {
      status: 75,
      stdout: "",
      stderr: [
        'error: Cannot start loop "chain": loop "other" (run <run>, pid <pid>) holds "<root>"\n',
        "hint: Wait for it with `ll-loop resume chain --queue`",
      ],
    });
    const waiter = project.start(["resume", "chain", "--queue"]);
    await waiter.printed('Waiting for loop "other"');
    project.write("go", "");
    project.expect(await waiter.ended, {
      stdout: ["completed: done"],
      stderr: ["Waiting for "],
    });
    assertEquals((await holder.ended).status, 0);
  });
});

Deno.test("a signal while resuming, and while waiting to resume: the run stays where it was", async () => {
  await withProject({
    ".loops/chain.yaml": CHAIN,
    ".loops/other.yaml": oneAction("other", "sleep 60"),
  }, async (project) => {
    await crashed(project);
    project.remove("go");
    const resumed = project.start(["resume", "chain"]);
    await waitUntil("step b", () => ledger(project).length === 3);
    resumed.signal("SIGINT");
    project.expect(await resumed.ended, {
      status: 130,
      stdout: ["Resuming loop: chain"],
      stderr: ["  next    ll-loop resume <run>\n"],
    });
    const before = project.run();
    const holder = project.start(["run", "other"]);
    await holder.printed("[1/50] a");
    const waiter = project.start(["resume", before.id, "--queue"]);
    await waiter.printed("Waiting for ");
    waiter.signal("SIGTERM");
    assertEquals((await waiter.ended).status, 143);
    const chain = project.runs().find(({ id }) => id === before.id);
    assertEquals([chain?.lines, chain?.state], [before.lines, before.state]);
    holder.signal("SIGINT");
    await holder.ended;
  });
});

Deno.test("secrets are asked for again by name, and are in no file of the run", async () => {
  const loop = `name: secret
description: Needs a secret twice
scope: ["."]
secrets: [pin]
initial: a
context: { pin: "" }
states:
  a: { action: 'echo "a $LL_CONTEXT_PIN" > seen', next: b }
  b:
    action: echo b \${context.pin:shell} \${env.API_TOKEN} >> seen; [ -e go ]
    on_yes: done
  done: { terminal: true }
`;
  const env = { API_TOKEN: "token-in-env" };
  await withProject({ ".loops/secret.yaml": loop }, async (project) => {
    await project.ll(["run", "secret", "-q", "--context", "pin=pin-in-args"], {
      status: 1,
      stderr: [
        "  next    ll-loop resume <run> --context pin=VALUE --accept-changes\n",
      ],
    }, { env });
    project.write("go", "");
    await project.ll(["resume", "secret"], {
      status: 65,
      stderr:
        "error: Cannot resume run <run>: 2 secrets are not stored with it and must be given again\n" +
        '  "pin": add --context pin=VALUE\n' +
        '  "API_TOKEN": set the variable API_TOKEN\n',
      isUntouched: true,
    });
    project.write("seen", "");
    await project.ll(["resume", "secret", "--context", "pin=other"], {
      stdout: ["completed"],
      nowhere: ["token-in-env"],
    }, { env });
    assertEquals(project.read("seen"), "b other token-in-env\n");
    const all = JSON.stringify(project.tree());
    assert(!all.replace(/"seen":"[^"]*"/, "").includes("token-in-env"));
    assert(!all.includes("pin-in-args"));
  });
});

// ------------------------------------------------------------------ what may have run

/** A loop whose first action is cut off by a kill, with a policy. */
function cutOff(policy: string, more = ""): string {
  return `name: deploy
description: Must not run twice
scope: ["."]
initial: ship
context: { mark: shipped }
states:
  ship:
    action: echo ship >> ledger; until [ -e go ]; do sleep 0.01; done; echo now
    on_resume: ${policy}
    capture: how
    on_yes: told
    on_no: failed${more}
  told: { action: 'echo "told \${captured.how.output} \${captured.how.exit_code}" >> ledger', next: done }
  sorry: { action: echo sorry >> ledger, next: done }
  done: { terminal: true }
  failed: { terminal: true, failure: true }
`;
}

async function shipped(project: Project): Promise<void> {
  const run = project.start(["run", "deploy"]);
  // The file is there before the line in it.
  await project.line("ledger");
  await killed(project, run);
  project.write("go", "");
}

Deno.test("on_resume: ask and fail leave it to a person, by flag or at a terminal", async () => {
  for (const policy of ["ask", "fail"]) {
    const project = { ".loops/deploy.yaml": cutOff(policy) };
    const refusal = {
      status: 3,
      stdout: "",
      stderr:
        'error: Cannot resume run <run>: the action of state "ship" may have run when the run was cut off, and its `on_resume` is "' +
        `${policy}"\n` +
        "hint: `ll-loop resume <run> --rerun` runs it again, `ll-loop resume <run> --done` takes it as done (exit 0)\n",
      isUntouched: true,
    };
    await withProject(project, async (project) => {
      await shipped(project);
      await project.ll(["resume", "deploy"], refusal);
      await project.ll(["resume", "deploy", "--rerun", "--done"], {
        status: 64,
        stderr: 'error: Options "--rerun" and "--done" exclude each other\n',
      });
      await project.ll(["resume", "deploy", "--done"], {
        stdout: ["    ✓ yes  <time>\n    -> told"],
        stderr: 'note: State "ship": its action is taken as done\n',
      });
      assertEquals(ledger(project), ["ship", "told  0"]);
    });
    await withProject(project, async (project) => {
      await shipped(project);
      await project.ll(["resume", "deploy", "--rerun", "-q"]);
      assertEquals(ledger(project), ["ship", "ship", "told now 0"]);
    });
    await withProject(project, async (project) => {
      await shipped(project);
      await project.ll(["resume", "deploy"], {
        status: 3,
        stderr: [
          'The action of state "ship" may have run when the run was cut off:\n  echo ship >> ledger; until',
          "Run it again (rerun), take it as done (done), or leave it (quit)? [quit]: ",
          "error: Nothing was run: the run stays as it is\n",
        ],
      }, { answers: [""] });
      await project.ll(["resume", "deploy"], {
        stderr: ['Please answer "rerun", "done" or "quit"\n'],
      }, { answers: ["what", "rerun"] });
      assertEquals(ledger(project), ["ship", "ship", "told now 0"]);
    });
  }
});

Deno.test("on_resume: fail leaves by on_error where the state has one", async () => {
  await withProject({
    ".loops/deploy.yaml": cutOff("fail", "\n    on_error: sorry"),
  }, async (project) => {
    await shipped(project);
    await project.ll(["resume", "deploy"], {
      stdout: ["The action may have run when the run was cut off", "-> sorry"],
      stderr: [
        'note: State "ship": its action may have run, and fails by `on_resume`\n',
      ],
    });
    assertEquals(ledger(project), ["ship", "sorry"]);
  });
});

Deno.test("on_resume: check asks a command; what it prints stands for the action's output", async () => {
  const policy = '{ check: "test -e ${context.mark} && cat ${context.mark}" }';
  await withProject(
    { ".loops/deploy.yaml": cutOff(policy) },
    async (project) => {
      await shipped(project);
      project.write("shipped", "it is there\n");
      await project.ll(["resume", "deploy"], {
        stdout: ["-> told"],
        stderr: 'note: State "ship": its check says that it was done\n',
      });
      assertEquals(ledger(project), ["ship", "told it is there 0"]);
    },
  );
  await withProject(
    { ".loops/deploy.yaml": cutOff(policy) },
    async (project) => {
      await shipped(project);
      await project.ll(["resume", "deploy"], {
        stdout: ["-> told"],
        stderr:
          'note: State "ship": its check says exit 1: its action runs again\n',
      });
      assertEquals(ledger(project), ["ship", "ship", "told now 0"]);
    },
  );
  await withProject({
    ".loops/deploy.yaml": cutOff("{ check: no-such-program }"),
  }, async (project) => {
    await shipped(project);
    const { lines } = project.run();
    await project.ll(["resume", "deploy"], {
      status: 3,
      stderr: ["and its check gave no answer: exit 127\nhint: "],
    });
    assertEquals(project.run().lines, lines);
  });
});
