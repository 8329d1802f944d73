// deno-lint-ignore-file no-boolean-literal-for-arguments no-sync-fn-in-async-fn -- expected values, and tests may block

import { assert, assertEquals, fail } from "@std/assert";
import { makeProcesses } from "../../../../src/adapters/process/mod.ts";
import { parseStat } from "../../../../src/adapters/process/proc_table.ts";
import { watchLimits } from "../../../../src/adapters/process/time_limits.ts";
import type { ProcessOutcome } from "../../../../src/ports/mod.ts";
import {
  fixtureWord,
  IN_VAIN_MS,
  isAlive,
  killAll,
  listen,
  numbers,
  patientMs,
  shell,
} from "../../../support/processes.ts";
import { waitUntil, withScratch } from "../../../support/scratch.ts";

const isLinux = Deno.build.os === "linux";
const ignore = Deno.build.os === "windows";
const processes = makeProcesses();

/** Starts a bash action and returns how it ended. */
function run(...args: Parameters<typeof shell>): Promise<ProcessOutcome> {
  return processes.start(shell(...args)).outcome;
}

/** What most tests look at. */
function ending(outcome: ProcessOutcome) {
  const { exitCode, timeoutKind, isCancelled } = outcome;
  return {
    exitCode,
    timeoutKind,
    isCancelled,
    stdout: outcome.stdout.text,
    stderr: outcome.stderr.text,
  };
}

const TIMED_OUT: ReturnType<typeof ending> = {
  exitCode: 124,
  timeoutKind: "wall",
  isCancelled: false,
  stdout: "",
  stderr: "",
};
const STOPPED = {
  exitCode: -15,
  timeoutKind: null,
  isCancelled: true,
  stdout: "",
  stderr: "",
} as const;

Deno.test({ name: "an action's whole outcome", ignore }, async () => {
  const outcome = await run("echo hi; echo err >&2; exit 3");
  assert(outcome.durationMs >= 0 && outcome.durationMs < IN_VAIN_MS);
  assertEquals(outcome, {
    exitCode: 3,
    stdout: { text: "hi\n", sizeBytes: 3, isTruncated: false, spill: null },
    stderr: { text: "err\n", sizeBytes: 4, isTruncated: false, spill: null },
    durationMs: outcome.durationMs,
    timeoutKind: null,
    isCancelled: false,
    startError: null,
  });
});

Deno.test({ name: "stdin is the null device", ignore }, async () => {
  assertEquals((await run("cat; echo $?")).stdout.text, "0\n");
});

const LONG_INPUT = "line é\n".repeat(200_000);

Deno.test({
  name: "stdin: an open one is talked to, and its end is told",
  ignore,
}, async () => {
  const lines: string[] = [];
  const child = processes.start(
    {
      ...shell('while read -r x; do echo "got ${#x}"; done; echo end'),
      isInteractive: true,
    },
    {
      lineMaxLength: 100_000,
      onLines: (some) => void lines.push(...some),
    },
  );
  assertEquals(await child.input?.write("a\n"), true);
  await waitUntil("the answer", () => lines.length === 1);
  assertEquals(await child.input?.write("é\n"), true);
  child.input?.close();
  assertEquals(await child.input?.write("late\n"), false);
  const { exitCode, stdout } = await child.outcome;
  assertEquals([exitCode, stdout.text], [0, "got 1\ngot 1\nend\n"]);

  // One that does not listen any more says so, and one that ends without reading just ends.
  const deaf = processes.start({
    ...shell("exec <&-; echo closed; sleep 0.3"),
    isInteractive: true,
  });
  let isTaken: boolean | undefined = true;
  while (isTaken) isTaken = await deaf.input?.write("x".repeat(100_000));
  assertEquals([isTaken, (await deaf.outcome).exitCode], [false, 0]);
});

Deno.test({
  name: "lines longer than usual come whole where they are asked for",
  ignore,
}, async () => {
  const lengths: number[] = [];
  const outcome =
    processes.start(shell("printf '%0200000d\\n%0300001d\\n' 0 0"), {
      lineMaxLength: 300_000,
      onLines: (lines) => lengths.push(...lines.map((line) => line.length)),
    }).outcome;
  assertEquals((await outcome).exitCode, 0);
  assertEquals(lengths, [200_000, 300_000, 1]);
});

Deno.test({ name: "stdin: a text, read to its end", ignore }, async () => {
  assertEquals((await run("cat", { stdin: "hi é" })).stdout.text, "hi é");
  assertEquals((await run("cat; echo $?", { stdin: "" })).stdout.text, "0\n");
  const { stdout } = await run("wc -l; cksum", { stdin: LONG_INPUT });
  assertEquals(stdout.text, "200000\n4294967295 0\n");
});

Deno.test({
  name: "stdin: who does not read it, or not all of it, ends as ever",
  ignore,
}, async () => {
  for (
    const [script, exitCode, stdout] of [
      ["exit 3", 3, ""],
      ["head -n 1", 0, "line é\n"],
      ["exec <&-; echo closed", 0, "closed\n"],
    ] as const
  ) {
    const outcome = await run(script, { stdin: LONG_INPUT });
    assertEquals(
      [script, outcome.exitCode, outcome.stdout.text, outcome.stderr.text],
      [script, exitCode, stdout, ""],
    );
  }
});

Deno.test({
  name:
    "stdin: limits fire while nobody reads, and a background reader holds nobody up",
  ignore,
}, async () => {
  const idle = await run("sleep 60", {
    stdin: LONG_INPUT,
    timeoutMs: patientMs(80),
  });
  assertEquals(ending(idle), TIMED_OUT);
  const watcher = listen();
  const child = processes.start(
    // Opened under another number: bash gives background commands the null device.
    shell("exec 9<&0; sleep 60 <&9 >/dev/null 2>&1 & echo pid $!; exit 0", {
      stdin: LONG_INPUT,
    }),
    watcher,
  );
  const { exitCode, isCancelled } = await child.outcome;
  assertEquals([exitCode, isCancelled], [0, false]);
  const pid = Number(await watcher.heard("pid"));
  assert(isAlive(pid));
  await killAll([pid]);
});

for (const setsid of [processes.find("setsid"), null]) {
  Deno.test({
    name: `a child leads a session and group of its own, ${
      setsid === null ? "without" : "with"
    } setsid`,
    ignore: !isLinux,
  }, async () => {
    let pid = 0;
    const spec = shell("read -r line </proc/$$/stat; echo $$ $line");
    const { outcome } = makeProcesses({ setsid, bash: null })
      .start(spec, { onLines() {}, onStart: (started) => pid = started });
    const { stdout } = await outcome;
    const row = parseStat(stdout.text.slice(stdout.text.indexOf(" ") + 1));
    assertEquals([pid, row?.pid, row?.group, row?.session], [
      pid,
      pid,
      pid,
      pid,
    ]);
    assertEquals(parseInt(stdout.text), pid);
  });
}

Deno.test({ name: "variables are added and removed", ignore }, async () => {
  const script = 'echo "${A-unset} ${HOME-unset} ${PATH:+path}"';
  const { stdout } = await run(script, { env: { A: "a b", HOME: null } });
  assertEquals(stdout.text, "a b unset path\n");
});

Deno.test(
  { name: "lines reach the watcher while the child runs", ignore },
  async () => {
    const watcher = listen();
    const child = processes.start(
      shell("echo one; printf three; echo two >&2; cat </dev/null; sleep 60"),
      watcher,
    );
    await watcher.heard("one");
    await watcher.heard("two");
    child.stop();
    await child.outcome;
    assertEquals(watcher.lines.toSorted(), ["one", "three", "two"]);
  },
);

Deno.test({
  name:
    "cases 50 to 53 and 55: limits fire whatever a child does with its pipes",
  ignore,
}, async (t) => {
  const limit = { timeoutMs: patientMs(100) };
  const cases: [
    string,
    Parameters<typeof shell>,
    Partial<ReturnType<typeof ending>>,
  ][] = [
    ["50: silence", ["echo x; sleep 30", limit], { stdout: "x\n" }],
    ["51: closed streams", ["exec >&- 2>&-; sleep 30", limit], {}],
    [
      "52: closed streams, in time",
      ["exec >&- 2>&-; sleep 0.15; exit 7", { timeoutMs: 30_000 }],
      { exitCode: 7, timeoutKind: null },
    ],
    [
      "53: lines written at once, and a part of one",
      ["printf 'l1\\nl2\\nl3\\npart'; sleep 30", limit],
      { stdout: "l1\nl2\nl3\npart" },
    ],
    [
      "55: idle",
      ["echo x; sleep 30", { idleTimeoutMs: patientMs(100) }],
      { timeoutKind: "idle", stdout: "x\n" },
    ],
    [
      "a child that ends well on TERM is waited for",
      [
        "trap 'sleep 0.1; echo bye; exit 0' TERM; sleep 30 & wait",
        limit,
      ],
      { stdout: "bye\n" },
    ],
    [
      "a limit longer than any timer does not fire at once",
      [
        "sleep 0.05; echo end",
        { timeoutMs: 2 ** 40, idleTimeoutMs: 2 ** 33 },
      ],
      { exitCode: 0, timeoutKind: null, stdout: "end\n" },
    ],
  ];
  const endings = cases.map(([, args]) => run(...args).then(ending));
  for (const [index, [name, , expected]] of cases.entries()) {
    const actual = await endings[index];
    await t.step(name, () => {
      assertEquals(actual, { ...TIMED_OUT, ...expected });
    });
  }
});

Deno.test(
  { name: "a limit fires while a child prints without end", ignore },
  async () => {
    const outcome = await run("exec yes", { timeoutMs: 100 });
    assertEquals([outcome.exitCode, outcome.timeoutKind], [124, "wall"]);
    assertEquals(outcome.stdout.isTruncated, true);
    assert(outcome.durationMs >= 100);
  },
);

Deno.test("a limit of 0 is none", () => {
  watchLimits({
    timeoutMs: 0,
    idleTimeoutMs: 0,
    lastHeardMs: () => 0,
    onExpire: () => fail("It fired"),
  })();
});

Deno.test({
  name:
    "case 54: a background child that holds the pipe does not delay the end, and lives on",
  ignore,
}, async () => {
  const startedMs = performance.now();
  const outcome = await run("sleep 300 & echo $!; echo hi");
  assert(performance.now() - startedMs < IN_VAIN_MS);
  assertEquals(outcome.exitCode, 0);
  const [pid = "", hi] = outcome.stdout.text.split("\n");
  assertEquals(hi, "hi");
  Deno.kill(Number(pid), "SIGKILL");
});

Deno.test({
  name: "a background child that writes without end does not delay the end",
  ignore,
}, async () => {
  const outcome = await run("yes & echo $! >&2; disown");
  assertEquals(outcome.exitCode, 0);
  // Its pipe is closed now, and `yes` dies of that.
  await waitUntil("yes has ended", () => !isAlive(Number(outcome.stderr.text)));
});

/**
 * Starts `action` with a limit, and a longer one where that fired before everything had begun;
 * resolves with the numbers that it told, and how it ended.
 */
async function limited(action: string) {
  for (let timeoutMs = 200;; timeoutMs *= 4) {
    const watcher = listen();
    const { outcome } = processes.start(
      shell(action, { timeoutMs, graceMs: 50 }),
      watcher,
    );
    const ended = await outcome;
    const ready = watcher.lines.find((line) => line.startsWith("ready"));
    if (ready !== undefined) {
      return { pids: numbers(ready.slice("ready".length)), ended, timeoutMs };
    }
    assert(timeoutMs < IN_VAIN_MS, "It never began");
  }
}

Deno.test({
  name: "a timeout ends TERM-proof children after the grace, and all of them",
  ignore: !isLinux,
}, async () => {
  const { pids, ended, timeoutMs } = await limited(
    `exec ${fixtureWord("stubborn.sh")}`,
  );
  const { exitCode, timeoutKind, durationMs } = ended;
  assertEquals([exitCode, timeoutKind], [124, "wall"]);
  assert(
    durationMs >= timeoutMs + 50 && durationMs < timeoutMs + IN_VAIN_MS,
    `${durationMs}`,
  );
  assertEquals(pids.map(isAlive), [false, false]);
});

Deno.test({
  name:
    "a timeout ends the background children and those in groups of their own",
  ignore: !isLinux,
}, async () => {
  const { pids, ended } = await limited(
    `${fixtureWord("background_tree.sh")} wait; true`,
  );
  const daemon = pids.pop() ?? 0;
  assertEquals(ended.exitCode, 124);
  assertEquals(pids.map(isAlive), [false, false, false, false]);
  // A session of its own is out of reach here: that is what the sweep is for.
  assertEquals(isAlive(daemon), true);
  await killAll([daemon]);
});

Deno.test({
  name:
    "a watcher that throws is reported as an uncaught error and costs no output",
  ignore,
}, async () => {
  const reported: string[] = [];
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    reported.push(event.error.message);
  };
  addEventListener("error", onError);
  const { outcome } = processes.start(shell("echo one; echo two >&2"), {
    onLines(lines) {
      throw new Error(lines.join());
    },
  });
  const { stdout, stderr } = await outcome;
  removeEventListener("error", onError);
  assertEquals([stdout.text, stderr.text], ["one\n", "two\n"]);
  assertEquals(reported.toSorted(), ["one", "two"]);
});

Deno.test({ name: "stop ends a child with TERM", ignore }, async () => {
  const watcher = listen();
  const child = processes.start(shell("echo ready; sleep 30"), watcher);
  await watcher.heard("ready");
  child.stop();
  child.stop();
  assertEquals(ending(await child.outcome), { ...STOPPED, stdout: "ready\n" });
});

Deno.test({ name: "stop right after the start", ignore }, async () => {
  const child = processes.start(shell("sleep 30"));
  child.stop();
  assertEquals(ending(await child.outcome), { ...STOPPED });
});

Deno.test({
  name: "a stopped child that ends in its own way is cancelled all the same",
  ignore,
}, async () => {
  const watcher = listen();
  const child = processes.start(
    shell("trap 'echo bye; exit 0' TERM; sleep 30 & echo ready; wait"),
    watcher,
  );
  await watcher.heard("ready");
  child.stop();
  assertEquals(ending(await child.outcome), {
    ...STOPPED,
    stdout: "ready\nbye\n",
  });
});

Deno.test({
  name: "stop by force goes to KILL at once, at first or second call",
  ignore: !isLinux,
}, async () => {
  for (const calls of [[true], [false, true]]) {
    const watcher = listen();
    const child = processes.start(
      shell(`exec ${fixtureWord("stubborn.sh")}`, { graceMs: 60_000 }),
      watcher,
    );
    const pids = numbers(await watcher.heard("ready"));
    for (const force of calls) child.stop({ force });
    const outcome = await child.outcome;
    assertEquals([outcome.exitCode, outcome.isCancelled], [-9, true]);
    assertEquals(pids.map(isAlive), [false, false]);
  }
});

Deno.test({
  name: "a process under SIGSTOP is ended within the grace",
  ignore: !isLinux,
}, async () => {
  let pid = 0;
  const spec = shell("kill -STOP $$; sleep 300", { graceMs: 60_000 });
  const child = processes.start(spec, {
    onLines() {},
    onStart: (started) => pid = started,
  });
  await waitUntil(
    "stopped",
    () => Deno.readTextFileSync(`/proc/${pid}/stat`).includes(") T "),
  );
  child.stop();
  const outcome = await child.outcome;
  assertEquals(ending(outcome), { ...STOPPED });
  assert(outcome.durationMs < IN_VAIN_MS);
});

Deno.test({
  name:
    "the first reason wins: a timeout that is stopped by force is a timeout",
  ignore: !isLinux,
}, async () => {
  const watcher = listen();
  const child = processes.start(
    shell("trap 'echo term' TERM; echo ready; while :; do sleep 0.01; done", {
      timeoutMs: patientMs(150),
      graceMs: 60_000,
    }),
    watcher,
  );
  await watcher.heard("term");
  child.stop({ force: true });
  const { exitCode, timeoutKind, isCancelled } = await child.outcome;
  assertEquals([exitCode, timeoutKind, isCancelled], [124, "wall", false]);
});

Deno.test({ name: "stop after the end changes nothing", ignore }, async () => {
  const child = processes.start(shell("exit 4"));
  await child.outcome;
  child.stop({ force: true });
  assertEquals((await child.outcome).exitCode, 4);
});

Deno.test({
  name: "a death by somebody else's signal is no cancellation",
  ignore,
}, async () => {
  for (const [name, exitCode] of [["KILL", -9], ["TERM", -15], ["SEGV", -11]]) {
    assertEquals(ending(await run(`ulimit -c 0; kill -${name} $$`)), {
      ...STOPPED,
      exitCode: Number(exitCode),
      isCancelled: false,
    });
  }
});

Deno.test(
  { name: "case 57: a lone byte that is no text is replaced", ignore },
  async () => {
    const outcome = await run("printf '\\377\\n'");
    assertEquals([outcome.exitCode, outcome.stdout.text], [0, "\ufffd\n"]);
    assertEquals(outcome.stdout.sizeBytes, 2);
  },
);

Deno.test({
  name: "a character that is written in two parts stays whole",
  ignore,
}, async () => {
  const watcher = listen();
  const { outcome } = processes.start(
    shell("printf '\\303'; sleep 0.05; printf '\\251\\n'"),
    watcher,
  );
  assertEquals((await outcome).stdout.text, "é\n");
  assertEquals(watcher.lines, ["é"]);
});

Deno.test({
  name: "a line of 5 MB comes in pieces, and what is kept is bounded",
  ignore,
}, async () => {
  await withScratch(async (folder) => {
    const lengths: number[] = [];
    const { outcome } = processes.start(
      shell("head -c 5000000 /dev/zero | tr '\\0' x; echo; echo end", {
        spillPrefix: `${folder}/1`,
      }),
      {
        onLines: (lines) =>
          void lengths.push(...lines.map((line) => line.length)),
      },
    );
    const { stdout } = await outcome;
    assertEquals(Math.max(...lengths), 65_536);
    assertEquals(lengths.reduce((sum, length) => sum + length), 5_000_003);
    assertEquals(lengths.at(-1), 3);
    assertEquals(stdout.sizeBytes, 5_000_005);
    assertEquals(stdout.spill, "1.stdout");
    assertEquals(Deno.statSync(`${folder}/1.stdout`).size, 5_000_005);
    const leftOut = 5_000_005 - 1024 * 1024;
    assertEquals(
      stdout.text === `${"x".repeat(256 * 1024)}\n` +
          `[… ${leftOut} bytes left out, all of it is in 1.stdout …]\n` +
          `${"x".repeat(768 * 1024 - 5)}\nend\n`,
      true,
    );
  });
});

Deno.test({
  name: "everything that was in the pipes at the end is read",
  ignore,
}, async () => {
  for (let round = 0; round < 5; round++) {
    const { stdout, stderr } = await run(
      "head -c 1000000 /dev/zero; head -c 60000 /dev/zero >&2",
    );
    assertEquals([stdout.sizeBytes, stderr.sizeBytes], [1_000_000, 60_000]);
  }
});

Deno.test({
  name: "this process being held up costs no output and makes no child idle",
  ignore,
}, async () => {
  const ended = run(
    "sleep 0.05; head -c 60000 /dev/zero; sleep 30 & echo $! >&2",
  );
  const idleTimeoutMs = patientMs(300);
  const lively = run("for i in {1..8}; do echo $i; sleep 0.05; done", {
    idleTimeoutMs,
  });
  const untilMs = performance.now() + idleTimeoutMs + 150;
  while (performance.now() < untilMs);
  const { stdout, stderr } = await ended;
  assertEquals(stdout.sizeBytes, 60_000);
  await killAll([Number(stderr.text)]);
  assertEquals(ending(await lively), {
    ...TIMED_OUT,
    exitCode: 0,
    timeoutKind: null,
    stdout: "1\n2\n3\n4\n5\n6\n7\n8\n",
  });
});

Deno.test({ name: "what cannot be started says why", ignore }, async () => {
  await withScratch(async (folder) => {
    Deno.writeTextFileSync(`${folder}/plain`, "echo hi\n");
    Deno.writeTextFileSync(`${folder}/orphan`, "#!/no/such/thing\n", {
      mode: 0o755,
    });
    const long = "x".repeat(200_000);
    const cases: [Parameters<typeof shell>[1], string][] = [
      [
        { argv: ["no-such-program", "a"] },
        'Cannot start "no-such-program": no such program on PATH, install it or add its folder to PATH',
      ],
      [
        { argv: ["./nothing"] },
        'Cannot start "./nothing": there is no such file',
      ],
      [
        { argv: ["./plain"] },
        'Cannot start "./plain": the file is not executable, make it so with chmod +x',
      ],
      [
        { argv: [folder] },
        `Cannot start "${folder}": it is a folder, wanted a program`,
      ],
      [
        { argv: ["./orphan"] },
        'Cannot start "./orphan": the interpreter named in its first line does not exist',
      ],
      [
        { argv: [] },
        "Cannot start a program: its name is empty, wanted a name or a path",
      ],
      [
        { cwd: `${folder}/gone` },
        `Cannot start "bash": working folder "${folder}/gone" does not exist`,
      ],
      [
        { cwd: `${folder}/plain` },
        `Cannot start "bash": working folder "${folder}/plain" is not a folder`,
      ],
      [
        { argv: ["bash", "-c", "a\0b"] },
        'Cannot start "bash": an argument or environment variable holds a NUL character, which none may',
      ],
      [
        { env: { PATH: "/no/such" } },
        'Cannot start "bash": no such program on PATH, install it or add its folder to PATH',
      ],
    ];
    if (isLinux) {
      const advice =
        "bytes long, at most 131071 are allowed; pass long text through a file";
      cases.push(
        [
          { argv: ["bash", "-c", long] },
          `Cannot start "bash": argument 2 is 200000 ${advice}`,
        ],
        [
          { env: { LONG: long } },
          `Cannot start "bash": environment variable "LONG" is 200005 ${advice}`,
        ],
      );
    }
    for (const setsid of [processes.find("setsid"), null]) {
      const starter = makeProcesses({ setsid, bash: null });
      for (const [changes, startError] of cases) {
        const child = starter.start(shell("true", { cwd: folder, ...changes }));
        const outcome = await child.outcome;
        child.stop();
        assertEquals(outcome.startError, startError);
        assertEquals(ending(outcome), {
          ...TIMED_OUT,
          exitCode: 127,
          timeoutKind: null,
        });
      }
    }
  });
});

Deno.test({
  name: "a command that bash does not find is no failed start",
  ignore,
}, async () => {
  const outcome = await run("no-such-program");
  assertEquals([outcome.exitCode, outcome.startError], [127, null]);
});

Deno.test(
  { name: "programs are found as the system finds them", ignore },
  async () => {
    await withScratch((folder) => {
      Deno.writeTextFileSync(`${folder}/tool`, "", { mode: 0o755 });
      Deno.writeTextFileSync(`${folder}/text`, "", { mode: 0o644 });
      assertEquals(processes.find("no-such-program"), null);
      assertEquals(processes.find("bash")?.endsWith("/bash"), true);
      assertEquals(processes.find(`${folder}/tool`), `${folder}/tool`);
      assertEquals(processes.find(`${folder}/text`), null);
      assertEquals(processes.isExecutable(`${folder}/tool`), true);
      assertEquals(processes.isExecutable(`${folder}/text`), false);
      assertEquals(processes.isExecutable(folder), false);
      assertEquals(processes.isExecutable(`${folder}/nothing`), false);
    });
  },
);
