/** Budgets: what is counted where, warned of, refused and routed; sessions that go on. */

import { assert, assertEquals } from "@std/assert";
import { type AgentReport, untilProgress } from "../../../src/model/mod.ts";
import { type Answer, Play } from "../../support/play.ts";

interface Turn {
  readonly costUsd?: number | null;
  readonly tokens?: number;
  readonly exceeded?: AgentReport["exceeded"];
  readonly failure?: AgentReport["failure"];
  readonly session?: string;
  readonly exitCode?: number;
}

/** An action of an agent that has ended. */
function agent(turn: Turn = {}): Answer {
  const usage = {
    inputTokens: turn.tokens ?? 0,
    outputTokens: 0,
    cacheReadTokens: 1_000_000,
    cacheWriteTokens: 0,
    costUsd: turn.costUsd === undefined ? 0 : turn.costUsd,
  };
  return {
    exitCode: turn.exitCode ?? (turn.exceeded || turn.failure ? 1 : 0),
    stdout: "done",
    agent: {
      host: "claude",
      model: "m",
      session: turn.session === undefined
        ? null
        : { id: turn.session, total: usage },
      usage,
      failure: turn.failure ?? null,
      exceeded: turn.exceeded ?? null,
      denied: [],
    },
  };
}

const loop = (states: string, top = "") =>
  `${top}states:\n${states}\n  done: {terminal: true}\n  bad: {terminal: true, failure: true}\n`;

const LOOPING = "  a: {prompt: go, next: b}\n  b: {prompt: go on, next: a}";

Deno.test("budget: money over states, warned of at 80 %, then refused", () => {
  const play = new Play(loop(LOOPING, "budget: {max_cost: 1}\n")).start();
  assertEquals(play.action.prompt?.left, { costUsd: 1, tokens: null });
  play.act(agent({ costUsd: 0.5 }), agent({ costUsd: 0.3 }));
  assertEquals(play.action.prompt?.left.costUsd, 0.2);
  play.act(agent({ costUsd: 0.25 }));
  assertEquals(
    play.end,
    'budget_exceeded at b: Used up the budget of loop "a": $1.05 of $1.00',
  );
  assertEquals(
    play.all("budget_warning").map(({ state, spent }) => [state, spent]),
    [["b", 0.8]],
  );
  assertEquals(
    play.all("budget_exceeded").map((
      { state, of, kind, limit },
    ) => [state, of, kind, limit]),
    [["b", "loop", "cost", 1]],
  );
  assertEquals(
    Object.entries(play.snapshot.spend ?? {}).map((
      [state, { calls, costUsd }],
    ) => [state, calls, costUsd]),
    [
      ["a", 2, 0.75],
      ["b", 1, 0.3],
    ],
  );
});

Deno.test("budget: calls and tokens; what was read from a cache does not count", () => {
  const calls = new Play(loop(LOOPING, "budget: {max_calls: 2}\n")).start();
  calls.act(agent(), agent());
  assertEquals(
    calls.end,
    'budget_exceeded at a: Used up the budget of loop "a": 2 of 2 calls',
  );
  const tokens = new Play(loop(LOOPING, "budget: {max_tokens: 1000}\n"))
    .start();
  tokens.act(agent({ tokens: 999 }));
  assertEquals(tokens.action.prompt?.left.tokens, 1);
  tokens.act(agent({ tokens: 1 }));
  assertEquals(
    tokens.end,
    'budget_exceeded at a: Used up the budget of loop "a": 1k of 1k tokens',
  );
});

Deno.test("budget: one of a state counts its own visits and leads where it says", () => {
  const play = new Play(loop(
    "  a: {prompt: go, budget: {max_calls: 1}, on_budget_exceeded: done, next: b}\n  b: {prompt: x, next: a}",
  )).start();
  play.act(agent(), agent());
  assertEquals(play.end, "terminal at done");
  assertEquals(play.all("route").at(-1)?.by, "on_budget_exceeded");
  assertEquals(play.all("budget_exceeded")[0]?.next, "done");
});

Deno.test("budget: the loop's own way out is taken by every state", () => {
  const top = "budget: {max_calls: 1}\non_budget_exceeded: bad\n";
  const play = new Play(loop(LOOPING, top)).start().act(agent());
  assertEquals(
    play.end,
    'terminal at bad (failure): Reached the failure state "bad"',
  );
});

Deno.test("budget: an action that was stopped at the limit is not judged", () => {
  const play = new Play(
    loop("  a: {prompt: go, next: done}", "budget: {max_tokens: 10}\n"),
  ).start();
  play.act(agent({ tokens: 12, exceeded: "tokens" }));
  assertEquals(
    play.end,
    'budget_exceeded at a: Used up the budget of loop "a": 12 of 10 tokens',
  );
});

Deno.test("budget: a goal that was reached over the limit is reached", () => {
  const play = new Play(
    loop("  a: {prompt: go, next: done}", "budget: {max_cost: 0.1}\n"),
  ).start();
  play.act(agent({ costUsd: 0.2 }));
  assertEquals(play.end, "terminal at done");
});

Deno.test("budget: sub-loops draw on the pool of the loops above", () => {
  const others = {
    sub: loop(
      "  s: {prompt: go, next: t}\n  t: {prompt: go, next: done}",
    ),
  };
  const states = "  a: {loop: sub, on_yes: done, on_no: bad}";
  const play = new Play(loop(states, "budget: {max_calls: 1}\n"), { others })
    .start();
  play.act(agent());
  assertEquals(
    play.end,
    'budget_exceeded at a: Used up the budget of loop "a": 1 of 1 call',
  );
  assertEquals(Object.keys(play.snapshot.spend ?? {}), ["sub/s"]);
});

Deno.test("budget: a sub-loop's own budget is its failure alone", () => {
  const others = {
    sub: loop(
      "  s: {prompt: go, next: t}\n  t: {prompt: go, next: done}",
      "budget: {max_calls: 1}\n",
    ),
  };
  const play = new Play(loop("  a: {loop: sub, on_yes: done, on_error: bad}"), {
    others,
  }).start();
  play.act(agent());
  assertEquals(
    play.end,
    'terminal at bad (failure): Reached the failure state "bad"',
  );
});

const SPENDING = loop(
  "  work: {prompt: go, next: work}\n  report: {run: say, next: done}",
  "budget: {max_calls: 3}\non_budget_exceeded: report\n",
);

Deno.test("budget: a sub-loop's way out is not for the budget of the loop above, which ends the run", () => {
  const play = new Play(
    loop(
      "  a: {loop: spend, on_yes: a, on_no: a, on_error: a}",
      "budget: {max_calls: 2}\n",
    ),
    { others: { spend: SPENDING } },
  ).start();
  play.act(agent(), agent());
  assertEquals(
    play.end,
    'budget_exceeded at a: Used up the budget of loop "a": 2 of 2 calls',
  );
  assertEquals(play.all("budget_exceeded")[0]?.next, undefined);
});

Deno.test("budget: the loop that has set it leads on, and so does its state, two levels above", () => {
  const others = {
    middle: loop(
      "  m: {loop: spend, on_yes: m, on_error: m}",
      "on_budget_exceeded: m\n",
    ),
    spend: SPENDING,
  };
  for (
    const [state, top] of [
      ["", "budget: {max_calls: 2}\non_budget_exceeded: bad\n"],
      [", budget: {max_calls: 2}, on_budget_exceeded: bad", ""],
    ] as const
  ) {
    const play = new Play(
      loop(`  a: {loop: middle, on_yes: a, on_error: a${state}}`, top),
      { others },
    ).start();
    play.act(agent(), agent());
    assertEquals(
      play.end,
      'terminal at bad (failure): Reached the failure state "bad"',
    );
    assertEquals(play.all("route").at(-1)?.by, "on_budget_exceeded");
    assertEquals(play.all("budget_exceeded").map(({ next }) => next), ["bad"]);
  }
});

Deno.test("budget: a sub-loop leads on by its own, and the loop above does not catch that", () => {
  const caught = new Play(
    loop("  a: {loop: spend, on_yes: done, on_error: bad}"),
    { others: { spend: SPENDING } },
  ).start();
  caught.act(agent(), agent(), agent(), 0);
  assertEquals(caught.end, "terminal at done");
  const failed = new Play(
    loop(
      "  a: {loop: sub, on_yes: done, on_error: done, on_budget_exceeded: bad}",
      "budget: {max_calls: 9}\non_budget_exceeded: bad\n",
    ),
    { others: { sub: loop(LOOPING, "budget: {max_calls: 1}\n") } },
  ).start();
  failed.act(agent());
  assertEquals(failed.end, "terminal at done");
  assertEquals(failed.all("route").at(-1)?.by, "on_error");
});

Deno.test("budget: an agent that was stopped short of what is counted ends the loop whose limit was nearest", () => {
  const play = new Play(
    loop(
      "  a: {loop: sub, on_error: done}",
      "budget: {max_cost: 1}\non_budget_exceeded: bad\n",
    ),
    {
      others: {
        sub: loop(
          "  s: {prompt: go, next: s}",
          "budget: {max_cost: 5}\non_budget_exceeded: s\n",
        ),
      },
    },
  ).start();
  play.act(agent({ costUsd: 0.9, exceeded: "cost" }));
  assertEquals(
    play.end,
    'terminal at bad (failure): Reached the failure state "bad"',
  );
});

Deno.test("budget: what is refused is no step and no fix, however often it is resumed", () => {
  const play = new Play(
    loop(
      "  check: {run: t, capture: check, on_yes: done, on_error: bad, on_no: fix}\n  fix: {prompt: go, next: check}",
      "category: until\nmax_edge_revisits: 5\nbudget: {max_cost: 1}\n",
    ),
  ).start();
  const used = () => {
    const { definitions, snapshot } = play;
    const root = definitions.loops[definitions.root];
    if (root === undefined || snapshot.end === null) return null;
    return untilProgress(root, { snapshot, end: snapshot.end })?.used;
  };
  play.act(1, agent({ costUsd: 0.5 }), 1, agent({ costUsd: 0.5 }), 1);
  assertEquals(play.end.slice(0, 22), "budget_exceeded at fix");
  assertEquals([play.root.steps, used()], [5, 2]);
  play.resume();
  assertEquals([play.root.steps, used()], [5, 2]);
  play.resume();
  assertEquals([play.root.steps, used()], [5, 2]);
  assertEquals(play.all("loop_complete").map(({ iterations }) => iterations), [
    5,
    5,
    5,
  ]);
});

Deno.test("budget: a fix that was stopped at the limit is one", () => {
  const play = new Play(
    loop(
      "  check: {run: t, capture: check, on_yes: done, on_no: fix}\n  fix: {prompt: go, next: check}",
      "category: until\nbudget: {max_cost: 1}\n",
    ),
  ).start();
  play.act(1, agent({ costUsd: 1, exceeded: "cost" }));
  const { definitions, snapshot } = play;
  const root = definitions.loops[definitions.root];
  assert(root !== undefined && snapshot.end !== null);
  assertEquals(untilProgress(root, { snapshot, end: snapshot.end })?.used, 1);
  assertEquals(play.root.steps, 2);
});

Deno.test("budget: a resume keeps what was spent", () => {
  const play = new Play(loop(LOOPING, "budget: {max_calls: 2}\n")).start();
  play.act(agent()).stop();
  play.cancel();
  play.resume();
  play.act(agent());
  assertEquals(
    play.end,
    'budget_exceeded at a: Used up the budget of loop "a": 2 of 2 calls',
  );
});

Deno.test("prompt: a host that failed is an error, whatever it said", () => {
  const failure = {
    kind: "credit",
    message: "slow down",
    retryAtMs: null,
    retryAfterMs: null,
  } as const;
  const play = new Play(
    loop(
      "  a: {prompt: go, evaluate: {type: output_contains, pattern: done}, on_yes: done, on_error: bad}",
    ),
  ).start();
  play.act(agent({ failure }));
  const [verdict] = play.all("evaluate");
  assertEquals([verdict?.verdict, verdict?.["failure"], verdict?.["error"]], [
    "error",
    "credit",
    "slow down",
  ]);
});

Deno.test("session: continued where the mode says so, by host, and only after a success", () => {
  const play = new Play(loop(
    "  a: {prompt: go, next: b}\n  b: {prompt: on, session_mode: continue, next: c}\n  c: {prompt: anew, next: b}",
  )).start();
  assertEquals(play.action.prompt?.sessions, {});
  play.act(agent({ session: "one" }));
  assertEquals(play.action.prompt?.sessions["claude"]?.id, "one");
  play.act(agent({ session: "two", exitCode: 1 }));
  assertEquals(play.action.prompt?.sessions, {});
  play.act(agent({ session: "three" }));
  assertEquals(play.action.prompt?.sessions["claude"]?.id, "three");
});

Deno.test("handoff: what it leaves reaches the first prompt after the resume, and no other", () => {
  const play = new Play(
    loop(
      "  a: {run: work, next: b}\n  b: {prompt: go on, next: c}\n  c: {prompt: more, next: done}",
    ),
  ).start();
  play.act("CONTEXT_HANDOFF: look at x first");
  assertEquals(play.end, 'handoff at a: State "a" handed off: look at x first');
  play.resume().act(0);
  assertEquals(play.action.action, "look at x first\n\ngo on");
  play.act(agent());
  assertEquals(play.action.action, "more");
});

/** An action that was cut short at what is left of the loop's time. */
const CUT: Answer = { exitCode: 124, timeoutKind: "loop" };

Deno.test("budget of time: the engine asks to be told, warns once, and the action gets what is left", () => {
  const play = new Play(
    loop(
      "  a: {run: x, timeout: 60, next: b}\n  b: {run: y, next: done}",
      "budget: {max_time: 10}\n",
    ),
  ).start();
  assertEquals(play.action.timeoutMs, 10_000);
  assert(play.action.isLoopDeadline);
  assertEquals(play.wakeAtMs, play.nowMs + 8000);
  play.later(8000).tell({ input: "tick" });
  assertEquals(play.wakeAtMs, null);
  play.later(500).tell({ input: "tick" }).act("");
  assertEquals(
    play.all("budget_warning").map(({ of, kind, spent, limit, state }) => [
      of,
      kind,
      spent,
      limit,
      state,
    ]),
    [["loop", "time", 8000, 10_000, "a"]],
  );
  assertEquals(play.action.timeoutMs, 1500);
  play.later(1500).act(CUT);
  assertEquals(
    play.end,
    'budget_exceeded at b: Used up the budget of loop "a": 10s of 10s',
  );
});

Deno.test("budget of time: an action that ended late is warned of with its outcome", () => {
  const play = new Play(
    loop(
      "  a: {run: x, next: b}\n  b: {run: y, next: done}",
      "budget: {max_time: 10, warn_at: 0.5}\n",
    ),
  ).start();
  play.later(6000).act("");
  assertEquals(play.all("budget_warning").map(({ spent }) => spent), [6000]);
  play.later(3000).act("");
  assertEquals(play.all("budget_warning").length, 1);
  assertEquals(play.end, "terminal at done");
});

Deno.test("budget of time: where it leads on there is time, but no agent", () => {
  const play = new Play(
    loop(
      "  a: {run: x, next: a}\n  report: {run: say, timeout: 30, next: ask}\n  ask: {prompt: go, on_budget_exceeded: bad, next: done}",
      "budget: {max_time: 5}\non_budget_exceeded: report\n",
    ),
  ).start();
  play.later(5000).act(CUT);
  assertEquals(play.entered, "a report");
  assertEquals(play.all("budget_exceeded").map(({ next }) => next), ["report"]);
  assertEquals([play.action.timeoutMs, play.action.isLoopDeadline], [
    30_000,
    false,
  ]);
  play.later(9000).act("");
  assertEquals(play.entered, "a report ask");
  assertEquals(
    play.end,
    'terminal at bad (failure): Reached the failure state "bad"',
  );
});

Deno.test("budget of time: one of a state counts its visits, and refuses the next one", () => {
  const play = new Play(loop(
    "  a: {run: x, budget: {max_time: 4}, on_budget_exceeded: bad, next: b}\n  b: {run: y, next: a}",
  )).start();
  play.later(3000).act("").later(60_000).act("");
  assertEquals(play.action.timeoutMs, 1000);
  play.later(900).act("").act("");
  assertEquals(play.action.timeoutMs, 100);
  play.later(100).act("").act("");
  assertEquals(play.entered, "a b a b a b a");
  assertEquals(play.all("action_start").length, 6);
  assertEquals(play.end.slice(0, 15), "terminal at bad");
  assertEquals(
    play.all("budget_exceeded").map((
      { of, spent, limit },
    ) => [of, spent, limit]),
    [["state", 4000, 4000]],
  );
});

Deno.test("budget of time: sub-loops draw on it, and its owner leads on", () => {
  const others = { sub: loop("  s: {run: x, next: s}") };
  const play = new Play(
    loop(
      "  a: {loop: sub, on_yes: done, budget: {max_time: 3}, on_budget_exceeded: b}\n  b: {run: y, next: done}",
    ),
    { others },
  ).start();
  play.later(2000).act("");
  assertEquals(play.action.timeoutMs, 1000);
  play.later(1000).act(CUT);
  assertEquals(play.action.action, "y");
  play.act("");
  assertEquals(play.end, "terminal at done");
});

Deno.test("budget of time: the nearer of it and of the timeout is what ends the loop", () => {
  const states = "  a: {run: x, next: done}";
  const both = (top: string) =>
    new Play(loop(states, top)).start().later(3000).act(CUT).end;
  assertEquals(
    both("timeout: 3\nbudget: {max_time: 9}\n"),
    "timeout at a: Reached the time limit of 3 s",
  );
  assertEquals(
    both("timeout: 9\nbudget: {max_time: 3}\n"),
    'budget_exceeded at a: Used up the budget of loop "a": 3s of 3s',
  );
});

Deno.test("budget of time: a wait for room ends with it, and a pause of the run does not count", () => {
  const play = new Play(loop(
    "  a: {prompt: go, budget: {max_time: 20}, next: done}",
  )).start();
  play.act(agent({
    failure: {
      kind: "rate_limit",
      message: "429",
      retryAtMs: null,
      retryAfterMs: 60_000,
    },
  }));
  assertEquals(play.open.kind === "wait" && play.open.durationMs, 20_000);
  play.later(15_000).stop();
  play.answer({ kind: "waited" });
  play.later(3_600_000).resume();
  assertEquals(play.action.timeoutMs, 5000);
  play.later(5000).act(CUT);
  assertEquals(
    play.end,
    'budget_exceeded at a: Used up the budget of state "a": 20s of 20s',
  );
});

Deno.test("budget of time: a larger one holds again after a resume", () => {
  const text = (seconds: number) =>
    loop(
      "  a: {run: x, next: a}\n  report: {run: say, next: report2}\n  report2: {run: say, next: done}",
      `budget: {max_time: ${seconds}}\non_budget_exceeded: report\n`,
    );
  const play = new Play(text(5)).start().later(5000).act(CUT);
  play.stop().cancel();
  const { definitions } = new Play(text(7));
  play.tell({ input: "resume", context: {}, env: {}, definitions }).go();
  assertEquals([play.action.action, play.action.timeoutMs], ["say", 2000]);
});
