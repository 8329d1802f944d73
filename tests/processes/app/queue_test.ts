import { assertEquals, assertRejects } from "@std/assert";
import { readQueue, removeWaiter } from "../../../src/app/queue/mod.ts";
import { LoopError } from "../../../src/model/mod.ts";
import {
  fakeSystem,
  manualClock,
  memoryFiles,
  memoryLocks,
} from "../../support/fakes.ts";

const PROJECT = { loopsDir: "/p/.loops" };
const QUEUE = "/p/.loops/.queue";
const ACQUIRE = "/p/.loops/.running/.acquire.lock";
const OURS = "20260101T000000000Z-aaaaaaaa";
const NEXT = "20260101T000000000Z-bbbbbbbb";

/** What process 77 does when it is told to end. */
type Manners = "leaves" | "ignores TERM" | "stays";

function setUp(manners: Manners = "leaves") {
  const files = memoryFiles({}, {
    folders: [QUEUE, "/p/.loops/.running"],
  });
  const locks = memoryLocks(files);
  const signals: string[] = [];
  const world = {
    files,
    locks,
    clock: manualClock({ skipsSleep: true }),
    system: fakeSystem({
      processes: {
        77: { start: "boot:77" },
        78: { start: "boot:78" },
        79: { start: "boot:79" },
      },
    }),
    reaper: {
      find: () => [],
      end: () => Promise.resolve([]),
      signal(pid: number, signal: string) {
        const isAlone = locks.held.has(ACQUIRE) ? "" : " while others start";
        signals.push(`${signal} ${pid}${isAlone}`);
        const isGone = manners === "leaves" ||
          (manners === "ignores TERM" && signal === "SIGKILL");
        if (isGone) locks.held.delete(`${QUEUE}/${OURS}.json`);
        return true;
      },
    },
  };
  const add = (
    id: string,
    options: {
      readonly isHeld?: boolean;
      readonly pid?: number;
      readonly started?: string | null;
      readonly isReference?: boolean;
      readonly text?: string;
    } = {},
  ) => {
    const { isHeld = true, pid = 77, started = "boot:77" } = options;
    const file = `${QUEUE}/${id}.json`;
    files.replace(
      file,
      options.text ?? JSON.stringify({
        id,
        loopName: "fix",
        enqueuedAt: `2026-01-01T00:00:0${pid - 77}.000Z`,
        context: { waitingFor: "slow", scope: ["/p/src"], pid },
        ...(options.isReference ? {} : { run_id: id, pid_started: started }),
      }),
    );
    if (isHeld) locks.held.add(file);
  };
  const remove = (asked: string, isForced = false) =>
    removeWaiter(world, PROJECT, { asked, isForced });
  const refused = async (asked: string, isForced = false) => {
    const error = await assertRejects(() => remove(asked, isForced));
    if (!(error instanceof LoopError)) throw error;
    return [error.exitStatus, error.message, error.hint];
  };
  return { world, files, locks, signals, add, remove, refused };
}

Deno.test("queue: who waits, first come first; the dead do not", async () => {
  const { world, add, files } = setUp();
  assertEquals(await readQueue(world, PROJECT), []);
  add(NEXT, { pid: 78 });
  add(OURS);
  add("dead", { isHeld: false, pid: 76, started: "boot:76" });
  add("0d6f-uuid", { pid: 79, isReference: true, isHeld: false });
  add("garbage", { text: "[]", isHeld: false });
  const before = [...files.entries.keys()];
  const queue = await readQueue(world, PROJECT);
  assertEquals(queue.map(({ id, isOurs }) => [id, isOurs]), [
    [OURS, true],
    [NEXT, true],
    ["0d6f-uuid", false],
  ]);
  assertEquals(queue[0], {
    id: OURS,
    loop: "fix",
    pid: 77,
    since: "2026-01-01T00:00:00.000Z",
    scope: ["/p/src"],
    waitingFor: "slow",
    isOurs: true,
  });
  assertEquals([...files.entries.keys()], before);
});

Deno.test("queue remove: a waiter is told to end, while nobody can start", async () => {
  const { add, remove, signals, files, locks } = setUp();
  add(OURS);
  add(NEXT, { pid: 78, started: "boot:78" });
  assertEquals(await remove(OURS.slice(0, 22)), {
    id: OURS,
    pid: 77,
    isSignaled: true,
  });
  assertEquals(signals, ["SIGTERM 77"]);
  assertEquals(files.list(QUEUE), [`${NEXT}.json`]);
  assertEquals([...locks.held], [`${QUEUE}/${NEXT}.json`]);
});

Deno.test("queue remove: no process is signalled that did not prove to be the one", async () => {
  const { add, refused, remove, signals, files } = setUp();
  // The pid was given to another process, or is that of another container.
  add(OURS, { started: "boot:9" });
  assertEquals(await refused(OURS), [
    75,
    `Cannot remove queue entry "${OURS}": nothing proves which process waits, since process 77 is not the one that wrote it`,
    "End the process by hand: the entry goes with it",
  ]);
  add(OURS, { started: null });
  assertEquals((await refused(OURS))[0], 75);
  add("0d6f-uuid-1", { isReference: true, isHeld: false });
  assertEquals(
    (await refused("0d6f-uuid"))[1],
    'Cannot remove queue entry "0d6f-uuid-1": nothing proves which process waits, since it is one of the reference, which holds no lock',
  );
  add("garbage-entry", { text: "{}" });
  assertEquals(
    (await refused("garbage-entry"))[1],
    'Cannot remove queue entry "garbage-entry": nothing proves which process waits, since its file does not say who waits',
  );
  // Who is dead leaves a file, whoever has its pid now.
  add("dead-entry", { isHeld: false });
  add("0d6f-uuid-2", { isReference: true, pid: 4321, isHeld: false });
  const isSignaled = false;
  assertEquals(await remove("dead-entry"), {
    id: "dead-entry",
    pid: 77,
    isSignaled,
  });
  assertEquals(await remove("0d6f-uuid-2"), {
    id: "0d6f-uuid-2",
    pid: 4321,
    isSignaled,
  });
  assertEquals(signals, []);
  assertEquals(files.list(QUEUE), [
    "0d6f-uuid-1.json",
    `${OURS}.json`,
    "garbage-entry.json",
  ]);
});

Deno.test("queue remove: one that does not leave is killed when that is wanted", async () => {
  const stubborn = setUp("ignores TERM");
  stubborn.add(OURS);
  assertEquals(await stubborn.refused(OURS), [
    75,
    `Process 77 of queue entry "${OURS}" did not end within 5 s`,
    "--force kills it",
  ]);
  assertEquals([...stubborn.locks.held], [`${QUEUE}/${OURS}.json`]);
  const isForced = true;
  await stubborn.remove(OURS, isForced);
  assertEquals(stubborn.signals, ["SIGTERM 77", "SIGTERM 77", "SIGKILL 77"]);
  assertEquals(stubborn.files.list(QUEUE), []);
  const stuck = setUp("stays");
  stuck.add(OURS);
  assertEquals(
    (await stuck.refused(OURS, isForced))[1],
    "Process 77 cannot be killed",
  );
});

Deno.test("queue remove: an id, or enough of one", async () => {
  const { add, refused, locks } = setUp();
  add(OURS);
  add(NEXT);
  assertEquals(await refused("2026"), [
    64,
    '"2026" is too short: the start of an id has at least 8 characters',
    "`ll-loop queue list` shows the ids",
  ]);
  assertEquals(await refused("20260101"), [
    64,
    '"20260101" is the start of 2 queue entries',
    `Give more of the id:\n  ${OURS}\n  ${NEXT}`,
  ]);
  assertEquals(await refused(OURS.replace("aaa", "aba")), [
    65,
    `Queue entry not found: "${OURS.replace("aaa", "aba")}"`,
    `Did you mean "${OURS}"?`,
  ]);
  assertEquals(
    (await refused("zzz"))[2],
    "`ll-loop queue list` shows who waits",
  );
  locks.held.add(ACQUIRE);
  assertEquals((await refused(OURS))[1], "Somebody else is starting a loop");
});
