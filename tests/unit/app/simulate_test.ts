// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { PLAIN_REQUEST, prepareRun } from "../../../src/app/mod.ts";
import {
  chooseByAsking,
  chooseByScenario,
  parseVerdictList,
  planSimulation,
  type Question,
  requireStates,
  type Simulation,
  turnoutsOf,
} from "../../../src/app/simulate/mod.ts";
import { LoopError, type Scenario, SCENARIOS } from "../../../src/model/mod.ts";
import { definitionsOf } from "../../support/definitions.ts";
import { fakeSources, fakeSystem, memoryFiles } from "../../support/fakes.ts";
import { brief } from "../../support/play.ts";
import { PROJECT, simulated, verdicts } from "../../support/simulated.ts";

/** Steps in short: `check no -> fix`, the exit code where it is not 0. */
function steps({ steps }: Simulation): string[] {
  return steps.map((step) =>
    [
      ">".repeat(step.depth) + step.state,
      step.exitCode === null || step.exitCode === 0
        ? ""
        : `exit ${step.exitCode}`,
      step.verdict ?? "",
      step.to === null ? "" : `-> ${step.to} (${step.by})`,
    ].filter((word) => word !== "").join(" ")
  );
}

const CHECK_AND_FIX = `
  check: {action: npm test, on_yes: done, on_no: fix, on_error: broken}
  fix: {action: npm run fix, next: check}
  done: {terminal: true}
  broken: {terminal: true, failure: true}`;

Deno.test("scenarios give their exit codes call by call", async () => {
  const cases: Record<Scenario, [string, readonly string[]]> = {
    "all-pass": ["terminal", ["check yes -> done (on_yes)"]],
    "all-fail": ["max_steps", [
      "check exit 1 no -> fix (on_no)",
      "fix exit 1 -> check (next)",
      "check exit 1 no -> fix (on_no)",
      "fix exit 1 -> check (next)",
    ]],
    "all-error": ["terminal", ["check exit 2 error -> broken (on_error)"]],
    "first-fail": ["terminal", [
      "check exit 1 no -> fix (on_no)",
      "fix -> check (next)",
      "check yes -> done (on_yes)",
    ]],
    "alternating": ["max_steps", [
      "check exit 1 no -> fix (on_no)",
      "fix -> check (next)",
      "check exit 1 no -> fix (on_no)",
      "fix -> check (next)",
    ]],
  };
  for (const name of SCENARIOS) {
    const simulation = await simulated(CHECK_AND_FIX, {
      choose: chooseByScenario(name),
      maxSteps: 4,
    });
    const [by, expected] = cases[name];
    assertEquals(steps(simulation), expected, name);
    assertEquals(simulation.end.terminatedBy, by, name);
  }
});

Deno.test("a scenario passes what it cannot see, and fails what reads a failed action", async () => {
  const loop = `
  count: {action: wc -l, evaluate: {type: output_numeric, operator: ge, target: 3}, on_yes: done, on_no: count}
  done: {terminal: true}`;
  assertEquals(steps(await simulated(loop)), ["count yes -> done (on_yes)"]);
  const failed = await simulated(loop, {
    choose: chooseByScenario("all-fail"),
  });
  assertEquals(steps(failed), ["count exit 1 error"]);
  assertEquals(failed.end.noRoute, {
    state: "count",
    verdict: "error",
    exitCode: 1,
  });
});

Deno.test("a state without action is judged by the code of the last action", async () => {
  const simulation = await simulated(
    `
  measure: {action: x, next: judge, capture: m}
  judge: {evaluate: {type: convergence, target: 1, source: "\${captured.m.output}"}, route: {target: done, progress: measure, stall: measure}}
  done: {terminal: true}`,
    { choose: chooseByScenario("first-fail") },
  );
  assertEquals(steps(simulation), [
    "measure exit 1 -> judge (next)",
    "judge stall -> measure (route stall)",
    "measure -> judge (next)",
    "judge target -> done (route target)",
  ]);
});

Deno.test("triage by exit codes is no guess: the code was chosen, and other words can be", async () => {
  const loop = `
  check: {action: x, capture: check, on_yes: done, on_error: triage}
  triage:
    evaluate: {type: classify, source: "\${captured.check.exit_code}"}
    route: {"126": bad, "127": bad, _: fix}
  fix: {action: y, next: check}
  done: {terminal: true}
  bad: {terminal: true, failure: true}`;
  const failed = await simulated(loop, {
    choose: chooseByScenario("first-fail"),
  });
  assertEquals(steps(failed), [
    "check exit 1 no -> triage (on_error)",
    "triage 1 -> fix (route _)",
    "fix -> check (next)",
    "check yes -> done (on_yes)",
  ]);
  const chosen = await simulated(loop, { choose: verdicts("no,127") });
  assertEquals(steps(chosen).slice(1), ["triage 127 -> bad (route 127)"]);
  // Made up are outputs, what nobody gave, and the silence of stderr.
  for (
    const source of ["captured.check.output", "context.what", "prev.stderr"]
  ) {
    const guessed = await simulated(
      loop.replace("captured.check.exit_code", source),
      { choose: chooseByScenario("first-fail") },
    );
    assertEquals(steps(guessed)[1], "triage 127 -> bad (route 127)", source);
  }
  const given = await simulated(
    loop.replace("captured.check.exit_code", "context.what"),
    { choose: chooseByScenario("first-fail"), context: [["what", "126"]] },
  );
  assertEquals(steps(given)[1], "triage 126 -> bad (route 126)");
});

Deno.test("verdicts are given in order, the last one again and again, or by state", async () => {
  const loop = `
  a: {action: x, on_yes: b, on_no: a, on_error: bad}
  b: {action: y, next: c, on_error: bad}
  c: {action: z, action_type: prompt, on_yes: done, on_no: a, on_partial: c, on_blocked: bad}
  done: {terminal: true}
  bad: {terminal: true}`;
  const cases: [string, string][] = [
    ["no,no,yes", "a a a b c done"],
    ["c=partial,c=no,c=blocked,yes", "a b c c a b c bad"],
    ["b=error", "a b bad"],
    ["c=partial,c=partial,c=yes", "a b c c c done"],
    ["yes,partial,yes", "a b c c done"],
  ];
  for (const [list, visited] of cases) {
    const simulation = await simulated(loop, { choose: verdicts(list) });
    assertEquals(simulation.visited.join(" "), visited, list);
  }
  // What the list leaves open the scenario decides.
  const failing = await simulated(loop, {
    choose: verdicts("a=yes", "all-fail"),
  });
  assertEquals(failing.visited.join(" "), "a b bad");
});

Deno.test("a verdict that the state cannot give is an error that names the others", async () => {
  const error = await assertRejects<LoopError>(
    () => simulated(CHECK_AND_FIX, { choose: verdicts("no,partial") }),
    LoopError,
  );
  assertEquals([error.exitStatus, error.message, error.hint], [
    64,
    'State "check" cannot give verdict "partial": it gives "yes", "no" or "error"',
    "--verdicts check=VERDICT chooses for this state alone",
  ]);
  const inside = await assertRejects<LoopError>(
    () =>
      simulated("\n  s: {loop: b, on_yes: done}\n  done: {terminal: true}", {
        others: {
          b: "\n  t: {action: x, next: done}\n  done: {terminal: true}",
        },
        choose: verdicts("t=no"),
      }),
    LoopError,
  );
  assertEquals(
    inside.message,
    'State "t" of loop "b" cannot give verdict "no": it gives only "yes"',
  );
});

Deno.test("a list of verdicts: empty entries, states that do not exist", () => {
  for (const text of ["", "yes,", "=yes", "a=", ",", " = "]) {
    const error = assertThrows<LoopError>(
      () => parseVerdictList(text),
      LoopError,
    );
    assertEquals(error.exitStatus, 64, text);
  }
  assertEquals(parseVerdictList(" no , fix = error "), {
    common: ["no"],
    byState: new Map([["fix", ["error"]]]),
  });
  const definitions = definitionsOf(
    `
  check: {action: x, on_yes: done, on_no: sub}
  sub: {loop: b, on_yes: done}
  done: {terminal: true}`,
    {
      b: "inner: {action: y, on_yes: done}\ndone: {terminal: true}",
    },
  );
  requireStates(parseVerdictList("check=no,inner=no"), definitions);
  const near = assertThrows<LoopError>(
    () => requireStates(parseVerdictList("chek=no"), definitions),
    LoopError,
  );
  assertEquals([near.exitStatus, near.message, near.hint], [
    65,
    'State not found: "chek" in loop "a"',
    'Did you mean "check"?',
  ]);
  const far = assertThrows<LoopError>(
    () => requireStates(parseVerdictList("zebra=no"), definitions),
    LoopError,
  );
  assertEquals(far.hint, 'Its states: "check", "sub", "done", "inner"');
  // Nobody knows the states of a loop whose name is computed.
  const open = definitionsOf(`
  sub: {loop: "\${context.x}", on_yes: done}
  done: {terminal: true}`);
  requireStates(parseVerdictList("anything=no"), open);
});

Deno.test("somebody is asked where there is a choice, and ends it by not answering", async () => {
  const asked: Question[] = [];
  const answers = ["no", "yes", null];
  const simulation = await simulated(
    `
  a: {action: x, on_yes: b, on_no: $current}
  b: {action: y, next: c}
  c: {evaluate: {type: classify, source: z}, route: {GO: done, _: a}}
  done: {terminal: true}`,
    {
      choose: chooseByAsking((question) => {
        asked.push(question);
        return Promise.resolve(answers.shift() ?? null);
      }),
    },
  );
  assertEquals(
    asked.map(({ state, turnouts, isOpen }) => [
      state.name,
      turnouts.map(({ verdict, target, by }) => `${verdict} ${target} ${by}`),
      isOpen,
    ]),
    [
      ["a", ["yes b on_yes", "no a on_no", "error null null"], false],
      ["a", ["yes b on_yes", "no a on_no", "error null null"], false],
      // What is known already is the default.
      ["c", ["z a route _", "GO done route GO", "error a route _"], true],
    ],
  );
  assertEquals(simulation.end.terminatedBy, "interrupted");
  assertEquals(simulation.end.error, "No more answers");
  assertEquals(simulation.visited, ["a", "a", "b", "c"]);
});

Deno.test("no answer before an action: it is neither judged nor counted", async () => {
  const simulation = await simulated(CHECK_AND_FIX, {
    choose: chooseByAsking(() => Promise.resolve(null)),
  });
  assertEquals(simulation.events.map(brief).slice(-3), [
    "run npm test",
    "exit 0 cancelled",
    "end interrupted at check",
  ]);
  assertEquals(simulation.tally.shell, 0);
});

Deno.test("a loop that is kept up starts again, and its terminals are visited", async () => {
  const simulation = await simulated(
    "maintain: true\nmax_steps: 5\nstates:\n  a: {action: x, on_yes: b}\n  b: {terminal: true}",
  );
  assertEquals(simulation.visited, ["a", "b", "a", "b", "a"]);
  assertEquals(simulation.summary.limits.passes, 2);
  const asked: Question[] = [];
  await simulated(
    "maintain: true\nstates:\n  a: {action: x, on_yes: b, on_maintain: b}\n  b: {terminal: true}",
    {
      choose: chooseByAsking((question) => {
        asked.push(question);
        return Promise.resolve(null);
      }),
    },
  );
  assertEquals(
    asked[0]?.turnouts.map(({ verdict, target, by }) => [verdict, target, by]),
    [
      ["yes", "b", "on_yes"],
      ["no", "b", "on_maintain"],
      ["error", "b", "on_maintain"],
    ],
  );
});

// ------------------------------------------------------------------- effects

Deno.test("everything that would happen is counted, and nothing of it happens", async () => {
  const simulation = await simulated(
    `
  shell: {action: rm -rf /, next: prompt}
  prompt: {action: do it, action_type: prompt, on_yes: slash}
  slash: {action: /commit, next: mcp}
  mcp: {action: server/tool, action_type: mcp_tool, route: {success: learn}}
  learn: {type: learning, learning: {targets: [x]}, on_yes: contract, on_no: done}
  contract: {action_type: contract, evaluate: {type: contract, pairs: [{producer: p, consumer: c}]}, on_yes: git}
  git: {action: x, evaluate: {type: diff_stall}, on_yes: sub}
  sub: {loop: b, worktree: topic, on_yes: done}
  done: {terminal: true}`,
    {
      others: {
        b: "\n  run: {action: x, on_yes: done}\n  done: {terminal: true}",
      },
    },
  );
  assertEquals(simulation.end.finalState, "done");
  assertEquals(simulation.tally, {
    shell: 3,
    prompt: 2,
    mcp: 1,
    learning: 1,
    judge: 2,
    loop: 0,
    worktree: 1,
    waitMs: 0,
  });
  assertEquals(
    simulation.events.filter(({ event }) => event.startsWith("sub_loop"))
      .map(({ event, ts: _, ...rest }) => [event, rest]),
    [
      ["sub_loop_worktree_attached", {
        branch: "topic",
        path: "<worktree of topic>",
      }],
      ["sub_loop_worktree_detached", {
        branch: "topic",
        path: "<worktree of topic>",
      }],
    ],
  );
});

Deno.test("pauses take no time but count for the loop's own", async () => {
  const loop = (timeout: string) =>
    `backoff: 3600\n${timeout}states:
  a: {action: x, on_yes: b}
  b: {action: x, on_yes: c}
  c: {action: x, on_yes: done}
  done: {terminal: true}`;
  const whole = await simulated(loop(""));
  assertEquals([whole.end.finalState, whole.tally.waitMs], [
    "done",
    10_800_000,
  ]);
  const cut = await simulated(loop("timeout: 5000\n"));
  assertEquals([cut.end.terminatedBy, cut.visited.join(" ")], [
    "timeout",
    "a b",
  ]);
});

Deno.test("markers in actions and names of states mean nothing", async () => {
  const simulation = await simulated(`
  "FATAL_ERROR: no": {action: "echo LOOP_STOP: x; echo CONTEXT_HANDOFF: y", on_yes: done, capture: c}
  done: {terminal: true}`);
  assertEquals(simulation.end.finalState, "done");
});

Deno.test("captures of made-up outputs stay short, however they are nested", async () => {
  const simulation = await simulated(
    `
  a: {action: "x \${captured.a.output?} \${captured.a.output?}", on_yes: a, capture: a}
  done: {terminal: true}`,
    { maxSteps: 100 },
  );
  assertEquals(simulation.steps.length, 100);
  assertEquals(
    simulation.steps.at(-1)?.action,
    "x [simulated output of a] [simulated output of a]",
  );
});

Deno.test("watched files stand still, so a stall circuit trips", async () => {
  const simulation = await simulated(
    "circuit: {repeated_failure: {window: 2, on_repeated_failure: bad, progress_paths: [src]}}\nstates:\n" +
      "  a: {action: x, on_yes: done, on_no: a}\n  done: {terminal: true}\n  bad: {terminal: true}",
    { choose: chooseByScenario("all-fail") },
  );
  assertEquals(simulation.visited, ["a", "a", "bad"]);
});

// ----------------------------------------------------------------- sub-loops

Deno.test("sub-loops are entered, and decide about their parent", async () => {
  const others = {
    b: "\n  work: {action: x, on_yes: done, on_no: failed}\n  done: {terminal: true}\n  failed: {terminal: true}",
  };
  const loop = `
  s: {loop: b, on_yes: done, on_no: s, on_error: bad}
  done: {terminal: true}
  bad: {terminal: true}`;
  const simulation = await simulated(loop, {
    others,
    choose: chooseByScenario("first-fail"),
  });
  assertEquals(steps(simulation), [
    "s -> s (on_no)",
    ">work exit 1 no -> failed (on_no)",
    "s -> done (on_yes)",
    ">work yes -> done (on_yes)",
  ]);
  assertEquals(simulation.visited, ["s", "s", "done"]);
  const broken = await simulated(loop, {
    others,
    choose: chooseByScenario("all-error"),
  });
  assertEquals(broken.visited, ["s", "bad"]);
});

Deno.test("a computed name: known, missing, or made up", async () => {
  const loop = `
  pick: {action: x, next: sub, capture: p}
  sub: {loop: "\${context.which}", on_yes: done, on_no: failed, on_error: bad}
  done: {terminal: true}
  failed: {terminal: true}
  bad: {terminal: true}`;
  const others = {
    b: "\n  work: {action: do it, action_type: prompt, on_yes: done}\n  done: {terminal: true}",
  };
  const known = await simulated(loop, { others, context: [["which", "b"]] });
  assertEquals(steps(known), [
    "pick -> sub (next)",
    "sub -> done (on_yes)",
    ">work yes -> done (on_yes)",
  ]);
  const missing = await simulated(loop, { others, context: [["which", "c"]] });
  assertEquals(
    missing.steps[1]?.error,
    'Loop not found: "c"; looked for .loops/c.fsm.yaml, .loops/c.yaml, c.yaml (built-in), c',
  );
  assertEquals(missing.end.finalState, "bad");
  const made = loop.replace("${context.which}", "loop-${captured.p.output}");
  const ends = [["all-pass", "done"], ["all-fail", "failed"], [
    "all-error",
    "bad",
  ]] as const;
  for (const [scenario, end] of ends) {
    const simulation = await simulated(made, {
      choose: chooseByScenario(scenario),
    });
    assertEquals(simulation.end.finalState, end, scenario);
    assertEquals([simulation.tally.shell, simulation.tally.loop], [1, 1]);
  }
  // A value that nobody gave makes the name a made-up one, too.
  const unknown = await simulated(loop, { others });
  assertEquals([unknown.end.finalState, unknown.steps[2]?.loop], [
    "done",
    "<which>",
  ]);
});

// --------------------------------------------------------------- start and end

Deno.test("caps: the smaller of the definition's and 20, a wish, all loops together", async () => {
  const endless = (cap: string) =>
    `${cap}states:\n  a: {action: x, on_yes: a}\n  done: {terminal: true}`;
  const counts: [string, number | undefined, number][] = [
    ["", undefined, 20],
    ["max_steps: 7\n", undefined, 7],
    ["max_steps: 7\n", 30, 30],
    ["max_steps: 7\n", 2, 2],
  ];
  for (const [cap, maxSteps, expected] of counts) {
    const simulation = await simulated(
      endless(cap),
      maxSteps === undefined ? {} : { maxSteps },
    );
    assertEquals(simulation.steps.length, expected, `${cap}${maxSteps}`);
    assertEquals(simulation.end.terminatedBy, "max_steps");
  }
  const nested = await simulated(
    "\n  s: {loop: b, on_yes: s, on_timeout: s}\n  done: {terminal: true}",
    {
      others: {
        b: "\n  t: {loop: c, on_yes: t, on_timeout: t}\n  done: {terminal: true}",
        c: endless("max_steps: 500\n"),
      },
    },
  );
  assertEquals(nested.steps.length, 1000);
  assertEquals(
    nested.steps.filter(({ depth }) => depth === 2).length > 900,
    true,
  );
  assertEquals(nested.end.error, "1000 steps of all loops together are enough");
});

Deno.test("missing values are made up, and told with what to add", () => {
  const files = {
    "/p/.loops/a.yaml":
      "name: a\ndescription: A test\ninitial: a\nrequired_inputs: [input]\nstates:\n" +
      '  a: {action: "x ${context.input} ${context.dir}", on_yes: done}\n  done: {terminal: true}',
  };
  const world = {
    sources: fakeSources(files),
    system: fakeSystem(),
    files: memoryFiles(files),
  };
  const prepared = prepareRun(world, PROJECT, { ...PLAIN_REQUEST, loop: "a" });
  const plan = planSimulation(prepared, { maxSteps: null });
  assertEquals(
    plan.missing.map(({ name, add }) => `${name}: ${add}`),
    ["input: an INPUT after the loop's name", "dir: --context dir=VALUE"],
  );
  assertEquals([plan.context["input"], plan.context["dir"]], [
    "<input>",
    "<dir>",
  ]);
  assertEquals(plan.context["run_dir"], "<run folder>/work/");
});

Deno.test("secrets are hidden as in a run", async () => {
  const simulation = await simulated(
    `secrets: [key]\ncontext: {key: hush-hush}\nstates:
  a: {action: "curl \${context.key} \${env.MY_TOKEN}", on_yes: done}
  done: {terminal: true}`,
    { variables: { MY_TOKEN: "t0ps3cret" } },
  );
  assertEquals(simulation.steps[0]?.action, "curl *** ***");
  const text = JSON.stringify(simulation);
  assertEquals([text.includes("hush"), text.includes("t0ps3cret")], [
    false,
    false,
  ]);
});

Deno.test("turnouts: a judge that abstains lets its state run again, unless that has a route", () => {
  const ways = (state: string) => {
    const { loops, root } = definitionsOf(state);
    const loop = loops[root];
    const a = loop?.states["a"];
    assert(loop !== undefined && a !== undefined);
    return turnoutsOf(loop, a).filter(({ verdict }) =>
      verdict === "cannot_judge"
    ).map(({ target, by }) => [target, by]);
  };
  assertEquals(ways("a: { prompt: p, on_yes: done, on_no: a }"), [
    ["a", "abstention"],
  ]);
  assertEquals(
    ways("a: { prompt: p, on_yes: done, on_cannot_judge: done }"),
    [["done", "on_cannot_judge"]],
  );
});
