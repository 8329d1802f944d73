/** `until`: one or two commands, in a folder with nothing in it. */

import { assert, assertEquals } from "@std/assert";
import { createFiles, createSystem } from "../../src/adapters/mod.ts";
import { inputsOf, readJournal } from "../../src/app/mod.ts";
import { fold, step } from "../../src/engine/mod.ts";
import type { Definitions } from "../../src/model/mod.ts";
import { type Project, withProject } from "../support/ll_loop.ts";

/** The lines of a text that begin with one of the labels of the end message. */
function rows(text: string, ...labels: readonly string[]): string[] {
  return text.split("\n").filter((line) =>
    labels.some((label) => line.startsWith(`  ${label} `))
  );
}

Deno.test("until: passes at once, so that no fix runs", async () => {
  await withProject({}, async (project) => {
    await project.ll(["until", "true", "--fix", "touch fixed"], {
      stdout: `Running loop: until
  from     this command
  in       <root>
  run      <run>
  folder   .loops/runs/<run>/
  limits   at most 5 fixes, no loop timeout
  scope    the whole project
  timeouts 1h (default): check, fix

check (<time>) -> true
    ✓ yes  <time>
    -> done
Loop "until" completed: the check passed at once, so nothing was run to fix it (<time>)
  changed no file
  run     .loops/runs/<run>/
`,
    });
    assertEquals(project.read("fixed"), null);
    assertEquals(project.run().state.status, "completed");
  });
});

Deno.test("until: a fix reads what the check printed, and is told with the files that it changed", async () => {
  await withProject({}, async (project) => {
    await project.ll([
      "until",
      'echo "to do: $(cat n 2>/dev/null)"; echo oh >&2; test "$(cat n)" = 2',
      "--fix",
      'cat > in; cp "$LL_LAST_OUTPUT" last; n=$(cat n 2>/dev/null); echo $((n + 1)) > n',
      "--times",
      "3",
    ], {
      stdout: [
        'Loop "until" completed: the check passed after 2 of 3 fixes (<time>)\n' +
        "  changed in (new), last (new), n (new)\n",
      ],
    });
    assertEquals(project.read("in"), "to do: 1\noh\n");
    assertEquals(project.read("last"), "to do: 1\noh\n");
  });
});

Deno.test("until: fixes are used up: the last output, the limits, what to type next", async () => {
  await withProject({}, async (project) => {
    const ended = await project.ll([
      "until",
      "echo red; echo why >&2; exit 3",
      "--fix",
      "echo x >> tries; exit 9",
      "--times=2",
    ], {
      status: 1,
      stderr: `Loop "until" stopped: the check still fails after 2 of 2 fixes
  action  check, exit 3, verdict error, <time>
  stdout  red
  stderr  why
  used    2 of 2 fixes, <time>
  changed tries (new)
  run     .loops/runs/<run>/ (log, outputs/)
  next    ll-loop until 'echo red; echo why >&2; exit 3' --fix 'echo x >> tries; exit 9' --times 4
`,
    });
    assert(
      ended.stdout.includes("    the limit is reached: at most 2 fixes\n"),
    );
    assertEquals(project.read("tries"), "x\nx\n");
    const json = await project.ll(
      ["until", "false", "--fix", "true", "--times", "1", "--json", "-q"],
      { status: 1, stderr: ["the check still fails after 1 of 1 fix\n"] },
    );
    const { until, files_changed, exit_status, terminated_by } = JSON.parse(
      json.stdout,
    );
    assertEquals([until, files_changed, exit_status, terminated_by], [
      { has_fix: true, used: 1, max: 1, gave_up: "used-up" },
      { count: 0, files: [], error: null },
      1,
      "cycle_detected",
    ]);
  });
});

Deno.test("until: what cannot be run ends it at once, by name", async () => {
  await withProject({ "no.sh": "exit 0\n" }, async (project) => {
    await project.ll(["until", "frobnicate --all", "--fix", "touch fixed"], {
      status: 2,
      stdout: ["-> failed\n"],
      stderr: [
        'Loop "until" stopped: "frobnicate" was not found (exit status 127); trying again would not help\n',
        "  used    0 of 5 fixes",
        "  hint    Install frobnicate, or add its folder to PATH, which is <home>/bin:",
        "  next    ll-loop until 'frobnicate --all' --fix 'touch fixed'\n",
      ],
    });
    assertEquals(project.read("fixed"), null);
    await project.ll(["until", "./no.sh", "-q"], {
      status: 2,
      stderr: [
        '"./no.sh" cannot be executed (exit status 126)',
        "  hint    Make it executable: chmod +x ./no.sh\n",
      ],
    });
    await project.ll(["until", "false", "--fix", "frobnicate"], {
      status: 2,
      stderr: [
        // Told before a check that may take long, and again when it matters.
        'warning: Program "frobnicate" was not found on PATH: a fix would end the run. Install it, or add its folder to PATH\n',
        'Loop "until" stopped: "frobnicate" was not found (exit status 127), so that nothing can be fixed\n',
        "  action  fix, exit 127, <time>\n",
      ],
    });
  });
});

Deno.test("until: a command that begins with a dash was taken for options of bash", async () => {
  await withProject({}, async (project) => {
    await project.ll(["until", "--", "-x"], {
      status: 2,
      stderr: ['"-x" was not found (exit status 127)'],
    });
    await project.ll(
      ["until", "test -e fixed", "--fix=-c 'no'; touch fixed"],
      { stdout: ["the check passed after 1 of 5 fixes"] },
    );
    await project.ll(["until", "--", "-c 'x"], {
      status: 64,
      stderr: ["error: Bash cannot read CMD: unexpected EOF"],
    });
  });
});

Deno.test("until: without a fix it waits, in time or not", async () => {
  await withProject({}, async (project) => {
    await project.ll([
      "until",
      "echo x >> tries; test -e go || { touch go; false; }",
      "--every",
      "0.1",
    ], {
      stdout: [
        "  limits   checks again until it passes, for 24h at most (--timeout)\n" +
        "  scope    the whole project: no other run may work there until then (--no-lock)\n",
        "pause (<time>) -> sleep 0.1\n",
        "the check passed after 1 further check (<time>)\n  run ",
      ],
    });
    assertEquals(project.read("tries"), "x\nx\n");
    const { stderr } = await project.ll(
      ["until", "echo no; false", "--every=60", "--timeout", "300ms"],
      { status: 1, stderr: [] },
    );
    assertEquals(rows(project.mask(stderr), "action", "stdout", "next"), [
      "  action  check, exit 1, verdict no, <time>",
      "  stdout  no",
      "  next    ll-loop until 'echo no; false' --every=60 --timeout <time>",
    ]);
    await project.ll(["until", "false", "--every=0.1", "--times", "1"], {
      status: 1,
      stderr: ["the check still fails after 1 of 1 further check\n"],
    });
  });
});

Deno.test("until: in a folder of a repository it runs there, and git tells what changed", async () => {
  await withProject({ "app/a.txt": "a\n", "b.txt": "b\n" }, async (project) => {
    const { status } = await project.bash(
      `git init -q . && git add . &&
       git -c user.name=a -c user.email=a@example.org commit -qm x && echo dirty > b.txt`,
    ).ended;
    assertEquals(status, 0);
    await project.ll(
      ["until", "grep -q z a.txt", "--fix", "echo z > a.txt"],
      {
        stdout: [
          "  scope    app\n",
          "-> cd app || exit 126; grep -q z a.txt\n",
          "  changed app/a.txt\n",
        ],
      },
      { in: "app" },
    );
    assertEquals(project.run().record.scope, [`${project.root}/app`]);
    // One in the folder beside it is not in the way; one in the same folder is.
    assertEquals(project.read("app/a.txt"), "z\n");
  });
});

Deno.test("until: --save writes a loop that passes every check and says the same when it runs", async () => {
  await withProject({}, async (project) => {
    const args = [
      "until",
      "test -e ok",
      "--fix",
      'echo "$PWD" > ok',
      "--save",
    ];
    await project.ll([...args, "fix/it"], {
      stdout: `Wrote .loops/fix/it.yaml from this command

Next:
  ll-loop run fix/it   # run it
  ll-loop show fix/it  # how it goes
`,
    });
    assertEquals(project.runs(), []);
    await project.ll(["validate", "fix/it", "--strict"], {
      stdout: ["✓ fix/it is valid\n"],
    });
    await project.ll([...args, "list"], {
      stdout: ["  ll-loop run list "],
      stderr:
        'warning: "list" is a command of ll-loop: this loop runs with `ll-loop run list`\n',
    });
    const text = project.read(".loops/fix/it.yaml") ?? "";
    assertEquals(text.split("\n").slice(0, 3), [
      "# yaml-language-server: $schema=../loop.schema.json",
      `# Written by: ll-loop until 'test -e ok' --fix 'echo "$PWD" > ok' --save fix/it`,
      `description: 'Run test -e ok until it passes, and echo "$PWD" > ok to fix what fails'`,
    ]);
    for (const more of [[], ["--dry-run"], ["--json"]]) {
      await project.ll([...args, "fix/it", ...more], {
        status: 73,
        stdout: more[0] === "--json" ? ['"code": "cannot-write"'] : "",
        stderr: 'error: There is a loop "fix/it" already\n' +
          "hint: Edit .loops/fix/it.yaml, or take another name; nothing was written\n",
        isUntouched: true,
      });
    }
    const printed = await project.ll([...args, "x", "--dry-run"], {
      stdout: [
        " --save x\ndescription: ",
        "\nstates:\n  check:\n    run: test -e ok\n",
      ],
      isUntouched: true,
    });
    const { stdout } = await project.ll([...args, "y", "--json"], {});
    assertEquals(JSON.parse(stdout), {
      schema_version: 1,
      name: "y",
      source: "this command",
      files: [{ path: ".loops/y.yaml", kept: false }],
      next: ["ll-loop run y", "ll-loop show y"],
    });
    // What is printed is what is written, but for how it was typed.
    const withoutNote = (text: string | null) =>
      text?.replace(/^# Written by: .*\n/m, "");
    assertEquals(
      withoutNote(printed.stdout),
      withoutNote(project.read(".loops/y.yaml")),
    );
    await project.ll(["run", "fix/it"], {
      stdout: [
        "  from     project: .loops/fix/it.yaml\n",
        "  limits   at most 5 fixes, no loop timeout\n",
        'Loop "it" completed: the check passed after 1 of 5 fixes',
        "  changed ok (new)\n",
      ],
    });
    assertEquals(project.read("ok"), `${project.root}\n`);
  });
});

Deno.test("until: what only bash's own switches make readable is not refused", async () => {
  await withProject({ "a.txt": "" }, async (project) => {
    await project.ll(["until", "shopt -s extglob\ntest -e @(a|b).txt", "-q"]);
  });
});

Deno.test("until: --dry-run shows the plan and touches nothing", async () => {
  await withProject({}, async (project) => {
    await project.ll(
      ["until", "false", "--fix", "true", "--every", "1m", "--dry-run"],
      {
        stdout: [
          "Execution plan for: until\nFrom: this command\n",
          "    stdin: ${captured.check.output} ${captured.check.stderr}\n",
          "  [pause]\n    action: sleep 60\n",
        ],
        isUntouched: true,
      },
    );
  });
});

Deno.test("until: bad input is one message, and nothing is written", async () => {
  await withProject({}, async (project) => {
    const refused = (args: readonly string[], stderr: readonly string[]) =>
      project.ll(["until", ...args], {
        status: 64,
        stdout: "",
        stderr,
        isUntouched: true,
      });
    await refused([], ['Command "until" needs a CMD']);
    await refused([""], ["CMD must not be empty"]);
    await refused(["npm", "test"], [
      'Too many arguments for "until": "test" is left over',
      "hint: Quote a command that has spaces: ll-loop until 'npm test'\n",
    ]);
    const unclosed = "echo 'x";
    const quoteHint =
      "hint: Close what is open. In single quotes a single quote is written as '\\''\n";
    await refused([unclosed], [
      "error: Bash cannot read CMD: unexpected EOF while looking for matching `''\n",
      quoteHint,
    ]);
    await refused(["if then", "--save", "x"], [
      "Bash cannot read CMD: syntax error near unexpected token `then'\n",
      "hint: It is run as it stands, by `bash -c`\n",
    ]);
    await refused(["true", "--fix", "echo $("], [
      "Bash cannot read CMD2, the fix: ",
    ]);
    await refused(["x", "--fix", ""], ['Option "--fix" must not be empty']);
    await refused(["x", "--every", "5x"], ['got "5x"']);
    await refused(["x", "--times", "0"], ["from 1 to 100000"]);
    await refused(["x", "--fxi", "y"], ['Did you mean "--fix"?']);
    await refused(["x", "--save", "../y"], ['A loop cannot be named "../y"']);
  });
});

/** What a run has left, without the program that made it. */
function remains(project: Project) {
  const { folder } = project.run();
  const { definitions } = JSON.parse(
    project.read(`${folder}/definition.json`) ?? "",
  ) as { definitions: Definitions };
  const ports = { files: createFiles(), system: createSystem() };
  const inputs = inputsOf(readJournal(ports, folder).lines);
  return { definitions, snapshot: fold(definitions, inputs) };
}

Deno.test("until: killed in a fix, its stored definition and journal go on with the same fix", async () => {
  await withProject({}, async (project) => {
    const live = project.start([
      "until",
      "echo red; exit 1",
      "--fix",
      "cat > input; echo started > started; sleep 60",
    ]);
    await project.line("started");
    live.signal("SIGKILL");
    await live.ended;
    const { definitions, snapshot } = remains(project);
    const { effects } = step(definitions, snapshot, {
      input: "resume",
      context: {},
      env: {},
      nowMs: snapshot.atMs + 1000,
    });
    assertEquals(
      effects.map((effect) =>
        effect.kind === "action"
          ? [effect.state, effect.stdin, effect.lastOutput?.stdout.text]
          : effect.kind
      ),
      [["fix", "red\n", "red\n"]],
    );
    // What the summary of the rest will compare with.
    const baseline = JSON.parse(
      project.read(`${project.run().folder}/baseline.json`) ?? "",
    );
    assertEquals(baseline, { schema_version: 1, kind: "scan", files: {} });
  });
});

Deno.test("until: Ctrl-C ends the fix and tells how the check failed", async () => {
  await withProject({}, async (project) => {
    const live = project.start([
      "until",
      "echo red; exit 1",
      "--fix",
      "echo $$ > pid; sleep 60",
    ]);
    await project.line("pid");
    live.signal("SIGINT");
    const ended = await live.ended;
    project.expect(ended, {
      status: 130,
      stderr: [
        'Loop "until" stopped by SIGINT\n',
        "  stdout  red\n",
        "  used    1 of 5 fixes",
        "  changed pid (new)\n",
      ],
    });
    // What a command made is no file that could be gone or have changed.
    const { stderr } = await project.ll(["resume", "until", "--dry-run"], {
      stdout: ["not changed since"],
    });
    assertEquals(stderr, "");
  });
});

Deno.test("until: a long output named a file that the fix could not find", async () => {
  await withProject({}, async (project) => {
    const long = "head -c 1200000 /dev/zero | tr '\\0' x; test -e ok";
    const fix = "grep -a -o 'all of it is in .* …' > marker; touch ok; " +
      'wc -c < "$LL_LAST_OUTPUT" > size';
    await project.ll(["until", long, "--fix", fix, "-q"], {});
    assertEquals(
      project.read("marker"),
      "all of it is in $LL_LAST_OUTPUT …\n",
    );
    assertEquals(project.read("size")?.trim(), "1200000");
  });
  await withProject({}, async (project) => {
    const long =
      "head -c 1200000 /dev/zero | tr '\\0' x; echo oh >&2; test -e ok";
    const fix =
      "f=$(sed -n 's/.*all of it is in \\(.*\\) ….*/\\1/p'); touch ok; " +
      'wc -c < "$f" > size';
    await project.ll(["until", long, "--fix", fix, "-q"], {});
    assertEquals(project.read("size")?.trim(), "1200000");
  });
});

Deno.test("run: a program that is missing is told with what would help", async () => {
  const loop = "states: { a: { run: frobnicate, on_yes: done } }";
  await withProject({ ".loops/x.yaml": loop }, async (project) => {
    await project.ll(["run", "x", "-q"], {
      status: 1,
      stderr: [
        "  hint    Install frobnicate, or add its folder to PATH, which is <home>/bin:",
      ],
    });
  });
});
