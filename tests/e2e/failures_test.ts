// deno-lint-ignore-file camelcase -- ends keep the reference's names
/**
 * What is said when something fails: for each end of a run and each kind of error the whole
 * message, word for word, and that the command to type next is one that can be typed.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ErrorCode, TerminatedBy } from "../../src/model/mod.ts";
import {
  type CommandOptions,
  oneAction,
  type Project,
  withProject,
} from "../support/ll_loop.ts";
import { waitUntil } from "../support/scratch.ts";

/** One loop, `.loops/x.yaml`, and all that is said on stderr when it is run. */
interface Failure {
  readonly loop: string;
  readonly status: number;
  readonly stderr: string;
  /** Arguments behind `run x -q`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A signal that is sent once the action runs. */
  readonly signal?: Deno.Signal;
}

/** Returns a loop of the states `a` and `done`; keys at the top come first. */
function loopOf(a: string, top = ""): string {
  return `name: x
description: Fails
${top}initial: a
states:
  a: ${a}
  done: { terminal: true }
`;
}

const RUN = "  run     .loops/runs/<run>/ (log, outputs/)\n";
const LOG = "  next    tail -n 50 .loops/runs/<run>/log\n";
const RESUME = "ll-loop resume <run>";

/** For each end but success. The type sees to it that none is left out. */
const ENDS: { readonly [reason in TerminatedBy]: readonly Failure[] } = {
  terminal: [{
    loop: oneAction("x", "echo out; echo err >&2; exit 1"),
    status: 2,
    stderr: 'Loop "x" failed: it ended in "bad", which means failure\n' +
      "  state   bad at .loops/x.yaml:12\n" +
      "  action  a, exit 1, verdict no, <time>\n" +
      "  stdout  out\n" +
      "  stderr  err\n" +
      "  used    1 of 50 steps, <time>\n" + RUN + LOG,
  }],
  max_steps: [{
    loop: loopOf('{ action: "echo again; false", on_yes: done, on_no: a }'),
    args: ["-n", "3"],
    status: 1,
    stderr: 'Loop "x" stopped: the cap of 3 steps is reached\n' +
      "  state   a at .loops/x.yaml:5\n" +
      "  action  a, exit 1, verdict no, <time>\n" +
      "  stdout  again\n" +
      "  used    3 of 3 steps, <time>\n" + RUN +
      `  next    ${RESUME} --max-steps 6\n`,
  }],
  max_iterations_reached: [{
    loop: loopOf(
      '{ action: "echo again", next: done }',
      "maintain: true\nmax_steps: 30\nmax_iterations: 2\n",
    ),
    status: 1,
    stderr: 'Loop "x" stopped: the cap of 2 full iterations is reached\n' +
      "  state   a at .loops/x.yaml:8\n" +
      "  action  a, exit 0, <time>\n" +
      "  stdout  again\n" +
      "  used    4 of 30 steps, 2 of 2 full iterations, <time>\n" + RUN +
      `  next    ${RESUME} --max-iterations 4\n`,
  }],
  timeout: [{
    loop: loopOf(
      '{ action: "echo begun; sleep 60", next: done }',
      "timeout: 0.2\n",
    ),
    status: 1,
    stderr: 'Loop "x" stopped: its timeout of <time> has passed\n' +
      "  state   a at .loops/x.yaml:6\n" +
      "  action  a, timed out (no time left), <time>\n" +
      "  raise   timeout at .loops/x.yaml:3\n" +
      "  stdout  begun\n" +
      "  used    1 of 50 steps, <time> of <time>\n" + RUN +
      `  next    ${RESUME} --accept-changes\n`,
  }],
  interrupted: [{
    loop: loopOf(`{ action: "echo 'LOOP_STOP: enough'", next: a }`),
    status: 3,
    stderr: 'Loop "x" paused: stopped by LOOP_STOP in the output: enough\n' +
      "  state   a at .loops/x.yaml:5\n" +
      "  action  a, exit 0, <time>\n" +
      "  stdout  LOOP_STOP: enough\n" +
      "  used    1 of 50 steps, <time>\n" + RUN +
      `  next    ${RESUME}\n`,
  }, {
    loop: loopOf(
      '{ action: "echo begun; echo > begun; sleep 60", next: done }',
    ),
    signal: "SIGINT",
    status: 130,
    stderr: 'Loop "x" stopped by SIGINT\n' +
      "  state   a at .loops/x.yaml:5\n" +
      "  action  a, stopped, <time>\n" +
      "  stdout  begun\n" +
      "  used    1 of 50 steps, <time>\n" + RUN +
      `  next    ${RESUME}\n`,
  }],
  system_signal: [{
    loop: loopOf('{ action: "echo begun; kill -9 $$", next: done }'),
    status: 1,
    stderr:
      'Loop "x" stopped: the action of state "a" was ended by signal 9, and the state has no `on_error`\n' +
      "  state   a at .loops/x.yaml:5\n" +
      "  action  a, signal 9, <time>\n" +
      "  stdout  begun\n" +
      "  used    1 of 50 steps, <time>\n" + RUN +
      `  next    ${RESUME}\n`,
  }],
  handoff: [{
    loop: loopOf(`{ action: "echo 'CONTEXT_HANDOFF: step 3'", next: done }`),
    status: 3,
    stderr: 'Loop "x" paused: state "a" asked for a handoff\n' +
      "  state   a at .loops/x.yaml:5\n" +
      "  action  a, exit 0, <time>\n" +
      "  prompt  step 3\n" +
      "  stdout  CONTEXT_HANDOFF: step 3\n" +
      "  used    1 of 50 steps, <time>\n" + RUN +
      `  next    ${RESUME}\n`,
  }],
  handoff_terminated: [{
    loop: loopOf(
      `{ action: "echo 'CONTEXT_HANDOFF: step 3'", next: done }`,
      "on_handoff: terminate\n",
    ),
    status: 1,
    stderr: 'Loop "x" ended: state "a" asked for a handoff\n' +
      "  state   a at .loops/x.yaml:6\n" +
      "  action  a, exit 0, <time>\n" +
      "  prompt  step 3\n" +
      "  stdout  CONTEXT_HANDOFF: step 3\n" +
      "  used    1 of 50 steps, <time>\n" + RUN +
      "  next    ll-loop run x -q\n",
  }],
  cycle_detected: [{
    loop: loopOf(
      '{ action: "echo round; false", on_yes: done, on_no: a }',
      "max_edge_revisits: 2\n",
    ),
    status: 1,
    stderr:
      'Loop "x" stopped: the route from "a" to "a" was taken 3 times; `max_edge_revisits` allows 2\n' +
      "  state   a at .loops/x.yaml:6\n" +
      "  action  a, exit 1, verdict no, <time>\n" +
      "  raise   max_edge_revisits at .loops/x.yaml:3, if that is wanted\n" +
      "  stdout  round\n" +
      "  used    3 of 50 steps, <time>\n" + RUN + LOG +
      `  then    ${RESUME} --accept-changes\n`,
  }],
  budget_exceeded: [{
    loop: loopOf(
      "{ prompt: go on, next: a, on_error: done }",
      "budget: { max_calls: 1 }\n",
    ),
    status: 1,
    stderr: 'Loop "x" stopped: used up the budget of loop "x": 1 of 1 call\n' +
      "  state   a at .loops/x.yaml:6\n" +
      "  action  a, exit 0, <time>\n" +
      "  stdout  said\n" +
      "  used    1 of 50 steps, <time>\n" +
      "  spent   cost unknown, 0 tokens, 1 call of an agent\n" +
      "  budget  at most 1 call\n" + RUN +
      `  next    ${RESUME} --max-calls 2\n`,
  }, {
    loop: loopOf(
      "{ run: sleep 30, next: a, on_error: done }",
      "budget: { max_time: 0.2 }\n",
    ),
    status: 1,
    stderr:
      'Loop "x" stopped: used up the budget of loop "x": <time> of <time>\n' +
      "  state   a at .loops/x.yaml:6\n" +
      "  action  a, timed out (no time left), <time>\n" +
      "  used    1 of 50 steps, <time>\n" +
      "  budget  at most <time>\n" + RUN +
      `  next    ${RESUME} --max-time <time>\n`,
  }],
  host_pressure_abort: [{
    loop: loopOf(
      "{ prompt: go on, next: a, on_error: done }",
      "max_steps: 9\nhost_guard: { warn_pct: 0, critical_pct: 0, on_pressure: abort }\n",
    ),
    env: { LL_HOST_GUARD: "" },
    status: 1,
    stderr:
      'Loop "x" stopped: <percent> % of the memory is in use, and `host_guard` ends the run from 0 % on\n' +
      "  state   a at .loops/x.yaml:7\n" +
      "  used    0 of 9 steps, <time>\n" + RUN +
      `  next    ${RESUME}\n`,
  }],
  stall_detected: [{
    loop: loopOf(
      '{ action: "echo same; false", on_yes: done, on_no: a }',
      "circuit: { repeated_failure: { window: 2 } }\n",
    ),
    status: 1,
    stderr:
      'Loop "x" stopped: state "a" gave verdict "no" (exit code 1) 2 times in a row\n' +
      "  state   a at .loops/x.yaml:6\n" +
      "  action  a, exit 1, verdict no, <time>\n" +
      "  raise   circuit at .loops/x.yaml:3, if that is wanted\n" +
      "  stdout  same\n" +
      "  used    2 of 50 steps, <time>\n" + RUN + LOG +
      `  then    ${RESUME}\n`,
  }],
  error: [{
    // No way out for the verdict.
    loop: loopOf('{ action: "echo out; exit 3", on_yes: done, on_no: done }'),
    status: 1,
    stderr:
      'Loop "x" stopped: state "a" has no route for verdict "error" (exit code 3)\n' +
      "  state   a at .loops/x.yaml:5\n" +
      "  action  a, exit 3, verdict error, <time>\n" +
      "  add     on_error: <state>   to the state\n" +
      "  stdout  out\n" +
      "  used    1 of 50 steps, <time>\n" + RUN +
      `  next    ${RESUME} --accept-changes\n`,
  }, {
    loop: loopOf(`{ action: "echo 'FATAL_ERROR: no disk'", next: done }`),
    status: 1,
    stderr: 'Loop "x" stopped: no disk\n' +
      "  state   a at .loops/x.yaml:5\n" +
      "  action  a, exit 0, <time>\n" +
      "  stdout  FATAL_ERROR: no disk\n" +
      "  used    1 of 50 steps, <time>\n" + RUN + LOG +
      `  then    ${RESUME}\n`,
  }, {
    // A value that is missing only while running.
    loop: loopOf(
      '{ action: "echo ${context.item.nmae}", next: done }',
      "context: { item: { name: one } }\n",
    ),
    status: 1,
    stderr:
      'Loop "x" stopped: State "a": Cannot resolve "${context.item.nmae}": "item" in the context has no "nmae"; did you mean "name"?\n' +
      "  state   a at .loops/x.yaml:6\n" +
      "  used    1 of 50 steps, <time>\n" + RUN + LOG +
      `  then    ${RESUME}\n`,
  }, {
    loop: loopOf(
      '{ action: "false", max_retries: 1, on_retry_exhausted: $current, on_no: $current, on_yes: done, throttle: { hard_max: 2 } }',
    ),
    status: 1,
    stderr:
      'Loop "x" stopped: State "a" ran 3 times in a row; its throttle allows 2\n' +
      "  state   a at .loops/x.yaml:5\n" +
      "  action  a, exit 1, <time>\n" +
      "  used    3 of 50 steps, <time>\n" + RUN + LOG +
      `  then    ${RESUME}\n`,
  }, {
    loop: loopOf(
      '{ loop: "${context.which}", on_yes: done, on_no: done }',
      "context: { which: until-gren }\n",
    ),
    status: 1,
    stderr:
      'Loop "x" stopped: Loop not found: "until-gren"; looked for .loops/until-gren.fsm.yaml, .loops/until-gren.yaml, until-gren.yaml (built-in), until-gren; did you mean "until-green"?\n' +
      "  state   a at .loops/x.yaml:6\n" +
      "  used    1 of 50 steps, <time>\n" + RUN + LOG +
      `  then    ${RESUME}\n`,
  }],
};

/** Fails unless each command at the end of a message can be typed, and does not fail by itself. */
async function canBeTyped(project: Project, stderr: string): Promise<void> {
  const commands = [...stderr.matchAll(/^ {2}(?:next|then) {4}(.*)$/gm)]
    .map(([, command = ""]) => command);
  assert(commands.length > 0, stderr);
  for (const command of commands) {
    if (command.startsWith("tail ")) {
      const shown = await project.bash(command).ended;
      assertEquals([command, shown.status, shown.stderr], [command, 0, ""]);
      assertMatch(shown.stdout, /^Loop "x" /m);
      continue;
    }
    const [program, ...args] = command.split(" ");
    assertEquals(program, "ll-loop", stderr);
    const before = project.tree();
    await project.ll([...args, "--dry-run"], {
      stdout: ["Execution plan for: x"],
      stderr: [],
    });
    assertEquals(project.tree(), before);
  }
}

/** Fails unless the loop ends so, in these words. */
async function endsSo(project: Project, failure: Failure): Promise<void> {
  const { status, stderr, signal, args = [], env = {} } = failure;
  const line = ["run", "x", "-q", ...args];
  const expected = { status, stdout: "", stderr };
  let ended;
  if (signal === undefined) ended = await project.ll(line, expected, { env });
  else {
    const live = project.start(line);
    await project.line("begun");
    live.signal(signal);
    ended = await live.ended;
    project.expect(ended, expected);
  }
  assert(ended.stderr.trimEnd().split("\n").length <= 15, ended.stderr);
  await canBeTyped(project, ended.stderr);
}

for (const [reason, failures] of Object.entries(ENDS)) {
  Deno.test(`end ${reason}: why, where, the last output, limits used, what to type`, async () => {
    for (const failure of failures) {
      await withProject({
        ".loops/x.yaml": failure.loop,
        // Who asks an agent gets an answer.
        ".loops/config.yaml": "host: command\nhost_command: echo said\n",
      }, async (project) => {
        await endsSo(project, failure);
      });
    }
  });
}

// ------------------------------------------------------------------ errors

/** A command that fails before anything is run, and all that is said on stderr. */
interface Refusal {
  readonly files?: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly status: number;
  readonly stderr: string;
  readonly options?: CommandOptions;
  /** Makes the machine so that it fails. */
  readonly prepare?: (project: Project) => void;
}

/** Mode bits hold for root as well when it starts a program so. */
const WITHOUT_PRIVILEGE = Deno.uid() === 0
  ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
  : ["env"];

const NEEDY = `name: needy
description: Needs values
initial: a
input_key: who
required_inputs: [who]
context: { target: 3 }
states:
  a: { action: "echo \${context.who} \${context.tagret}", next: done }
  done: { terminal: true }
`;

const LEARNING = `name: prompt
description: Asks an agent
initial: a
states:
  a:
    type: learning
    learning: { targets: [x] }
    on_yes: done
    on_no: done
  done: { terminal: true }
`;

const HOLDS = oneAction("holds", "touch held; sleep 60", "scope: [src]\n");

/**
 * For each code of `src/model/errors.ts`. `locked` and `interrupted` take two processes and stand
 * below; `nothing-to-do` and `undecided` take a run and stand in `resume_test`; `internal` is a bug, which `tests/unit/cli` makes one of.
 */
const CODES: {
  readonly [
    code in Exclude<
      ErrorCode,
      "locked" | "interrupted" | "nothing-to-do" | "undecided" | "internal"
    >
  ]: Refusal;
} = {
  usage: {
    args: ["run", "ok", "--max-step", "--quite"],
    status: 64,
    stderr:
      'error: Option "--max-step" needs a value: a whole number from 1 to 1000000, got the option "--quite"\n' +
      "hint: Write it as --max-steps N\n",
  },
  "not-found": {
    args: ["run", "okk"],
    status: 65,
    stderr: 'error: Loop not found: "okk"\n' +
      "hint: Looked for .loops/okk.fsm.yaml, .loops/okk.yaml, okk.yaml (built-in), okk\n" +
      '      Did you mean "ok"?\n',
  },
  unreadable: {
    args: ["list"],
    prepare: (project) => project.chmod(".loops", 0o311),
    options: { via: WITHOUT_PRIVILEGE },
    status: 65,
    stderr: 'error: Cannot read "<root>/.loops": Permission denied\n' +
      "hint: Check who owns it and its mode, or name another folder with --loops-dir or LL_LOOPS_DIR\n",
  },
  invalid: {
    files: {
      ".loops/ok.yaml": loopOf(
        "{ action: touch ran, on_yes: done, on_no: dnoe }",
      ),
    },
    args: ["run", "ok"],
    status: 65,
    stderr:
      '.loops/ok.yaml:5:48: error: State "a" goes to the unknown state "dnoe" [unknown-target]\n' +
      "  |\n5 |   a: { action: touch ran, on_yes: done, on_no: dnoe }\n" +
      "  |                                                ^~~~\n" +
      '  = hint: Did you mean "done"?\n' +
      '  = note: State "done" is here: .loops/ok.yaml:6:3\n' +
      'error: Cannot run loop "ok": 1 error in its definition\n' +
      "hint: `ll-loop validate ok` checks it again\n",
  },
  "missing-context": {
    files: { ".loops/needy.yaml": NEEDY },
    args: ["needy", "-n", "3"],
    status: 65,
    stderr: 'error: Cannot run loop "needy": 2 values are missing\n' +
      '  "who" (required_inputs at .loops/needy.yaml:5): add an INPUT after the loop\'s name\n' +
      '  "tagret" (states.a.action at .loops/needy.yaml:8): add --context tagret=VALUE (or did you mean "target"?)\n' +
      "hint: ll-loop needy -n 3 INPUT --context tagret=VALUE\n",
  },
  unsupported: {
    files: { ".loops/prompt.yaml": LEARNING },
    args: ["run", "prompt"],
    status: 65,
    stderr:
      'error: Cannot run loop "prompt": it needs what this version does not do yet\n' +
      '  .loops/prompt.yaml:5: state "a" is a learning state, which this version does not do yet\n' +
      "hint: `ll-loop run prompt --dry-run` shows all that it would do\n",
  },
  "missing-program": {
    args: ["run", "ok"],
    options: { isProcess: true, env: { PATH: "/nonexistent" } },
    status: 69,
    stderr:
      'error: Cannot run loop "ok": program "bash" was not found on PATH, and state "a" runs a shell action\n' +
      "hint: Install bash, or add its folder to PATH\n",
  },
  "cannot-write": {
    args: ["run", "ok"],
    prepare: (project) => project.chmod(".loops", 0o555),
    options: { via: WITHOUT_PRIVILEGE },
    status: 73,
    stderr:
      'error: Cannot write "<root>/.loops/.running": Permission denied\n' +
      "hint: Check who owns it and its mode, or name another folder with --loops-dir or LL_LOOPS_DIR\n",
  },
};

for (const [code, refusal] of Object.entries(CODES)) {
  Deno.test(`error ${code}: what, where, and what would be right`, async () => {
    const { files, args, status, stderr, prepare, options } = refusal;
    await withProject(
      files ?? { ".loops/ok.yaml": oneAction("ok", "touch ran") },
      async (project) => {
        prepare?.(project);
        await project.ll(args, { status, stdout: "", stderr }, options);
        assertEquals(project.read("ran"), null);
        if (prepare !== undefined) project.chmod(".loops", 0o755);
      },
    );
  });
}

Deno.test("error locked and interrupted: who is in the way, and the command that waits", async () => {
  await withProject({ ".loops/holds.yaml": HOLDS }, async (project) => {
    const holder = project.start(["run", "holds", "-q"]);
    await waitUntil("the holder", () => project.read("held") !== null);
    const holds =
      'error: Cannot start loop "holds": loop "holds" (run <run>, pid <pid>) holds "<root>/src"';
    await project.ll(["holds", "-n", "3"], {
      status: 75,
      stdout: "",
      stderr: `${holds}\n` +
        'hint: Wait for it with `ll-loop holds -n 3 --queue`, or give the loops a "scope:" each that does not overlap\n',
    });
    await project.ll(["holds", "--queue", "--queue-timeout", "0"], {
      status: 75,
      stdout: "",
      stderr: `${holds}, after waiting 0 s\n` +
        'hint: Wait longer with --queue-timeout, or give the loops a "scope:" each that does not overlap\n',
    });
    const waiter = project.start(["holds", "--queue"]);
    await waiter.printed("Waiting for ");
    waiter.signal("SIGTERM");
    project.expect(await waiter.ended, {
      status: 143,
      stdout: "",
      stderr: [
        'error: Stopped by SIGTERM before loop "holds" had its scope\n',
      ],
    });
    holder.signal("SIGINT");
    assertEquals((await holder.ended).status, 130);
  });
});

// ------------------------------------------------------------------ the nearest

const WELL = `name: well
description: Says well
scope: ["."]
context: { target: there }
initial: begin
states:
  begin:
    action: echo \${context.target:shell}
    timeout: 5
    capture: greeting
    evaluate: { type: output_contains, pattern: t }
    on_yes: finish
    on_no: failed
    on_error: failed
  finish:
    action: echo \${captured.greeting.output:shell}
    next: done
  done: { terminal: true }
  failed: { terminal: true }
`;

const CHILD = `name: child
description: Runs another one
scope: ["."]
initial: run
states:
  run: { loop: well, with: { target: you }, on_yes: done, on_no: failed, on_error: failed }
  done: { terminal: true }
  failed: { terminal: true }
`;

const BLOCKS = `name: blocks
description: Uses a block
import: [lib/mine.yaml]
scope: ["."]
initial: begin
states:
  begin: { fragment: shout, with: { word: hey }, on_yes: done, on_no: failed, on_error: failed }
  done: { terminal: true }
  failed: { terminal: true }
`;

const LIBRARY = `fragments:
  shout:
    parameters: { word: { type: string, required: true } }
    action: echo \${param.word:shell}
`;

/** A mistake in the file of a loop, and the name that has to be proposed. */
type Slip = readonly [
  what: string,
  loop: string,
  right: string,
  wrong: string,
  near: string,
];

const SLIPS: readonly Slip[] = [
  ["key of a loop", WELL, "initial:", "initail:", '"initial"'],
  ["key of a state", WELL, "timeout:", "tiemout:", '"timeout"'],
  ["key of an evaluator", WELL, "pattern:", "patern:", '"pattern"'],
  [
    "route key",
    WELL,
    "on_error: failed\n  finish",
    "on_eror: failed\n  finish",
    '"on_error"',
  ],
  ["evaluator", WELL, "output_contains", "output_contain", '"output_contains"'],
  ["initial state", WELL, "initial: begin", "initial: begn", '"begin"'],
  ["target", WELL, "on_yes: finish", "on_yes: finsh", '"finish"'],
  ["next state", WELL, "next: done", "next: dnoe", '"done"'],
  [
    "state of a limit",
    WELL,
    "initial:",
    "on_max_steps: finsih\ninitial:",
    '"finish"',
  ],
  [
    "context name",
    WELL,
    "${context.target:shell}",
    "${context.tagret:shell}",
    '"target"',
  ],
  [
    "capture",
    WELL,
    "${captured.greeting.",
    "${captured.greetin.",
    '"greeting"',
  ],
  ["namespace", WELL, "${context.", "${contxt.", "${context.target}"],
  ["sub-loop", CHILD, "loop: well", "loop: wel", '"well"'],
  [
    "built-in sub-loop",
    CHILD,
    "loop: well",
    "loop: until-gren",
    '"until-green"',
  ],
  ["library", BLOCKS, "lib/mine.yaml", "lib/mien.yaml", '"lib/mine.yaml"'],
  [
    "built-in library",
    BLOCKS,
    "lib/mine.yaml",
    "lib/comon.yaml",
    '"lib/common.yaml"',
  ],
  ["fragment", BLOCKS, "fragment: shout", "fragment: shuot", '"shout"'],
  ["parameter", BLOCKS, "with: { word", "with: { wrod", '"word"'],
  ["parent", BLOCKS, "scope:", "from: wel\nscope:", '"well"'],
  ["action type", WELL, "timeout: 5", "action_type: shel", '"shell"'],
];

const WITH_ALL = {
  ".loops/well.yaml": WELL,
  ".loops/child.yaml": CHILD,
  ".loops/blocks.yaml": BLOCKS,
  ".loops/lib/mine.yaml": LIBRARY,
};

Deno.test("a mistyped name in a file: the nearest is named", async () => {
  await withProject(WITH_ALL, async (project) => {
    await project.ll(["validate", "well", "child", "blocks", "--strict"], {
      stdout: ["✓ well", "✓ child", "✓ blocks"],
    });
    for (const [what, loop, right, wrong, near] of SLIPS) {
      assert(loop.includes(right), `${what}: no "${right}"`);
      project.write(".loops/slip.yaml", loop.replace(right, wrong));
      // What is only missing for a run is told by its plan.
      const expected = { status: "any", stderr: [] } as const;
      const checked = await project.ll(["validate", "slip"], expected);
      const planned = await project.ll(
        ["run", "slip", "--dry-run"],
        expected,
      );
      const said = checked.stdout + planned.stdout + planned.stderr;
      assert(nearestIn(said).includes(near), `${what}: ${near} in\n${said}`);
    }
  });
});

/** Returns what a message proposes. */
function nearestIn(text: string): string[] {
  return [
    ...text.matchAll(/(?:did you mean|there is a command) (.*?)(?:\?|$)/gim),
  ]
    .flatMap(([, names = ""]) => names.split(" or "));
}

/** Arguments with a mistake, and the name that has to be proposed. */
const MISTYPED: readonly (readonly [
  what: string,
  args: readonly string[],
  near: string,
])[] = [
  ["command", ["valdate"], '"validate"'],
  ["command to explain", ["help", "instal"], '"install"'],
  ["loop to run", ["run", "wel"], '"well"'],
  ["loop alone", ["wel"], '"well"'],
  ["loop to check", ["validate", "wel"], '"well"'],
  ["loop to show", ["show", "chid"], '"child"'],
  ["built-in loop", ["run", "--builtin", "until-gren"], '"until-green"'],
  ["loop to install", ["install", "bisekt"], '"bisect"'],
  ["flag", ["run", "well", "--dryrun"], '"--dry-run"'],
  ["flag with a value", ["run", "well", "--contxt", "a=b"], '"--context"'],
  ["flag of another command", ["list", "--jsn"], '"--json"'],
  ["flag before the command", ["--colour", "never", "list"], '"--color"'],
  ["context name", ["run", "well", "--context", "tagret=x"], '"target"'],
  [
    "context name in a plan",
    ["well", "--dry-run", "--context", "tagret=x"],
    '"target"',
  ],
  [
    "context name in a simulation",
    ["simulate", "well", "--context", "tagret=x"],
    '"target"',
  ],
  [
    "context name in a test",
    ["test", "well", "--context", "tagret=x"],
    '"target"',
  ],
  ["state to test", ["test", "well", "--state", "begn"], '"begin"'],
  ["loop to test", ["test", "wel"], '"well"'],
  ["capture to test with", [
    "test",
    "well",
    "--captured",
    "greting.output=x",
  ], '"greeting"'],
  ["loop to simulate", ["simulate", "wel"], '"well"'],
  [
    "state to simulate",
    ["simulate", "well", "--verdicts", "begn=no"],
    '"begin"',
  ],
  [
    "scenario",
    ["simulate", "well", "--scenario", "first-fial"],
    '"first-fail"',
  ],
  ["loop to examine", ["doctor", "wel"], '"well"'],
  ["flag of until", ["until", "true", "--fxi", "x"], '"--fix"'],
  [
    "template",
    ["new", "x", "-t", "fixuntil", "--check", "true"],
    '"fix-until"',
  ],
  ["shell to complete in", ["completions", "zsch"], '"zsh"'],
  ["choice of an option", ["list", "--color", "nevr"], '"never"'],
];

Deno.test("a mistyped name on the command line: the nearest is named", async () => {
  await withProject(WITH_ALL, async (project) => {
    for (const [what, args, near] of MISTYPED) {
      const { stdout, stderr } = await project.ll(args, {
        status: "any",
        stderr: [],
      });
      const said = stdout + stderr;
      assert(nearestIn(said).includes(near), `${what}: ${near} in\n${said}`);
    }
    project.write(
      ".loops/config.yaml",
      "colr: never\nretention: { rnus: 3 }\n",
    );
    const { stderr } = await project.ll(["list"], { stderr: [] });
    assertEquals(nearestIn(stderr), ['"color"', '"runs"']);
  });
});

Deno.test("the command to type next repeated a mistyped context name", async () => {
  await withProject({ ".loops/needy.yaml": NEEDY }, async (project) => {
    for (const given of [["--context", "whoo=x"], ["--context=whoo=x"]]) {
      await project.ll(["needy", ...given, "--context", "tagret=y"], {
        status: 65,
        stderr: [
          'did you mean "who"?\n',
          "hint: ll-loop needy --context tagret=y INPUT\n",
        ],
      });
    }
  });
});

Deno.test("a context name that nothing comes near to is left alone, and one that is used", async () => {
  const loop = oneAction("script", "bash work.sh; echo $LL_CONTEXT_TARGETS")
    .replace("initial:", "context: { target: a }\ninitial:");
  await withProject({
    ".loops/script.yaml": loop,
    "work.sh": "echo $LL_CONTEXT_DEPTH\n",
  }, async (project) => {
    const given = ["--context", "depth=3", "--context", "targets=b"];
    await project.ll(["run", "script", ...given], {
      stdout: ["│ 3\n", "│ b\n"],
    });
    await project.ll(["run", "script", "--context", "traget=b"], {
      stdout: ["completed"],
      stderr: [
        'warning: "LL_CONTEXT_TARGETS" is never set: the file declares no such key of the context',
        '  = hint: Did you mean "LL_CONTEXT_TARGET"?\n' +
        'warning: Context key "traget" is used nowhere in loop "script"; did you mean "target"?\n',
      ],
    });
    await project.ll(["run", "script", "-q", "--context", "traget=b"]);
  });
});
