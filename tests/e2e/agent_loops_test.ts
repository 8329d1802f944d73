/** `until --agent`, the guard over test files, and the built-in loops with agents, played by scripts. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Project, withProject } from "../support/ll_loop.ts";
import { waitUntil } from "../support/scratch.ts";
import { claudeSays, scriptHost } from "../support/scripted_host.ts";

const ENV = { IS_SANDBOX: "1" };

/** Runs a command line, and returns all that was printed. */
async function ran(
  project: Project,
  args: readonly string[],
  status = 0,
): Promise<string> {
  const { stdout, stderr } = await project.ll(args, {
    status,
    stdout: [],
    stderr: [],
  }, { env: ENV });
  return stdout + stderr;
}

/** Makes the project a repository with everything in it committed. */
async function commit(project: Project): Promise<void> {
  const { ended } = project.bash(
    "git init -q && git add -A && git -c user.name=Ada -c user.email=ada@example.invalid commit -qm start",
  );
  assertEquals((await ended).status, 0);
}

Deno.test("until --agent: an agent is told what failed, until the command passes", async () => {
  await withProject({ "n": "0\n" }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("one", { does: "echo 1 > n" }),
      claudeSays("two", { does: "echo 2 > n" }),
    ]);
    const check = 'echo "it is $(cat n)"; [ "$(cat n)" = 2 ]';
    const printed = await ran(project, ["until", check, "--agent"]);
    assertStringIncludes(printed, "the check passed after 2 of 5 fixes");
    assertStringIncludes(
      printed,
      "budget   $5.00, 2M tokens by default; --max-cost and --max-tokens set other limits",
    );
    assertStringIncludes(printed, "agent    claude (by PATH)");
    assert(!printed.includes("excerpt ("), printed);
    const [first = "", second = ""] = host.prompts();
    assertStringIncludes(first, `The command:\n${check}\n`);
    assert(first.trimEnd().endsWith("no instruction:\nit is 0"), first);
    assert(second.trimEnd().endsWith("it is 1"), second);
    await project.ll(["until", "true", "--agent", "--fix", "x"], {
      status: 64,
      stderr: ['Options "--fix" and "--agent" exclude each other'],
    });
    await project.ll(["until", "true", "--agent=clau"], {
      status: 64,
      stderr: [
        'Option "--agent" takes one of claude, codex, gemini, command, got "clau"',
      ],
    });
  });
});

Deno.test("until --agent --save: the loop that is written is valid and does the same", async () => {
  await withProject({ "n": "0\n" }, async (project) => {
    scriptHost(project, "codex", [
      'echo 1 > n; echo \'{"type":"turn.completed","usage":{}}\'',
    ]);
    await ran(project, [
      "until",
      'test "$(cat n)" = 1',
      "--agent=codex",
      "--save",
      "go",
    ]);
    await ran(project, ["validate", "go", "--strict"]);
    assertStringIncludes(
      await ran(project, ["run", "go"]),
      "the check passed after 1 of 5 fixes",
    );
  });
});

Deno.test("tamper_guard: changed tests end until --agent, unless they are allowed", async () => {
  const files = { "n": "0\n", "tests/a_test.sh": "exit 1\n" };
  await withProject(files, async (project) => {
    scriptHost(project, "claude", [
      claudeSays("cheated", { does: "echo 'exit 0' > tests/a_test.sh" }),
    ]);
    const args = ["until", "bash tests/a_test.sh", "--agent"];
    const printed = await ran(project, args, 2);
    assertStringIncludes(
      printed,
      "test files were changed: tests/a_test.sh -> failed",
    );
    assertStringIncludes(
      printed,
      'failed: state "fix" changed test files: "tests/a_test.sh"',
    );
    assertStringIncludes(
      printed,
      "hint    Look at them, no git repository shows what was changed; --allow-test-edits lets agents change tests\n",
    );
    project.write("tests/a_test.sh", "exit 1\n");
    await commit(project);
    assertStringIncludes(
      await ran(project, args, 2),
      "hint    Look at them (git diff -- tests/a_test.sh); --allow-test-edits lets agents change tests\n",
    );
    project.write("tests/a_test.sh", "exit 1\n");
    assertStringIncludes(
      await ran(project, [...args, "--allow-test-edits"]),
      "the check passed after 1 of 5 fixes",
    );
  });
});

Deno.test("tamper_guard: what an agent did to tests before its run was killed or stopped counts when it goes on", async () => {
  const loop = `name: guarded
description: Changes a test, and is cut off
budget: { max_calls: 9 }
tamper_guard: fail
states:
  fix: { prompt: fix it, next: check, on_error: failed }
  check: { run: bash tests/a_test.sh, on_yes: done, on_no: failed, on_error: failed }
`;
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    await withProject({
      ".loops/guarded.yaml": loop,
      "tests/a_test.sh": "exit 1\n",
      "tests/b_test.sh": "exit 1\n",
    }, async (project) => {
      scriptHost(project, "claude", [
        "echo 'exit 0' > tests/a_test.sh; sleep 60",
        claudeSays("nothing to do"),
      ]);
      const live = project.start(["run", "guarded"], { env: ENV });
      await waitUntil(
        "the test changed",
        () => project.read("tests/a_test.sh") === "exit 0\n",
      );
      live.signal(signal);
      await live.ended;
      const { id } = project.run();
      // What somebody else does after a stop is their own business.
      if (signal === "SIGTERM") project.write("tests/b_test.sh", "exit 2\n");
      const outputs = `.loops/runs/${id}/outputs`;
      project.write(`${outputs}/7.prompt`, "left by a call that was cut off");
      project.write(`${outputs}/handoff.prompt`, "for whoever goes on");
      const printed = await ran(project, ["resume", id], 2);
      assertStringIncludes(
        printed,
        'failed: state "fix" changed test files: "tests/a_test.sh"\n',
        signal,
      );
      assertEquals(
        printed.includes(
          'State "fix": its agent was cut off; that call counts, what it used is not known',
        ),
        signal === "SIGKILL",
      );
      assertStringIncludes(printed, ", 2 calls of an agent\n");
      assertEquals(project.read(`${outputs}/7.prompt`), null);
      assert(project.read(`${outputs}/handoff.prompt`) !== null);
      for await (const { name } of Deno.readDir(project.path(outputs))) {
        assert(!name.endsWith(".guard"), name);
      }
    });
  }
});

Deno.test("tamper_guard: revert puts tests back, text and mode, and goes on", async () => {
  const loop = `name: guarded
description: Changes a test
tamper_guard: revert
states:
  change:
    run: echo cheat > tests/a.sh; rm tests/b.txt; touch tests/same.txt; echo new > tests/new.txt; echo free > src.txt
    next: look
  look: { run: cat tests/a.sh tests/b.txt, capture: now, next: done }
`;
  await withProject({
    ".loops/guarded.yaml": loop,
    "tests/a.sh": "echo a\n",
    "tests/b.txt": "bé\n",
    "tests/same.txt": "same\n",
  }, async (project) => {
    project.chmod("tests/a.sh", 0o755);
    // What a link is told by is not its own size.
    await Deno.symlink("../.loops", project.path("tests/folder"));
    await Deno.symlink("same.txt", project.path("tests/link.txt"));
    const printed = await ran(project, ["run", "guarded"]);
    assertStringIncludes(
      printed,
      "test files were changed and put back: tests/a.sh, tests/b.txt\n",
    );
    assertEquals(project.read("tests/a.sh"), "echo a\n");
    assertEquals(project.read("tests/b.txt"), "bé\n");
    assertEquals(
      ((await Deno.stat(project.path("tests/a.sh"))).mode ?? 0) & 0o100,
      0o100,
    );
    assertEquals(project.read("src.txt"), "free\n");
  });
});

Deno.test("fix-until-green: fixes, gives up, and needs a command that can be run", async () => {
  await withProject({ "n": "0\n" }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("no", { does: "true" }),
      claudeSays("yes", { does: "echo 1 > n" }),
    ]);
    const check = 'test "$(cat n)" = 1';
    const printed = await ran(project, ["run", "fix-until-green", check]);
    assertStringIncludes(printed, 'Loop "fix-until-green" completed: green');
    assertStringIncludes(printed, "by default; --max-cost");
    assertEquals(host.prompts().length, 2);
    const gaveUp = await ran(project, [
      "run",
      "fix-until-green",
      "false",
      "--context",
      "attempts=1",
    ], 2);
    assertStringIncludes(gaveUp, 'it ended in "gave_up"');
    const missing = await ran(project, [
      "run",
      "fix-until-green",
      "nosuchprogram1",
    ], 2);
    assertStringIncludes(missing, 'it ended in "cannot_run"');
  });
});

Deno.test("plan-do-verify: plans, does and mends in one session until the command passes", async () => {
  await withProject({}, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("1. write x", { session: "s" }),
      claudeSays("written", { session: "s", does: "touch half" }),
      claudeSays("mended", { session: "s", does: "touch whole" }),
    ]);
    const printed = await ran(project, [
      "run",
      "plan-do-verify",
      "make it whole",
      "--context",
      "verify=ls whole",
    ]);
    assertStringIncludes(printed, 'Loop "plan-do-verify" completed: verified');
    const [plan = "", does = "", mend = ""] = host.prompts();
    assertStringIncludes(plan, "The task:\nmake it whole");
    assertStringIncludes(does, "The plan:\n1. write x");
    assertStringIncludes(mend, "cannot access 'whole'");
    assertEquals(host.calls().map((args) => args.includes("--resume")), [
      false,
      true,
      true,
    ]);
  });
});

Deno.test("review-and-fix: reviews what was changed, fixes, and reviews again", async () => {
  await withProject({ "a.txt": "one\n" }, async (project) => {
    await commit(project);
    project.write("a.txt", "two\n");
    project.write("new.txt", "fresh\n");
    const host = scriptHost(project, "claude", [
      claudeSays("a.txt:1: wrong\nFINDINGS"),
      claudeSays("fixed", { does: "echo three > a.txt" }),
      claudeSays("All is well\nCLEAN"),
    ]);
    const printed = await ran(project, [
      "run",
      "review-and-fix",
      "--context",
      "check=test -e a.txt",
    ]);
    assertStringIncludes(printed, 'Loop "review-and-fix" completed: clean');
    const [review = "", fix = "", again = ""] = host.prompts();
    for (const text of ["+two", "+fresh"]) assertStringIncludes(review, text);
    assertStringIncludes(fix, "a.txt:1: wrong");
    assertStringIncludes(again, "+three");
  });
});

Deno.test("plan-do-verify and review-and-fix: who plans or reviews may not change tests either", async () => {
  await withProject({ "tests/a_test.sh": "exit 1\n" }, async (project) => {
    await commit(project);
    scriptHost(project, "claude", [
      claudeSays("All is well\nCLEAN", {
        does: "echo 'exit 0' > tests/a_test.sh",
      }),
    ]);
    const check = "bash tests/a_test.sh";
    for (
      const [loop, input, given, state] of [
        ["plan-do-verify", "make it pass", "verify", "plan"],
        ["review-and-fix", "HEAD", "check", "review"],
      ] as const
    ) {
      project.write("tests/a_test.sh", "exit 1\n");
      project.write("new.txt", "fresh\n");
      const printed = await ran(
        project,
        ["run", loop, input, "--context", `${given}=${check}`],
        2,
      );
      assertStringIncludes(
        printed,
        "test files were changed: tests/a_test.sh -> changed_tests\n",
      );
      assertStringIncludes(
        printed,
        `failed: state "${state}" changed test files: "tests/a_test.sh"\n`,
      );
    }
  });
});

Deno.test("docs-sync: documentation alone may be changed", async () => {
  await withProject(
    { "README.md": "old\n", "src.txt": "code\n" },
    async (project) => {
      await commit(project);
      scriptHost(project, "claude", [
        claudeSays("done", { does: "echo new > README.md" }),
        claudeSays("mended", { does: "echo newer > README.md" }),
        claudeSays("too much", { does: "echo code2 > src.txt" }),
      ]);
      const good = await ran(project, [
        "run",
        "docs-sync",
        "README.md",
        "--context",
        "check=grep newer README.md",
      ]);
      assertStringIncludes(good, 'Loop "docs-sync" completed: in_sync');
      const bad = await ran(project, ["run", "docs-sync", "README.md"], 2);
      assertStringIncludes(bad, 'it ended in "changed_others"');
      assertStringIncludes(bad, "src.txt is no documentation, and was changed");
    },
  );
});

Deno.test("coverage-climb: writes tests until the goal is reached, or nothing rises", async () => {
  await withProject({ "cov": "total 50.5 %\n" }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("more", { does: "echo 'total 70 %' > cov" }),
      claudeSays("enough", { does: "echo 'total 81.25 %' > cov" }),
    ]);
    const printed = await ran(project, ["run", "coverage-climb", "cat cov"]);
    assertStringIncludes(printed, 'Loop "coverage-climb" completed: reached');
    assertStringIncludes(host.prompts()[0] ?? "", "cover 50.5 % of its code");
    project.write("cov", "10\n");
    // The last answer is given again: nothing rises above 81.25.
    const stuck = await ran(project, [
      "run",
      "coverage-climb",
      "cat cov",
      "--context",
      "goal=90",
    ], 2);
    assertStringIncludes(stuck, 'it ended in "gave_up"');
    // What is no percentage was taken for one, and reached every goal.
    for (
      const [measure, status, text] of [
        ["echo 'Lines: 83.4% ( 120/144 )'", 0, "83.4 ge 80"],
        ["echo 120 of 144", 2, "The coverage cannot be 144 %"],
        ["echo none", 2, "The command that measures has printed no number"],
        [
          "exit 3",
          2,
          "The command that measures has failed (exit status 3)",
        ],
      ] as const
    ) {
      const args = ["run", "coverage-climb", measure];
      assertStringIncludes(await ran(project, args, status), text);
    }
  });
});
