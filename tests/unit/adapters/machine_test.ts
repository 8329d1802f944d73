// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values, and tests may block
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import {
  createClock,
  createInput,
  createProcessTable,
  createStream,
  createSystem,
  decideColor,
  decideColumns,
  parseIgnored,
  parseProcStat,
  parsePsLine,
  selfCommand,
  sha256,
} from "../../../src/adapters/mod.ts";
import { startChild } from "../../support/child.ts";
import { waitUntil } from "../../support/scratch.ts";

Deno.test("sha256 agrees with the published vectors", () => {
  const vectors: [string, string][] = [
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
    [
      "a".repeat(1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    ],
  ];
  for (const [text, digest] of vectors) assertEquals(sha256(text), digest);
});

Deno.test("sha256 agrees with the runtime at every length around a block", async () => {
  for (let length = 0; length < 140; length++) {
    const text = "ü".repeat(length % 3) + "x".repeat(length);
    const digest = await crypto.subtle.digest(
      "SHA-256",
      new TextEncoder().encode(text),
    );
    assertEquals(sha256(text), new Uint8Array(digest).toHex(), `${length}`);
  }
});

Deno.test("system knows itself", () => {
  const system = createSystem();
  assertEquals(system.pid, Deno.pid);
  assertEquals(system.isAlive(Deno.pid), true);
  assertEquals(system.ancestors()[0], Deno.ppid);
  assertEquals(system.cwd, Deno.cwd());
  assertMatch(system.runtime, /^deno \d+\.\d+\.\d+/);
  assertEquals(system.randomBytes(70_000).length, 70_000);
  assertNotEquals(system.randomBytes(16), system.randomBytes(16));
  assertEquals(system.env("LL_NO_SUCH_VARIABLE"), undefined);
  assertEquals(system.env(""), undefined);
  assertEquals(system.env("A=B"), undefined);
  assertEquals(system.environment()["PATH"], system.env("PATH"));
  assertEquals(selfCommand()[0], Deno.execPath());
});

Deno.test("memory: what the machine tells is a part of a hundred", () => {
  const percent = createSystem().memoryUsedPercent();
  assert(percent !== null && percent > 0 && percent < 100, String(percent));
});

Deno.test("no pid below one is ever alive", () => {
  const system = createSystem();
  for (const pid of [0, -1, 1.5, NaN, 99_999_999]) {
    assertEquals(system.isAlive(pid), false, `${pid}`);
    assertEquals(system.processStart(pid), null, `${pid}`);
    assertEquals(system.processStartedMs(pid), null, `${pid}`);
  }
});

Deno.test("the start of a process is stable, and about when it started", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const system = createSystem();
  const beforeMs = Date.now();
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  const token = system.processStart(child.pid);
  assertMatch(token ?? "", /^[0-9a-f-]{36}:\d+$/);
  assertEquals(system.processStart(child.pid), token);
  assertNotEquals(system.processStart(Deno.pid), token);
  const startedMs = system.processStartedMs(child.pid) ?? 0;
  assert(Math.abs(startedMs - beforeMs) < 1500, `${startedMs - beforeMs}`);
  child.kill("SIGKILL");
  await child.status;
  assertEquals(system.isAlive(child.pid), false);
});

Deno.test(
  "a zombie is dead",
  { ignore: Deno.build.os !== "linux" },
  async () => {
    // The shell becomes a program that never collects the child it has.
    const parent = new Deno.Command("bash", {
      args: ["-c", "sleep 0.1 & echo $!; exec sleep 60"],
      stdout: "piped",
    }).spawn();
    const reader = parent.stdout.getReader();
    const { value } = await reader.read();
    const pid = Number(new TextDecoder().decode(value));
    const lookUp = createProcessTable();
    await waitUntil("the child is a zombie", () => {
      const facts = lookUp(pid);
      return typeof facts === "object" && facts.isZombie;
    });
    assertEquals(createSystem().isAlive(pid), false);
    parent.kill("SIGKILL");
    await parent.status;
    await reader.cancel();
  },
);

Deno.test("process facts survive names with parentheses and other systems' columns", () => {
  const tail = "Z 1 2 3 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 123456 0 0";
  assertEquals(parseProcStat(`12 (a) S 9 (x) ${tail}`), {
    state: "Z",
    parentPid: 1,
    startTicks: 123456,
  });
  assertEquals(parseProcStat("garbage"), null);
  assertEquals(parseProcStat(""), null);
  const facts = parsePsLine("   77 Ss   Mon Nov  3 09:08:07 2025    \n");
  assertEquals(facts?.parentPid, 77);
  assertEquals(facts?.isZombie, false);
  assertEquals(facts?.startToken, "Mon Nov 3 09:08:07 2025");
  assertEquals(
    facts?.startedMs,
    new Date(2025, 10, 3, 9, 8, 7).getTime(),
  );
  assertEquals(parsePsLine(""), null);
});

Deno.test("sleep ends in time, early when told to, and at once for nothing", async () => {
  const clock = createClock();
  const startMs = clock.monotonicMs();
  await clock.sleep(20);
  assert(clock.monotonicMs() - startMs >= 19);
  await clock.sleep(0);
  await clock.sleep(-5);
  await clock.sleep(NaN);
  await clock.sleep(60_000, AbortSignal.abort());
  const stop = new AbortController();
  // Longer than the longest timer of the runtime, which would fire at once.
  const sleeping = clock.sleep(2 ** 40, stop.signal).then(() => "awake");
  const first = await Promise.race([sleeping, clock.sleep(20)]);
  assertEquals(first, undefined);
  stop.abort();
  assertEquals(await sleeping, "awake");
});

Deno.test("ignored signals are read from the mask", () => {
  const cases: [string, string[]][] = [
    ["SigIgn:\t0000000000000000\n", []],
    ["Name:\tx\nSigBlk:\t0000000000000003\nSigIgn:\t0000000000001000\n", []],
    ["SigIgn:\t0000000000004003\n", ["SIGHUP", "SIGINT", "SIGTERM"]],
    ["", []],
    ["SigIgn: what\n", []],
  ];
  for (const [status, wanted] of cases) {
    assertEquals([...parseIgnored(status)], wanted, status);
  }
});

// Listening to SIGTERM alone made the runtime catch SIGHUP, too, and die of it under nohup.
Deno.test("a signal that was ignored at the start stays ignored", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const child = startChild("signal_listener.ts", ["hang-up"], {
    via: ["bash", "-c", 'trap "" HUP INT; exec "$0" "$@"'],
  });
  assertEquals(await child.nextLine(), "ready");
  child.kill("SIGHUP");
  child.kill("SIGINT");
  child.kill("SIGTERM");
  assertEquals(await child.nextLine(), "SIGTERM");
  assertEquals((await child.end()).success, true);
});

Deno.test("each signal that is not ignored is told by name", {
  ignore: Deno.build.os === "windows",
}, async () => {
  const child = startChild("signal_listener.ts");
  assertEquals(await child.nextLine(), "ready");
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    child.kill(signal);
    assertEquals(await child.nextLine(), signal);
  }
  assertEquals((await child.end()).success, true);
});

Deno.test("colours: NO_COLOR beats FORCE_COLOR beats the terminal", () => {
  const cases: [Record<string, string>, boolean, boolean][] = [
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "" }, true, true],
    [{ NO_COLOR: "0", FORCE_COLOR: "1" }, true, false],
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0" }, false, false],
    [{ FORCE_COLOR: "1", TERM: "dumb" }, false, true],
    [{ TERM: "dumb" }, true, false],
  ];
  for (const [env, isTerminal, wanted] of cases) {
    const decided = decideColor((name) => env[name], { isTerminal });
    assertEquals(decided, wanted, JSON.stringify([env, isTerminal]));
  }
});

Deno.test("columns: COLUMNS, then the terminal, then 80", () => {
  const of = (told: string | undefined, measure: () => number): number =>
    decideColumns(() => told, measure);
  assertEquals(of("132", () => 100), 132);
  for (const told of [undefined, "", "0", "-5", "wide", "1e3", "999999"]) {
    assertEquals(of(told, () => 100), 100, told);
  }
  assertEquals(of(undefined, () => 0), 80);
  assertEquals(
    of(undefined, () => {
      throw new Error("no terminal");
    }),
    80,
  );
});

/** A standard stream that answers each write with the next of `answers`, then takes everything. */
function scriptedHandle(answers: (number | Error)[]) {
  const handle = {
    text: "",
    calls: 0,
    isTerminal: () => false,
    writeSync(bytes: Uint8Array): number {
      handle.calls++;
      const answer = answers.shift() ?? bytes.length;
      if (answer instanceof Error) throw answer;
      handle.text += new TextDecoder().decode(bytes.subarray(0, answer));
      return answer;
    },
  };
  return handle;
}

Deno.test("a stream writes the whole text, over short writes and a full pipe", () => {
  const handle = scriptedHandle([2, new Deno.errors.WouldBlock("full"), 1]);
  const stream = createStream(handle, { env: () => undefined });
  stream.write("abcdef");
  assertEquals(handle.text, "abcdef");
  assertEquals(handle.calls, 4);
  assertEquals(stream.failure, null);
  assertEquals(stream.columns, 80);
});

Deno.test("a stream whose reader is gone drops everything from then on", () => {
  const goneWays = [
    new Deno.errors.BrokenPipe("gone"),
    Object.assign(new Error("Input/output error (os error 5)"), {
      code: "EIO",
    }),
  ];
  for (const gone of goneWays) {
    const handle = scriptedHandle([1, gone]);
    const stream = createStream(handle, { env: () => undefined });
    stream.write("abc");
    stream.write("def");
    assertEquals(handle.text, "a");
    assertEquals(handle.calls, 2);
    assertEquals(stream.failure, null);
  }
});

Deno.test("a stream on a full disk remembers why it lost text", () => {
  const full = Object.assign(
    new Error("No space left on device (os error 28)"),
    { code: "ENOSPC" },
  );
  const stream = createStream(scriptedHandle([full]), { env: () => undefined });
  stream.write("abc");
  assertEquals(stream.failure, "No space left on device");
});

Deno.test("lines are read as they are typed, whatever pieces they come in", async () => {
  const bytes = new TextEncoder().encode("one\r\nzwölf\n\nlast");
  const pieces = [
    bytes.subarray(0, 2),
    bytes.subarray(2, 8),
    bytes.subarray(8, 13),
    bytes.subarray(13),
    new Uint8Array([0xff]),
  ];
  const input = createInput({
    isTerminal: () => true,
    read(into) {
      const piece = pieces.shift();
      if (piece === undefined) return Promise.resolve(null);
      into.set(piece);
      return Promise.resolve(piece.length);
    },
  });
  assert(input.isTerminal);
  const lines: (string | null)[] = [];
  while (lines.at(-1) !== null) lines.push(await input.readLine());
  assertEquals(lines, ["one", "zwölf", "", "last\ufffd", null]);
  assertEquals(await input.readLine(), null);
});
