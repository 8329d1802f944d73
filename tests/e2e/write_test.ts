/** `new` and `install`: what they write loads, runs, and is written over nothing. */

import { assert, assertEquals } from "@std/assert";
import { type Project, withProject } from "../support/ll_loop.ts";

/** Puts a program on PATH. */
function addProgram(project: Project, name: string, script: string): void {
  const path = `${project.home}/bin/${name}`;
  project.write(path, `#!/usr/bin/env bash\n${script}\n`);
  project.chmod(path, 0o755);
}

/** Fails unless the loop is there and draws no finding. */
async function isSound(project: Project, name: string): Promise<void> {
  await project.ll(["validate", name, "--strict"], {
    stdout: [`✓ ${name} is valid\n`],
  });
}

/** Returns the states that the newest run was in. */
function states(project: Project): string[] {
  const lines = project.runs().at(-1)?.lines ?? [];
  return lines.flatMap((line) =>
    "event" in line && line.event === "state_enter" ? [line.state] : []
  );
}

// ------------------------------------------------------------------ templates

Deno.test("template gate: the answer of one check", async () => {
  await withProject({}, async (project) => {
    await project.ll(["new", "here", "-t", "gate", "--check", "test -s a"], {
      stdout: "Wrote .loops/here.yaml from template gate\n\nNext:\n" +
        "  ll-loop run here --dry-run  # what it would do\n" +
        "  ll-loop run here            # run it\n",
    });
    await isSound(project, "here");
    await project.ll(["run", "here"], {
      status: 2,
      stderr: ["  state   failed at "],
    });
    project.write("a", "x");
    await project.ll(["run", "here"], { stdout: ["completed: done (1 step"] });
    await project.ll(["run", "here", "--dry-run"], { stdout: ["test -s a"] });
  });
});

Deno.test("template gate: a command keeps its signs, `${…}` included", async () => {
  await withProject({}, async (project) => {
    const check = "x='a: b # c'; printf '%s|' \"${x}\" $${HOME:+y} {1,2} > out";
    await project.ll(["new", "signs", "-t", "gate", "--check", check], {
      stdout: ["Wrote "],
    });
    await isSound(project, "signs");
    await project.ll(["run", "signs", "-q"]);
    assert(
      /^a: b # c\|\d+\{HOME:\+y\}\|1\|2\|$/.test(project.read("out") ?? ""),
      project.read("out") ?? "",
    );
  });
});

Deno.test("template fix-until: checks first, repairs whatever the status, stops at what cannot run", async () => {
  await withProject({}, async (project) => {
    await project.ll([
      ...["new", "fix", "-t", "fix-until", "--check", "test -s a || exit 3"],
      ...["--fix", 'echo "was: $LL_CAPTURED_CHECK" > a; exit 7'],
    ], { stdout: ["Wrote "] });
    await isSound(project, "fix");
    await project.ll(["run", "fix"], { stdout: ["completed: done"] });
    assertEquals(states(project), [
      "check",
      "can_it_run",
      "repair",
      "check",
    ]);
    await project.ll(["run", "fix"], { stdout: ["completed: done (1 step"] });

    await project.ll([
      ...["new", "gone", "-t", "fix-until", "--check", "no-such-program"],
      ...["--fix", "touch ran"],
    ], { stdout: ["Wrote "] });
    await project.ll(["run", "gone", "-q"], {
      status: 2,
      stderr: ["The check cannot be run (exit status 127)"],
    });
    assertEquals(project.read("ran"), null);

    await project.ll([
      ...["new", "never", "-t", "fix-until", "--check", "false"],
      ...["--fix", "echo x >> tries"],
    ], { stdout: ["Wrote "] });
    await project.ll(["run", "never", "-n", "6", "-q"], {
      status: 1,
      stderr: ["the cap of 6 steps is reached"],
    });
    assertEquals(project.read("tries"), "x\nx\nx\n");
  });
});

Deno.test("template per-item: every item has its turn, the failed ones are told", async () => {
  await withProject({}, async (project) => {
    await project.ll([
      ...["new", "each", "-t", "per-item"],
      ...["--items", "printf '%s\\n' a 'b  c' \"d'e\""],
      ...["--each", 'echo "<$ITEM>" >> seen; test "$ITEM" != "b  c"'],
    ], { stdout: ["Wrote "] });
    await isSound(project, "each");
    await project.ll(["run", "each"], {
      status: 2,
      stdout: ["│ Failed for:\n    │ b  c\n"],
      stderr: ["failed at "],
    });
    assertEquals(project.read("seen"), "<a>\n<b  c>\n<d'e>\n");
    await project.ll(["run", "each", "-q", "--context", "items=seq 3"]);
    await project.ll(["run", "each", "-q", "--context", "items=true"]);
    await project.ll(["run", "each", "-q", "--context", "items=exit 3"], {
      status: 2,
      stderr: ["  state   broken at "],
    });
  });
});

const AGENT = [
  "-t",
  "agent-and-gate",
  "--agent",
  "fake-agent -p",
  "--task",
  "Say 'hello'",
];

Deno.test("template agent-and-gate: the agent gets task and output, the check decides", async () => {
  await withProject({}, async (project) => {
    await project.bash("git init -q").ended;
    addProgram(
      project,
      "fake-agent",
      'cat > prompt; echo "$1" >> calls; echo x >> work',
    );
    const check =
      'test "$(wc -l < work 2>/dev/null)" = 2 || { echo out; echo err >&2; exit 2; }';
    await project.ll(["new", "agent", ...AGENT, "--check", check], {
      stdout: ["Wrote "],
    });
    await isSound(project, "agent");
    await project.ll(["run", "agent"], { stdout: ["completed: done"] });
    assertEquals(project.read("calls"), "-p\n-p\n");
    assertEquals(
      project.read("prompt"),
      "Say 'hello'\n\nIt is done when this check passes. The end of what the check printed last:\n\nout\nerr\n\n",
    );
  });
});

Deno.test("template agent-and-gate: it ends where the agent does nothing, fails, or cannot help", async () => {
  await withProject({}, async (project) => {
    await project.bash("git init -q").ended;
    addProgram(project, "fake-agent", "cat > /dev/null; echo call >> ../calls");
    await project.ll(["new", "idle", ...AGENT, "--check", "false"], {
      stdout: ["Wrote "],
    });
    await project.ll(["run", "idle", "-q"], {
      status: 2,
      stderr: ["  state   stuck at "],
    });
    assertEquals(project.read("../calls"), "call\ncall\n");
    await project.ll(["run", "idle", "-q", "--context", "agent=exit 5"], {
      status: 2,
      stderr: ["  state   agent_failed at "],
    });
    await project.ll(["new", "gone", ...AGENT, "--check", "no-such-program"], {
      stdout: ["Wrote "],
    });
    await project.ll(["run", "gone", "-q"], {
      status: 2,
      stderr: ["  state   broken at "],
    });
    assertEquals(project.read("../calls"), "call\ncall\n");
  });
});

// ------------------------------------------------------------------ new

Deno.test("new asks on a terminal for what is left out, again where an answer does not fit", async () => {
  await withProject(
    { ".loops/taken.yaml": "", "Cargo.toml": "" },
    async (project) => {
      await project.ll(["new"], {
        stdout: ["Wrote .loops/tidy.yaml from template fix-until\n"],
        stderr: `Name of the loop [my-loop]: A loop cannot be named "a b"
A name has letters, digits, _, - and dots, begins with no dot or dash, and may have folders: at most 100 signs
Name of the loop [my-loop]: There is a loop "taken" already
Edit .loops/taken.yaml, or take another name; nothing was written
Name of the loop [my-loop]: What is it for?
  1  gate            Run a check and say whether it passes
  2  fix-until       Check, repair and check again until the check passes
  3  per-item        Run a command for each line of a list
  4  agent-and-gate  Let a coding agent work until a check passes
Number or name [1]: There is no template "9"
Number or name [1]: There is no template "fix-untl"; did you mean "fix-until"?
Number or name [1]: Command that checks [cargo test]: Command that repairs [printf '%s\\n' "Make this check pass. It printed:" "$LL_CAPTURED_CHECK" | claude -p --permission-mode acceptEdits]: `,
      }, {
        answers: [
          "a b",
          "taken",
          " tidy ",
          "9",
          "fix-untl",
          "2",
          "",
          "cargo fmt",
        ],
      });
      const text = project.read(".loops/tidy.yaml") ?? "";
      assert(text.includes("action: cargo test\n"), text);
      assert(text.includes("action: cargo fmt\n"), text);
      // Only what is missing is asked for.
      await project.ll(["new", "x", "-t", "gate"], {
        stdout: ["Wrote .loops/x.yaml"],
        stderr:
          "Command that checks [cargo test]: Bash cannot read --check: syntax error: unexpected end of file\n" +
          "It is run as it stands, by `bash -c`\n" +
          "Command that checks [cargo test]: ",
      }, { answers: ["if", "true"] });
      await project.ll(["new", "y", "-t", "gate"], {
        status: 64,
        stdout: "",
        stderr: "Command that checks [cargo test]: \n" +
          "error: The input ended before the last answer\nhint: Nothing was written\n",
        isUntouched: true,
      }, { answers: [] });
    },
  );
});

/** Arguments of `new`, the status, and what is said. */
const WRONG:
  readonly (readonly [args: string[], status: number, stderr: string])[] = [
    [
      [],
      64,
      'error: Command "new" needs a NAME and --template: there is no terminal to ask on\n' +
      "hint: ll-loop new NAME --template gate --check COMMAND\n" +
      "      ll-loop new NAME --template fix-until --check COMMAND --fix COMMAND\n" +
      "      ll-loop new NAME --template per-item --items COMMAND --each COMMAND\n" +
      "      ll-loop new NAME --template agent-and-gate --check COMMAND --agent COMMAND --task TEXT\n",
    ],
    [
      ["x", "--template", "fix-until", "--fix", "true"],
      64,
      'error: Command "new" needs --check: there is no terminal to ask on\n' +
      "hint: ll-loop new x --template fix-until --check COMMAND --fix COMMAND\n",
    ],
    [
      ["x", "-t", "gate", "--json", "--fix", "true"],
      64,
      'error: Template "gate" takes no "--fix"\n' +
      'hint: It takes --check; template "fix-until" takes --check, --fix\n',
    ],
    [
      ["x", "-t", "fix-until", "--check", "true", "--fix", "if"],
      64,
      "error: Bash cannot read --fix: syntax error: unexpected end of file\n" +
      "hint: It is run as it stands, by `bash -c`\n",
    ],
    [
      ["x", "-t", "gates"],
      64,
      'error: Option "-t" takes one of gate, fix-until, per-item, agent-and-gate, got "gates"\n' +
      'hint: Did you mean "gate"?\n',
    ],
    [
      ["x", "-t", "agent-and-gate"],
      64,
      'error: Command "new" needs --check, --agent and --task: there is no terminal to ask on\n' +
      "hint: ll-loop new x --template agent-and-gate --check COMMAND --agent COMMAND --task TEXT\n",
    ],
    [
      ["../x", "-t", "gate", "--check", "true"],
      64,
      'error: A loop cannot be named "../x"\n' +
      "hint: A name has letters, digits, _, - and dots, begins with no dot or dash, and may have folders: at most 100 signs\n",
    ],
    [
      ["config"],
      64,
      'error: A loop cannot be named "config"\nhint: config.yaml is the configuration\n',
    ],
    [
      ["taken", "-t", "gate", "--check", "true"],
      73,
      'error: There is a loop "taken" already\n' +
      "hint: Edit .loops/taken.fsm.yaml, or take another name; nothing was written\n",
    ],
  ];

Deno.test("new: what is wrong, and nothing written", async () => {
  await withProject({ ".loops/taken.fsm.yaml": "" }, async (project) => {
    for (const [args, status, stderr] of WRONG) {
      await project.ll(["new", ...args], {
        status,
        // Whoever asks for JSON gets JSON, whatever happens.
        stdout: args.includes("--json") ? ['"error": {'] : "",
        stderr,
        isUntouched: true,
      });
    }
  });
});

Deno.test("new: names of commands and of built-in loops are told; folders, JSON and other places work", async () => {
  await withProject({ "sub/.keep": "" }, async (project) => {
    const gate = ["-t", "gate", "--check", "true"];
    await project.ll(["new", "stop", ...gate], {
      stdout: ["Wrote .loops/stop.yaml", "  ll-loop run stop "],
      stderr:
        'warning: "stop" is a command of ll-loop: this loop runs with `ll-loop run stop`\n',
    });
    await project.ll(["new", "bisect", ...gate], {
      stdout: ["Wrote .loops/bisect.yaml"],
      stderr:
        'warning: The built-in loop "bisect" is hidden by this one: it runs with `ll-loop run bisect --builtin`\n',
    });
    const { stdout } = await project.ll(
      ["new", "a/b", ...gate, "--json"],
      {},
      { in: "sub" },
    );
    assertEquals(JSON.parse(stdout), {
      schema_version: 1,
      name: "a/b",
      source: "template gate",
      files: [{ path: project.path(".loops/a/b.yaml"), kept: false }],
      next: ["ll-loop run a/b --dry-run", "ll-loop run a/b"],
    });
    await project.ll(["run", "a/b", "-q"]);
    await project.ll(["new", "far", ...gate, "--loops-dir", "other place"], {
      stdout: [
        "Wrote other place/far.yaml",
        "  ll-loop run far --loops-dir 'other place'  ",
      ],
    });
    await project.ll(["run", "far", "--loops-dir", "other place", "-q"]);
    // As any file that people write.
    const [mode = ""] = project.tree()[".loops/stop.yaml"]?.split(" ") ?? [];
    assertEquals(mode, (0o666 & ~Deno.umask()).toString(8));
  });
});

// ------------------------------------------------------------------ install

Deno.test("install: a built-in loop becomes the project's own, once", async () => {
  await withProject({}, async (project) => {
    await project.ll(["install", "until-green"], {
      stdout:
        "Wrote .loops/until-green.yaml from the built-in loop until-green\n\nNext:\n" +
        "  ll-loop show until-green           # what it does, and the values that it takes\n" +
        "  ll-loop run until-green --dry-run  # what it would do\n",
    });
    await isSound(project, "until-green");
    await project.ll(["run", "until-green", "true"], {
      stdout: [
        "from     project: .loops/until-green.yaml\n",
        "completed: green",
      ],
    });
    project.write(".loops/until-green.yaml", "mine\n");
    await project.ll(["install", "until-green"], {
      status: 73,
      stdout: "",
      stderr:
        'error: Cannot install "until-green": .loops/until-green.yaml is in the way\n' +
        "hint: Nothing was written. Rename what is there to have a fresh copy; " +
        "`ll-loop run until-green --builtin` runs the built-in one as it is\n",
      isUntouched: true,
    });
    await project.ll(["install", "until-gren"], {
      status: 65,
      stdout: "",
      stderr: [
        'error: Built-in loop not found: "until-gren"\nhint: Did you mean "until-green" or "fix-until-green"? There are: bisect, ',
      ],
      isUntouched: true,
    });
    const { stdout } = await project.ll(["install", "for-each", "--json"]);
    assertEquals(JSON.parse(stdout).files, [
      { path: ".loops/for-each.yaml", kept: false },
    ]);
  });
});

Deno.test("install: every built-in loop and library, each without a finding", async () => {
  await withProject({}, async (project) => {
    const { stdout } = await project.ll(["list", "--builtin", "--json"]);
    const names = JSON.parse(stdout).map((each: { name: string }) => each.name);
    for (const name of [...names, "lib/common", "lib/apo-shape-a"]) {
      await project.ll(["install", name], { stdout: ["Wrote "] });
    }
    await project.ll(["validate", ...names, "--strict", "--format", "line"], {
      stdout: "",
    });
    assert(project.read(".loops/lib/apo-base.yaml") !== null);
  });
});

Deno.test("schema: printed, and beside the loops that name it", async () => {
  await withProject({ "package.json": "{}" }, async (project) => {
    const { stdout } = await project.ll(["schema"], { isUntouched: true });
    assertEquals(JSON.parse(stdout).title, "A loop for ll-loop");
    const beside = ".loops/loop.schema.json";
    await project.ll(["new", "tidy", "-t", "gate", "--check", "true"], {
      stdout: ["Wrote .loops/tidy.yaml"],
    });
    assertEquals(
      project.read(".loops/tidy.yaml")?.split("\n")[0],
      "# yaml-language-server: $schema=./loop.schema.json",
    );
    assertEquals(project.read(beside), stdout);
    await project.ll(["schema", "--write"], {
      stdout: `${beside} is of this version already\n`,
      isUntouched: true,
    });
    // What an older version has written is its own.
    project.write(beside, '{ "title": "A loop for ll-loop" }\n');
    await project.ll(["install", "bisect"], { stdout: [] });
    assertEquals(project.read(beside), '{ "title": "A loop for ll-loop" }\n');
    await project.ll(["schema", "--write"], { stdout: `Wrote ${beside}\n` });
    assertEquals(project.read(beside), stdout);
    project.write(beside, "{}\n");
    await project.ll(["schema", "--write"], {
      status: 73,
      stderr: ["is no schema of ll-loop"],
      isUntouched: true,
    });
  });
});
