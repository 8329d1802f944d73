// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
import { assert, assertEquals } from "@std/assert";
import type { World } from "../../../src/app/mod.ts";
import type { OptionSpec } from "../../../src/cli/command_spec.ts";
import { commandNamed } from "../../../src/cli/command_table.ts";
import { readMessage } from "../../../src/cli/detached.ts";
import { DETACHED_MARK } from "../../../src/cli/detached_mark.ts";
import { main } from "../../../src/cli/mod.ts";
import { parseArguments } from "../../../src/cli/parse_arguments.ts";
import type { StartDetached, StopSignal } from "../../../src/ports/mod.ts";
import {
  captureStream,
  fakeProcesses,
  fakeReaper,
  fakeSignals,
  fakeSources,
  fakeSystem,
  manualClock,
  memoryFiles,
  memoryLocks,
  noMcp,
} from "../../support/fakes.ts";

type Told = Parameters<StartDetached>[1];

/** A child that a test plays. */
interface Child {
  readonly argv: readonly string[];
  readonly told: Told;
  readonly signals: StopSignal[];
  readonly isReleased: () => boolean;
  end(exitCode: number): void;
}

const SELF = ["/opt/ll-loop"];

/** Carries out a command line whose child `play` plays. */
function ll(args: readonly string[], play: (child: Child) => void) {
  const files = memoryFiles({}, { folders: ["/p/.loops"] });
  const clock = manualClock();
  const signals = fakeSignals();
  let argv: readonly string[] = [];
  const world: World = {
    connectMcp: noMcp,
    files,
    clock,
    signals,
    locks: memoryLocks(files),
    match: () => Promise.resolve({ kind: "failed", reason: "" }),
    system: fakeSystem({ selfCommand: SELF }),
    sources: fakeSources({}),
    processes: fakeProcesses(),
    supervise: () => {
      throw new Error("supervised");
    },
    reaper: fakeReaper(),
    startDetached(given, told) {
      argv = given;
      const ended = Promise.withResolvers<number>();
      const sent: StopSignal[] = [];
      let isReleased = false;
      queueMicrotask(() =>
        play({
          argv,
          told,
          signals: sent,
          isReleased: () => isReleased,
          end: ended.resolve,
        })
      );
      return {
        pid: 7,
        ended: ended.promise,
        signal: (signal) => void sent.push(signal),
        release: () => {
          isReleased = true;
          return Promise.resolve();
        },
      };
    },
  };
  const stdout = captureStream();
  const stderr = captureStream();
  const status = main(args, {
    world,
    stdin: {
      isTerminal: false,
      readLine: () => Promise.resolve(null),
      readSource: () => Promise.resolve({ kind: "text", text: "" }),
    },
    stdout,
    stderr,
    version: "0",
  }).then((code) => ({
    status: code,
    argv,
    stdout: stdout.text,
    stderr: stderr.text,
    listeners: signals.listeners,
  }));
  return { status, clock, signals };
}

/** Returns an option as it may be typed. */
function typed(option: OptionSpec): string[] {
  const name = `--${option.name}`;
  switch (option.value.kind) {
    case "flag":
    case "optional-text":
      return [name];
    case "text":
      return [name, "a text\nof two"];
    case "key-value":
      return [name, "key=a=b "];
    case "choice":
      return [`${name}=${option.value.choices.at(-1)}`];
    case "integer":
    case "seconds":
    case "amount":
      return [name, String(option.value.min + 1)];
    case "duration":
      return [name, "1m"];
  }
}

Deno.test("background: the child gets the command line as it was typed, whatever stands in it", async () => {
  let count = 0;
  for (const name of ["run", "resume"]) {
    const positionals = name === "run" ? ["x", "in  put"] : ["x"];
    for (const option of commandNamed(name).options) {
      // `--follow` needs the foreground, `--dry-run` starts nothing.
      const isPassed = option.refusal === undefined &&
        !["follow", "dry-run"].includes(option.name);
      if (!isPassed) continue;
      count++;
      const args = [name, ...positionals, "-b", ...typed(option)];
      const { status } = ll(args, (child) => child.end(9));
      const ended = await status;
      assertEquals(ended.argv, [...SELF, DETACHED_MARK, ...args]);
      assertEquals([ended.status, ended.listeners], [9, 0]);
      const given = parseArguments(ended.argv.slice(2));
      assert(given.kind === "command" && given.options.has(option.name), name);
      assertEquals(given.positionals, positionals);
    }
  }
  assert(count > 35, String(count));
  const shorthand = ["--color=never", "x", "-bq", "--", "-in"];
  const { status } = ll(shorthand, (child) => child.end(0));
  assertEquals((await status).argv.slice(2), shorthand);
});

const RUNNING = `\0ll-loop ${
  JSON.stringify({
    is: "running",
    runId: "r1",
    pid: 7,
    loop: "x",
    folder: "/p/.loops/runs/r1",
  })
}\n`;

Deno.test("background: what the child says is said, until it runs; then it is let go", async () => {
  const { status } = ll(["run", "x", "-b"], ({ told, isReleased }) => {
    told.onStderr("warning: one\n");
    told.onStdout(RUNNING.slice(0, 20));
    assertEquals(isReleased(), false);
    told.onStdout(RUNNING.slice(20));
  });
  const ended = await status;
  assertEquals([ended.status, ended.stderr], [0, "warning: one\n"]);
  assertEquals(ended.stdout.split("\n")[1], "  run     r1");
  const failed = ll(["run", "x", "-b", "--json"], ({ told, end }) => {
    told.onStdout('{\n  "error": 1\n}');
    end(65);
  });
  const { stdout, status: code } = await failed.status;
  assertEquals([stdout, code], ['{\n  "error": 1\n}', 65]);
});

Deno.test("background: a child that says nothing is given up, one that waits for its turn is not", async () => {
  const late = ll(["run", "x", "-b"], () => {});
  await late.clock.advance(60_000);
  const { status, stderr } = await late.status;
  assertEquals([status, stderr], [
    69,
    "error: Cannot start in the background: nothing was heard of process 7 for 60 s\n" +
    "hint: Without --background it tells where it hangs\n",
  ]);
  let child: Child | null = null;
  const waits = ll(["run", "x", "-b", "-q"], (played) => {
    child = played;
    played.told.onStdout('\0ll-loop {"is":"waiting"}\n');
  });
  await waits.clock.advance(3_600_000);
  waits.signals.send("SIGINT");
  assertEquals((child as Child | null)?.signals, ["SIGINT"]);
  (child as Child | null)?.told.onStdout(RUNNING);
  const ended = await waits.status;
  assertEquals([ended.status, ended.stdout, ended.stderr], [0, "", ""]);
});

Deno.test("background: a line for people is none for the program", () => {
  assertEquals(readMessage("Running loop: x"), null);
  assertEquals(readMessage('{"is": "running"}'), null);
  assertEquals(readMessage('\0ll-loop {"is":"waiting"}'), { is: "waiting" });
});
