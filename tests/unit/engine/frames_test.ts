/** Several effects open at once, in frames built by hand: what ends what, and what runs again. */

import { assertEquals } from "@std/assert";
import {
  type Effect,
  type Frame,
  type Outcome,
  ROOT_FRAME,
} from "../../../src/model/mod.ts";
import {
  type Answer,
  answerTo,
  brief,
  outcomeOf,
  type Play,
  play,
} from "../../support/play.ts";

const CANCELLED: Answer = { exitCode: -15, isCancelled: true };
const TEXT =
  "a: {loop: sub, on_yes: b, on_no: b, on_error: b}\nb: {action: z, on_yes: done}\ndone: {terminal: true}";
const SUB = "s: {action: x, on_yes: u}\nu: {action: y, on_yes: u}\n";

/** Returns a run whose sub-loop acts in `"0.1"`, and in one more frame at the same time. */
function inTwo(other: "0.2" | "0.1.1", sub = SUB): Play {
  const run = play(TEXT, { others: { sub } });
  const { frames, open } = run.snapshot;
  const first = frames["0.1"] as Frame;
  const isBelow = other === "0.1.1";
  const second: Frame = {
    ...first,
    id: other,
    parent: isBelow ? first.id : ROOT_FRAME,
    depth: isBelow ? 2 : 1,
  };
  run.snapshot = {
    ...run.snapshot,
    frames: {
      ...frames,
      "0": { ...frames["0"] as Frame, children: isBelow ? 1 : 2 },
      "0.1": { ...first, children: isBelow ? 1 : 0 },
      [other]: second,
    },
    open: { ...open, 2: { ...open["1"] as Effect, frame: other, effect: 2 } },
    nextEffect: 3,
  };
  return run;
}

function answer(run: Play, effect: number, outcome: Answer | Outcome): Play {
  const open = run.snapshot.open[effect] as Effect;
  const isWhole = typeof outcome === "object" && "kind" in outcome;
  return run.tell(
    answerTo(open, isWhole ? outcome as Outcome : outcomeOf(outcome)),
  );
}

const asked = (run: Play): string[] =>
  Object.values(run.snapshot.open).map((effect) =>
    `${effect.effect} of ${effect.frame}: ${
      effect.kind === "action" ? effect.action : effect.kind
    }`
  );

/** Events since the last look, each with its frame. */
const news = (run: Play, from: number): string[] =>
  run.events.slice(from).map((event) =>
    `${event.frame ?? ROOT_FRAME} ${brief(event).replaceAll(">", "")}`
  );

Deno.test("the first action that a stop cancelled ended the run, and what ended meanwhile ran again", () => {
  const run = inTwo("0.2").stop();
  assertEquals(run.cancelled, [1, 2]);
  const seen = run.events.length;
  answer(run, 1, CANCELLED);
  assertEquals([run.snapshot.phase, asked(run)], ["running", ["2 of 0.2: x"]]);
  answer(run, 2, 0);
  assertEquals([asked(run), run.cancelled], [["3 of 0.2: wait"], [3]]);
  answer(run, 3, { kind: "waited" });
  assertEquals(news(run, seen), [
    "0.1 exit -15 cancelled",
    "0.2 exit 0",
    "0.2 verdict yes",
    "0.2 s - u",
    "0 end interrupted at a",
  ]);
  assertEquals(run.end, "interrupted at a: Stopped by SIGINT");
  assertEquals([asked(run), Object.keys(run.snapshot.cut)], [[], ["1"]]);
  run.resume();
  assertEquals(asked(run), ["4 of 0.1: x", "5 of 0.2: y"]);
  assertEquals(run.snapshot.cut, {});
});

Deno.test("a handoff in one frame left the action of another unanswered", () => {
  const run = inTwo("0.2");
  answer(run, 1, "CONTEXT_HANDOFF: go on");
  assertEquals([run.snapshot.phase, run.cancelled], ["running", [2]]);
  assertEquals(run.snapshot.ending?.by, "handoff");
  answer(run, 2, CANCELLED);
  assertEquals(
    run.end,
    'handoff at a: State "s" handed off: go on',
  );
  assertEquals(run.snapshot.end?.continuation, "go on");
  assertEquals([run.snapshot.ending, asked(run)], [null, []]);
  run.resume();
  assertEquals(asked(run), ["3 of 0.1: x", "4 of 0.2: x"]);
});

Deno.test("the first reason to end stands, a stop after it changes nothing", () => {
  const run = inTwo("0.2");
  answer(run, 1, "CONTEXT_HANDOFF: first");
  run.stop();
  answer(run, 2, "CONTEXT_HANDOFF: second");
  assertEquals(run.snapshot.end?.continuation, "first");
  assertEquals(run.snapshot.stop, { by: "signal", signal: "SIGINT" });
});

Deno.test("the limit of nesting ends the run when nothing is open any more", () => {
  const run = inTwo("0.2", "s: {action: x, on_yes: u}\nu: {loop: sub}\n");
  run.snapshot = { ...run.snapshot, maxDepth: 1 };
  answer(run, 1, 0);
  answer(run, 3, { kind: "waited" });
  assertEquals([run.snapshot.phase, run.cancelled], ["running", [2]]);
  answer(run, 2, CANCELLED);
  assertEquals(run.snapshot.end?.error?.slice(0, 13), "Sub-loops are");
});

Deno.test("a loop that ends takes what is below it along, and its parent goes on at once", () => {
  const run = inTwo("0.1.1");
  answer(run, 1, "FATAL_ERROR: broken");
  assertEquals(run.cancelled, [2]);
  assertEquals(Object.keys(run.snapshot.frames), [ROOT_FRAME]);
  answer(run, 3, { kind: "waited" });
  assertEquals(asked(run), ["2 of 0.1.1: x", "4 of 0: z"]);
  const seen = run.events.length;
  answer(run, 2, "FATAL_ERROR: late");
  assertEquals([news(run, seen), asked(run)], [[], ["4 of 0: z"]]);
  answer(run, 4, 0);
  answer(run, 5, { kind: "waited" });
  assertEquals(run.end, "terminal at done");
});

Deno.test("a run waits for what it has cancelled before it ends", () => {
  const run = inTwo("0.1.1");
  answer(run, 1, "FATAL_ERROR: broken");
  answer(run, 3, { kind: "waited" });
  answer(run, 4, 0);
  answer(run, 5, { kind: "waited" });
  assertEquals([run.snapshot.phase, asked(run)], [
    "running",
    ["2 of 0.1.1: x"],
  ]);
  answer(run, 2, CANCELLED);
  assertEquals([run.end, run.snapshot.cut], ["terminal at done", {}]);
});

Deno.test("what was cancelled with its frame is not asked for again", () => {
  const run = inTwo("0.1.1");
  answer(run, 1, "FATAL_ERROR: broken");
  assertEquals(asked(run), ["2 of 0.1.1: x", "3 of 0: wait"]);
  run.resume();
  assertEquals(asked(run), ["4 of 0: z"]);
});

Deno.test("an action that was cancelled without a reason ends the run", () => {
  const run = inTwo("0.2");
  answer(run, 1, CANCELLED);
  assertEquals(run.cancelled, [2]);
  answer(run, 2, CANCELLED);
  assertEquals(run.end, "interrupted at a: Stopped");
});
