/** The scope with real locks and real processes. */

// deno-lint-ignore-file no-sync-fn-in-async-fn -- tests may block
import { assertEquals } from "@std/assert";
import {
  createClock,
  createFiles,
  createLocks,
  createSystem,
} from "../../../src/adapters/mod.ts";
import {
  acquireScope,
  readHolders,
  readWaiters,
  type ScopeRequest,
} from "../../../src/app/scope/mod.ts";
import { type Child, startChild } from "../../support/child.ts";
import { withScratch } from "../../support/scratch.ts";

function requestOf(dir: string, runId: string): ScopeRequest {
  return {
    runningDir: `${dir}/.loops/.running`,
    queueDir: `${dir}/.loops/.queue`,
    runId,
    loopName: "mine",
    singleton: false,
    scope: [dir],
    ancestors: [],
    queue: false,
    queueTimeoutMs: 5000,
    signal: new AbortController().signal,
  };
}

/** What `scope_taker.ts` is told. */
function argumentFor(dir: string, runId: string, more: object = {}): string {
  return JSON.stringify({ ...requestOf(dir, runId), ...more });
}

Deno.test("of 20 processes that start at once exactly one gets the scope", () =>
  withScratch(async (dir) => {
    const children: Child[] = [];
    for (let i = 0; i < 20; i++) {
      children.push(
        startChild("scope_taker.ts", [argumentFor(dir, `run-${i}`)]),
      );
    }
    const lines = await Promise.all(children.map((child) => child.nextLine()));
    await Promise.all(children.map((child) => child.end()));
    assertEquals(lines.toSorted(), [
      ...Array.from({ length: 19 }, () => "lost locked"),
      "won",
    ]);
    assertEquals(createFiles().list(`${dir}/.loops/.running`), [
      ".acquire.lock",
      ".gitignore",
    ]);
  }));

Deno.test("processes wait for one another in order; kill -9 of holder and waiter frees the way", () =>
  withScratch(async (dir) => {
    const start = async (runId: string, firstLine: string): Promise<Child> => {
      const child = startChild("scope_taker.ts", [
        argumentFor(dir, runId, { queue: true, queueTimeoutMs: 60_000 }),
      ]);
      assertEquals(await child.nextLine(), firstLine);
      return child;
    };
    const a = await start("a", "won");
    const b = await start("b", "waits holder a");
    const c = await start("c", "waits holder a");
    const d = await start("d", "waits holder a");
    const world = {
      files: createFiles(),
      locks: createLocks(),
      system: createSystem(),
      clock: createClock(),
    };
    const waiting = await readWaiters(world, `${dir}/.loops/.queue`);
    assertEquals(waiting.live.map((waiter) => waiter.runId), ["b", "c", "d"]);
    assertEquals(waiting.live.map((w) => w.pid), [b.pid, c.pid, d.pid]);

    // Between the death of one holder and the next one's turn, waiters see each other.
    const nextHolder = async (child: Child): Promise<string | null> => {
      let line = await child.nextLine();
      while (line?.startsWith("waits waiter ")) line = await child.nextLine();
      return line;
    };
    a.kill("SIGKILL");
    assertEquals(await b.nextLine(), "won");
    assertEquals(await nextHolder(c), "waits holder b");
    c.kill("SIGKILL");
    await c.end();
    assertEquals(await nextHolder(d), "waits holder b");
    await b.end();
    assertEquals(await nextHolder(d), "won");
    const holders = await readHolders(world, `${dir}/.loops/.running`);
    assertEquals(holders.live.map((h) => [h.runId, h.pid]), [["d", d.pid]]);
    assertEquals(
      holders.live[0]?.pidStarted,
      world.system.processStart(d.pid),
    );
    await d.end();
    await a.end();
    assertEquals(world.files.list(`${dir}/.loops/.queue`), [".gitignore"]);
    assertEquals(world.files.list(`${dir}/.loops/.running`), [
      ".acquire.lock",
      ".gitignore",
    ]);
  }));

Deno.test("the folders of locks and queue are invisible to git, and private", () =>
  withScratch(async (dir) => {
    const world = {
      files: createFiles(),
      locks: createLocks(),
      system: createSystem(),
      clock: createClock(),
    };
    const lock = await acquireScope(world, requestOf(dir, "me"));
    const running = `${dir}/.loops/.running`;
    assertEquals((Deno.statSync(running).mode ?? 0) & 0o777, 0o700);
    assertEquals(
      (Deno.statSync(`${running}/me.lock`).mode ?? 0) & 0o777,
      0o600,
    );
    const git = new Deno.Command("git", {
      args: ["-c", "init.defaultBranch=main", "init", "-q", dir],
    });
    await git.output();
    const status = await new Deno.Command("git", {
      args: ["-C", dir, "status", "--porcelain", "-uall"],
    }).output();
    assertEquals(new TextDecoder().decode(status.stdout), "");
    await lock.release();
  }));
