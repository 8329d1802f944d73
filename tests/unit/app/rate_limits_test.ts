/** What runs tell each other of rate limits. */

import { assertEquals } from "@std/assert";
import { SharedCircuit } from "../../../src/app/rate_limits/mod.ts";
import {
  failure,
  manualClock,
  memoryFiles,
  memoryLocks,
} from "../../support/fakes.ts";

const FILE = "/p/.loops/tmp/rate-limit-circuit.json";
const NOW_MS = Date.UTC(2026, 0, 1);

function setUp(text?: unknown) {
  const files = memoryFiles(
    text === undefined
      ? {}
      : { [FILE]: typeof text === "string" ? text : JSON.stringify(text) },
  );
  const locks = memoryLocks(files);
  const clock = manualClock({ nowMs: NOW_MS });
  const circuit = new SharedCircuit({ files, locks, clock }, "/p/.loops");
  const stored = () => JSON.parse(files.readText(FILE));
  return { files, locks, clock, circuit, stored };
}

Deno.test("circuit: what one run has met is known to the others, for the same host", async () => {
  const { files, locks, clock, circuit, stored } = setUp();
  assertEquals(circuit.recoveryMs("claude"), null);
  await circuit.record({ host: "claude", untilMs: NOW_MS + 90_000 });
  assertEquals(circuit.recoveryMs("claude"), NOW_MS + 90_000);
  assertEquals(circuit.recoveryMs("codex"), null);
  await clock.advance(10_000);
  await circuit.record({ host: "codex", untilMs: NOW_MS + 20_000 });
  assertEquals(stored(), {
    ["first_seen"]: NOW_MS / 1000,
    ["last_seen"]: NOW_MS / 1000 + 10,
    attempts: 2,
    ["estimated_recovery_at"]: NOW_MS / 1000 + 90,
    hosts: { claude: NOW_MS / 1000 + 90, codex: NOW_MS / 1000 + 20 },
  });
  assertEquals([...locks.held], []);
  assertEquals(files.readText("/p/.loops/tmp/.gitignore"), "*\n");
});

Deno.test("circuit: the time only moves forward", async () => {
  const { circuit } = setUp();
  await circuit.record({ host: "claude", untilMs: NOW_MS + 90_000 });
  await circuit.record({ host: "claude", untilMs: NOW_MS + 30_000 });
  assertEquals(circuit.recoveryMs("claude"), NOW_MS + 90_000);
});

Deno.test("circuit: a file of the reference is for every host", () => {
  const { circuit } = setUp({
    ["first_seen"]: NOW_MS / 1000 - 50,
    ["last_seen"]: NOW_MS / 1000 - 50,
    attempts: 1,
    ["estimated_recovery_at"]: NOW_MS / 1000 + 7.5,
  });
  assertEquals(circuit.recoveryMs("gemini"), NOW_MS + 7500);
});

Deno.test("circuit: what nobody has met for an hour is over, and is begun anew", async () => {
  const { circuit, clock, stored } = setUp();
  await circuit.record({ host: "claude", untilMs: NOW_MS + 9_000_000 });
  await clock.advance(3_600_000);
  assertEquals(circuit.recoveryMs("claude"), NOW_MS + 9_000_000);
  await clock.advance(1);
  assertEquals(circuit.recoveryMs("claude"), null);
  await circuit.record({ host: "claude", untilMs: NOW_MS + 4_000_000 });
  assertEquals(circuit.recoveryMs("claude"), NOW_MS + 4_000_000);
  assertEquals(stored().attempts, 1);
});

Deno.test("circuit: a broken file says nothing, and is replaced", async () => {
  for (const text of ["{", "[]", '"x"', { ["last_seen"]: "now" }]) {
    const { circuit } = setUp(text);
    assertEquals(circuit.recoveryMs("claude"), null);
    await circuit.record({ host: "claude", untilMs: NOW_MS + 1000 });
    assertEquals(circuit.recoveryMs("claude"), NOW_MS + 1000);
  }
});

Deno.test("circuit: one that is locked or cannot be written ends no run", async () => {
  const { circuit, locks } = setUp();
  locks.held.add(`${FILE}.lock`);
  await circuit.record({ host: "claude", untilMs: NOW_MS + 1000 });
  assertEquals(circuit.recoveryMs("claude"), null);
  const { files, locks: others, clock } = setUp();
  const broken = {
    ...files,
    replace: () => {
      throw failure("cannot-write", FILE, "no space left");
    },
  };
  await new SharedCircuit({ files: broken, locks: others, clock }, "/p/.loops")
    .record({ host: "claude", untilMs: NOW_MS + 1000 });
  assertEquals([...others.held], []);
});
