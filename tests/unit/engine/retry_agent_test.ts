/** Asking an agent again: rate limits, services that fail, what is not asked again. */

import { assert, assertEquals } from "@std/assert";
import type {
  AgentFailure,
  AgentReport,
  Json,
} from "../../../src/model/mod.ts";
import { type Answer, Play } from "../../support/play.ts";

/** Only what other runs have met. */
const LIMITS = { limits: true, memory: false };

const USAGE = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0,
};

function failing(
  kind: AgentFailure["kind"] | null,
  when: Partial<AgentFailure> = {},
): Answer {
  return { exitCode: kind === null ? 0 : 1, agent: report(kind, when) };
}

function report(
  kind: AgentFailure["kind"] | null,
  when: Partial<AgentFailure> = {},
): AgentReport {
  return {
    host: "claude",
    model: null,
    session: null,
    usage: USAGE,
    failure: kind === null ? null : {
      kind,
      message: "no",
      retryAtMs: null,
      retryAfterMs: null,
      ...when,
    },
    exceeded: null,
    denied: [],
  };
}

/** Answers the open judge by one whose last call has failed so. */
function judgeFails(
  play: Play,
  kind: AgentFailure["kind"],
  answers: readonly Json[] = [],
): Play {
  return play.answer({
    kind: "judged",
    verdict: "error",
    details: { error: "no" },
    isCancelled: false,
    agents: [report(null), report(kind)],
    ...(answers.length === 0 ? {} : { answers }),
  });
}

function startJudged(keys = ""): Play {
  return new Play(
    `a: {run: x, evaluate: {type: llm_structured}, ${keys} on_yes: done, on_error: bad}
done: {terminal: true}
bad: {terminal: true, failure: true}`,
  ).start().act("said");
}

function start(keys = ""): Play {
  return new Play(
    `a: {prompt: go, evaluate: {type: exit_code}, capture: c, ${keys} on_yes: done, on_error: bad}
done: {terminal: true}
bad: {terminal: true, failure: true}`,
  ).start();
}

/** Lets the open wait pass, and returns how long it was in seconds. */
function wait(play: Play): number {
  let totalMs = 0;
  for (;;) {
    const [open] = Object.values(play.snapshot.open);
    if (open?.kind !== "wait") return totalMs / 1000;
    const { durationMs } = open;
    totalMs += durationMs;
    play.later(durationMs).answer({ kind: "waited" });
  }
}

Deno.test("rate limit: short waits that double, with jitter, then the ladder, then it is exhausted", () => {
  const play = start(
    "max_rate_limit_retries: 2, rate_limit_backoff_base_seconds: 10, rate_limit_long_wait_ladder: [100], rate_limit_max_wait_seconds: 150, on_rate_limit_exhausted: bad,",
  );
  const waits: number[] = [];
  for (let n = 0; n < 3; n++) {
    play.act(failing("rate_limit"));
    waits.push(wait(play));
    assertEquals(play.action.state, "a");
  }
  const [first = 0, second = 0, third = 0] = waits;
  assert(first >= 10 && first <= 20, String(first));
  assert(second >= 20 && second <= 30, String(second));
  assert(third >= 99 && third <= 110, String(third));
  play.act(failing("rate_limit"));
  const last = play.open.kind === "wait" ? wait(play) : 0;
  assert(last <= 20);
  if (last > 0) play.act(failing("rate_limit"));
  assertEquals(
    play.end,
    'terminal at bad (failure): Reached the failure state "bad"',
  );
  assertEquals(play.entered, "a");
  const [exhausted] = play.all("rate_limit_exhausted");
  assertEquals([
    exhausted?.short_retries,
    exhausted?.total_wait_seconds,
    exhausted?.next,
  ], [2, 150, "bad"]);
  assert(play.all("rate_limit_waiting").length >= 4);
});

Deno.test("rate limit: the host's own time is waited for, and one that never comes is not", () => {
  const play = start();
  play.act(failing("rate_limit", { retryAfterMs: 200_000 }));
  assert(wait(play) >= 200);
  play.act(failing("rate_limit", { retryAtMs: play.nowMs + 500_000 }));
  assert(wait(play) >= 500);
  play.act(failing("rate_limit", { retryAfterMs: 86_400_000 }));
  assertEquals(
    play.end,
    'terminal at bad (failure): Reached the failure state "bad"',
  );
  const ok = start();
  ok.act(failing("rate_limit"));
  wait(ok);
  ok.act(failing(null));
  assertEquals(ok.end, "terminal at done");
});

Deno.test("a service that fails is asked twice more; what no waiting helps is not", () => {
  for (
    const [kind, seconds] of [["overloaded", 30], ["server", 30], [
      "network",
      5,
    ], ["no_result", 5]] as const
  ) {
    const play = start().act(failing(kind));
    assertEquals(wait(play), seconds, kind);
    play.act(failing(kind));
    assertEquals(wait(play), seconds, kind);
    play.act(failing(kind));
    assertEquals(play.end.slice(0, 15), "terminal at bad", kind);
    assertEquals(play.all("infra_retry").length, 2);
    assertEquals(play.all("infra_retry_exhausted").length, 1);
  }
  for (
    const kind of ["auth", "credit", "context", "refused", "other"] as const
  ) {
    const play = start().act(failing(kind));
    assertEquals(play.end.slice(0, 15), "terminal at bad", kind);
  }
  assertEquals(
    start().act(failing("auth")).root.captured["c"]?.["failure_type"],
    "non_recoverable",
  );
});

Deno.test("a wait for a service that failed was told as one for a rate limit, after one", () => {
  const play = start().act(failing("rate_limit"));
  wait(play);
  const before = play.all("rate_limit_waiting").length;
  play.act(failing("overloaded"));
  wait(play);
  assertEquals(play.all("rate_limit_waiting").length, before);
  assertEquals(play.all("infra_retry").length, 1);
});

Deno.test("a service that fails is waited for as long as its host says, for an hour at most", () => {
  const play = start().act(failing("overloaded", { retryAfterMs: 90_000 }));
  assertEquals(wait(play), 90);
  play.act(failing("overloaded", { retryAfterMs: 86_400_000 }));
  assertEquals(wait(play), 3600);
});

Deno.test("a wait ends with a stop, and a resume enters the state again", () => {
  const play = start().act(failing("rate_limit"));
  play.stop();
  assertEquals(play.cancelled.length, 1);
  play.answer({ kind: "waited" });
  assertEquals(play.end, "interrupted at a: Stopped by SIGINT");
  play.resume();
  assertEquals(play.action.state, "a");
  play.act(failing(null));
  assertEquals(play.end, "terminal at done");
});

Deno.test("a wait ends with the loop's own time", () => {
  const play = new Play(
    `timeout: 20
states:
  a: {prompt: go, next: done}
  done: {terminal: true}`,
  ).start();
  play.act(failing("rate_limit", { retryAfterMs: 60_000 }));
  assertEquals(wait(play), 20);
  assertEquals(play.end, "timeout at a: Reached the time limit of 20 s");
});

Deno.test("nobody waits for a call that the budget does not allow", () => {
  const play = start("budget: {max_calls: 1},").act(failing("rate_limit"));
  assertEquals(play.end.slice(0, 15), "terminal at bad");
  assertEquals(play.all("rate_limit_waiting"), []);
});

Deno.test("a call that the budget does not allow was not asked again without a word", () => {
  const told = (play: Play) =>
    play.all("warning").map(({ message }) => message);
  for (const kind of ["rate_limit", "overloaded"] as const) {
    const play = start("budget: {max_calls: 1},").act(failing(kind));
    assertEquals(play.end.slice(0, 15), "terminal at bad");
    assertEquals(told(play), [
      'The agent is not asked again after "no", since the budget of state "a" is used up: 1 of 1 call',
    ]);
  }
  const judged = judgeFails(startJudged("budget: {max_calls: 2},"), "network");
  assertEquals(judged.end.slice(0, 15), "terminal at bad");
  assertEquals(told(judged), [
    'The agent is not asked again after "no", since the budget of state "a" is used up: 2 of 2 calls',
  ]);
  for (const kind of ["auth", null] as const) {
    assertEquals(
      told(start("budget: {max_calls: 1},").act(failing(kind))),
      [],
    );
  }
});

Deno.test("a judge is asked again as a prompt is, and its action is not run again", () => {
  const play = startJudged();
  judgeFails(play, "rate_limit", [{ mine: true }]);
  assertEquals(play.all("rate_limit_waiting").length, 1);
  assert(wait(play) >= 30);
  assert(play.open.kind === "judge");
  assertEquals(play.open.asked?.answers, [{ mine: true }]);
  judgeFails(play, "overloaded");
  assertEquals(wait(play), 30);
  assert(play.open.kind === "judge");
  assertEquals(play.open.asked?.answers, undefined);
  play.judge("yes");
  assertEquals(play.end, "terminal at done");
  assertEquals(play.all("action_start").length, 1);
  assertEquals(play.root.agentRetry, undefined);
});

Deno.test("a judge whose room never comes leads where its state says; what no waiting helps is an error at once", () => {
  const play = startJudged(
    "max_rate_limit_retries: 1, rate_limit_backoff_base_seconds: 1, rate_limit_max_wait_seconds: 1, on_rate_limit_exhausted: done,",
  );
  for (let n = 0; n < 3 && play.snapshot.end === null; n++) {
    judgeFails(play, "rate_limit");
    wait(play);
  }
  assertEquals(play.end, "terminal at done");
  assertEquals(play.all("route").at(-1)?.by, "on_rate_limit_exhausted");
  const other = judgeFails(startJudged(), "auth");
  assertEquals(other.end.slice(0, 15), "terminal at bad");
});

Deno.test("a stop while a judge waits for room: a resume asks the judge alone", () => {
  const play = judgeFails(startJudged(), "rate_limit");
  play.stop().answer({ kind: "waited" });
  assertEquals(play.end, "interrupted at a: Stopped by SIGINT");
  play.resume();
  assertEquals(play.open.kind, "judge");
  play.judge("yes");
  assertEquals(play.end, "terminal at done");
  assertEquals(play.all("action_start").length, 1);
});

Deno.test("a limit that another run has met is waited for before the call, and is no try", () => {
  const play = new Play(
    `a: {prompt: go, host: codex, next: done}
done: {terminal: true}`,
    { looksAt: LIMITS },
  ).start();
  assert(play.open.kind === "observe");
  assertEquals(play.open.subject, {
    kind: "room",
    host: "codex",
    limits: true,
    memory: false,
  });
  play.see({ ["recovery_at_ms"]: play.nowMs + 40_000 });
  const [told] = play.all("rate_limit_waiting");
  assertEquals(told?.tier, "shared");
  assertEquals(play.all("action_start"), []);
  const seconds = wait(play);
  assert(seconds >= 40 && seconds <= 70, String(seconds));
  // It may have been moved on meanwhile.
  play.see({ ["recovery_at_ms"]: play.nowMs - 1 });
  play.act(failing(null));
  assertEquals(play.end, "terminal at done");
  assertEquals(play.snapshot.spend?.["a"]?.calls, 1);
  assertEquals(play.root.agentRetry, undefined);
});

Deno.test("what a run has met itself goes along with its wait, once", () => {
  const limited = () => {
    const play = new Play(
      `a: {prompt: go, next: done}
done: {terminal: true}`,
      { looksAt: LIMITS },
    ).start();
    return play.see({ ["recovery_at_ms"]: null });
  };
  const play = limited().act(failing("rate_limit", { retryAfterMs: 200_000 }));
  assert(play.open.kind === "wait");
  assertEquals(play.open.limit, {
    host: "claude",
    untilMs: play.nowMs + 200_000,
  });
  play.later(play.open.durationMs).answer({ kind: "waited" });
  assert(play.open.kind === "wait");
  assertEquals(play.open.limit, undefined);
  const other = limited().act(failing("overloaded"));
  assert(other.open.kind === "wait");
  assertEquals(other.open.limit, undefined);
});

Deno.test("another run's limit is waited for no longer than the state waits, a judge's as well, and over a stop", () => {
  const play = new Play(
    `a: {run: x, evaluate: {type: llm_structured}, rate_limit_max_wait_seconds: 5, on_yes: done, on_no: done}
done: {terminal: true}`,
    { looksAt: LIMITS },
  ).start().act("said");
  play.see({ ["recovery_at_ms"]: play.nowMs + 3_600_000 });
  play.later(2000).stop().answer({ kind: "waited" });
  assertEquals(play.end, "interrupted at a: Stopped by SIGINT");
  play.resume();
  play.see({ ["recovery_at_ms"]: play.nowMs + 3_600_000 });
  assertEquals(play.open.kind, "judge");
  play.judge("yes");
  assertEquals([play.end, play.all("action_start").length], [
    "terminal at done",
    1,
  ]);
});

Deno.test("a stop while it is looked around: a resume enters the state again, and looks again", () => {
  const play = new Play(
    `a: {prompt: go, next: done}
done: {terminal: true}`,
    { looksAt: LIMITS },
  ).start();
  play.stop().cancel();
  play.resume();
  assertEquals([play.open.kind, play.entered], ["observe", "a a"]);
  play.see(null, "the file is broken").act(failing(null));
  assertEquals(play.end, "terminal at done");
});

Deno.test("rate limits that last, three in a row and more, are told as a storm; an answer ends it", () => {
  const play = new Play(
    `a: {prompt: go, rate_limit_backoff_base_seconds: 1, max_rate_limit_retries: 1, rate_limit_max_wait_seconds: 1, on_rate_limit_exhausted: a, next: a}
done: {terminal: true}`,
  ).start();
  const exhaust = () => {
    const before = play.all("rate_limit_exhausted").length;
    while (play.all("rate_limit_exhausted").length === before) {
      play.act(failing("rate_limit"));
      wait(play);
    }
  };
  for (let n = 0; n < 4; n++) exhaust();
  assertEquals(play.all("rate_limit_storm").map(({ count }) => count), [3, 4]);
  play.act(failing(null));
  for (let n = 0; n < 2; n++) exhaust();
  assertEquals(play.all("rate_limit_storm").length, 2);
});
