import { assert, assertEquals } from "@std/assert";
import { main } from "../../../src/cli/mod.ts";
import type { World } from "../../../src/app/mod.ts";
import type { LineInput } from "../../../src/ports/mod.ts";
import {
  captureStream,
  fakeReaper,
  fakeSignals,
  fakeSources,
  fakeSystem,
  manualClock,
  memoryFiles,
  memoryLocks,
  noDetached,
  noMcp,
} from "../../support/fakes.ts";

const LOOP = `name: fix
description: A test
initial: check
states:
  check: {action: npm test, on_yes: sort, on_no: fix}
  fix: {action: npm run fix, next: check}
  sort: {action: sort, evaluate: {type: classify}, route: {RED: fix, _: done}}
  done: {terminal: true}
`;

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly unread: number;
}

interface Options {
  /** What is typed, line by line; `null` without a terminal. */
  readonly typed?: readonly string[] | null;
  readonly isStdoutTerminal?: boolean;
  readonly isStderrTerminal?: boolean;
}

/** Carries out a command on a machine on which nothing can be run, written or locked. */
async function ll(
  args: readonly string[],
  options: Options = {},
): Promise<Ended> {
  const files = memoryFiles({ "/p/.loops/fix.yaml": LOOP });
  files.beforeWrite = (path) => {
    throw new Error(`wrote ${path}`);
  };
  const forbidden = () => {
    throw new Error("started a process");
  };
  const world: World = {
    connectMcp: noMcp,
    files,
    locks: memoryLocks(files),
    clock: manualClock(),
    match: forbidden,
    signals: fakeSignals(),
    system: fakeSystem(),
    sources: fakeSources({ "/p/.loops/fix.yaml": LOOP }),
    processes: {
      start: forbidden,
      find: () => null,
      isExecutable: () => false,
    },
    supervise: forbidden,
    reaper: fakeReaper(),
    startDetached: noDetached,
  };
  const { typed = null } = options;
  const lines = [...typed ?? []];
  const stdin: LineInput = {
    isTerminal: typed !== null,
    readLine: () => Promise.resolve(lines.shift() ?? null),
    readSource: () => Promise.resolve({ kind: "text", text: "" }),
  };
  const stdout = captureStream({
    isTerminal: options.isStdoutTerminal ?? true,
  });
  const stderr = captureStream({
    isTerminal: options.isStderrTerminal ?? true,
  });
  const status = await main(args, {
    world,
    stdin,
    stdout,
    stderr,
    version: "0",
  });
  return {
    status,
    stdout: stdout.text,
    stderr: stderr.text,
    unread: lines.length,
  };
}

const HEADER = `Simulating loop: fix (nothing is run or written)
  from     project: .loops/fix.yaml
`;

Deno.test("simulate: somebody at the terminal chooses, by number, by name, by nothing", async () => {
  const ended = await ll(["simulate", "fix"], {
    typed: ["2", "0", "maybe", "yes", "BLUE"],
  });
  assertEquals([ended.status, ended.stderr, ended.unread], [0, "", 0]);
  assertEquals(
    ended.stdout,
    `${HEADER}  answers  yours, at each state; Ctrl-D ends the simulation
  limit    20 steps (the loop allows 50)

[1/20] check -> npm test
    1) yes → sort  [default]
    2) no → fix
    3) error: no route
    >     ✗ no  exit 1
    -> fix
[2/20] fix -> npm run fix
    -> check
[3/20] check -> npm test
    1) yes → sort  [default]
    2) no → fix
    3) error: no route
    >     "0" is not one of them: type a number from 1 to 3, or a verdict
    >     "maybe" is not one of them: type a number from 1 to 3, or a verdict
    >     ✓ yes
    -> sort
[4/20] sort -> sort
    1) RED → fix  [default]
    2) error → done
    or any other verdict
    >     • BLUE
    -> done

Simulated loop "fix" completed: done (4 steps)
  visited  check → fix → check → sort → done
  would do 4 shell commands
`,
  );
});

Deno.test("simulate: the end of input ends it, and says where", async () => {
  const ended = await ll(["sim", "fix"], { typed: [""] });
  assertEquals(ended.status, 0);
  assert(ended.stdout.endsWith(`
Simulation of loop "fix" left at state "sort": no more answers
  state    sort at .loops/fix.yaml:7
  visited  check → sort
  would do 1 shell command
`));
});

Deno.test("simulate: nobody is asked without a terminal, or beside a scenario or verdicts", async () => {
  const silent: [readonly string[], Options, string][] = [
    [[], {}, "scenario all-pass; choose with --scenario or --verdicts"],
    [
      [],
      { typed: ["2"], isStdoutTerminal: false },
      "scenario all-pass; choose with --scenario or --verdicts",
    ],
    [["--scenario", "all-pass"], { typed: ["2"] }, "scenario all-pass"],
    [["--verdicts", "yes,BLUE"], { typed: ["2"] }, "verdicts yes,BLUE"],
    [
      ["--verdicts", "sort=BLUE", "--scenario", "first-fail"],
      { typed: ["2"] },
      "verdicts sort=BLUE, else scenario first-fail",
    ],
  ];
  for (const [args, options, answers] of silent) {
    const ended = await ll(["simulate", "fix", ...args], options);
    assertEquals([ended.status, ended.stderr], [0, ""]);
    assert(
      ended.stdout.includes(`\n  answers  ${answers}\n`),
      `${args.join(" ")}: ${ended.stdout}`,
    );
    assertEquals(ended.unread, options.typed?.length ?? 0);
  }
});

Deno.test("simulate --json: one object; who is asked is asked on stderr", async () => {
  const plain = await ll([
    "simulate",
    "fix",
    "--json",
    "--verdicts",
    "no,yes,BLUE",
  ]);
  assertEquals([plain.status, plain.stderr], [0, ""]);
  assertEquals(JSON.parse(plain.stdout).states_visited, [
    "check",
    "fix",
    "check",
    "sort",
    "done",
  ]);
  const asked = await ll(["simulate", "fix", "--json"], { typed: [""] });
  assert(asked.stderr.includes("1) yes → sort  [default]"));
  const json = JSON.parse(asked.stdout);
  assertEquals([json.terminated_by, json.scenario, json.error], [
    "interrupted",
    null,
    "No more answers",
  ]);
});

Deno.test("simulate: wrong verdicts and states are told, nothing else is lost", async () => {
  const verdict = await ll(["simulate", "fix", "--verdicts", "no,no,maybe"]);
  assertEquals([verdict.status, verdict.stderr], [
    64,
    'error: State "check" cannot give verdict "maybe": it gives "yes", "no" or "error"\n' +
    "hint: --verdicts check=VERDICT chooses for this state alone\n",
  ]);
  const state = await ll(["simulate", "fix", "--verdicts", "chek=no"]);
  assertEquals([state.status, state.stdout, state.stderr], [
    65,
    "",
    'error: State not found: "chek" in loop "fix"\nhint: Did you mean "check"?\n',
  ]);
  const cap = await ll(["simulate", "fix", "-n", "0"]);
  assertEquals([cap.status, cap.stdout, cap.stderr], [
    64,
    "",
    'error: Option "-n" takes a whole number from 1 to 1000000, got "0"\n',
  ]);
});
