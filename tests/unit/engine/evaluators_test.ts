import { assertEquals } from "@std/assert";
import { findOutputSignal } from "../../../src/engine/output_signals.ts";
import { classifyFailure } from "../../../src/engine/failure_type.ts";
import { type JsonObject, secretReference } from "../../../src/model/mod.ts";
import {
  type Answer,
  outcomeOf,
  play,
  type PlayOptions,
} from "../../support/play.ts";

const ROUTES = `on_no: a, route: {_: a}}`;

/** Judges `answers` one after the other in the same state; returns verdicts with details. */
function judge(
  evaluate: string,
  answers: readonly Answer[],
  options: PlayOptions & {
    readonly looks?: readonly (readonly [unknown, string?])[];
  } = {},
): JsonObject[] {
  const { looks = [], ...rest } = options;
  const run = play(
    `a: {action: "x", capture: c, evaluate: {${evaluate}}, ${ROUTES}`,
    rest,
  );
  const left = [...looks];
  for (const answer of answers) {
    run.act(answer);
    while (run.open.kind === "observe") {
      const [value, error] = left.shift() ?? [null, "no look left"];
      run.see(value as string, error ?? null);
    }
  }
  return run.all("evaluate").map((
    { event: _event, ts: _ts, type: _type, ...rest },
  ) => rest as JsonObject);
}

/** One output, one verdict, some details. */
const CASES: readonly (readonly [
  evaluate: string,
  answer: Answer,
  verdict: string,
  details: JsonObject,
])[] = [
  ["type: exit_code", 0, "yes", { exit_code: 0 }],
  ["type: exit_code", 1, "no", { exit_code: 1 }],
  ["type: exit_code", 2, "error", { exit_code: 2 }],
  ["type: exit_code", -9, "error", { exit_code: -9 }],
  ["type: exit_code", 124, "error", {
    exit_code: 124,
    error: "action timed out",
  }],
  ["type: mcp_result", '{"isError":false,"content":[]}', "success", {
    exit_code: 0,
    envelope: { isError: false, content: [] },
  }],
  [
    "type: mcp_result",
    { exitCode: 1, stdout: '{"isError":true}' },
    "tool_error",
    {
      exit_code: 1,
    },
  ],
  ["type: mcp_result", { exitCode: 1, stdout: "{}" }, "tool_error", {}],
  ["type: mcp_result", "{}", "success", {}],
  ["type: mcp_result", "\n", "success", { envelope: {} }],
  ["type: mcp_result", "xx", "tool_error", {
    error: 'Output is not a JSON object: "xx"',
  }],
  ["type: mcp_result", "[1]", "tool_error", {
    error: 'Output is not a JSON object: "[1]"',
  }],
  ["type: mcp_result", 127, "not_found", { exit_code: 127 }],
  ["type: mcp_result", { exitCode: 124, timeoutKind: "wall" }, "timeout", {
    exit_code: 124,
  }],
  ["type: output_numeric, operator: gt, target: 3", " 5\n", "yes", {
    value: 5,
    target: 3,
    operator: "gt",
  }],
  ["type: output_numeric, operator: le, target: 4.5", "5", "no", { value: 5 }],
  ["type: output_numeric, operator: ne, target: 5", "1_0e-1", "yes", {
    value: 1,
  }],
  ["type: output_numeric, operator: ge, target: 1", "inf", "yes", {
    value: "Infinity",
  }],
  ["type: output_numeric, operator: eq, target: 1", "nan", "no", {
    value: "NaN",
  }],
  ["type: output_numeric, target: 3", "0x3", "error", {
    error: 'Output is not a number: "0x3"',
  }],
  ["type: output_numeric, target: 3", { exitCode: 1, stdout: "3" }, "error", {
    exit_code: 1,
    error: "action exited with code 1",
  }],
  ['type: output_numeric, target: "${context.t}"', "5", "yes", { target: 5 }],
  ['type: output_numeric, target: "${context.no?}"', "5", "error", {
    error: 'Bad target: "" is not a number',
  }],
  [
    "type: output_numeric, key: score, target: 7",
    "score = 1\nscore=7 of 9",
    "yes",
    {
      value: 7,
    },
  ],
  ["type: output_numeric, key: score, target: 3.5", "score=3.5. Good", "yes", {
    value: 3.5,
  }],
  [
    "type: output_numeric, key: score, target: 7",
    "score = -1\nscore=+7\nhighscore=4 my_score=5 score: 8",
    "yes",
    { value: 7 },
  ],
  ["type: output_numeric, key: score, target: 1e3", "score=1_0.0e2,", "yes", {
    value: 1000,
  }],
  ["type: output_numeric, key: score, target: 7", "none", "error", {
    error: 'No "score=NUMBER" in the output: "none"',
  }],
  ["type: output_json, path: .s.f, target: 0", '{"s":{"f":0}}\n', "yes", {
    value: 0,
    path: ".s.f",
    target: 0,
    operator: "eq",
  }],
  [
    "type: output_json, path: l.1, operator: ge, target: 2",
    '{"l":[1,2]}',
    "yes",
    {
      value: 2,
    },
  ],
  ["type: output_json, path: l.-1, target: 2", '{"l":[1,2]}', "error", {
    error: "Path not found: l.-1",
  }],
  ["type: output_json, path: constructor, target: 2", "{}", "error", {
    error: "Path not found: constructor",
  }],
  ["type: output_json, path: l.length, target: 2", '{"l":[1,2]}', "error", {
    error: "Path not found: l.length",
  }],
  ["type: output_json, path: ., target: 3", "3", "yes", { value: 3 }],
  ["type: output_json, path: x, target: 1", '{"x":true}', "yes", {
    value: true,
  }],
  ['type: output_json, path: x, target: "5"', '{"x":5}', "no", { value: 5 }],
  ['type: output_json, path: x, target: "${context.t}"', '{"x":5}', "yes", {
    target: 5,
  }],
  ['type: output_json, path: x, target: "${context.t}"', '{"x":"5.0"}', "yes", {
    target: "5.0",
  }],
  [
    'type: output_json, path: x, operator: lt, target: "${context.t}0"',
    '{"x":4.5}',
    "yes",
    { target: 5 },
  ],
  ['type: output_json, path: x, target: "${context.l}"', '{"x":[1]}', "yes", {
    target: [1],
  }],
  ['type: output_json, path: x, target: "${context.b}"', '{"x":true}', "yes", {
    target: true,
  }],
  ['type: output_json, path: x, target: "${context.b}"', '{"x":2}', "no", {}],
  [
    'type: output_json, path: x, operator: lt, target: "${context.w}"',
    '{"x":5}',
    "error",
    { error: 'Operator "lt" needs two numbers, got "5" and "many"' },
  ],
  ...([
    ["eq", "12345678901234567890", "no"],
    ["eq", "12345678901234567891", "yes"],
    ["ne", "12345678901234567890", "yes"],
    ["gt", "12345678901234567890", "yes"],
    ["lt", "12345678901234567892", "yes"],
    ["le", "12345678901234567891", "yes"],
    ["gt", "5", "yes"],
    ["lt", "1e30", "yes"],
  ] as const).map(([operator, target, verdict]) =>
    [
      `type: output_json, path: x, operator: ${operator}, target: ${target}`,
      '{"x":12345678901234567891}',
      verdict,
      { value: "12345678901234567891" },
    ] as const
  ),
  [
    'type: output_json, path: x, target: "${context.long}"',
    '{"x":12345678901234567890}',
    "yes",
    { target: "12345678901234567890" },
  ],
  [
    "type: output_json, path: x, operator: lt, target: 5",
    '{"x":NaN,"y":"NaN"}',
    "no",
    { value: "NaN" },
  ],
  [
    "type: output_json, path: x.0, operator: lt, target: 5",
    '{"x":[-Infinity, NaN],"y":"a \\" NaN"}',
    "yes",
    { value: "-Infinity" },
  ],
  ['type: output_json, path: y, target: "NaN"', '{"x":NaN,"y":"NaN"}', "yes", {
    value: "NaN",
  }],
  ["type: output_json, path: x, target: 1", '{"x":NaNa}', "error", {
    error: 'Output is not JSON: "{"x":NaNa}"',
  }],
  [
    'type: output_json, path: x, operator: lt, target: "c"',
    '{"x":"b"}',
    "error",
    {
      error: 'Operator "lt" needs two numbers, got "b" and "c"',
    },
  ],
  [
    "type: output_json, path: x, operator: ne, target: {a: [1]}",
    '{"x":{"a":[1]}}',
    "no",
    {},
  ],
  [
    "type: output_json, path: x, target: {a: [1]}",
    '{"x":{"a":[1]}}',
    "yes",
    {},
  ],
  [
    "type: output_json, path: x, target: {a: [1]}",
    '{"x":{"a":[1,2],"b":0}}',
    "no",
    {},
  ],
  ['type: output_json, path: x, target: "${context.t}"', '{"x":"5.0"}', "yes", {
    target: "5.0",
  }],
  ["type: output_json, path: x, target: 1", "nope", "error", {
    error: 'Output is not JSON: "nope"',
  }],
  ['type: output_contains, pattern: "PASS \\\\d"', "a PASS 3", "yes", {
    matched: true,
    pattern: "PASS \\d",
    negate: false,
  }],
  ["type: output_contains, pattern: PASS, negate: true", "PASS", "no", {
    matched: true,
    negate: true,
  }],
  ["type: output_contains, pattern: PASS, negate: true", "x", "yes", {
    matched: false,
  }],
  ['type: output_contains, pattern: "a(b"', "a(b", "yes", { matched: true }],
  ['type: output_contains, pattern: "^${context.t}$"', "5.0\n", "yes", {
    pattern: "^5.0$",
  }],
  ['type: output_contains, pattern: "x${HOME}"', "x${HOME}", "no", {}],
  [
    "type: output_contains, pattern: PASS, error_patterns: [no, boom]",
    "boom",
    "error",
    {
      error_pattern: "boom",
    },
  ],
  [
    "type: output_contains, pattern: PASS, negate: true, error_patterns: [boom]",
    "boom",
    "yes",
    {},
  ],
  ["type: classify", "x\nred\n\n", "red", { token: "red", line: "last" }],
  ["type: classify, line: first", "\r\n x \r\nred", "x", { token: "x" }],
  ["type: classify, line: -2", "x\nred", "x", { token: "x", line: -2 }],
  ["type: classify, line: 5", "x\nred", "", {
    token: "",
    line: 5,
    source_lines: 2,
    error: "The output has no line 5",
  }],
  ["type: classify", " \n", "", { error: "The output has no line" }],
  ["type: classify", { exitCode: 1, stdout: "red" }, "error", { exit_code: 1 }],
  ["type: harbor_scorer", "0.7", "yes", { score: 0.7, exit_code: 0 }],
  ["type: harbor_scorer", 3, "no", { exit_code: 3 }],
  ["type: harbor_scorer", "x", "error", {
    error: 'No score in the output: "x"',
  }],
  ["type: convergence, target: 1, direction: minimize", "7", "progress", {
    current: 7,
    target: 1,
    previous: null,
    delta: null,
    direction: "minimize",
  }],
  [
    'type: convergence, target: 10, tolerance: "0.5", direction: maximize',
    "9.6",
    "target",
    {
      delta: 0,
      previous: null,
    },
  ],
  ['type: convergence, target: 10, tolerance: "x"', "9.6", "progress", {}],
  ['type: convergence, target: "${context.no?}"', "9.6", "error", {
    error: 'Bad target: "" is not a number',
  }],
  ["type: convergence, target: 1", "x", "error", {
    error: 'Output is not a number: "x"',
  }],
];

for (const [evaluate, answer, verdict, details] of CASES) {
  Deno.test(`judge {${evaluate}}: ${JSON.stringify(answer)}`, () => {
    const [seen] = judge(evaluate, [answer], {
      context: {
        t: "5.0",
        b: true,
        l: [1],
        w: "many",
        long: "12345678901234567890",
      },
    });
    const shown = Object.fromEntries(
      Object.keys(details).map((key) => [key, seen?.[key] ?? null]),
    );
    assertEquals([seen?.["verdict"], shown], [verdict, details]);
  });
}

Deno.test("convergence goes by the step before, not by its own capture", () => {
  const verdicts = (previous: string, direction: string, outputs: string[]) =>
    judge(
      `type: convergence, target: 1, previous: "${previous}", direction: ${direction}`,
      outputs,
    )
      .map(({ verdict, delta }) => [verdict, delta]);
  assertEquals(verdicts("${prev.output}", "minimize", ["7", "4", "5", "1"]), [
    ["progress", null],
    ["progress", -3],
    ["stall", 1],
    ["target", 0],
  ]);
  assertEquals(verdicts("${prev.output}", "maximize", ["7", "4", "5"]), [
    ["progress", null],
    ["stall", -3],
    ["progress", 1],
  ]);
  assertEquals(verdicts("${captured.c.output}", "minimize", ["7", "4"]), [
    ["stall", 0],
    ["stall", 0],
  ]);
});

Deno.test("diff_stall counts looks that show the same", () => {
  const seen = judge("type: diff_stall, max_stall: 2, scope: [src]", [
    0,
    1,
    0,
    0,
    0,
    0,
  ], {
    looks: [["h1"], ["h1"], ["h1"], ["h1"], ["h2"], [null, "No git"]],
  });
  assertEquals(
    seen.map(({ verdict, stall_count, diff_changed, error }) => [
      verdict,
      stall_count ?? error,
      diff_changed ?? null,
    ]),
    [
      ["yes", 0, true],
      ["yes", 1, false],
      ["no", 2, false],
      ["no", 3, false],
      ["yes", 0, true],
      ["error", "No git", null],
    ],
  );
  const run = play(
    `a: {action: x, evaluate: {type: diff_stall, scope: [src]}, on_yes: a}`,
  );
  run.act(0);
  assertEquals(run.open.kind === "observe" && run.open.subject, {
    kind: "git",
    scope: ["src"],
  });
});

Deno.test("action_stall tracks the resolved action, or what it is told to", () => {
  const verdicts = (text: string) => {
    const run = play(text).act("1", "1", "2", "2", "2");
    return run.all("evaluate").map((
      { verdict, stall_count },
    ) => [verdict, stall_count]);
  };
  assertEquals(
    verdicts(`a: {action: x, evaluate: {type: action_stall}, route: {_: a}}`),
    [
      ["yes", 0],
      ["yes", 1],
      ["no", 2],
      ["no", 3],
      ["no", 4],
    ],
  );
  assertEquals(
    verdicts(
      `a: {action: "x \${state.iteration}", evaluate: {type: action_stall}, route: {_: a}}`,
    ).map(([verdict]) => verdict),
    Array(5).fill("yes"),
  );
  assertEquals(
    verdicts(
      `a: {action: "x", capture: c, evaluate: {type: action_stall, track: [captured.c.output, nope], max_repeat: 1}, route: {_: a}}`,
    ),
    [["yes", 0], ["no", 1], ["yes", 0], ["no", 1], ["no", 2]],
  );
});

Deno.test("score_stall and open_question_stall read their histories", () => {
  const [score] = judge("type: score_stall, max_stall: 2", [0], {
    looks: [["1\n5\nnoise\n5.2\n5.1\n"]],
  });
  assertEquals(score, {
    state: "a",
    verdict: "no",
    stall_count: 2,
    max_stall: 2,
    epsilon: 0.5,
    rounds: 4,
    best: 5.2,
  });
  const verdict = (type: string, text: string | null) => {
    const [{ verdict, best } = {}] = judge(`type: ${type}`, [0], {
      looks: [[text]],
    });
    return [verdict, best];
  };
  assertEquals(verdict("score_stall", null), ["yes", null]);
  assertEquals(verdict("score_stall", "7"), ["yes", 7]);
  assertEquals(verdict("score_stall", "1\n1.4"), ["no", 1.4]);
  assertEquals(verdict("score_stall", "1\n1.6"), ["yes", 1.6]);
  assertEquals(verdict("open_question_stall", "9\n4"), ["yes", 4]);
  assertEquals(verdict("open_question_stall", "9\n9"), ["no", 9]);
  const run = play(
    `a: {action: x, evaluate: {type: open_question_stall}, on_yes: a}`,
    { context: { run_dir: "/r/work/" } },
  ).act(0);
  assertEquals(run.open.kind === "observe" && run.open.subject, {
    kind: "file",
    path: "/r/work/.open_questions_history",
  });
});

Deno.test("long texts and hostile patterns are searched outside", () => {
  const subject = (pattern: string, answer: Answer) => {
    const run = play(
      `a: {action: x, evaluate: {type: output_contains, pattern: "${pattern}"}, route: {_: a}}`,
    ).act(answer);
    return run.open.kind === "observe"
      ? run.open.subject.kind
      : run.all("evaluate")[0]?.verdict;
  };
  assertEquals(subject("x$", "y".repeat(65_536)), "no");
  assertEquals(subject("x$", "y".repeat(65_537)), "match");
  assertEquals(subject("(y+)+$", "y".repeat(64)), "yes");
  assertEquals(subject("(y+)+$", "y".repeat(65)), "match");
  const run = play(
    `a: {action: x, evaluate: {type: output_contains, pattern: p}, route: {_: a}}`,
  );
  const outcome = outcomeOf("head");
  run.answer({
    ...outcome,
    stdout: { ...outcome.stdout, isTruncated: true, spill: "1.stdout" },
  });
  assertEquals(run.open.kind === "observe" && run.open.subject, {
    kind: "match",
    pattern: "p",
    text: "head",
    spill: "1.stdout",
  });
  run.see(null, "Took longer than 30 s");
  assertEquals(run.all("evaluate")[0]?.["error"], "Took longer than 30 s");
});

Deno.test("a pattern with a secret looked for a reference that no output holds", () => {
  const verdict = (pattern: string, stdout: string): unknown => {
    const run = play(
      `a: {action: x, evaluate: {type: output_contains, pattern: '${pattern}'}, on_yes: done, on_no: done}\ndone: {terminal: true}`,
      { env: { TOKEN: secretReference("env", "TOKEN") } },
    ).act(stdout);
    const [event] = run.all("evaluate");
    return [event?.verdict, event?.["pattern"]];
  };
  assertEquals(verdict("^token=${env.TOKEN}$", "token=***"), [
    "yes",
    "^token=***$",
  ]);
  assertEquals(verdict("^token=${env.TOKEN}$", "token="), [
    "no",
    "^token=***$",
  ]);
  assertEquals(verdict("(${env.TOKEN}", "a (***"), ["yes", "(***"]);
  const json = play(
    `a: {action: x, evaluate: {type: output_json, path: t, operator: eq, target: "\${env.TOKEN}"}, on_yes: done, on_no: a}\ndone: {terminal: true}`,
    { env: { TOKEN: secretReference("env", "TOKEN") } },
  ).act('{"t": "***"}');
  assertEquals(json.end, "terminal at done");
});

Deno.test("classify: a line counted across what was left out", () => {
  const head = "one\n\ntwo\nthree\n";
  const middle = `${"x".repeat(70_000)}\n`;
  const tail = "yes\n last \n";
  const verdict = (line: string, text = head + middle + middle + tail) => {
    const run = play(
      `a: {action: x, evaluate: {type: classify, line: ${line}}, route: {_: done}}\ndone: {terminal: true}`,
    );
    const outcome = outcomeOf(text);
    run.answer({
      ...outcome,
      stdout: { ...outcome.stdout, isTruncated: true, spill: "1.stdout" },
    });
    const [event] = run.all("evaluate");
    return event?.["error"] ?? event?.verdict;
  };
  const tooLong = 'The text is too long to be judged; it is kept in "1.stdout"';
  assertEquals(
    ["first", "1", "2", "3", "4", "last", "-2", "-3"].map((line) =>
      verdict(line)
    ),
    ["one", "two", "three", tooLong, tooLong, "last", "yes", tooLong],
  );
  assertEquals(verdict("last", middle), tooLong);
});

Deno.test("a JSON output nested without end was a bug report", () => {
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  const [seen] = judge("type: output_json, path: ., target: 1", [
    deep(200_000),
  ]);
  assertEquals(seen?.["error"], "Output is nested more than 500 levels deep");
  const [shallow] = judge("type: output_json, path: ., target: 1", [deep(400)]);
  assertEquals(shallow?.["verdict"], "no");
});

Deno.test("output signals: order, place, payload", () => {
  const cases: [string, string, string][] = [
    ["FATAL_ERROR: f\nCONTEXT_HANDOFF: h", "anywhere", "handoff h"],
    ["x FATAL_ERROR:  f  ", "anywhere", "fatal f"],
    ["CONTEXT_HANDOFF:\n next line", "anywhere", "handoff next line"],
    ["CONTEXT_HANDOFF:\n \nLOOP_STOP: s", "anywhere", "handoff LOOP_STOP: s"],
    ["CONTEXT_HANDOFF:", "anywhere", "none"],
    ["LOOP_STOP:", "anywhere", "stop "],
    ["fatal_error: x", "anywhere", "none"],
    ["x FATAL_ERROR: f", "line-start", "none"],
    ["x\nFATAL_ERROR: f", "line-start", "fatal f"],
    ["FATAL_ERROR: f", "off", "none"],
  ];
  for (const [text, where, expected] of cases) {
    const signal = findOutputSignal(text, where as "anywhere");
    assertEquals(
      signal === null ? "none" : `${signal.kind} ${signal.payload}`,
      expected,
      text,
    );
  }
});

Deno.test("failure classes: first match counts", () => {
  const cases: [number, string, string][] = [
    [0, "429", ""],
    [1, "HTTP 429", "transient"],
    [1, "ECONNREFUSED", "transient"],
    [1, "myeconnrefusedx", "real"],
    [1, "403 Forbidden", "non_recoverable"],
    [1, "403 after timeout", "transient"],
    [1, "Overloaded", "transient"],
    [-9, "was killed by", "transient"],
    [1, "skilled", "real"],
    [1, "assertion failed", "real"],
  ];
  for (const [exitCode, text, expected] of cases) {
    assertEquals(classifyFailure(exitCode, text), expected, text);
  }
});
