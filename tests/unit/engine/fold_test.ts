/** A journal's inputs come to one snapshot: also where a run went back, or took another definition. */

import { assertEquals } from "@std/assert";
import {
  countingInputs,
  fold,
  NEW_SNAPSHOT,
  rewind,
  snapshotsAfter,
} from "../../../src/engine/mod.ts";
import type { Definitions, InputBody, Loop } from "../../../src/model/mod.ts";
import { outcomeOf, type Play, play } from "../../support/play.ts";

const CHAIN =
  "a: {action: x, capture: one, on_yes: b}\nb: {action: y, on_yes: c, on_no: c}\n" +
  "c: {action: z, on_yes: done, on_no: b}\ndone: {terminal: true}";

/** Goes back to the snapshot after so many inputs, as a resumed run does. */
function goBack(
  run: Play,
  back: number,
  body: Partial<Extract<InputBody, { input: "resume" }>> = {},
): Play {
  const [then = NEW_SNAPSHOT] = snapshotsAfter(run.definitions, run.inputs, [
    back,
  ]);
  run.snapshot = rewind(run.snapshot, then);
  return run.tell({ input: "resume", context: {}, env: {}, back, ...body })
    .go();
}

/** Returns the definitions of a run with another root loop. */
function changed(run: Play, change: Partial<Loop>): Definitions {
  const { definitions } = run;
  const { root, loops } = definitions;
  const loop = { ...loops[root] as Loop, ...change };
  return { ...definitions, loops: { ...loops, [root]: loop } };
}

function assertFolds(run: Play): void {
  assertEquals(fold(run.definitions, run.inputs), run.snapshot);
}

Deno.test("going back: the run is as it was then, numbers of effects go on, the fold knows", () => {
  const run = play(CHAIN).act("first", 1, 1);
  assertEquals(run.entered, "a b c b");
  const { effect } = run.open;
  // Before the input that entered "b" for the first time: a's outcome, and no pause after it.
  goBack(run, 2);
  assertEquals([run.open.effect > effect, run.root.steps], [true, 2]);
  assertEquals(run.root.captured["one"]?.["output"], "first");
  assertEquals(run.news.slice(-4), [
    "resume at b after 1",
    "start a",
    "enter b 2",
    "run y",
  ]);
  assertEquals(run.all("loop_resume").map((event) => event.went_back), [true]);
  assertFolds(run);
  run.act(0, 0);
  assertEquals([run.end, run.root.edges["b->c"]], ["terminal at done", 1]);
  assertFolds(run);
  assertEquals(countingInputs(run.inputs).slice(0, 3), [0, 1, 7]);
});

Deno.test("going back twice, and from before another going back", () => {
  const run = play(CHAIN).act(0, 0, 1);
  goBack(run, 4);
  assertEquals(run.root.state, "c");
  run.act(1);
  goBack(run, 2).act(0);
  goBack(run, 2);
  assertEquals([run.root.state, run.root.steps], ["b", 2]);
  assertFolds(run);
  const counting = countingInputs(run.inputs);
  assertEquals(counting, [0, 1, run.inputs.length - 1]);
});

Deno.test("starting anew forgets all but the numbers of effects", () => {
  const run = play(CHAIN).act("first", 0);
  run.snapshot = rewind(run.snapshot, NEW_SNAPSHOT);
  run.tell({ input: "start", context: {}, env: {}, maxDepth: 16, back: 0 });
  assertEquals([run.root.captured, run.root.steps], [{}, 1]);
  assertEquals(run.open.effect, 6);
  assertFolds(run);
});

Deno.test("a definition that was taken holds from then on, and not before", () => {
  const run = play(CHAIN, {}).act(0);
  const more = changed(run, { maxSteps: 2 });
  run.tell({ input: "resume", context: {}, env: {}, definitions: more });
  // The entry that was repeated counts.
  run.act(0);
  assertEquals(run.end, "max_steps at c: Reached the cap of 2 steps");
  assertFolds(run);
  run.tell({
    input: "resume",
    context: {},
    env: {},
    definitions: changed(run, { maxSteps: 9 }),
  }).go().act(0);
  assertEquals(run.end, "terminal at done");
  assertFolds(run);
  goBack(run, 2);
  assertEquals(run.snapshot.definitions, null);
});

Deno.test("a longer timeout gives a run time that has used up its own, sub-loops included", () => {
  const text =
    "timeout: 5\nstates:\n  a: {loop: sub, on_yes: done, on_no: done}\n  done: {terminal: true}";
  const sub =
    "s: {action: x, on_yes: t}\nt: {action: y, on_yes: u}\nu: {terminal: true}";
  const run = play(text, { others: { sub } });
  run.later(5000).act({ exitCode: 124, timeoutKind: "loop" });
  assertEquals(run.end, "timeout at a: Reached the time limit of 5 s");
  run.later(60_000).tell({
    input: "resume",
    context: {},
    env: {},
    definitions: changed(run, { timeoutMs: 8000 }),
  }).go();
  assertEquals(run.action.timeoutMs, 3000);
  assertFolds(run);
});

Deno.test("what is known of an action is its outcome: it is judged and routed, and not run", () => {
  const run = play(CHAIN).act(0);
  const known = { [run.open.effect]: outcomeOf("found") };
  run.tell({ input: "resume", context: {}, env: {}, known }).go();
  assertEquals(
    run.news.slice(-7),
    [
      "resume at b after 2",
      "start a",
      "exit 0",
      "verdict yes",
      "b -> c",
      "enter c 3",
      "run z",
    ],
  );
  assertFolds(run);
  // The same for one that a stop has cut short.
  run.stop().cancel();
  const [cut = ""] = Object.keys(run.snapshot.cut);
  run.tell({
    input: "resume",
    context: {},
    env: {},
    known: { [cut]: outcomeOf({ exitCode: 127, startError: "May have run" }) },
  });
  assertEquals(run.end, 'error at c: State "c": May have run');
  assertFolds(run);
});

Deno.test("resume after a handoff tells of it", () => {
  const run = play(CHAIN).act("CONTEXT_HANDOFF: step 3").resume();
  const [resumed] = run.all("loop_resume");
  assertEquals(
    [resumed?.from_handoff, resumed?.continuation_prompt],
    [true, "step 3"],
  );
});
