import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  replayAgainst,
  replayRun,
  translateInput,
} from "../../../src/app/replay/mod.ts";
import { rewind, snapshotsAfter, walk } from "../../../src/engine/mod.ts";
import type {
  Definitions,
  Input,
  JournalLine,
  JsonObject,
} from "../../../src/model/mod.ts";
import {
  formatReplay,
  formatReplayAgainst,
  replayAgainstJson,
  replayJson,
  type Style,
} from "../../../src/view/mod.ts";
import { definitionsOf } from "../../support/definitions.ts";
import { Play, play } from "../../support/play.ts";

const PLAIN: Style = { color: false, columns: 80 };
const RUN = { runId: "r", loop: "fix" };

const FIX = `
name: fix
initial: check
context: { limit: 2, target: src }
states:
  check:
    action: count \${context.target}
    evaluate: { type: output_numeric, operator: ge, target: "\${context.limit}" }
    on_yes: done
    on_no: repair
  repair:
    action: repair \${prev.output}
    next: check
  done: { terminal: true }
`;

/** Returns the journal that a run of these inputs leaves, with a line of output in each action. */
function journalOf({ definitions, inputs }: Play): JournalLine[] {
  const lines: object[] = [];
  for (const { input, result } of walk(definitions, inputs)) {
    lines.push(input, ...result.events);
    for (const effect of result.effects) {
      if (effect.kind !== "action") continue;
      lines.push({ event: "action_output", ts: "", line: "x", effect: 1 });
    }
  }
  return lines.map((line, index) => ({
    ...line,
    seq: index + 1,
  })) as JournalLine[];
}

/** Goes on from the snapshot after so many of the inputs. */
function goBack(run: Play, back: number): Play {
  const [then = run.snapshot] = snapshotsAfter(run.definitions, run.inputs, [
    back,
  ]);
  run.snapshot = rewind(run.snapshot, then);
  return run.tell({ input: "resume", context: {}, env: {}, back }).go();
}

function fixed(): Play {
  return play(FIX).act("1", 0, "2");
}

// ------------------------------------------------------------------ the same again

Deno.test("replay: the journal alone gives the same events, whatever the order of their keys", () => {
  const run = fixed();
  const lines = journalOf(run).map((line) =>
    Object.fromEntries(Object.entries(line).reverse()) as unknown as JournalLine
  );
  const replay = replayRun(run.definitions, { lines, isTorn: false });
  assertEquals(replay, {
    inputs: 7,
    events: run.events.length,
    published: 3,
    unwritten: 0,
    isTorn: false,
    difference: null,
    end: { by: "terminal", state: "done" },
  });
  assertEquals(formatReplay(RUN, replay, PLAIN), [
    'Replayed run r of loop "fix": 7 inputs, 16 events, nothing was run',
    "The same events as in its journal",
    "It ended by terminal at done",
  ]);
});

Deno.test("replay: a difference is told with its line, what stands there and what was given", () => {
  const run = fixed();
  /** A line that can be changed. */
  type Line = Record<string, unknown>;
  const change = (edit: (lines: Line[]) => unknown): unknown[] => {
    const lines = journalOf(run).map((line): Line => ({ ...line }));
    edit(lines);
    const replay = replayRun(run.definitions, {
      lines: lines as unknown as JournalLine[],
      isTorn: false,
    });
    const { difference } = replayJson(RUN, replay);
    const { seq, event, expected, got, error } = difference as JsonObject;
    return [seq, event, expected !== null, got !== null, error];
  };
  const at = journalOf(run).findIndex((line) =>
    "event" in line && line.event === "evaluate"
  );
  assertEquals(
    change((lines) => lines[at] = { ...lines[at], verdict: "yes" }),
    [at + 1, "evaluate", true, true, null],
  );
  // One that is missing, and one too many.
  assertEquals(change((lines) => lines.splice(at, 1)), [
    at + 2,
    "route",
    true,
    true,
    null,
  ]);
  assertEquals(
    change((lines) => lines.splice(at, 0, { ...lines[at] })),
    [at + 1, "evaluate", true, true, null],
  );
  assertEquals(
    change((lines) => {
      const next = lines.findIndex((line, index) =>
        "input" in line && index > at
      );
      lines.splice(next, 0, { ...lines[at] });
    }),
    [at + 1, "evaluate", true, false, null],
  );
  // An answer to a question that nobody asked.
  assertEquals(
    change((lines) => {
      for (const line of lines) {
        if ("input" in line && "effect" in line) line["effect"] = 77;
      }
    })[4],
    'Effect 77 of frame "0" is not open',
  );
  const lines = journalOf(run);
  lines[at] = { ...lines[at], verdict: "\x1b[31m" } as never;
  const [, second, expected] = formatReplay(
    RUN,
    replayRun(run.definitions, { lines, isTorn: false }),
    PLAIN,
  );
  assertEquals(second, `Another event than in its journal, at line ${at + 1}`);
  assertStringIncludes(expected ?? "", '"verdict":"\\u001b[31m"');
});

Deno.test("replay: a run that was killed is no difference, wherever its journal ends", () => {
  const run = fixed();
  const all = journalOf(run);
  for (let length = 1; length <= all.length; length++) {
    const replay = replayRun(run.definitions, {
      lines: all.slice(0, length),
      isTorn: length % 2 === 0,
    });
    assertEquals(replay.difference, null, `${length} lines`);
  }
  const atStart = replayRun(run.definitions, {
    lines: all.slice(0, 2),
    isTorn: true,
  });
  assertEquals(formatReplay(RUN, atStart, PLAIN), [
    'Replayed run r of loop "fix": 1 input, 1 event, nothing was run',
    "The same events as in its journal",
    "The run was cut off before it wrote 2 events of its last step",
    "It did not end: the journal stops in the middle of it",
  ]);
  const torn = replayRun(run.definitions, {
    lines: all.slice(0, 5),
    isTorn: true,
  });
  assertEquals(
    formatReplay(RUN, torn, PLAIN)[2],
    "Its last line was cut off while it was written",
  );
});

Deno.test("replay: a run that was stopped, resumed and went back", () => {
  const run = play(FIX).act("1").stop().cancel().later(5000).resume()
    .act(0).stop().cancel();
  goBack(run, 1).act("2");
  const { lines, isTorn } = { lines: journalOf(run), isTorn: false };
  const replay = replayRun(run.definitions, { lines, isTorn });
  assertEquals([replay.difference, replay.inputs], [null, run.inputs.length]);
});

// ------------------------------------------------------------------ an edited loop

interface Edit {
  readonly run?: Play;
  readonly others?: Readonly<Record<string, string>>;
}

function against(text: string, { run = fixed(), others = {} }: Edit = {}) {
  const edited = definitionsOf(text, others);
  const rootOf = ({ loops, root }: Definitions) => {
    const loop = loops[root];
    if (loop === undefined) throw new RangeError("no root");
    return loop;
  };
  const inputs = journalOf(run).filter((line) => "input" in line) as (
    & Input
    & { seq: number }
  )[];
  const result = replayAgainst({
    recorded: run.definitions,
    edited,
    inputs,
    translate: (input) =>
      translateInput({
        recorded: rootOf(run.definitions),
        edited: rootOf(edited),
        env: {},
      }, input),
  });
  return { file: "new.yaml", ...result };
}

function fork(text: string, edit: Edit = {}): string[] {
  const lines = formatReplayAgainst(RUN, against(text, edit), PLAIN);
  return lines.slice(1).filter((line) => !line.startsWith("  line "));
}

Deno.test("against: an edit that changes nothing of the way goes the same way", () => {
  const edited = FIX.replace("name: fix", "name: fix\nmax_steps: 70")
    .replace("  check:\n", "  check:\n    timeout: 5\n    capture: n\n")
    .replace("target: src }", "target: src, more: 1 }");
  const result = against(edited);
  assertEquals(replayAgainstJson(RUN, result), {
    schema_version: 1,
    run_id: "r",
    loop: "fix",
    file: "new.yaml",
    same: true,
    steps: 3,
    fork: null,
    terminated_by: "terminal",
    final_state: "done",
  });
  assertEquals(fork(edited), [
    "The same way for all 3 steps",
    "It ended by terminal at done",
  ]);
});

Deno.test("against: the first step with another verdict, route or end is told", () => {
  // A value of the file that nobody gave is that of the edited file.
  assertEquals(fork(FIX.replace("limit: 2", "limit: 1")), [
    'Step 1, state "check": it would go another way',
    "  recorded  verdict no, -> repair",
    "  edited    verdict yes, -> done",
  ]);
  assertEquals(fork(FIX.replace("next: check", "next: done")), [
    'Step 2, state "repair": it would go another way',
    "  recorded  -> check",
    "  edited    -> done",
  ]);
  assertEquals(fork(FIX.replace("initial: check", "initial: repair")), [
    'Step 1, state "check": it would go another way',
    "  recorded  runs loop fix, enters check, shell action count src",
    "  edited    runs loop fix, enters repair, ends by error at repair",
  ]);
  assertEquals(fork(FIX.replace("initial:", "max_steps: 2\ninitial:")), [
    'Step 2, state "check": it would go another way',
    "  recorded  enters check, shell action count src",
    "  edited    ends by max_steps at check",
  ]);
  assertEquals(
    fork(
      FIX.replace(
        "done: { terminal: true }",
        "done: { terminal: true, failure: true }",
      ),
    ),
    [
      'Step 3, state "done": it would go another way',
      "  recorded  ends by terminal at done",
      "  edited    ends by terminal at done (failure)",
    ],
  );
});

Deno.test("against: what the journal has no answer for is told at the first time", () => {
  assertEquals(fork(FIX.replace("action: repair ", "action: mend ")), [
    'Step 1, state "repair": it would do what the journal has no answer for',
    "  recorded  enters repair, shell action repair 1",
    "  edited    enters repair, shell action mend 1",
  ]);
  assertEquals(
    fork(
      FIX.replace(
        "evaluate: { type: output_numeric, operator: ge",
        "evaluate: { type: diff_stall",
      )
        .replace(', target: "${context.limit}" }', " }"),
    ),
    [
      'Step 1, state "check": it would go another way',
      "  recorded  verdict no, -> repair",
      "  edited    a look (git)",
    ],
  );
});

Deno.test("against: values are part of a question where the action names them", () => {
  const named = (target: string, action: string) =>
    FIX.replace("count ${context.target}", action)
      .replace("target: src }", `target: ${target} }`);
  const action = 'count "$LL_CONTEXT_TARGET"';
  const run = play(named("src", action)).act("2");
  assertEquals(
    fork(named("src", action), { run })[0],
    "The same way for all 1 step",
  );
  assertEquals(
    fork(named("lib", action), { run })[0],
    'Step 1, state "check": it would do what the journal has no answer for',
  );
  const silent = play(named("src", "count")).act("2");
  assertEquals(
    fork(named("lib", "count"), { run: silent })[0],
    "The same way for all 1 step",
  );
  // What was given on the command line stays.
  const given = new Play(FIX, { context: { limit: 1, target: "lib" } })
    .start().act("1");
  assertEquals(
    fork(FIX.replace("limit: 2", "limit: 9"), { run: given })[0],
    "The same way for all 1 step",
  );
});

Deno.test("against: sub-loops, another one in the place of one, and within one", () => {
  const parent = `
name: fix
initial: sub
states:
  sub: { loop: child, on_yes: done, on_no: done }
  done: { terminal: true }
`;
  const child = `
name: child
initial: a
states:
  a: { action: a, on_yes: b, on_no: b }
  b: { terminal: true }
  c: { terminal: true }
`;
  const run = play(parent, { others: { child } }).act(0);
  assertEquals(
    fork(parent, { run, others: { child } })[0],
    "The same way for all 1 step",
  );
  assertEquals(
    fork(parent, {
      run,
      others: { child: child.replace("on_yes: b", "on_yes: c") },
    }),
    [
      'Step 1, state "a" of loop "child": it would go another way',
      "  recorded  verdict yes, -> b",
      "  edited    verdict yes, -> c",
    ],
  );
  assertEquals(
    fork(parent.replace("loop: child", "action: other"), {
      run,
      others: { child },
    }),
    [
      'Step 1, state "sub": it would go another way',
      "  recorded  runs loop fix, enters sub, runs loop child, enters a, shell action a",
      "  edited    runs loop fix, enters sub, shell action other",
    ],
  );
});

Deno.test("against: a run that went back is compared from where it went", () => {
  const run = goBack(fixed(), 2).act(0, "2");
  assertEquals(fork(FIX, { run })[0], "The same way for all 3 steps");
  assertEquals(fork(FIX.replace("limit: 2", "limit: 3"), { run }), [
    'Step 3, state "check": it would go another way',
    "  recorded  verdict yes, -> done",
    "  edited    verdict no, -> repair",
  ]);
});
