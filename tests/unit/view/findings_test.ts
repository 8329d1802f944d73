import { assert, assertEquals } from "@std/assert";
import type { Loop, PlacedFinding } from "../../../src/model/mod.ts";
import {
  findingJson,
  formatFindings,
  formatFindingSummary,
  formatLoopError,
  formatValidation,
  type Style,
  validationJson,
} from "../../../src/view/mod.ts";

const PLAIN: Style = { color: false, columns: 80 };
const NARROW: Style = { color: false, columns: 40 };

function finding(changes: Partial<PlacedFinding> = {}): PlacedFinding {
  return {
    rule: "unknown-key",
    severity: "error",
    message: 'Unknown key "on_sucess"',
    at: { file: "/p/.loops/a.yaml", path: ["states", "a", "on_sucess"] },
    position: { line: 12, column: 5, endLine: 12, endColumn: 14 },
    sourceLine: "    on_sucess: done",
    hint: 'Did you mean "on_success"?',
    ...changes,
  };
}

function frame(changes: Partial<PlacedFinding>, style: Style = PLAIN): string {
  return formatFindings([finding(changes)], { style });
}

Deno.test("frame: place, source line, caret and hint", () => {
  assertEquals(
    formatFindings([finding()], {
      style: PLAIN,
      displayPath: (file) => file.replace("/p/", ""),
    }),
    `.loops/a.yaml:12:5: error: Unknown key "on_sucess" [unknown-key]
   |
12 |     on_sucess: done
   |     ^~~~~~~~~
   = hint: Did you mean "on_success"?`,
  );
});

Deno.test("thousands of findings filled the screen: fifty are drawn, errors first", () => {
  const at = (line: number) => ({
    position: { line, column: 1, endLine: 1, endColumn: 2 },
  });
  const findings = [
    ...Array.from(
      { length: 60 },
      (_, index) => finding({ severity: "warning", ...at(index + 1) }),
    ),
    finding(at(70)),
    finding(at(80)),
  ];
  const lines = formatFindings(findings, { style: PLAIN }).split("\n");
  const places = lines.flatMap((line) => /yaml:(\d+):/.exec(line)?.[1] ?? [])
    .map(Number);
  assertEquals(places, [
    ...Array.from({ length: 48 }, (_, index) => index + 1),
    70,
    80,
  ]);
  assertEquals(
    lines.at(-1),
    "… and 12 more findings; `ll-loop validate --format line` prints all",
  );
  const all = formatFindings(findings, { style: PLAIN, format: "line" });
  assertEquals(all.split("\n").length, 62);
});

Deno.test("frame: tabs and wide characters keep the caret in place", () => {
  assertEquals(
    frame({
      severity: "warning",
      message: "Two\n  lines",
      position: { line: 3, column: 6, endLine: 3, endColumn: 8 },
      sourceLine: "\t日本: 語語 x",
      hint: "First\nsecond",
    }),
    `/p/.loops/a.yaml:3:6: warning: Two lines [unknown-key]
  |
3 |     日本: 語語 x
  |           ^~~~
  = hint: First
  =       second`,
  );
});

Deno.test("frame: a mark over several lines ends with the first one", () => {
  const { hint: _, ...rest } = finding({
    position: { line: 4, column: 3, endLine: 9, endColumn: 2 },
    sourceLine: "  action: |  ",
  });
  assertEquals(
    formatFindings([rest], { style: PLAIN }),
    `/p/.loops/a.yaml:4:3: error: Unknown key "on_sucess" [unknown-key]
  |
4 |   action: |
  |   ^~~~~~~~~`,
  );
});

Deno.test("frame: the caret may stand behind the line; an empty line has no frame", () => {
  const { hint: _, ...plain } = finding({
    position: { line: 1, column: 4, endLine: 1, endColumn: 4 },
    sourceLine: "a: ",
  });
  assertEquals(
    formatFindings([plain], { style: PLAIN }).split("\n").slice(2),
    ["1 | a:", "  |    ^"],
  );
  assertEquals(
    formatFindings([{ ...plain, sourceLine: "" }], { style: PLAIN }),
    '/p/.loops/a.yaml:1:4: error: Unknown key "on_sucess" [unknown-key]',
  );
});

Deno.test("frame: control characters of the file are visible and measured", () => {
  const lines = frame({
    position: { line: 1, column: 4, endLine: 1, endColumn: 5 },
    sourceLine: "a\x1b[2J: b",
  }).split("\n");
  assertEquals(lines.slice(2, 4), ["1 | a␛[2J: b", "  |    ^"]);
});

Deno.test("frame: long lines are cut around the mark", () => {
  const sourceLine = `key: ${"x".repeat(60)} bad ${"y".repeat(60)}`;
  const at = (column: number, endColumn: number): string[] =>
    frame(
      { sourceLine, position: { line: 9, column, endLine: 9, endColumn } },
      NARROW,
    ).split("\n").slice(2, 4);
  assertEquals(at(67, 70), [
    "9 | …xxxxxxxxxxxxxx bad yyyyyyyyyyyyyyy…",
    "  |                 ^~~",
  ]);
  assertEquals(at(1, 4), [
    "9 | key: xxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
    "  | ^~~",
  ]);
  assertEquals(at(130, 131), [
    "9 | …yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
    "  |                                   ^",
  ]);
  assertEquals(at(6, 66), [
    "9 | …xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
    "  |  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~",
  ]);
  for (const line of [...at(67, 70), ...at(130, 131), ...at(6, 66)]) {
    assert(line.length <= 40, `too wide: ${line}`);
  }
});

Deno.test("frame: a line of 40,000 characters was printed whole into a pipe", () => {
  const lines = frame({
    sourceLine: `key: [${"1,".repeat(20_000)}]`,
    position: { line: 9, column: 6, endLine: 9, endColumn: 40_008 },
  }, { color: false, columns: Infinity }).split("\n");
  assertEquals(lines.slice(2, 4).map((line) => line.length), [200, 199]);
});

Deno.test("frame: colours are on the parts, never in plain output", () => {
  const text = frame({}, { color: true, columns: 80 });
  assertEquals(
    text.split("\n")[0],
    "\x1b[1m/p/.loops/a.yaml:12:5:\x1b[0m \x1b[31merror:\x1b[0m " +
      'Unknown key "on_sucess" \x1b[90m[unknown-key]\x1b[0m',
  );
  assertEquals(
    text.split("\n")[3],
    "\x1b[90m   |\x1b[0m     \x1b[31m^~~~~~~~~\x1b[0m",
  );
});

Deno.test("findings: in the order given, one line each", () => {
  const late = finding({
    position: { line: 20, column: 1, endLine: 20, endColumn: 2 },
  });
  const other = finding({ at: { file: "/a.yaml", path: [] } });
  const sorted = [other, finding(), late];
  assertEquals(
    formatFindings(sorted, { style: PLAIN, format: "line" }),
    `/a.yaml:12:5: error: Unknown key "on_sucess" [unknown-key]
/p/.loops/a.yaml:12:5: error: Unknown key "on_sucess" [unknown-key]
/p/.loops/a.yaml:20:1: error: Unknown key "on_sucess" [unknown-key]`,
  );
  assertEquals(formatFindingSummary(sorted), "3 errors in 2 files");
  assertEquals(
    formatFindingSummary([finding(), finding({ severity: "warning" })]),
    "1 error, 1 warning in 1 file",
  );
  assertEquals(formatFindingSummary([]), "No problems found");
});

Deno.test("findings: JSON has the reference's fields first", () => {
  const { hint: _, ...rest } = finding();
  const json = findingJson(rest);
  assertEquals(Object.keys(json).slice(0, 3), ["severity", "path", "message"]);
  assertEquals({ ...json }, {
    severity: "error",
    path: "states.a.on_sucess",
    message: 'Unknown key "on_sucess"',
    rule: "unknown-key",
    file: "/p/.loops/a.yaml",
    line: 12,
    column: 5,
    end_line: 12,
    end_column: 14,
    hint: null,
    related: [],
    reached_through: [],
    edit: null,
  });
});

Deno.test("findings: related places, the way to the file and the edit are told", () => {
  const span = (line: number) => ({
    line,
    column: 3,
    endLine: line,
    endColumn: 6,
  });
  const rich = finding({
    others: [{
      message: 'State "a"',
      at: { file: "/p/.loops/a.yaml", path: ["states", "a"] },
      position: span(10),
    }],
    reached: [
      { at: { file: "/p/mid.yaml", path: ["from"] }, position: span(2) },
      { at: { file: "/p/top.yaml", path: ["from"] }, position: span(1) },
    ],
    change: {
      file: "/p/.loops/a.yaml",
      start: 100,
      end: 109,
      position: { line: 12, column: 5, endLine: 12, endColumn: 14 },
      text: "on_success",
    },
  });
  const displayPath = (file: string) => file.replace("/p/", "");
  assertEquals(
    formatFindings([rich], { style: PLAIN, displayPath }).split("\n").slice(4),
    [
      '   = hint: Did you mean "on_success"?',
      '   = note: State "a": .loops/a.yaml:10:3',
      "   = note: Reached through mid.yaml:2:3, top.yaml:1:3",
    ],
  );
  const { related, reached_through, edit } = findingJson(rich, { displayPath });
  assertEquals([related, reached_through, edit], [
    [{
      message: 'State "a"',
      file: ".loops/a.yaml",
      line: 10,
      column: 3,
      end_line: 10,
      end_column: 6,
    }],
    [
      { file: "mid.yaml", line: 2, column: 3, end_line: 2, end_column: 6 },
      { file: "top.yaml", line: 1, column: 3, end_line: 1, end_column: 6 },
    ],
    {
      file: ".loops/a.yaml",
      line: 12,
      column: 5,
      end_line: 12,
      end_column: 14,
      text: "on_success",
    },
  ]);
});

Deno.test("validate: verdict and facts, strict or not, text and JSON", () => {
  const loop = {
    name: "a",
    initial: "s",
    maxSteps: 50,
    scope: [],
    states: { s: {}, done: {} },
  } as unknown as Loop;
  const warning = finding({ severity: "warning" });
  const good = {
    argument: "a",
    loop,
    part: null,
    findings: [],
    isStrict: false,
  };
  assertEquals(formatValidation(good, { style: PLAIN }), [
    "✓ a is valid",
    "  States: s, done",
    "  Initial: s",
    "  Max steps: 50",
    "  Scope: the whole project (default)",
  ]);
  const warned = { ...good, findings: [warning] };
  assertEquals(
    formatValidation(warned, { style: PLAIN })[5],
    "✓ a is valid: 1 warning in 1 file",
  );
  const strict = { ...warned, isStrict: true };
  assertEquals(
    formatValidation(strict, { style: PLAIN })[5],
    "✗ a is not valid: 1 warning in 1 file",
  );
  assertEquals(formatValidation(strict, { style: PLAIN, format: "line" }), [
    '/p/.loops/a.yaml:12:5: warning: Unknown key "on_sucess" [unknown-key]',
  ]);
  assertEquals(validationJson(good), {
    schema_version: 1,
    loop: "a",
    valid: true,
    proof: null,
    violations: [],
  });
  assertEquals([validationJson(strict)["valid"]], [false]);
});

Deno.test("two thousand states were a wall: what fits, and how many more", () => {
  const names = Array.from({ length: 2000 }, (_, index) => `state-${index}`);
  const report = {
    argument: "a",
    loop: {
      initial: "state-0",
      maxSteps: 50,
      scope: ["."],
      states: Object.fromEntries(names.map((name) => [name, {}])),
    } as unknown as Loop,
    part: null,
    findings: [],
    isStrict: false,
  };
  const statesIn = (columns: number) =>
    formatValidation(report, { style: { ...PLAIN, columns } })[1];
  assertEquals(statesIn(20), "  States: state-0 and 1999 more");
  assertEquals(
    statesIn(80),
    "  States: state-0, state-1, state-2 and 1997 more; `ll-loop show` lists all",
  );
  assertEquals(statesIn(Infinity)?.length, 198);
});

Deno.test("errors: message and hint", () => {
  assertEquals(
    formatLoopError(
      { message: 'No loop named "fxi"', hint: 'Did you mean "fix"?\nOr not' },
      PLAIN,
    ),
    [
      'error: No loop named "fxi"',
      'hint: Did you mean "fix"?',
      "      Or not",
    ],
  );
  assertEquals(formatLoopError({ message: "No", hint: null }, PLAIN), [
    "error: No",
  ]);
});
