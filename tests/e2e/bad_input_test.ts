/**
 * What people get wrong: one clear message, the right status, nothing run, written or lost.
 * The command line itself is tested by `commands_test.ts`.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { oneAction, type Project, withProject } from "../support/ll_loop.ts";

const OK = { ".loops/ok.yaml": oneAction("ok", "touch ran") };

/**
 * Starts a program by which mode bits hold for root as well: as the owner that it is,
 * without the capabilities to ignore them.
 */
const WITHOUT_PRIVILEGE = Deno.uid() === 0
  ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
  : ["env"];

/** Starts a program that may mount, where nobody else sees it. */
const WITH_MOUNTS = Deno.uid() === 0
  ? ["unshare", "--mount"]
  : ["unshare", "--map-root-user", "--mount"];

/** Fails unless the file is refused by `run`, `validate` and `show` in these words. */
async function refused(
  project: Project,
  file: string,
  findings: string,
): Promise<void> {
  const count = findings.match(/: error: /g)?.length ?? 0;
  const errors = count === 1 ? "1 error" : `${count} errors`;
  await project.ll(["run", file], {
    status: 65,
    stdout: "",
    stderr:
      `${findings}error: Cannot run loop "${file}": ${errors} in its definition\n` +
      `hint: \`ll-loop validate ${file}\` checks it again\n`,
    isUntouched: true,
  });
  await project.ll(["run", file, "--dry-run", "--json"], {
    status: 65,
    stdout: ['"code": "invalid"'],
    stderr: [findings],
    isUntouched: true,
  });
  await project.ll(["validate", file], {
    status: 1,
    stdout: [findings, `✗ ${file} is not valid: `],
    isUntouched: true,
  });
  await project.ll(["show", file], {
    status: 65,
    stdout: "",
    stderr: [`error: Cannot show loop "${file}"\n`],
    isUntouched: true,
  });
}

// ------------------------------------------------------------------ names

Deno.test("a name with a line break tore the message apart", async () => {
  await withProject(OK, async (project) => {
    const name = "a\nb\x1b[2J";
    const shown = '"a\\nb␛[2J"';
    for (const command of ["run", "show", "validate", "simulate", "test"]) {
      await project.ll([command, name], {
        status: 65,
        stderr: [
          `error: Loop not found: ${shown}\nhint: Looked for .loops/a\\nb`,
        ],
      });
    }
    for (const command of ["status", "stop", "resume", "logs", "replay"]) {
      await project.ll([command, name], {
        status: 65,
        stderr: [`error: Run not found: ${shown}\n`],
      });
    }
    await project.ll(["history", name], {
      status: 65,
      stderr: [`error: Run or loop not found: ${shown}\n`],
    });
    await project.ll(["run", "-"], {
      status: 65,
      stderr: 'error: Loop not found: "-"\n' +
        "hint: Only `validate` reads a loop from standard input: write it to a file\n",
    });
    await project.ll(["install", name], {
      status: 65,
      stderr: [`error: Built-in loop not found: ${shown}\n`],
    });
    await project.ll(["new", name], {
      status: 64,
      stderr: [`error: A loop cannot be named ${shown}\n`],
      isUntouched: true,
    });
  });
});

// ------------------------------------------------------------------ files

Deno.test("a missing file", async () => {
  await withProject(OK, async (project) => {
    await project.ll(["run", "./gone.yaml"], {
      status: 65,
      stdout: "",
      stderr: [
        'error: Loop not found: "./gone.yaml"\nhint: Looked for gone.yaml, ',
      ],
      isUntouched: true,
    });
  });
});

Deno.test("a directory", async () => {
  await withProject({ ...OK, "loops.yaml/a.yaml": "" }, async (project) => {
    await project.ll(["run", "./loops.yaml"], {
      status: 65,
      stdout: "",
      stderr: [
        'error: Loop not found: "./loops.yaml"\nhint: Looked for loops.yaml, ',
        '"loops.yaml" is a folder; a loop is a file, such as "loops.yaml/a.yaml"\n',
      ],
      isUntouched: true,
    });
  });
});

Deno.test("a name beside its file, a link to nothing, a folder: what it is and what comes near", async () => {
  await withProject({
    ...OK,
    "alone.yaml": oneAction("alone", "true"),
    ".loops/self.yaml": oneAction("self", "true").replace(
      /action: \|\n.*/,
      "loop: slef",
    ),
  }, async (project) => {
    await Deno.symlink("gone.yaml", project.path(".loops/dang.yaml"));
    for (
      const [name, ...hints] of [
        ["alone", 'Did you mean "alone.yaml"?'],
        ["dang", '".loops/dang.yaml" is a link to "gone.yaml", which is not'],
        [".", 'hint: "." is a folder; a loop is a file, such as "./alone.yaml'],
        [".loops/", 'hint: ".loops" is a folder; a loop is a file, such as'],
      ] as const
    ) {
      await project.ll(["run", name], {
        status: 65,
        stdout: "",
        stderr: [`error: Loop not found: "${name}"\nhint: `, ...hints],
        isUntouched: true,
      });
    }
    await project.ll(["run", "self"], {
      status: 65,
      stderr: [
        'runs the loop "slef", which cannot be found: looked for .loops/slef.fsm.yaml, .loops/slef.yaml, slef.yaml (built-in), slef [unknown-loop]\n',
        '  = hint: Did you mean "self"?\n',
      ],
      isUntouched: true,
    });
    await project.ll(["list"], {
      stdout: ['(it is a link to "gone.yaml", which is not there)\n'],
    });
  });
});

Deno.test("a file that may not be read", async () => {
  await withProject(OK, async (project) => {
    project.chmod(".loops/ok.yaml", 0o000);
    await project.ll(["run", "ok"], {
      status: 65,
      stdout: "",
      stderr:
        ".loops/ok.yaml:1:1: error: Cannot read the file: Permission denied [file-unreadable]\n" +
        'error: Cannot run loop "ok": 1 error in its definition\n' +
        "hint: `ll-loop validate ok` checks it again\n",
    }, { via: WITHOUT_PRIVILEGE });
    await project.ll(
      ["list"],
      { stdout: ["  ok ", "(Permission denied)\n"] },
      { via: WITHOUT_PRIVILEGE },
    );
    assertEquals(project.runs(), []);
  });
});

Deno.test("an empty file, one of comments, one that is no text", async () => {
  await withProject({
    "empty.yaml": "",
    "comments.yaml": "# nothing yet\n\n",
    "nothing.yaml": "---\n...\n",
  }, async (project) => {
    project.write("binary.yaml", new Uint8Array([0xff, 0xfe, 0, 1, 2]));
    const hint =
      "  = hint: For example: states: { check: { run: npm test, on_yes: done, on_error: failed } }\n";
    await refused(
      project,
      "empty.yaml",
      "empty.yaml:1:1: error: The file is empty: expected a loop [empty-file]\n" +
        hint,
    );
    await refused(
      project,
      "comments.yaml",
      "comments.yaml:1:1: error: The file is empty: expected a loop [empty-file]\n" +
        "  |\n1 | # nothing yet\n  | ^\n" + hint,
    );
    await project.ll(["run", "nothing.yaml"], {
      status: 65,
      stderr: ["The file is empty: expected a loop"],
      isUntouched: true,
    });
    await refused(
      project,
      "binary.yaml",
      "binary.yaml:1:1: error: Cannot read the file: it is not UTF-8 text [file-unreadable]\n",
    );
  });
});

Deno.test("not YAML: the place and the likely reason", async () => {
  await withProject({
    "torn.yaml": "name: x\n  bad: [1,\n",
    "tab.yaml": "name: x\nstates:\n\ta: 1\n",
  }, async (project) => {
    await refused(
      project,
      "torn.yaml",
      "torn.yaml:2:6: error: Not valid YAML: the line is indented unlike its neighbours [yaml-syntax]\n" +
        "  |\n2 |   bad: [1,\n  |      ^\n" +
        "  = hint: Indent entries of one mapping alike, with spaces\n",
    );
    await project.ll(["run", "tab.yaml"], {
      status: 65,
      stdout: "",
      stderr: ["tab.yaml:3:1: error: Not valid YAML: ", "tab"],
      isUntouched: true,
    });
  });
});

Deno.test("a list or a text at the top", async () => {
  await withProject({
    "list.yaml": "- a\n- b\n",
    "text.yaml": "just text\n",
  }, async (project) => {
    const hint =
      "  = hint: For example: states: { check: { run: npm test, on_yes: done, on_error: failed } }\n";
    await refused(
      project,
      "list.yaml",
      "list.yaml:1:1: error: A loop must be a mapping, not a list [not-a-mapping]\n" +
        "  |\n1 | - a\n  | ^\n" + hint,
    );
    await refused(
      project,
      "text.yaml",
      'text.yaml:1:1: error: A loop must be a mapping, not the text "just text" [not-a-mapping]\n' +
        "  |\n1 | just text\n  | ^\n" + hint,
    );
  });
});

Deno.test("a file of five megabytes, anchors that explode", async () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const inner = level === 0 ? "x" : `*a${level - 1}`;
    return `  a${level}: &a${level} [${Array(10).fill(inner).join(",")}]\n`;
  });
  await withProject({
    "large.yaml": oneAction("large", "true") + `# ${"x".repeat(5_000_000)}\n`,
    "bomb.yaml": `context:\n${levels.join("")}${oneAction("bomb", "true")}`,
  }, async (project) => {
    await refused(
      project,
      "large.yaml",
      "large.yaml:1:1: error: Cannot read the file: it has 4.8 MiB, at most 2 MiB are read [file-too-large]\n" +
        "  = hint: Put long texts into files that the actions read\n",
    );
    await project.ll(["run", "bomb.yaml"], {
      status: 65,
      stdout: "",
      stderr: [
        "bomb.yaml:2:26: error: The file unfolds to more than 200,000 values [yaml-limit]\n",
        "hint: Look for anchors and aliases that refer to one another\n",
      ],
      isUntouched: true,
    });
  });
});

// ------------------------------------------------------------------ definitions

Deno.test("unknown keys are warnings with the nearest, and the loop runs", async () => {
  const loop = oneAction("odd", "true")
    .replace("initial: a", "initail: a\ninitial: a\ncolour: red")
    .replace("    on_yes", "    tiemout: 5\n    on_yes");
  await withProject({ ".loops/odd.yaml": loop }, async (project) => {
    await project.ll(["run", "odd"], {
      stdout: ["completed: done"],
      stderr:
        `.loops/odd.yaml:3:1: warning: Key "initail" is unknown and has no effect [unknown-key]
  |
3 | initail: a
  | ^~~~~~~
  = hint: Did you mean "initial"?
.loops/odd.yaml:5:1: warning: Key "colour" is unknown and has no effect [unknown-key]
  |
5 | colour: red
  | ^~~~~~
.loops/odd.yaml:10:5: warning: Key "tiemout" of state "a" is unknown and has no effect [unknown-state-key]
   |
10 |     tiemout: 5
   |     ^~~~~~~
   = hint: Did you mean "timeout"?
`,
    });
  });
});

const WRONG_TYPES = `name: [1]
initial: {}
description: fine
states:
  a: 5
  b:
    action: [1, 2]
    timeout: soon
    capture: {}
    evaluate: 7
    route: x
    next: 3
    on_yes: []
  c:
    action: x
    evaluate:
      type: output_numeric
      operator: 5
      target: 1
    on_yes: d
max_steps: "ten"
timeout: -5
backoff: []
scope: 7
context: text
secrets: x
maintain: maybe
`;

Deno.test("wrong types everywhere: all of them at once, each with its place", async () => {
  await withProject({ "types.yaml": WRONG_TYPES }, async (project) => {
    const { stdout } = await project.ll(
      ["validate", "types.yaml", "--format", "line"],
      { status: 1, isUntouched: true },
    );
    assertEquals(stdout.trimEnd().split("\n"), [
      'types.yaml:1:7: error: "name" must be text, not a list [bad-value]',
      'types.yaml:2:10: error: "initial" must be the name of a state, not a mapping [bad-value]',
      'types.yaml:5:6: error: State "a" must be a mapping, not the number 5 [bad-value]',
      'types.yaml:7:13: error: "action" must be text, not a list [bad-value]',
      'types.yaml:8:14: error: "timeout" must be a number of seconds, not the text "soon" [bad-value]',
      'types.yaml:9:14: error: "capture" must be text, not a mapping [bad-value]',
      'types.yaml:10:15: error: "evaluate" must be a mapping, not the number 7 [bad-value]',
      'types.yaml:11:12: error: "route" must be a mapping from verdicts to states, not the text "x" [bad-value]',
      'types.yaml:12:11: error: State "b" goes to the unknown state "3" [unknown-target]',
      'types.yaml:13:13: error: "on_yes" must be the name of a state, not a list [bad-value]',
      'types.yaml:18:17: error: "operator" must be one of "eq", "ne", "lt", "le", "gt", "ge", not "5" [bad-evaluate-value]',
      'types.yaml:20:13: error: State "c" goes to the unknown state "d" [unknown-target]',
      'types.yaml:21:12: error: "max_steps" must be a whole number, not the text "ten" [bad-value]',
      'types.yaml:22:10: error: "timeout" must be greater than 0, not -5 [out-of-range]',
      'types.yaml:23:10: error: "backoff" must be a number of seconds, not a list [bad-value]',
      'types.yaml:24:8: error: "scope" must be a list of paths, not the number 7 [bad-value]',
      'types.yaml:25:10: error: "context" must be a mapping, not the text "text" [bad-value]',
      'types.yaml:26:10: error: "secrets" must be a list of texts, not the text "x" [bad-value]',
      'types.yaml:27:11: error: "maintain" must be true or false, not the text "maybe" [bad-value]',
    ]);
    await project.ll(["run", "types.yaml"], {
      status: 65,
      stdout: "",
      stderr: [
        'error: Cannot run loop "types.yaml": 19 errors in its definition\n',
      ],
      isUntouched: true,
    });
  });
});

Deno.test("a target that does not exist, an initial that does not exist", async () => {
  const loop = oneAction("x", "true");
  await withProject({
    "target.yaml": loop.replace("on_yes: done", "on_yes: dnoe"),
    "wrong.yaml": loop.replace("initial: a\n", "initial: b\n"),
  }, async (project) => {
    await project.ll(["run", "target.yaml"], {
      status: 65,
      stdout: "",
      stderr: [
        'target.yaml:8:13: error: State "a" goes to the unknown state "dnoe" [unknown-target]\n' +
        "  |\n8 |     on_yes: dnoe\n  |             ^~~~\n" +
        '  = hint: Did you mean "done"?\n',
        'error: Cannot run loop "target.yaml": 1 error in its definition\n',
      ],
      isUntouched: true,
    });
    await refused(
      project,
      "wrong.yaml",
      'wrong.yaml:3:10: error: The initial state "b" does not exist [unknown-initial-state]\n' +
        "  |\n3 | initial: b\n  |          ^\n",
    );
  });
});

Deno.test("a loop that includes itself", async () => {
  const self = `name: self
description: Runs itself
initial: a
states:
  a:
    loop: self
    on_success: done
    on_failure: done
  done:
    terminal: true
`;
  await withProject({
    "from.yaml": "name: from\nfrom: ./other.yaml\n",
    "other.yaml": "name: other\nfrom: ./from.yaml\n",
    ".loops/self.yaml": self,
  }, async (project) => {
    await refused(
      project,
      "from.yaml",
      'other.yaml:2:7: error: "from" goes in a circle: from -> other -> from [circular-parent]\n' +
        "  |\n2 | from: ./from.yaml\n  |       ^~~~~~~~~~~\n" +
        "  = note: Reached through from.yaml:2:7\n",
    );
    await project.ll(["validate", "self"], {
      stdout: [
        '.loops/self.yaml:6:11: warning: Loop "self" never ends: before it does anything else it goes in a circle, self -> self [runs-itself]\n',
        "✓ self is valid: 2 warnings in 1 file\n",
      ],
    });
    await project.ll(["run", "self", "--quiet"], {
      status: 1,
      stdout: "",
      stderr: [
        'Loop "self" stopped: Sub-loops are nested more than 16 deep, in a circle: self -> self; `max_depth` in the configuration sets the limit\n' +
        "  state   a at .loops/self.yaml:5\n",
      ],
    });
  });
});

// ------------------------------------------------------------------ options

/** Options of `run` and what is said about them. */
const VALUES: readonly (readonly [args: string[], message: string])[] = [
  [
    ["--context", "foo"],
    'Option "--context" takes KEY=VALUE with a key before the =, got "foo"',
  ],
  [
    ["--context", "=v"],
    'Option "--context" takes KEY=VALUE with a key before the =, got "=v"',
  ],
  [
    ["-n", "0"],
    'Option "-n" takes a whole number from 1 to 1000000, got "0"',
  ],
  [
    ["-n", "-1"],
    'Option "-n" takes a whole number from 1 to 1000000, got "-1"',
  ],
  [
    ["-n", "ten"],
    'Option "-n" takes a whole number from 1 to 1000000, got "ten"',
  ],
  [
    ["--max-iterations=0"],
    'Option "--max-iterations" takes a whole number from 1 to 1000000, got "0"',
  ],
  [
    ["--delay", "nan"],
    'Option "--delay" takes a number of seconds from 0 to 1000000, got "nan"',
  ],
  [
    ["--delay", "-1"],
    'Option "--delay" takes a number of seconds from 0 to 1000000, got "-1"',
  ],
  [
    ["--delay", "Infinity"],
    'Option "--delay" takes a number of seconds from 0 to 1000000, got "Infinity"',
  ],
  [
    ["--handoff-threshold", "0"],
    'Option "--handoff-threshold" takes a whole number from 1 to 100, got "0"',
  ],
  [
    ["--handoff-threshold", "101"],
    'Option "--handoff-threshold" takes a whole number from 1 to 100, got "101"',
  ],
  [
    ["--context-limit", "-5"],
    'Option "--context-limit" takes a whole number from 1 to 1000000000, got "-5"',
  ],
  [
    ["--queue-timeout", "soon"],
    'Option "--queue-timeout" takes a number of seconds from 0 to 1000000, got "soon"',
  ],
  [
    ["--durability", "none"],
    'Option "--durability" takes one of full, fast, got "none"',
  ],
];

Deno.test("a value out of range: the option, the range and what was given", async () => {
  await withProject(OK, async (project) => {
    for (const [args, message] of VALUES) {
      const expected = {
        status: 64,
        stdout: "",
        stderr: `error: ${message}\n`,
        isUntouched: true,
      };
      await project.ll(["run", "ok", ...args], expected);
      await project.ll(["ok", ...args, "--dry-run", "-q"], expected);
    }
  });
});

Deno.test("what was typed cannot steer the terminal", async () => {
  await withProject(OK, async (project) => {
    await project.ll(["run", "a\x1b[2Jb\x07"], {
      status: 65,
      stdout: "",
      stderr: ['error: Loop not found: "a␛[2Jb␇"\n'],
      nowhere: ["\x1b", "\x07"],
    });
    await project.ll(["run", "ok", "-n", "\x1b[31m"], {
      status: 64,
      stderr: ["got "],
      nowhere: ["\x1b"],
    });
  });
});

// ------------------------------------------------------------------ the machine

Deno.test("folders that may not be written: 73, nothing run", async () => {
  const via = { via: WITHOUT_PRIVILEGE };
  const hint =
    "hint: Check who owns it and its mode, or name another folder with --loops-dir or LL_LOOPS_DIR\n";
  await withProject(OK, async (project) => {
    project.chmod(".loops", 0o555);
    await project.ll(["run", "ok"], {
      status: 73,
      stdout: "",
      stderr:
        `error: Cannot write "<root>/.loops/.running": Permission denied\n${hint}`,
      isUntouched: true,
    }, via);
    // What writes nothing works all the same.
    await project.ll(["run", "ok", "--dry-run"], {
      stdout: ["Execution plan for: ok"],
    }, via);
    await project.ll(["list"], { stdout: ["  ok "] }, via);
    project.chmod(".loops", 0o755);

    project.mkdir(".loops/runs");
    project.chmod(".loops/runs", 0o555);
    await project.ll(["run", "ok"], {
      status: 73,
      stdout: "",
      stderr:
        `error: Cannot write "<root>/.loops/runs/.gitignore": Permission denied\n${hint}`,
    }, via);
    assertEquals(project.runs(), []);
    assertEquals(project.read("ran"), null);
    // It has let go of its lock.
    project.chmod(".loops/runs", 0o755);
    await project.ll(["run", "ok", "-q"]);
  });
});

Deno.test("a state file that could not be written left no reason in the journal", async () => {
  const loop = oneAction(
    "spoils",
    'cd "$LL_CONTEXT_RUN_DIR/.." && rm state.json && mkdir -p state.json/x',
  );
  await withProject({ ".loops/spoils.yaml": loop }, async (project) => {
    const reason =
      'Cannot write "<root>/.loops/runs/<run>/state.json": Is a directory';
    const { stderr } = await project.ll(["run", "spoils", "--quiet"], {
      status: 73,
      stdout: "",
      stderr: [`Loop "spoils" stopped: ${reason}\n  state   `],
    });
    const [, id] = /runs\/([^/]+)\//.exec(stderr) ?? [];
    const journal = project.read(`.loops/runs/${id}/events.jsonl`) ?? "";
    const lines = journal.trim().split("\n").map((line) => JSON.parse(line));
    const { event, terminated_by: by, error, seq } = lines.at(-1);
    assertEquals([event, by, seq], ["loop_complete", "error", lines.length]);
    assertStringIncludes(error, '/state.json": Is a directory');
  });
});

Deno.test("a full disk: 73 with the reason, nothing goes on running, and what was recorded stays", async () => {
  const fills = `name: fills
description: Prints until the disk is full
initial: a
states:
  a:
    action: echo round >> rounds; head -c 3000 /dev/zero | tr '\\0' x; sleep 1000 &
    next: b
  b:
    action: "true"
    on_yes: a
    on_no: done
  done:
    terminal: true
`;
  // What fills up first differs: the journal, the log, the state file.
  for (const size of ["48k", "64k", "100k"]) {
    await withProject({ ".loops/fills.yaml": fills }, async (project) => {
      const { ended } = project.bash(
        `mkdir .loops/runs &&
      mount -t tmpfs -o size=${size} tmpfs .loops/runs || exit 9
      ll-loop run fills -n 1000 --quiet
      status=$?
      mkdir kept && cp -r .loops/runs/* kept
      exit $status`,
        { via: WITH_MOUNTS },
      );
      project.expect(await ended, {
        status: 73,
        stdout: "",
        stderr: [
          'Loop "fills" stopped: Cannot write "<root>/.loops/runs/<run>/',
          '": No space left on device\n  state   ',
          " at .loops/fills.yaml:",
          "  hint    Free some space on that disk, then start again\n",
          "  used    ",
          " of 1000 steps, <time>\n  run     .loops/runs/<run>/ (log, outputs/)\n",
          "  next    ll-loop resume <run>\n",
        ],
      });
      const { stderr } = await ended;
      const id = /runs\/([^/]+)\//.exec(stderr)?.[1];
      const journal = project.read(`kept/${id}/events.jsonl`) ?? "";
      // The line that did not fit is torn; every other one is whole.
      const lines = journal.split("\n").slice(0, -1)
        .map((line) => JSON.parse(line));
      assertEquals(lines.map(({ seq }) => seq), lines.map((_, at) => at + 1));
      const outcomes = lines.filter(({ outcome }) =>
        outcome?.kind === "action"
      );
      const rounds = (project.read("rounds") ?? "").trim().split("\n").length;
      assert(outcomes.length >= 2 * (rounds - 1), "an outcome is lost");
      // It once said for ever that the run goes on.
      const state = JSON.parse(project.read(`kept/${id}/state.json`) ?? "");
      assertEquals(
        [state.loop_name, state.status, state.terminated_by, state.exit_status],
        ["fills", "failed", "error", 73],
      );
      assertStringIncludes(state.error, "No space left on device");
      const left = Object.keys(project.tree()).filter((name) =>
        name.startsWith(".loops/.running/2")
      );
      assertEquals(left, []);
    });
  }
});

Deno.test("a disk that is full from the start: 73, nothing run, no half of a run folder", async () => {
  await withProject(OK, async (project) => {
    const { ended } = project.bash(
      `mkdir .loops/runs &&
      mount -t tmpfs -o size=4k tmpfs .loops/runs || exit 9
      ll-loop run ok
      status=$?
      ls .loops/runs
      exit $status`,
      { via: WITH_MOUNTS },
    );
    project.expect(await ended, {
      status: 73,
      stdout: "",
      stderr: ["error: Cannot write ", ": No space left on device\n"],
    });
    assertEquals(project.read("ran"), null);
  });
});

Deno.test("no bash: 69, and the plan says so", async () => {
  await withProject(OK, async (project) => {
    const bare = { isProcess: true, env: { PATH: "/nonexistent" } };
    await project.ll(["run", "ok"], {
      status: 69,
      stdout: "",
      stderr:
        'error: Cannot run loop "ok": program "bash" was not found on PATH, and state "a" runs a shell action\n' +
        "hint: Install bash, or add its folder to PATH\n",
      isUntouched: true,
    }, bare);
    await project.ll(["run", "ok", "--dry-run"], {
      stdout: ["  ✗ program bash: not found (a)\n"],
      isUntouched: true,
    }, bare);
  });
});

Deno.test("a configuration that cannot be used: its place, in every command but help", async () => {
  await withProject(
    { ...OK, ".loops/config.yaml": "{ broken\n" },
    async (project) => {
      for (
        const args of [["run", "ok"], ["list"], ["validate", "ok"], [
          "show",
          "ok",
        ]]
      ) {
        await project.ll(args, {
          status: 65,
          stdout: "",
          stderr: [
            ".loops/config.yaml:1:9: error: Not YAML: ",
            "error: Cannot use the configuration\n",
          ],
          isUntouched: true,
        });
      }
      await project.ll(["--version"], { stdout: ["ll-loop "] });
      await project.ll(["help", "run"], { stdout: ["Usage: "] });

      project.write(".loops/config.yaml", "retention:\n  runs: -5\n");
      await project.ll(["run", "ok"], {
        status: 65,
        stdout: "",
        stderr:
          `.loops/config.yaml:2:9: error: "retention.runs" is "-5" and must be a whole number, 0 or more [configuration]
  |
2 |   runs: -5
  |         ^~
error: Cannot use the configuration
`,
        isUntouched: true,
      });

      project.write(".loops/config.yaml", "");
      project.write(".ll/ll-config.json", '{"loops": {"a": 1,}}\n');
      await project.ll(["run", "ok"], {
        status: 65,
        stdout: "",
        stderr: [".ll/ll-config.json:1:19: error: Not JSON: "],
        isUntouched: true,
      });

      // What the reference's file says wrongly is passed over, and told unless --quiet.
      project.write(
        ".ll/ll-config.json",
        '{"loops": {"queue_wait_timeout_seconds": "x"}}\n',
      );
      await project.ll(["run", "ok"], {
        stdout: ["completed"],
        stderr: [
          '.ll/ll-config.json:1:42: warning: "loops.queue_wait_timeout_seconds" is "x" and must be a number of seconds, 0 or more; it is ignored',
        ],
      });
      await project.ll(["run", "ok", "--quiet"], { stdout: "" });
    },
  );
});
