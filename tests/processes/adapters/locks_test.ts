// deno-lint-ignore-file no-boolean-literal-for-arguments no-sync-fn-in-async-fn -- expected values, and tests may block
import { assert, assertEquals, assertRejects } from "@std/assert";
import { createFlock, createLocks } from "../../../src/adapters/locks/mod.ts";
import { LoopError } from "../../../src/model/mod.ts";
import { startChild } from "../../support/child.ts";
import { waitUntil, withScratch } from "../../support/scratch.ts";

/** Both ways to try: the runtime's own, and the one for runtimes that have none. */
const WAYS = [
  { name: "direct", canTry: true },
  { name: "racing", canTry: false },
];

for (const { name, canTry } of WAYS) {
  Deno.test(`${name}: one holder at a time, also within a process`, () =>
    withScratch(async (dir) => {
      const locks = createLocks(createFlock(canTry));
      const first = await locks.tryExclusive(`${dir}/l`);
      assert(first !== null);
      assertEquals(await locks.tryExclusive(`${dir}/l`), null);
      assertEquals(await locks.isHeld(`${dir}/l`), true);
      first.release();
      first.release();
      await waitUntil(
        "the lock is free",
        async () => !await locks.isHeld(`${dir}/l`),
      );
      const second = await locks.tryExclusive(`${dir}/l`, { retryMs: 250 });
      assert(second !== null);
      second.release();
    }));

  Deno.test(`${name}: exclusive waits for the holder`, () =>
    withScratch(async (dir) => {
      const locks = createLocks(createFlock(canTry));
      const first = await locks.tryExclusive(`${dir}/l`);
      const order: string[] = [];
      const waiting = locks.exclusive(`${dir}/l`).then((lock) => {
        order.push("second");
        return lock;
      });
      await new Promise((resolve) => setTimeout(resolve, 30));
      order.push("first lets go");
      first?.release();
      (await waiting).release();
      assertEquals(order, ["first lets go", "second"]);
    }));

  Deno.test(`${name}: exclusive stops waiting when it is told to`, () =>
    withScratch(async (dir) => {
      const locks = createLocks(createFlock(canTry));
      const first = await locks.tryExclusive(`${dir}/l`);
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 20);
      const error = await assertRejects<LoopError>(
        () => locks.exclusive(`${dir}/l`, { signal: stop.signal }),
        LoopError,
      );
      assertEquals(error.code, "interrupted");
      first?.release();
    }));
}

Deno.test("racing: a wait never ended that was told to stop while its file was being opened", () =>
  withScratch(async (dir) => {
    const flock = createFlock(false);
    const open = () => Deno.openSync(`${dir}/l`, { write: true, create: true });
    const holder = open();
    holder.lockSync(true);
    const isTaken = await flock.tryLock(open(), {
      isExclusive: true,
      patienceMs: Infinity,
      signal: AbortSignal.abort(),
    });
    assertEquals(isTaken, false);
    holder.unlockSync();
    holder.close();
  }));

Deno.test("racing: probing again and again uses one thread a path", () =>
  withScratch(async (dir) => {
    const locks = createLocks(createFlock(WAYS[1]?.canTry));
    const lock = await locks.tryExclusive(`${dir}/l`);
    for (let i = 0; i < 1000; i++) {
      assertEquals(await locks.isHeld(`${dir}/l`), true);
    }
    lock?.release();
    await waitUntil("it is free", async () => !await locks.isHeld(`${dir}/l`));
  }));

Deno.test("a missing file is not held, and probing does not create it", () =>
  withScratch(async (dir) => {
    assertEquals(await createLocks().isHeld(`${dir}/l`), false);
    assertEquals(await createLocks().isHeld(`${dir}/no/l`), false);
    assertEquals([...Deno.readDirSync(dir)], []);
  }));

Deno.test("write replaces the text, release removes the name when asked", () =>
  withScratch(async (dir) => {
    const lock = await createLocks().tryExclusive(`${dir}/l`);
    lock?.write("a long text");
    lock?.write("ü");
    assertEquals(Deno.readTextFileSync(`${dir}/l`), "ü");
    assertEquals((Deno.statSync(`${dir}/l`).mode ?? 0) & 0o777, 0o600);
    lock?.release({ remove: true });
    assertEquals([...Deno.readDirSync(dir)], []);
  }));

Deno.test("a lock on a file that was unlinked meanwhile does not count", () =>
  withScratch(async (dir) => {
    const locks = createLocks();
    const first = await locks.tryExclusive(`${dir}/l`);
    const waiting = locks.exclusive(`${dir}/l`);
    first?.release({ remove: true });
    const second = await waiting;
    assertEquals(await locks.isHeld(`${dir}/l`), true);
    assertEquals(await locks.tryExclusive(`${dir}/l`), null);
    second.release();
  }));

Deno.test("a lock that cannot be created is told as one that cannot be written", async () => {
  for (const path of ["/no/such/folder/l", "/etc/passwd/l"]) {
    const error = await assertRejects<LoopError>(
      () => createLocks().tryExclusive(path),
      LoopError,
    );
    assertEquals(error.code, "cannot-write");
  }
});

Deno.test("a lock excludes other processes and is gone with kill -9", () =>
  withScratch(async (dir) => {
    const locks = createLocks();
    const child = startChild("lock_holder.ts", [`${dir}/l`]);
    assertEquals(await child.nextLine(), "held");
    assertEquals(Deno.readTextFileSync(`${dir}/l`), `held by ${child.pid}`);
    assertEquals(await locks.tryExclusive(`${dir}/l`, { retryMs: 30 }), null);
    assertEquals(await locks.isHeld(`${dir}/l`), true);
    child.kill("SIGKILL");
    await child.end();
    assertEquals(await locks.isHeld(`${dir}/l`), false);
    const lock = await locks.tryExclusive(`${dir}/l`);
    assert(lock !== null);
    lock.release();
  }));

// Between getting a shared lock and letting it go there was a turn of the event loop.
Deno.test("probing all the time keeps a starter out for no moment", () =>
  withScratch(async (dir) => {
    const locks = createLocks();
    let isOver = false;
    const probe = async (): Promise<void> => {
      while (!isOver) {
        await locks.isHeld(`${dir}/l`);
        await new Promise((resolve) => setTimeout(resolve));
      }
    };
    const probes = [probe(), probe(), probe()];
    for (let i = 0; i < 200; i++) {
      const lock = await locks.tryExclusive(`${dir}/l`);
      assert(lock !== null, `try ${i}`);
      lock.release();
    }
    isOver = true;
    await Promise.all(probes);
  }));

// Closing the file was not enough: the child had it, too, until it became another program.
Deno.test("a child that another thread is starting keeps no lock that we let go", () =>
  withScratch(async (dir) => {
    const locks = createLocks();
    const starter = new Worker(
      new URL("../../support/programs/child_starter.ts", import.meta.url),
      { type: "module" },
    );
    await new Promise((resolve) => starter.onmessage = resolve);
    for (let i = 0; i < 1000; i++) {
      const lock = await locks.tryExclusive(`${dir}/l`);
      assert(lock !== null, `try ${i}`);
      lock.release();
    }
    starter.terminate();
  }));
