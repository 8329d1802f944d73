/** However a run is ended, nothing of it is left: not the worst that an action can start, and nothing else is hit. */

import { assertEquals } from "@std/assert";
import { oneAction, type Project, withProject } from "../support/ll_loop.ts";
import {
  isAlive,
  killAll,
  patientMs,
  processesWith,
} from "../support/processes.ts";
import { waitUntil } from "../support/scratch.ts";

/**
 * One of each kind that is hard to find or to end; their pids are in `zoo`, one a line. All but
 * `nohup` hold the action's output.
 */
const ZOO = `exec 2>/dev/null
say='echo $$ >> zoo'
((bash -c "$say; exec sleep 1001" &) &)
setsid bash -c "$say; exec sleep 1002" &
nohup bash -c "$say; exec sleep 1003" >nohup.out &
bash -c "trap '' TERM INT HUP; $say; while :; do sleep 1004; done" &
bash -c "$say; kill -STOP \\$\\$; exec sleep 1005" &
printf '#!/bin/sh\\nsleep 0.01\\nexec "$0"\\n' >again
chmod +x again
./again &
echo $! >>zoo
timeout 1006 sleep 1006 &
echo $! >>zoo
env -i sleep 1007 &
echo $! >>zoo
for ((i = 0; i < 200; i++)); do
  sleep 1008 &
  echo $! >>zoo
done
until (($(wc -l <zoo) >= 208)); do sleep 0.01; done
echo all >ready
sleep 1009`;

/** What the zoo gets to start all its animals. */
const ZOO_S = Math.min(59, Math.ceil(patientMs(2000) / 1000));

/** Starts the zoo, has it ended, and looks what is left of it and of a bystander. */
async function withZoo(
  more: string,
  end: (project: Project) => Promise<void>,
): Promise<void> {
  await withProject(
    { ".loops/zoo.yaml": oneAction("zoo", ZOO, more) },
    async (project) => {
      // Of another run, whose id begins like any other.
      const bystander = new Deno.Command("sleep", {
        args: ["1010"],
        env: { LL_RUN_ID: "20260101T000000000Z-00000000" },
      }).spawn();
      const zoo = () =>
        (project.read("zoo") ?? "").split("\n").slice(0, -1).map(Number);
      try {
        await end(project);
        assertEquals(zoo().length, 208);
        assertEquals(zoo().filter(isAlive), []);
        assertEquals(processesWith(project.run().id, "environ"), []);
        assertEquals([bystander.pid].filter(isAlive), [bystander.pid]);
      } finally {
        await killAll([...zoo().filter(isAlive), bystander.pid]);
        await bystander.status;
      }
    },
  );
}

const ready = (project: Project) => project.line("ready");

/** Runs a command in a terminal of its own. `typed` gets the keys, once it is there. */
function inTerminal(project: Project, typed: string) {
  return project.bash(
    `${typed} | script -qefc "ll-loop run zoo -q --grace 0.2" /dev/null`,
  );
}

const WAYS: readonly {
  readonly name: string;
  readonly more?: string;
  end(project: Project): Promise<void>;
}[] = [
  {
    name: "a timeout",
    more: `timeout: ${ZOO_S}\n`,
    async end(project) {
      await project.ll(["run", "zoo", "-q", "--grace", "0.2"], {
        status: 1,
        stderr: [`its timeout of ${ZOO_S}s has passed`],
      });
    },
  },
  {
    name: "stop",
    async end(project) {
      const run = project.start(["run", "zoo", "-q", "--grace", "0.2"]);
      await ready(project);
      await project.ll(["stop", "zoo"], { stdout: ["Stopped run"] });
      await run.ended;
    },
  },
  {
    name: "Ctrl-C in a terminal",
    async end(project) {
      const terminal = inTerminal(
        project,
        "{ until [ -s ready ]; do sleep 0.02; done; printf '\\003'; sleep 0.5; }",
      );
      assertEquals((await terminal.ended).status, 130);
    },
  },
  {
    name: "closing the terminal",
    async end(project) {
      const terminal = inTerminal(
        project,
        "{ until [ -s ready ]; do sleep 0.02; done; pkill -KILL -P $$ -x script; }",
      );
      await terminal.ended;
      await waitUntil(
        "the end of the run",
        () => project.run().state.exit_status === 129,
      );
      await waitUntil(
        "the end of its process",
        () => !isAlive(project.run().record.pid),
      );
    },
  },
  {
    name: "kill -9 of the runner",
    async end(project) {
      const run = project.start(["run", "zoo", "-q"]);
      await ready(project);
      const { id } = project.run();
      run.signal("SIGKILL");
      await run.ended;
      await waitUntil(
        "the end of the rest",
        () => processesWith(id, "environ").length === 0,
        patientMs(2000),
      );
      await waitUntil(
        "the end of the guardian",
        () => processesWith(id, "cmdline").length === 0,
        patientMs(2000),
      );
    },
  },
];

for (const { name, more = "", end } of WAYS) {
  Deno.test({
    name: `nothing survives ${name}`,
    ignore: Deno.build.os !== "linux",
    fn: () => withZoo(more, end),
  });
}
