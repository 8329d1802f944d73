/** A hundred runs that start at once: who gets the scope, what the others are told, and who comes after whom. */

import { assertEquals } from "@std/assert";
import { type Project, withProject } from "../support/ll_loop.ts";
import { withProgram } from "../support/many.ts";
import { waitUntil } from "../support/scratch.ts";

const COUNT = 100;
/** Each overlaps each. */
const SCOPES = ["src", "src/deep", "."];
const CROWD_MS = 120_000;

const NAMES = Array.from({ length: COUNT }, (_, index) => `l${index}`);

/** Says in `ran` when it begins and when it ends. */
function loop(name: string, index: number): string {
  return `name: ${name}
description: One of many
scope: [${SCOPES[index % SCOPES.length]}]
initial: a
states:
  a:
    action: "echo ${name} >> ran; until [ -e go ]; do sleep 0.05; done; echo ${name} >> ran"
    next: done
  done: { terminal: true }
`;
}

const FILES = Object.fromEntries(
  NAMES.map((name, index) => [`.loops/${name}.yaml`, loop(name, index)]),
);

/** Returns what starts a run and resolves with its status and what it said. */
function starter(project: Project, program: string) {
  return (args: readonly string[]) => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", program, ...args],
      cwd: project.root,
      env: { HOME: project.home, NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const ended = child.output().then(({ code, stderr }) => ({
      status: code,
      stderr: new TextDecoder().decode(stderr),
    }));
    return { pid: child.pid, ended };
  };
}

function ran(project: Project): string[] {
  return (project.read("ran") ?? "").split("\n").slice(0, -1);
}

function locks(project: Project): string[] {
  return Object.keys(project.tree())
    .filter((name) => /\.loops\/\.(running|queue)\/[^.]/.test(name));
}

Deno.test("of 100 runs that start at once exactly one gets the scope, the others are told who has it", () =>
  withProgram(async (program) => {
    await withProject(FILES, async (project) => {
      const start = starter(project, program);
      let endedCount = 0;
      const all = NAMES.map(async (name) => {
        const end = await start(["run", name, "-q"]).ended;
        endedCount++;
        return { name, ...end };
      });
      await waitUntil("the losers", () => endedCount === COUNT - 1, CROWD_MS);
      project.write("go", "");
      const ends = await Promise.all(all);
      const { id, record } = project.run();
      const [first] = ran(project);
      assertEquals(ran(project), [record.loop, record.loop]);
      assertEquals(first, record.loop);
      assertEquals(ends.find(({ name }) => name === first)?.status, 0);
      for (const { name, status, stderr } of ends) {
        if (name === first) continue;
        const holds =
          `loop "${first}" (run ${id}, pid ${record.pid}) holds "${project.root}`;
        assertEquals([status, stderr.includes(holds)], [75, true], stderr);
      }
      assertEquals(locks(project), []);
    });
  }));

Deno.test("of 100 runs with --queue each gets its turn, one after another, in order; killed ones block nobody", () =>
  withProgram(async (program) => {
    await withProject(FILES, async (project) => {
      const start = starter(project, program);
      const [holder = "", ...rest] = NAMES;
      const first = start(["run", holder, "-q"]);
      await waitUntil("the holder", () => ran(project).length === 1);
      const waiters = rest.map((name) => start(["run", name, "-q", "--queue"]));
      const queued = () =>
        locks(project).filter((name) => name.endsWith(".json")).length;
      await waitUntil("the queue", () => queued() === COUNT - 1, CROWD_MS);
      const { stdout } = await project.ll(["queue", "list", "--json"]);
      const queue: { loopName: string; context: { pid: number } }[] = JSON
        .parse(stdout);
      // The first, the last and some between.
      const killed = queue.filter((_, index) => index % 14 === 0);
      for (const { context } of killed) Deno.kill(context.pid, "SIGKILL");
      project.write("go", "");
      const statuses = await Promise.all(
        [first, ...waiters].map(async ({ pid, ended }) => {
          const isKilled = killed.some(({ context }) => context.pid === pid);
          const { status, stderr } = await ended;
          return isKilled ? 0 : `${status} ${stderr}`;
        }),
      );
      assertEquals(statuses.filter((end) => end !== 0 && end !== "0 "), []);
      const order = queue.filter((waiter) => !killed.includes(waiter))
        .map(({ loopName }) => loopName);
      assertEquals(
        ran(project),
        [holder, ...order].flatMap((name) => [name, name]),
      );
      assertEquals(locks(project), []);
    });
  }));
