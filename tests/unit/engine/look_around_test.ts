/** What is looked at before a prompt: the memory of the machine. */

import { assert, assertEquals } from "@std/assert";
import { type Play, play } from "../../support/play.ts";

const MEMORY = { limits: false, memory: true };

const loop = (guard = "") =>
  `${guard}states:
  a: {prompt: go, next: b}
  b: {prompt: on, next: done}
  calm: {run: rest, next: done}
  done: {terminal: true}`;

function started(guard = ""): Play {
  return play(loop(guard), { looksAt: MEMORY });
}

function told(play: Play): string[] {
  return play.events.map(({ event }) => event).filter((event) =>
    event.startsWith("host_")
  );
}

/** Answers the look, and the pause that may follow. */
function see(play: Play, usedPct: number | null): number {
  play.see({ ["used_pct"]: usedPct });
  const [open] = Object.values(play.snapshot.open);
  if (open?.kind !== "wait") return 0;
  const { durationMs } = open;
  play.later(durationMs).answer({ kind: "waited" });
  return durationMs;
}

Deno.test("memory: enough of it, or what is not known, lets a prompt begin at once", () => {
  for (const percent of [0, 74.9, null]) {
    const play = started();
    assert(play.open.kind === "observe");
    assertEquals(play.open.subject, {
      kind: "room",
      host: null,
      limits: false,
      memory: true,
    });
    assertEquals(see(play, percent), 0);
    assertEquals([play.action.action, told(play)], ["go", []]);
  }
});

Deno.test("memory: from 75 % on a prompt waits half a second, once", () => {
  const play = started();
  assertEquals(see(play, 75), 500);
  assertEquals(play.action.action, "go");
  assertEquals(
    play.all("host_cooldown").map((
      { state, used_pct, cooldown_seconds },
    ) => [state, used_pct, cooldown_seconds]),
    [["a", 75, 0.5]],
  );
  play.act("");
  assertEquals(see(play, 10), 0);
  play.act("");
  assertEquals(play.end, "terminal at done");
});

Deno.test("memory: from 85 % on it is told, and told when it is over", () => {
  const play = started("host_guard: {cooldown_ms: 20}\n");
  assertEquals(see(play, 85.04), 20);
  assertEquals(told(play), ["host_pressure", "host_cooldown"]);
  play.act("");
  assertEquals(see(play, 20), 0);
  assertEquals(told(play).slice(2), ["host_pressure_relieved"]);
});

Deno.test("memory: a loop may lead elsewhere, before its prompt", () => {
  const guard =
    "host_guard: {warn_pct: 1, critical_pct: 2, on_pressure: route, pressure_state: calm}\n";
  const play = started(guard);
  see(play, 3);
  assertEquals(play.entered, "a calm");
  assertEquals(play.all("route")[0]?.by, "pressure_state");
  assertEquals(play.all("host_pressure")[0]?.next, "calm");
  play.act("");
  assertEquals(play.end, "terminal at done");
  assertEquals(play.all("action_start").length, 1);
});

Deno.test("memory: a loop may not go on, and can be resumed; with a way it takes that", () => {
  const abort = "host_guard: {on_pressure: abort";
  const play = started(`${abort}}\n`);
  see(play, 99);
  assertEquals(
    play.end,
    "host_pressure_abort at a: 99 % of the memory is in use, and `host_guard` ends the run from 85 % on",
  );
  assertEquals(play.root.steps, 0);
  play.resume();
  see(play, 5);
  play.act("");
  assertEquals(play.entered, "a a b");
  const led = started(`${abort}, on_abort_route: calm}\n`);
  see(led, 99);
  assertEquals(led.entered, "a calm");
  assertEquals(told(led), ["host_pressure", "host_pressure_abort"]);
});

Deno.test("memory: a guard that is off, of the loop or the run, looks at nothing; no more does a judge or a command", () => {
  assertEquals(
    started("host_guard: {enabled: false}\n").action.action,
    "go",
  );
  const off = { limits: false, memory: false };
  assertEquals(play(loop(), { looksAt: off }).action.action, "go");
  const judged = play(
    "a: {run: x, evaluate: {type: llm_structured}, on_yes: done}\ndone: {terminal: true}",
    { looksAt: MEMORY },
  );
  judged.act("said");
  assertEquals(judged.open.kind, "judge");
});

Deno.test("memory: a stop in the pause, and the end of the loop's time", () => {
  const play = started();
  play.see({ ["used_pct"]: 80 });
  play.stop().answer({ kind: "waited" });
  assertEquals(play.end, "interrupted at a: Stopped by SIGINT");
  play.resume();
  assertEquals(see(play, 80), 500);
  assertEquals(play.action.action, "go");
  const late = started("timeout: 0.2\nhost_guard: {cooldown_ms: 900}\n");
  assertEquals(see(late, 80), 200);
  assertEquals(late.end, "timeout at a: Reached the time limit of 0.2 s");
});
