/** Loops with agents, played by scripts in the place of the hosts. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withProject } from "../support/ll_loop.ts";
import { waitUntil } from "../support/scratch.ts";
import {
  claudeFails,
  claudeSays,
  scriptHost,
} from "../support/scripted_host.ts";

const ENV = { IS_SANDBOX: "1" };

const ASK = `name: ask
description: Asks an agent
budget: { max_calls: 9 }
states:
  ask:
    prompt: |
      Make \${context.input}
    capture: said
    next: check
    on_error: failed
  check:
    run: test -e made.txt
    on_yes: done
    on_no: failed
`;

Deno.test("prompt: it goes by standard input, and what the agent does is shown", async () => {
  // Longer than one argument of a process may be.
  const long = "x".repeat(200_000);
  const text = `${ASK}context: { input: ${long} }\n`;
  await withProject({ ".loops/ask.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("It is made.\nAs you wished", {
        tools: [["Bash", "touch made.txt"]],
        does: "touch made.txt",
        costUsd: 0.25,
      }),
    ]);
    const { stdout } = await project.ll(["run", "ask"], {
      stdout: [],
    }, { env: ENV });
    assertEquals(host.prompts(), [`Make ${long}\n`]);
    assertEquals(host.calls(), [[
      "-p",
      "--verbose",
      "--output-format",
      "stream-json",
      "--dangerously-skip-permissions",
    ]]);
    for (
      const text of [
        "agent    claude (by PATH), without permission prompts; LL_SAFE=1 leaves them on",
        "budget   at most 9 calls",
        "Bash: touch made.txt",
        "│ It is made.",
        "│ As you wished",
        "spent   $0.25, 120 tokens, 1 call of an agent",
      ]
    ) assertStringIncludes(stdout, text);
    const run = project.run();
    const end = run.lines.find((line) =>
      "event" in line && line.event === "action_complete"
    );
    assertEquals(
      ["host", "model", "session_id", "input_tokens", "cost_usd"].map((key) =>
        (end as unknown as Record<string, unknown>)[key]
      ),
      ["claude", "claude-sonnet-5-5", "s-1", 100, 0.25],
    );
    await project.ll(["replay", run.id], { stdout: [] });
    await project.ll(["status", run.id], {
      stdout: [
        "Spent: ask: $0.25, 1 call, 100 tokens in, 20 out, 0 from a cache",
      ],
    });
    await project.ll(["history", run.id], { stdout: ["120 tokens $0.25"] });
  });
});

Deno.test("prompt: the options of a state go to its host, and safe mode is nobody's to undo", async () => {
  const text = ASK.replace(
    "capture: said",
    "model: opus\n    agent: tester\n    tools: [Read, Edit]",
  );
  await withProject({ ".loops/ask.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("ok", { does: "touch made.txt" }),
    ]);
    const safe = { ...ENV, LL_SAFE: "1" };
    const { stdout } = await project.ll(
      ["run", "ask", "x", "--model", "haiku", "--max-cost", "2"],
      { stdout: [] },
      { env: safe },
    );
    assertEquals(host.calls()[0]?.slice(4), [
      "--permission-mode",
      "acceptEdits",
      "--agent",
      "tester",
      "--tools",
      "Read,Edit",
      "--model",
      "opus",
      "--max-budget-usd",
      "2",
    ]);
    assertStringIncludes(
      stdout,
      "claude (by PATH), with its permission prompts",
    );
    project.write(".loops/config.yaml", "safe: true\n");
    await project.ll(["run", "ask", "x"], { stdout: [] }, { env: ENV });
    assert(host.calls()[1]?.includes("acceptEdits"));
  });
});

Deno.test("safe mode: each host is called so that it asks, and neither loop nor option can undo it", async () => {
  const says = 'touch made.txt; echo \'{"type":"turn.completed","usage":{}}\'';
  const files = {
    ".loops/ask.yaml": ASK,
    ".loops/undo.yaml": ASK.replace("name: ask", "name: undo\nsafe: false")
      .replace(
        "capture: said",
        'env: { LL_SAFE: "0", DANGEROUSLY_SKIP_PERMISSIONS: "1" }',
      ),
    ".loops/config.yaml": "safe: true\nhost_command: my-agent\n",
  };
  const consent =
    "Whether an agent has to ask is decided by LL_SAFE=1 or by safe: true in .loops/config.yaml, never by ";
  await withProject(files, async (project) => {
    const seen = 'echo "$LL_SAFE ${DANGEROUSLY_SKIP_PERMISSIONS-none}" >> seen';
    // What was inherited undoes nothing, either.
    const env = { LL_SAFE: "0", DANGEROUSLY_SKIP_PERMISSIONS: "1" };
    const ok = 'echo \'{"type":"result","status":"success"}\'';
    for (
      const [host, program, reply, flags] of [
        ["claude", "claude", claudeSays("ok"), [
          "--permission-mode",
          "acceptEdits",
        ]],
        ["codex", "codex", says, ["-s", "workspace-write", "-"]],
        ["gemini", "gemini", ok, ["--approval-mode", "auto_edit"]],
        ["command", "my-agent", "echo ok", []],
      ] as const
    ) {
      const script = scriptHost(project, program, [
        `${seen}; touch made.txt; ${reply}`,
      ]);
      const { stdout } = await project.ll(
        ["run", "ask", "x", "--host", host],
        { stdout: [] },
        { env },
      );
      assertStringIncludes(
        stdout,
        `agent    ${host} (by --host), ${
          host === "command"
            ? "which is told to ask (LL_SAFE=1)"
            : "with its permission prompts"
        }\n`,
      );
      const call = script.calls()[0] ?? [];
      assertEquals(flags.filter((each) => !call.includes(each)), [], host);
      assertEquals(
        call.filter((each) => /danger|bypass|yolo/i.test(each)),
        [],
        host,
      );
    }
    assertEquals(project.read("seen"), "1 none\n".repeat(4));
    await project.ll(["run", "undo", "x"], {
      status: 65,
      isUntouched: true,
      stderr: [
        `= hint: ${consent}a loop`,
        '"LL_SAFE" is set by ll-loop itself, as all that begins with "LL_"',
        '"DANGEROUSLY_SKIP_PERMISSIONS" is set by ll-loop itself [',
      ],
    }, { env });
    for (
      const option of ["--no-safe", "--yolo", "--dangerously-skip-permissions"]
    ) {
      await project.ll(["run", "ask", "x", option], {
        status: 64,
        isUntouched: true,
        stderr:
          `error: Unknown option "${option}" for "run"\nhint: ${consent}an option\n`,
      });
    }
  });
});

Deno.test({
  name:
    "consent: claude as root is refused before the first step, and its judge is not",
  ignore: Deno.uid() !== 0,
  async fn() {
    const judged = ASK.replace(
      /prompt: \|[\s\S]*on_error: failed/,
      "run: echo hi\n    evaluate: { type: llm_structured, prompt: Is it one? }\n    on_yes: check\n    on_no: failed",
    );
    await withProject({
      ".loops/ask.yaml": ASK,
      ".loops/judged.yaml": judged.replace("name: ask", "name: judged"),
    }, async (project) => {
      const host = scriptHost(project, "claude", [
        claudeSays("", {
          does: 'echo "${IS_SANDBOX-none}" > had; touch made.txt',
          structured: {
            verdict: "yes",
            confidence: 1,
            reason: "It is",
            evidence: "hi",
          },
        }),
      ]);
      await project.ll(["run", "ask", "x"], {
        status: 69,
        isUntouched: true,
        stderr:
          'error: Cannot run loop "ask": claude refuses to run as root without its permission prompts\n' +
          '  .loops/ask.yaml:5: state "ask" calls an agent\n' +
          "hint: Run as another user; or with LL_SAFE=1, so that it asks (it may then edit files, and is not let run commands); " +
          "or with another host: --host NAME; or in a container that is made for it with IS_SANDBOX=1\n",
      });
      assertEquals(host.calls(), []);
      const { stdout } = await project.ll(["run", "judged"], { stdout: [] });
      assertStringIncludes(
        stdout,
        "agent    claude (by PATH), only as a judge\n",
      );
      // Nor is anything pretended to it.
      assertEquals(project.read("had"), "none\n");
      // By what it was let start, however little its loop lets through.
      project.write(
        ".loops/ask.yaml",
        ASK.replace("states:", "env_allow: []\nstates:"),
      );
      await project.ll(["run", "ask", "x"], { stdout: [] }, { env: ENV });
      assertEquals(project.read("had"), "1\n");
    });
  },
});

Deno.test("prompt: a host that fails is an error, and its words are not judged", async () => {
  await withProject({ ".loops/ask.yaml": ASK }, async (project) => {
    scriptHost(project, "claude", [
      claudeFails("Credit balance is too low", { status: 400 }),
    ]);
    const { stderr } = await project.ll(["run", "ask", "x"], {
      status: 2,
      stdout: [],
      stderr: [],
    }, { env: ENV });
    assertStringIncludes(stderr, "[result] Credit balance is too low");
  });
});

Deno.test("prompt: a host that is not there is told before the first step", async () => {
  await withProject({ ".loops/ask.yaml": ASK }, async (project) => {
    await project.ll(["run", "ask", "x", "--host", "gemini"], {
      status: 69,
      isUntouched: true,
      stderr:
        'error: Cannot run loop "ask": Agent host "gemini" was not found on PATH (--host names it)\n' +
        '  .loops/ask.yaml:5: state "ask" calls an agent\n' +
        "hint: Install gemini, add its folder to PATH, or choose another host: --host NAME\n",
    });
    await project.ll(["run", "ask", "x", "--host", "gemini", "--dry-run"], {
      isUntouched: true,
      stdout: [
        '  ✗ agent host gemini: Agent host "gemini" was not found on PATH (--host names it) (ask)\n' +
        "      hint: Install gemini, add its folder to PATH, or choose another host: --host NAME\n" +
        "Verdict: runs with an agent that starts\n",
      ],
    });
    // No option goes before the loop.
    await project.ll(["until", "false", "--agent=gemini"], {
      status: 69,
      isUntouched: true,
      stderr: [
        "hint: Install gemini, add its folder to PATH, or name another host there\n",
      ],
    });
    project.write(
      ".loops/bad.yaml",
      ASK.replace("states:", "host: claud\nstates:"),
    );
    await project.ll(["validate", "bad"], {
      status: 1,
      stdout: [],
      stderr: [],
    });
  });
});

Deno.test("prompt: a host that hangs after its result is ended, and has done its work", async () => {
  await withProject({ ".loops/ask.yaml": ASK }, async (project) => {
    scriptHost(project, "claude", [
      `${claudeSays("ok", { does: "touch made.txt" })}\nsleep 60`,
    ]);
    const started = performance.now();
    await project.ll(["run", "ask", "x"], { stdout: [] }, { env: ENV });
    assert(performance.now() - started < 30_000);
  });
});

Deno.test("prompt: a command of the configuration is a host like the others", async () => {
  await withProject({
    ".loops/ask.yaml": ASK.replace(
      "next: check",
      "next: check\n    model: large",
    ),
    ".loops/config.yaml":
      'host: command\nhost_command: my-agent --yes "$LL_MODEL" "$LL_PROMPT_FILE"\n',
  }, async (project) => {
    const host = scriptHost(project, "my-agent", [
      'cp "$3" copy; touch made.txt; echo "made by hand"',
    ]);
    const { stdout } = await project.ll(["run", "ask", "it"], {
      stdout: [],
    });
    assertEquals(host.calls()[0]?.slice(0, 2), ["--yes", "large"]);
    assertEquals(host.prompts(), ["Make it\n"]);
    assertEquals(project.read("copy"), "Make it\n");
    assertStringIncludes(stdout, "│ made by hand");
    // Nothing of the prompt is left behind, which may have held secrets.
    assertEquals(project.read(host.calls()[0]?.[2] ?? ""), null);
  });
});

Deno.test("prompt: the script that a host_command runs finds the prompt in a file, which is gone afterwards", async () => {
  await withProject({
    ".loops/ask.yaml": ASK,
    ".loops/config.yaml": "host: command\nhost_command: bash agent.sh\n",
    "agent.sh":
      'echo "$LL_PROMPT_FILE" > where; cmp - "$LL_PROMPT_FILE" && touch made.txt\n',
  }, async (project) => {
    await project.ll(["run", "ask", "it"], { stdout: [] });
    const where = project.read("where")?.trim() ?? "";
    assert(where.endsWith(".prompt"), where);
    assertEquals(project.read(where), null);
  });
});

Deno.test("prompt: gemini writes to a file, since it loses what it writes to a pipe", async () => {
  const stream = new URL(
    "../golden/streams/gemini/tool-yolo-root.txt",
    import.meta.url,
  ).pathname;
  await withProject({ ".loops/ask.yaml": ASK }, async (project) => {
    scriptHost(project, "gemini", [
      `touch made.txt; [ -f /dev/stdout ] && cat '${stream}'`,
    ]);
    const { stdout } = await project.ll(
      ["run", "ask", "x", "--host", "gemini"],
      {
        stdout: [],
      },
    );
    assertStringIncludes(stdout, "run_shell_command: echo hi > made.txt");
    assertStringIncludes(stdout, "│ VERDICT ok from stub");
    assertStringIncludes(stdout, "spent   $0.0016, 2.4k tokens");
  });
});

Deno.test("options for agents: a level that is none is refused, and who has no use for them says so", async () => {
  const plain = "name: plain\ndescription: No agent\nstates:\n" +
    "  a: { run: 'true', next: done, on_error: failed }\n";
  await withProject({
    ".loops/ask.yaml": ASK,
    ".loops/plain.yaml": plain,
    ".loops/computed.yaml": plain.replace(
      "a: { run: 'true', next:",
      "a: { loop: '${context.input}', on_yes:",
    ),
  }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("ok", { does: "touch made.txt" }),
    ]);
    scriptHost(project, "gemini", [
      'echo \'{"type":"result","status":"success"}\'',
    ]);
    for (const args of [["run", "ask", "x"], ["until", "false", "--agent"]]) {
      await project.ll([...args, "--effort", "hgih"], {
        status: 64,
        isUntouched: true,
        stderr:
          'error: "--effort" is "hgih", and host "claude" takes low, medium, high, xhigh or max\n' +
          'hint: Did you mean "high"?\n',
      }, { env: ENV });
    }
    // What codex takes is up to its model.
    scriptHost(project, "codex", [
      'echo \'{"type":"turn.completed","usage":{}}\'',
    ]);
    const odd = ["run", "ask", "x", "--host", "codex", "--effort"];
    await project.ll([...odd, "hgih"], {
      status: 2,
      stderr: [
        'note: "--effort" is "hgih", and host "codex" takes none, minimal, low, medium, high, xhigh, max or ultra: did you mean "high"?\n',
      ],
      stdout: [],
    });
    await project.ll([...odd, "deep"], {
      status: 2,
      stdout: [],
      stderr: [],
      nowhere: ["--effort"],
    });
    await project.ll(["run", "ask", "x", "--effort", "High"], { stdout: [] }, {
      env: ENV,
    });
    assertEquals(host.calls()[0]?.slice(-2), ["--effort", "High"]);
    await project.ll(
      ["run", "ask", "x", "--effort", "high", "--host", "gemini"],
      {
        stdout: [],
        stderr: [
          'note: Option "--effort" has no effect: host "gemini" has no such option\n',
        ],
      },
    );
    await project.ll(
      ["run", "plain", "--host", "claude", "--max-cost", "1"],
      {
        stdout: [],
        stderr:
          'note: Loop "plain" calls no agent: --host and --max-cost have no effect\n',
      },
    );
    await project.ll(["run", "plain", "--max-tokens", "1", "--dry-run"], {
      stdout: [],
      stderr: 'note: Loop "plain" calls no agent: --max-tokens has no effect\n',
    });
    // Who knows what is run there.
    await project.ll(["run", "computed", "plain", "--max-cost", "1"], {
      stdout: [],
    });
  });
});

Deno.test("prices: those of the configuration come before the list, and make unknown models known", async () => {
  const stream = [
    { type: "thread.started", thread_id: "t" },
    {
      type: "turn.completed",
      usage: {
        input_tokens: 1_000_000,
        cached_input_tokens: 0,
        output_tokens: 100_000,
      },
    },
  ].map((event) => JSON.stringify(event)).join("\n");
  await withProject({ ".loops/ask.yaml": ASK }, async (project) => {
    scriptHost(project, "codex", [`touch made.txt; echo '${stream}'`]);
    const spent = async (model: string) => {
      const { stdout } = await project.ll(
        ["run", "ask", "x", "--host", "codex", "--model", model],
        { stdout: [], stderr: [] },
      );
      return /spent {3}(\S+(?: unknown)?),/.exec(stdout)?.[1];
    };
    assertEquals(
      [await spent("gpt-5"), await spent("my-model")],
      ["$2.25", "cost unknown"],
    );
    project.write(
      ".loops/config.yaml",
      "prices:\n  gpt-5: { input: 4, output: 10 }\n  my: { input: 0.5, output: 0 }\n",
    );
    assertEquals(
      [await spent("gpt-5"), await spent("my-model")],
      ["$5.00", "$0.50"],
    );
  });
});

Deno.test("session: a prompt that continues resumes the host's own session", async () => {
  const text = `name: chain
description: Two prompts of one session
session_mode: continue
budget: { max_calls: 5 }
states:
  one: { prompt: begin, next: two }
  two: { prompt: go on, next: done }
`;
  await withProject({ ".loops/chain.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("a", { session: "sess-7", costUsd: 0.5 }),
      // It tells the cost of the whole session.
      claudeSays("b", { session: "sess-7", costUsd: 0.75 }),
    ]);
    const { stdout } = await project.ll(["run", "chain"], { stdout: [] }, {
      env: ENV,
    });
    assertEquals(host.calls()[1]?.slice(5), ["--resume", "sess-7"]);
    assertStringIncludes(
      stdout,
      "spent   $0.75, 240 tokens, 2 calls of an agent (one $0.50, two $0.25)",
    );
  });
});

Deno.test("session: one that the host does not know any more begins anew, and is one call", async () => {
  const text = `name: chain
description: Two prompts of one session
session_mode: continue
budget: { max_calls: 2 }
states:
  one: { prompt: begin, next: two }
  two: { prompt: go on, next: done, on_error: failed }
`;
  await withProject({ ".loops/chain.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("a", { session: "sess-7" }),
      claudeFails("No conversation found with session ID: sess-7"),
      claudeSays("b", { session: "sess-8" }),
    ]);
    const { stdout } = await project.ll(["run", "chain"], { stdout: [] }, {
      env: ENV,
    });
    assertEquals(host.calls().map((args) => args.slice(5)), [
      [],
      ["--resume", "sess-7"],
      [],
    ]);
    assertStringIncludes(
      stdout,
      "! The session before is not there any more: this one begins anew\n    │ b\n",
    );
    assertStringIncludes(stdout, "2 calls of an agent");
  });
});

const FOREVER = `name: forever
description: Never done
states:
  work: { prompt: go on, next: work, on_error: done }
`;

Deno.test("budget: the run stops at the limit, says so, and resume goes on with what was spent", async () => {
  await withProject({ ".loops/forever.yaml": FOREVER }, async (project) => {
    scriptHost(project, "claude", [claudeSays("more", { costUsd: 0.4 })]);
    const { stdout, stderr } = await project.ll(
      [
        "run",
        "forever",
        "--max-cost",
        "1",
        "--on-end",
        'echo "$LL_END_COST" > cost',
      ],
      { status: 1, stdout: [], stderr: [] },
      { env: ENV },
    );
    assertStringIncludes(
      stdout,
      'budget: $0.80 of $1.00 of loop "forever" used (80 %)',
    );
    assertStringIncludes(
      stderr,
      'Loop "forever" stopped: used up the budget of loop "forever": $1.20 of $1.00',
    );
    assertStringIncludes(
      stderr,
      "spent   $1.20, 360 tokens, 3 calls of an agent",
    );
    assertEquals(project.read("cost"), "1.2\n");
    const { id } = project.run();
    assertStringIncludes(stderr, `next    ll-loop resume ${id} --max-cost 2.4`);
    await project.ll(["status", id], {
      stdout: ["\nNext: ll-loop resume <run> --max-cost 2.4\n"],
    });
    const again = await project.ll(
      ["resume", id, "--max-cost", "2", "--json"],
      { status: 1, stdout: [], stderr: [] },
      { env: ENV },
    );
    const summary = JSON.parse(again.stdout);
    assertEquals(summary.terminated_by, "budget_exceeded");
    assertEquals(summary.spend.calls, 5);
    assertEquals(summary.spend.cost_usd, 2);
    assertEquals(summary.spend.states.work.input_tokens, 500);
  });
});

Deno.test("budget: the running agent is stopped at the limit", async () => {
  await withProject({ ".loops/forever.yaml": FOREVER }, async (project) => {
    const line = (id: number) =>
      JSON.stringify({
        type: "assistant",
        message: {
          id: `m${id}`,
          content: [{ type: "text", text: `turn ${id}` }],
          usage: { input_tokens: 600, output_tokens: 0 },
        },
      });
    scriptHost(project, "claude", [
      `echo '${line(1)}'; echo '${line(2)}'; sleep 60; echo '${line(3)}'`,
    ]);
    const started = performance.now();
    const { stdout, stderr } = await project.ll(
      ["run", "forever", "--max-tokens", "1000"],
      { status: 1, stdout: [], stderr: [] },
      { env: ENV },
    );
    assert(performance.now() - started < 30_000);
    assertStringIncludes(stdout, "│ turn 2");
    assertStringIncludes(stderr, "1.2k of 1k tokens\n");
  });
});

Deno.test("budget: two that are used up at once are raised together, and the run goes on", async () => {
  await withProject({ ".loops/forever.yaml": FOREVER }, async (project) => {
    scriptHost(project, "claude", [
      claudeSays("more", { inputTokens: 900, outputTokens: 100 }),
    ]);
    const limits = ["--max-tokens", "1000", "--max-calls", "1"];
    const { stderr } = await project.ll(
      ["run", "forever", ...limits],
      { status: 1, stdout: [], stderr: [] },
      { env: ENV },
    );
    const { id } = project.run();
    const raised = ["--max-tokens", "2000", "--max-calls", "2"];
    assertStringIncludes(
      stderr,
      `  next    ll-loop resume ${id} ${raised.join(" ")}\n`,
    );
    await project.ll(["resume", id, ...raised], {
      status: 1,
      stdout: ["│ more"],
      stderr: ["2k tokens"],
    }, { env: ENV });
  });
});

Deno.test("budget: a loop without any limit is warned of", async () => {
  await withProject({ ".loops/forever.yaml": FOREVER }, async (project) => {
    scriptHost(project, "claude", [claudeSays("more")]);
    const { stderr } = await project.ll(["run", "forever", "-n", "1"], {
      status: 1,
      stdout: [],
      stderr: [],
    }, { env: ENV });
    assertStringIncludes(
      stderr,
      'Nothing limits what the agents of loop "forever" may spend',
    );
  });
});

Deno.test("prompt: what was answered is never asked again", async () => {
  const text = `name: two
description: A prompt and a pause
budget: { max_calls: 5 }
states:
  ask: { prompt: once, next: wait }
  wait: { run: "echo waiting; sleep 60", next: done }
`;
  await withProject({ ".loops/two.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [claudeSays("ok")]);
    const live = project.start(["run", "two"], { env: ENV });
    await live.printed("│ waiting");
    live.signal("SIGKILL");
    await live.ended;
    const { id } = project.run();
    const again = project.start(["resume", id], { env: ENV });
    await again.printed("│ waiting");
    again.signal("SIGTERM");
    assertEquals((await again.ended).status, 143);
    assertEquals(host.calls().length, 1);
  });
});

Deno.test("handoff: spawn starts an agent that is not of the run, once the run has let go", async () => {
  const text = `name: hand
description: Hands off
on_handoff: spawn
states:
  a:
    run: '[ -e again ] && exit 0; touch again; echo "CONTEXT_HANDOFF: mind the gap"'
    next: done
`;
  await withProject({ ".loops/hand.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [
      'echo "run ${LL_RUN_ID-none}" > told; ll-loop resume hand > resumed 2>&1; echo over >> told',
    ]);
    const { stderr, stdout } = await project.ll(
      ["run", "hand", "--host", "claude"],
      { status: 3, stdout: [], stderr: [] },
      { env: ENV, isProcess: true },
    );
    const { id, lines } = project.run();
    const told = lines.findLast((line) =>
      "event" in line && line.event === "handoff_spawned"
    );
    assert(told?.event === "handoff_spawned");
    const { pid } = told;
    const file = `.loops/runs/${id}/outputs/handoff.prompt`;
    assertEquals([told.state, told.host, told.prompt_file], [
      "a",
      "claude",
      file,
    ]);
    for (
      const text of [
        "handoff  starts an agent that goes on with the run by itself; LL_SAFE=1 pauses instead",
        "agent    claude (by --host), without permission prompts",
        `handoff: claude goes on with the run, pid ${pid}: claude -p --verbose`,
        `--dangerously-skip-permissions < ${file}\n`,
        `  agent   claude, pid ${pid}, goes on with the run\n`,
        `  next    ll-loop status ${id}\n`,
      ]
    ) assertStringIncludes(stdout + stderr, text);
    await waitUntil(
      "the agent has gone on",
      () => project.read("told")?.endsWith("over\n") === true,
    );
    assertEquals(project.read("told"), "run none\nover\n");
    assertStringIncludes(
      project.read("resumed") ?? "",
      'Loop "hand" completed: done',
    );
    assertEquals(host.prompts(), [
      `Run this command and wait until it has ended: ll-loop resume ${project.run().id}\n\nmind the gap\n`,
    ]);
    const history = await project.ll(["history", id], { stdout: [] });
    assertStringIncludes(
      history.stdout,
      `state=a  host=claude  pid=${pid}  prompt=${file}`,
    );
    await project.ll(["replay", id], { stdout: ["The same events"] });
  });
});

Deno.test("handoff: safe mode starts nobody that nobody watches, and one that is not there is told", async () => {
  const text = `name: hand
description: Hands off
on_handoff: spawn
states:
  a: { run: "echo CONTEXT_HANDOFF: go on", next: done }
`;
  await withProject({ ".loops/hand.yaml": text }, async (project) => {
    const hand = async (env: Record<string, string>) => {
      const { stdout, stderr } = await project.ll(
        ["run", "hand", "--host", "claude"],
        { status: 3, stdout: [], stderr: [] },
        { env },
      );
      return stdout + stderr;
    };
    assertStringIncludes(
      await hand(ENV),
      'handoff: no agent was started to go on: Agent host "claude" was not found on PATH',
    );
    const host = scriptHost(project, "claude", ["touch begun"]);
    const printed = await hand({ ...ENV, LL_SAFE: "1" });
    for (
      const text of [
        "handoff  pauses: in safe mode no agent is started to go on",
        "handoff: no agent was started to go on: Nobody could allow it",
        "  next    ll-loop resume ",
      ]
    ) assertStringIncludes(printed, text);
    // One step in a scratch folder has nobody to go on with it.
    await project.ll(["test", "hand"], {
      stdout: [],
      stderr: [],
      nowhere: ["goes on with the run"],
    }, { env: ENV });
    assertEquals(host.calls(), []);
  });
});

Deno.test("secrets: one in what an agent says, does and fails with is nowhere to be read", async () => {
  const secret = 'p4ss"wörd/hunter22';
  const base64 = btoa(
    String.fromCharCode(...new TextEncoder().encode(`me:${secret}`)),
  );
  const text = `name: tell
description: An agent that cannot keep a secret
budget: { max_calls: 9 }
states:
  ask:
    prompt: The key is \${env.MY_API_KEY}
    capture: said
    next: print
    on_error: print
  print:
    run: printf '%s' "$LL_CAPTURED_SAID"; exit 1
    on_yes: done
    on_no: failed
`;
  await withProject({ ".loops/tell.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays(
        `I was given ${secret}, in base64 ${base64}, in an address ${
          encodeURIComponent(secret)
        }`,
        {
          tools: [["Bash", `curl -H 'key: ${secret}'`]],
        },
      ),
      claudeFails(`Invalid API key ${secret}`, { status: 401 }),
    ]);
    const env = { ...ENV, MY_API_KEY: secret };
    const shown: string[] = [];
    for (let n = 0; n < 2; n++) {
      const { stdout, stderr } = await project.ll(
        ["run", "tell", "--verbose"],
        {
          status: 2,
          stdout: [],
          stderr: [],
        },
        { env },
      );
      shown.push(stdout, stderr);
    }
    assertEquals(host.prompts()[0], `The key is ${secret}`);
    assert(
      shown.join("").includes("I was given ***, in base64 "),
      shown.join(""),
    );
    const everything = [
      ...shown,
      ...Object.entries(project.tree())
        .filter(([path]) => path.startsWith(".loops/runs/")).map(([, text]) =>
          text
        ),
      ...project.runs().flatMap(({ folder }) => [
        project.read(`${folder}/events.jsonl`) ?? "",
        project.read(`${folder}/log`) ?? "",
        project.read(`${folder}/state.json`) ?? "",
      ]),
    ].join("\n");
    for (
      const form of [
        secret,
        JSON.stringify(secret).slice(1, -1),
        JSON.stringify(JSON.stringify(secret)).slice(3, -3),
        encodeURIComponent(secret),
        base64.slice(8, -4),
      ]
    ) assert(!everything.includes(form), form);
  });
});

Deno.test("secrets: a token that stands in a loop reaches who needs it, and is nowhere else to be read", async () => {
  const token = "sk-proj-a1B2c3D4e5F6g7H8a1B2c3D4e5F6g7H8";
  const other = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
  const text = `name: plain
description: Holds ${token}
context: { note: "use ${other}" }
budget: { max_calls: 9 }
states:
  look:
    run: |
      echo "$H; \${context.note}; ${token}" > had
      [ -e again ] || { touch again; echo waiting for ${token}; sleep 60; }
      echo ${token}
    env: { H: "Bearer ${token}" }
    evaluate: { type: output_contains, pattern: "${token}" }
    on_yes: ask
    on_no: failed
    on_error: failed
  ask:
    prompt: Call it with ${token}
    next: done
    on_error: failed
`;
  await withProject({ ".loops/plain.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [claudeSays(`Used ${token}`)]);
    const nowhere = [token, other];
    for (
      const args of [
        ["show", "plain", "--verbose"],
        ["show", "plain", "--json"],
        ["run", "plain", "--dry-run"],
        ["run", "plain", "--dry-run", "--json"],
        ["validate", "plain"],
        ["validate", "plain", "--json"],
        ["simulate", "plain", "--json"],
      ]
    ) {
      const ended = await project.ll(args, {
        status: "any",
        stdout: [],
        stderr: [],
        nowhere,
      }, { env: ENV });
      assert(ended.status <= 1, args.join(" "));
    }
    const live = project.start(["run", "plain"], { env: ENV });
    await live.printed("│ waiting for ***");
    live.signal("SIGTERM");
    assertEquals((await live.ended).status, 143);
    const { id } = project.run();
    const { stdout } = await project.ll(["resume", id], {
      stdout: [],
      // It may be faster than the guardian, and tells what it ends then.
      stderr: [],
      nowhere,
    }, { env: ENV });
    assertStringIncludes(stdout, "✦ Call it with ***");
    assertStringIncludes(stdout, "│ Used ***");
    assertEquals(
      project.read("had"),
      `Bearer ${token}; use ${other}; ${token}\n`,
    );
    assertEquals(host.prompts(), [`Call it with ${token}`]);
    const { folder } = project.run();
    const stored = Object.entries(project.tree()).filter(([path, text]) =>
      path.startsWith(".loops/runs/") &&
      nowhere.some((each) => text.includes(each))
    );
    assertEquals(stored, []);
    assertEquals(
      nowhere.filter((each) =>
        (project.read(`${folder}/events.jsonl`) ?? "").includes(each)
      ),
      [],
    );
    await project.ll(["replay", id], { stdout: [], nowhere });
    // Once it is out of the file it has to be given.
    project.write(".loops/plain.yaml", text.replaceAll(token, "none"));
    await project.ll(["resume", id, "--from", "look"], {
      status: 65,
      stderr: [
        "2 secrets are not stored with it and must be given again\n" +
        '  "token": add --context token=VALUE\n  "H": add --context H=VALUE\n',
      ],
    }, { env: ENV });
  });
});

Deno.test("env and env_allow: an agent and its judge have what the loop gives, and nothing else", async () => {
  const text = `name: few
description: Limits its agents
budget: { max_calls: 9 }
env: { MODE: nightly, OTHER_TOKEN: "\${env.MY_TOKEN}" }
env_allow: []
states:
  ask:
    prompt: Go on
    env: { MODE: own }
    evaluate: { type: llm_structured }
    on_yes: done
    on_no: failed
    on_error: failed
  done: { terminal: true }
  failed: { terminal: true }
`;
  await withProject({ ".loops/few.yaml": text }, async (project) => {
    const does =
      `echo "$MODE $OTHER_TOKEN \${MY_TOKEN-none} \${KEPT-none}" >> had`;
    scriptHost(project, "claude", [
      claudeSays("the-token-of-the-test", { does }),
      claudeSays("", {
        does,
        structured: {
          verdict: "yes",
          confidence: 1,
          reason: "It is",
          evidence: "***",
        },
      }),
    ]);
    const { stdout } = await project.ll(
      ["run", "few", "--verbose"],
      { stdout: ["│ ***\n"], nowhere: ["the-token-of"] },
      { env: { ...ENV, MY_TOKEN: "the-token-of-the-test", KEPT: "kept" } },
    );
    assertStringIncludes(stdout, 'Loop "few" completed: done');
    const line = "own the-token-of-the-test none none\n";
    assertEquals(project.read("had"), line + line);
  });
});

const LIMITED = `name: limited
description: Asks where there is little room
budget: { max_calls: 9 }
states:
  ask:
    prompt: Do it
    max_rate_limit_retries: 1
    rate_limit_backoff_base_seconds: 1
    rate_limit_max_wait_seconds: 2
    on_rate_limit_exhausted: failed
    next: done
    on_error: failed
`;

Deno.test("rate limit: runs tell each other, and one that was told waits before it asks", async () => {
  const file = ".loops/tmp/rate-limit-circuit.json";
  await withProject({ ".loops/limited.yaml": LIMITED }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeFails("Too many requests", { status: 429 }),
      claudeSays("done"),
    ]);
    const run = async () =>
      (await project.ll(["run", "limited"], { stdout: [] }, { env: ENV }))
        .stdout;
    assertStringIncludes(await run(), "rate limit: asks again in ");
    const circuit = JSON.parse(project.read(file) ?? "");
    const { hosts: { claude } } = circuit;
    assertEquals(circuit.estimated_recovery_at, claude);
    assert(circuit.last_seen < claude && claude < circuit.last_seen + 3);
    // Room was there again: nobody waits.
    assert(!(await run()).includes("rate limit"));
    const seconds = Date.now() / 1000;
    const told = {
      ...circuit,
      ["last_seen"]: seconds,
      ["estimated_recovery_at"]: seconds + 3000,
      hosts: { claude: seconds + 3000 },
    };
    project.write(file, JSON.stringify(told));
    assertStringIncludes(
      await run(),
      "rate limit that a run here has met: asks in 2s",
    );
    assertEquals(host.calls().length, 4);
    project.write(".loops/config.yaml", "rate_limit_circuit: false\n");
    assert(!(await run()).includes("rate limit"));
  });
});
