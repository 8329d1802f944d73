import { assert, assertEquals, assertExists } from "@std/assert";
import { nearestNode } from "../../../src/load/located.ts";
import { parseYaml } from "../../../src/load/parse_yaml.ts";
import { placeFindings } from "../../../src/load/mod.ts";
import { type Finding, nearest } from "../../../src/model/mod.ts";
import { loadLines, loadText, type MemoryFiles } from "./memory_sources.ts";

const GOOD = `name: a
description: d
initial: s
states:
  s: {action: ls, next: done}
  done: {terminal: true}
`;

interface Case {
  readonly name: string;
  readonly text: string;
  readonly others?: MemoryFiles;
  readonly lines: readonly string[];
}

const CASES: readonly Case[] = [
  { name: "a good loop", text: GOOD, lines: [] },
  { name: "a byte order mark", text: `\ufeff${GOOD}`, lines: [] },
  { name: "CR LF", text: GOOD.replaceAll("\n", "\r\n"), lines: [] },
  {
    name: "a document start and end",
    text: `---\n${GOOD}...\n`,
    lines: [],
  },
  {
    name: "a tab inside a block",
    text: GOOD.replace(
      "{action: ls, next: done}",
      "\n    action: |\n      a\n      \tb: c\n    next: done",
    ),
    lines: [],
  },
  {
    name: "an empty file",
    text: "",
    lines: ["a.yaml:1:1 error empty-file: The file is empty: expected a loop"],
  },
  {
    name: "only comments",
    text: "# nothing\n",
    lines: ["a.yaml:1:1 error empty-file: The file is empty: expected a loop"],
  },
  {
    name: "a list",
    text: "- a\n",
    lines: [
      "a.yaml:1:1 error not-a-mapping: A loop must be a mapping, not a list",
    ],
  },
  {
    name: "a scalar",
    text: "hello\n",
    lines: [
      'a.yaml:1:1 error not-a-mapping: A loop must be a mapping, not the text "hello"',
    ],
  },
  {
    name: "two documents",
    text: "a: 1\n---\nb: 2\n",
    lines: [
      "a.yaml:2:1 error yaml-syntax: The file holds several YAML documents; expected one",
    ],
  },
  {
    name: "a tab as indentation",
    text: "name: a\nstates:\n\ts: 1\n",
    lines: [
      "a.yaml:3:1 error yaml-syntax: Not valid YAML: a line is indented with a tab",
    ],
  },
  {
    name: "a NUL",
    text: "name: a\nx: \u0000\n",
    lines: [
      "a.yaml:2:4 error yaml-syntax: The file is not text: it holds the character U+0000",
    ],
  },
  {
    name: "an unknown tag",
    text: "name: !foo b\n",
    lines: ['a.yaml:1:7 error yaml-syntax: Unknown YAML tag "!foo"'],
  },
  {
    name: "an alias without anchor",
    text: `${GOOD}labels: *y\n`,
    lines: [
      "a.yaml:7:10 error yaml-syntax: Not valid YAML: an alias without its anchor",
    ],
  },
  {
    name: "a colon in a value",
    text: "name: a: b\n",
    lines: [
      'a.yaml:1:8 error yaml-syntax: Not valid YAML: a ":" inside a value, or a line that is no "key: value"',
    ],
  },
  {
    name: "a back quote",
    text: "name: `x`\n",
    lines: ['a.yaml:1:7 error yaml-syntax: Not valid YAML: unexpected "`"'],
  },
  {
    name: "an open bracket",
    text: "name: [a\n\n\n",
    lines: [
      "a.yaml:1:8 error yaml-syntax: Not valid YAML: a bracket is never closed",
    ],
  },
  {
    name: "a template as a mapping",
    text: `${GOOD}context:\n  a: {{ x }}\n`,
    lines: [
      "a.yaml:8:3 error complex-key: A key must be text, not a mapping",
    ],
  },
  {
    name: "duplicate keys, each with its place",
    text:
      `${GOOD}name: b\n'name': c\ncontext: {a: 1, a: 2, "a": 3}\nlabels:\n- x\n`,
    lines: [
      'a.yaml:7:1 warning duplicate-key: Key "name" is given twice in one mapping: the last one wins',
      'a.yaml:8:1 warning duplicate-key: Key "name" is given twice in one mapping: the last one wins',
      'a.yaml:9:17 warning duplicate-key: Key "a" is given twice in one mapping: the last one wins',
      'a.yaml:9:23 warning duplicate-key: Key "a" is given twice in one mapping: the last one wins',
    ],
  },
  {
    name: "anchors that contain themselves",
    text: "a: &a\n  b: *a\n",
    lines: [
      "a.yaml:2:6 error yaml-limit: Nested deeper than 200 levels",
    ],
  },
  {
    name: "300 brackets",
    text: `a: ${"[".repeat(300)}${"]".repeat(300)}\n`,
    lines: [
      "a.yaml:1:203 error yaml-limit: Nested deeper than 200 levels",
    ],
  },
  {
    name: "brackets without end",
    text: `a: ${"[".repeat(100_000)}`,
    lines: ["a.yaml:1:1 error yaml-syntax: Nested deeper than 200 levels"],
  },
  {
    name: "keys of the language's own objects",
    text:
      `${GOOD}__proto__: {x: 1}\ncontext: {__proto__: 1, constructor: 2, toString: 3}\n`,
    lines: [
      'a.yaml:7:1 error reserved-key: "__proto__" cannot be used as a key',
      'a.yaml:8:11 error reserved-key: "__proto__" cannot be used as a key',
    ],
  },
  {
    name: "a merge key without a mapping",
    text: GOOD.replace("{action", "{<<: 5, action"),
    lines: [
      'a.yaml:5:11 error yaml-merge: "<<" needs a mapping or a list of mappings, not the number 5',
    ],
  },
  {
    name: "a number without its digits",
    text:
      `${GOOD}max_steps: 12345678901234567890\ncontext: {id: 12345678901234567890}\n`,
    lines: [
      "a.yaml:7:12 warning inexact-number: The number is too large to be exact: it is read as 12345678901234567168",
    ],
  },
  {
    name: "a number whose digits filled three lines",
    text: `${GOOD}max_steps: 1e300\n`,
    lines: [
      "a.yaml:7:12 warning inexact-number: The number is too large to be exact: it is read as 1e+300",
    ],
  },
  {
    name: "required keys",
    text: "description: x\n",
    lines: [
      'a.yaml:1:1 error missing-key: The loop has no "states" (or "flow")',
    ],
  },
  {
    name: "states without anything",
    text: "name: a\ninitial: b\nstates:\n",
    lines: [
      'a.yaml:3:1 error bad-value: "states" must be a mapping of states, not null',
    ],
  },
  {
    name: "wrong types, all at once",
    text: `name: a
initial: s
timeout: "30"
max_steps: 1.5
maintain: maybe
scope: src
context: [1]
required_inputs: x
llm: {max_tokens: "x", enabled: nope}
parameters:
  p: {default: 1}
  q: 5
commands:
  - {cmd: a}
  - {cmd: a, comment: b, more: c}
on_handoff: stop
output_signals: never
config: {handoff_threshold: 0}
states:
  s:
    action: 5
    timeout: "\${context.t}"
    on_resume: maybe
    evaluate:
      pattern: x
    route:
      yes: done
      no: [a]
    retryable_exit_codes: 5
  t: null
  u:
    evaluate:
    fragment: [x]
  done: {terminal: yes}
`,
    lines: [
      'a.yaml:3:10 error bad-value: "timeout" must be a number of seconds, not the text "30"',
      'a.yaml:4:12 error bad-value: "max_steps" must be a whole number, not the number 1.5',
      'a.yaml:5:11 error bad-value: "maintain" must be true or false, not the text "maybe"',
      'a.yaml:6:8 warning scope-not-a-list: "scope" should be a list of paths, not the text "src": read as a list of one',
      'a.yaml:7:10 error bad-value: "context" must be a mapping, not a list',
      'a.yaml:8:18 error bad-value: "required_inputs" must be a list of texts, not the text "x"',
      'a.yaml:9:19 error bad-value: "max_tokens" must be a whole number, not the text "x"',
      'a.yaml:9:33 error bad-value: "enabled" must be true or false, not the text "nope"',
      'a.yaml:11:3 error missing-key: Parameter "p" has no "type": expected the name of a type',
      'a.yaml:12:6 error bad-value: Parameter "q" must be a mapping, not the number 5',
      'a.yaml:14:5 error missing-key: Entry 1 of "commands" has no "comment": expected text',
      'a.yaml:15:26 error bad-value: Entry 2 of "commands" has the unknown key "more"',
      'a.yaml:16:13 warning unknown-handoff: "on_handoff" should be "pause", "spawn", "terminate", not "stop": read as "pause"',
      'a.yaml:17:17 error bad-value: "output_signals" must be "anywhere", "line-start" or "off", not the text "never"',
      'a.yaml:18:29 error bad-value: "handoff_threshold" must be a whole number from 1 to 100, not the number 0',
      'a.yaml:21:13 error bad-value: "action" must be text, not the number 5',
      'a.yaml:22:14 error bad-value: "timeout" must be a number of seconds, not the text "${context.t}"',
      'a.yaml:23:16 error bad-value: "on_resume" must be "rerun", "ask", "fail" or a mapping "check: COMMAND", not the text "maybe"',
      'a.yaml:24:5 error missing-key: "evaluate" has no "type": expected the name of an evaluator',
      'a.yaml:28:11 error bad-value: The target of "no" must be the name of a state, not a list',
      'a.yaml:29:27 error bad-value: "retryable_exit_codes" must be a list of exit codes, not the number 5',
      'a.yaml:30:6 error bad-value: State "t" must be a mapping, not null',
      'a.yaml:32:5 error bad-value: "evaluate" must be a mapping, not null',
      'a.yaml:33:15 error unknown-fragment: "fragment" must be the name of a fragment, not a list',
    ],
  },
  {
    name: "a parent that is not there",
    text: "from: base\nname: b\n",
    lines: [
      'a.yaml:1:7 error unknown-parent: Cannot find the parent loop "base": looked for .loops/base.fsm.yaml, .loops/base.yaml, base.yaml (built-in), base',
    ],
  },
  {
    name: "a parent that is a number",
    text: "from: 5\n",
    lines: [
      'a.yaml:1:7 error bad-parent: "from" must be the name of a loop, not the number 5',
    ],
  },
  {
    name: "a circle of parents",
    text: "from: b\n",
    others: { "/p/.loops/b.yaml": "name: b\nfrom: a\n" },
    lines: [
      'b.yaml:2:7 error circular-parent: "from" goes in a circle: a -> b -> a',
    ],
  },
  {
    name: "a parent that is itself",
    text: "from: a\n",
    lines: [
      'a.yaml:1:7 error circular-parent: "from" goes in a circle: a -> a',
    ],
  },
  {
    name: "a parent that is a list",
    text: "from: b\n",
    others: { "/p/.loops/b.yaml": "- x\n" },
    lines: [
      'a.yaml:1:7 error bad-parent: Parent loop "b" must be a mapping, not a list',
    ],
  },
  {
    name: "a parent that does not parse",
    text: "from: b\n",
    others: { "/p/.loops/b.yaml": "a: [\n" },
    lines: [
      "b.yaml:1:4 error yaml-syntax: Not valid YAML: a bracket is never closed",
    ],
  },
  {
    name: "a wrong type that a parent wrote",
    text: "from: b\nname: a\n",
    others: { "/p/.loops/b.yaml": GOOD.replace("ls", "7") },
    lines: [
      'b.yaml:5:15 error bad-value: "action" must be text, not the number 7',
    ],
  },
  {
    name: "a flow that is text",
    text: "name: a\ninitial: x\nflow: x\n",
    lines: [
      'a.yaml:3:7 error bad-flow: "flow" must be a list of state names, not the text "x"',
    ],
  },
  {
    name: "an empty flow",
    text: "name: a\ninitial: x\nflow: []\n",
    lines: [
      'a.yaml:3:7 error bad-flow: "flow" must name at least one state',
    ],
  },
  {
    name: "entries of a flow",
    text: "name: a\ninitial: x\nflow: [x, 'y?z', 'w?:b', [q]]\n",
    lines: [
      'a.yaml:3:11 error bad-flow: Entry 2 of "flow" needs two targets behind "?": "y?z"',
      'a.yaml:3:18 error bad-flow: Entry 3 of "flow" needs two targets behind "?": "w?:b"',
      'a.yaml:3:26 error bad-flow: Entry 4 of "flow" must be the name of a state, not a list',
    ],
  },
  {
    name: "an import that is not there, and nothing about its fragments",
    text: `${GOOD.replace("action: ls", "fragment: f")}import: [lib/x.yaml]\n`,
    lines: [
      'a.yaml:7:10 error unknown-import: Cannot find the fragment library "lib/x.yaml": looked for .loops/lib/x.yaml, lib/x.yaml (built-in)',
    ],
  },
  {
    name: "an import as text",
    text: `${GOOD}import: lib/x.yaml\n`,
    lines: [
      'a.yaml:7:9 error bad-import: "import" must be a list of files, not the text "lib/x.yaml"',
    ],
  },
  {
    name: "an unknown fragment",
    text: `${
      GOOD.replace("action: ls", "fragment: f")
    }fragments: {ff: {action: x}}\n`,
    lines: [
      'a.yaml:5:17 error unknown-fragment: State "s" uses the unknown fragment "f"',
    ],
  },
  {
    name: "a fragment that is text",
    text: `${GOOD.replace("action: ls", "fragment: f")}fragments: {f: x}\n`,
    lines: [
      'a.yaml:7:16 error bad-fragment: Fragment "f" must be a mapping, not the text "x"',
    ],
  },
  {
    name: "a loop that is a folder",
    text: GOOD.replace("action: ls", "loop: d"),
    others: { "/p/.loops/d.yaml": { kind: "directory" } },
    lines: [
      'a.yaml:5:13 error unknown-loop: State "s" runs the loop "d", which cannot be found: looked for .loops/d.fsm.yaml, .loops/d.yaml, d.yaml (built-in), d',
    ],
  },
  {
    name: "errors of a child, but not its warnings",
    text: GOOD.replace("action: ls", "loop: c"),
    others: { "/p/.loops/c.yaml": "name: c\nscope: x\n" },
    lines: [
      'c.yaml:1:1 error missing-key: The loop has no "states" (or "flow")',
    ],
  },
  {
    name: "a child that is too large",
    text: GOOD.replace("action: ls", "loop: c"),
    others: {
      "/p/.loops/c.yaml": {
        kind: "too-large",
        sizeBytes: 5_000_000,
        maxBytes: 2_097_152,
      },
    },
    lines: [
      "c.yaml:1:1 error file-too-large: Cannot read the file: it has 4.8 MiB, at most 2 MiB are read",
    ],
  },
  {
    name: "a library that cannot be read",
    text: `${GOOD}import: [x.yaml]\n`,
    others: {
      "/p/.loops/x.yaml": { kind: "unreadable", reason: "permission denied" },
    },
    lines: [
      'a.yaml:7:10 error file-unreadable: Cannot read "/p/.loops/x.yaml": permission denied',
    ],
  },
  {
    name: "short keys that say two things",
    text: `states:
  a: {action: ls, run: ls, on_yes: done}
  b: {run: ls, prompt: Look, on_yes: done}
  c: {run: ls, action_type: prompt, on_yes: done}
  d: {prompt: Look, action_type: shell, on_yes: done}
  e: {run: [ls], on_yes: done}
  f: {prompt: 5, on_yes: done}
`,
    lines: [
      'a.yaml:2:19 error two-actions: State "a" has both "action" and "run": only one can run',
      'a.yaml:3:16 error two-actions: State "b" has both "run" and "prompt": only one can run',
      'a.yaml:4:29 error two-action-types: "run" is short for "action" with "action_type: shell", but the state says "action_type: prompt"',
      'a.yaml:5:34 error two-action-types: "prompt" is short for "action" with "action_type: prompt", but the state says "action_type: shell"',
      'a.yaml:6:12 error bad-value: "run" must be text, not a list',
      'a.yaml:7:15 error bad-value: "prompt" must be text, not the number 5',
    ],
  },
  {
    name: "a library's short keys that say two things",
    text: "import: [lib.yaml]\nstates: {a: {fragment: f, on_yes: done}}\n",
    others: { "/p/.loops/lib.yaml": "fragments:\n  f: {run: a, prompt: b}\n" },
    lines: [
      'lib.yaml:2:15 error two-actions: State "f" has both "run" and "prompt": only one can run',
    ],
  },
  {
    name: "no states, and states of which the first is not known",
    text: "states: {}\n",
    lines: ["a.yaml:1:9 error missing-key: The loop has no states"],
  },
  {
    name: "a template that has only ends",
    text: "states: {done: {terminal: true}, failed: {terminal: yes}}\n",
    lines: [
      "a.yaml:1:1 error loop-template: The file is a template: it has only ends, and no state to begin with",
    ],
  },
  {
    name: "states named by numbers, of which the first is not known",
    text: "states: {b: {next: '1'}, 1: {run: ls, on_yes: done}}\n",
    lines: [
      'a.yaml:1:1 error missing-key: The loop has no "initial", and where states are named by numbers the first one is not known',
    ],
  },
  {
    name: "an unknown action type",
    text: GOOD.replace("action: ls", "action: ls, action_type: shel"),
    lines: [
      'a.yaml:5:32 warning unknown-action-type: Action type "shel" is unknown: the action runs in the shell',
    ],
  },
];

Deno.test("loading finds what is wrong, and where", async (t) => {
  for (const { name, text, others, lines } of CASES) {
    await t.step(name, async () => {
      assertEquals(await loadLines(text, others), lines);
    });
  }
});

function bomb(): string {
  const names = [..."abcdefgh"];
  const lines = names.slice(1).map((name, index) =>
    `${name}: &${name} [${Array(9).fill(`*${names[index]}`).join(",")}]`
  );
  return `a: &a [x,x,x,x,x,x,x,x,x]\n${lines.join("\n")}\n`;
}

/** Misspelt names and the hint that they get. */
const MISSPELT: readonly (readonly [
  what: string,
  text: string,
  hint: string | undefined,
])[] = [
  [
    "a loop",
    GOOD.replace("action: ls", "loop: chlid"),
    'Did you mean "child"?',
  ],
  [
    "a loop in a folder",
    GOOD.replace("action: ls", "loop: sub/deap"),
    'Did you mean "sub/deep"?',
  ],
  [
    "the loop itself",
    GOOD.replace("action: ls", "loop: aa"),
    'Did you mean "a"?',
  ],
  ["a parent", `from: chlid\n${GOOD}`, 'Did you mean "child"?'],
  [
    "a library",
    `${GOOD}import: [lib/comon.yaml]\n`,
    'Did you mean "lib/common.yaml"?',
  ],
  ["nothing near", GOOD.replace("action: ls", "loop: zzzzzzz"), undefined],
];

Deno.test("nearest names were only those of built-in loops", () => {
  for (const [what, text, hint] of MISSPELT) {
    const { findings } = loadText(text, {
      "/p/.loops/child.yaml": GOOD,
      "/p/.loops/sub/deep.fsm.yaml": GOOD,
      "/p/.loops/lib/common.yaml": "fragments: {}",
      "builtin:other.yaml": GOOD,
    });
    assertEquals(findings.map((each) => each.hint), [hint], what);
  }
});

Deno.test("anchors that explode are stopped and named", async () => {
  assertEquals(
    (await loadLines(bomb())).map((line) => line.replace(/^\S+ /, "")),
    ["error yaml-limit: The file unfolds to more than 200,000 values"],
  );
});

Deno.test("hints say the way out", () => {
  const hintOf = (text: string, others: MemoryFiles = {}) =>
    loadText(text, others).findings[0]?.hint;
  assertEquals(
    [
      hintOf(`${GOOD}timeout: "30"\n`),
      hintOf(GOOD.replace("action: ls", "run: true")),
      hintOf(`${GOOD}timeout: 1h30m\n`),
      hintOf("states:\n  - run: ls\n"),
      hintOf(`${GOOD}labels: x\n`),
      hintOf(
        GOOD.replace("action: ls", "fragment: fo") +
          "fragments: {foo: {}, bar: {}}\n",
      ),
      hintOf(GOOD.replace("action: ls", "loop: tidyy"), {
        "builtin:tidy.yaml": GOOD,
      }),
      hintOf("name: a: b\n"),
      hintOf(`${GOOD}context:\n`),
    ],
    [
      "Drop the quotes: timeout: 30",
      'Quote it: run: "true"',
      "Write it in seconds: timeout: 5400",
      "Write each state under its name, without a dash: check: { run: npm test, … }",
      "Write it as a list: labels: [x]",
      'Did you mean "foo"? Known fragments: "bar", "foo"',
      'Did you mean "tidy"?',
      'Put a value that holds ": " in quotes, or write it as a block with "|"',
      "Write something below it, indented, or remove the key",
    ],
  );
});

Deno.test("what people write out of habit had the words of a parser, or no way out", () => {
  const rows: [text: string, finding: string][] = [
    [
      "scope: *\n",
      'Not valid YAML: a "*" that is no alias; Put a value that begins with "*" in quotes',
    ],
    [
      "a: &\n",
      'Not valid YAML: an "&" that is no anchor; Put a value that begins with "&" in quotes',
    ],
    [
      "a: 'it's'\nb: 1\n",
      'Not valid YAML: a line before this one is no "key: value"; ' +
      "Give it a key, or close its quote: in single quotes a single quote is written twice",
    ],
    [
      "a: | b\n",
      'Not valid YAML: a text behind "|" or ">" on the same line; Begin the text on the next line, indented',
    ],
    [
      "a: - b\n",
      'Not valid YAML: unexpected "-"; Begin a list on the next line, or write it as [a, b]',
    ],
    [
      "states: {a: echo hi}\n",
      'State "a" must be a mapping, not the text "echo hi"; Write: a: { run: echo hi, … }',
    ],
    [
      "states: {a: {run: x, next: done, evaluate: exit}}\n",
      '"evaluate" must be a mapping, not the text "exit"; Write: evaluate: { type: exit_code, … }',
    ],
    [
      "env: A=b c\nstates: {a: {run: x, next: done}}\n",
      '"env" must be a mapping from variables to texts, not the text "A=b c"; Write: env: { A: b c }',
    ],
    [
      "timeout: 10 minutes\nstates: {a: {run: x, next: done}}\n",
      '"timeout" must be a number of seconds, not the text "10 minutes"; For example, for ten minutes: timeout: 600',
    ],
  ];
  for (const [text, finding] of rows) {
    const told = loadText(text).findings
      .map(({ message, hint }) => `${message}; ${hint}`);
    assertEquals(told, [finding], text);
  }
});

Deno.test("a hint named two thousand fragments", () => {
  const names = Array.from({ length: 2000 }, (_, index) => `f${index}: {}`);
  const [finding] = loadText(
    GOOD.replace("action: ls", "fragment: zz") +
      `fragments: {${names.join(", ")}}\n`,
  ).findings;
  assertEquals(finding?.hint?.length, 288);
  assert(finding?.hint?.endsWith(" and 1970 more"), finding?.hint);
});

Deno.test("positions follow aliases, merge keys, keys and excerpts", async () => {
  const text = `a: &a
  x: 1
  list: [one, two]
b: *a
c:
  <<: *a
  "quoted": |
    first
    second \${here}
010: text
empty:
`;
  const place = async (
    path: (string | number)[],
    more: Partial<Finding> = {},
  ) => {
    const [placed] = await placeFindings([{
      rule: "r",
      severity: "error",
      message: "m",
      at: { file: "/f", path },
      ...more,
    }], { "/f": text });
    const position = placed?.position;
    return [
      `${position?.line}:${position?.column}-${position?.endLine}:${position?.endColumn}`,
      placed?.sourceLine,
    ];
  };
  assertEquals(await place(["a", "x"]), ["2:6-2:7", "  x: 1"]);
  assertEquals(await place(["b"]), ["4:4-4:6", "b: *a"]);
  assertEquals(await place(["b", "list", 1]), [
    "3:15-3:18",
    "  list: [one, two]",
  ]);
  assertEquals(await place(["c", "<<", "x"]), ["2:6-2:7", "  x: 1"]);
  assertEquals(await place(["c"], { onKey: true }), ["5:1-5:2", "c:"]);
  assertEquals(await place(["c", "quoted"]), ["7:13-7:14", '  "quoted": |']);
  assertEquals(await place(["c", "quoted"], { excerpt: "${here}" }), [
    "9:12-9:19",
    "    second ${here}",
  ]);
  assertEquals(await place(["010"]), ["10:6-10:10", "010: text"]);
  assertEquals(await place(["empty"]), ["11:1-11:6", "empty:"]);
  assertEquals(await place(["a", "nowhere", 3]), ["1:1-1:2", "a: &a"]);
  assertEquals(await place(["nowhere"]), ["1:1-1:6", "a: &a"]);
  assertEquals(await place([]), ["1:1-1:1", "a: &a"]);
  assertEquals(await place(["a"], { at: { file: "/gone", path: ["a"] } }), [
    "1:1-1:1",
    "",
  ]);
});

/** Writes a value as YAML in one of several styles; scalars are unique tokens. */
function write(
  depth: number,
  { pick, next, isFlow }: {
    pick: (count: number) => number;
    next: () => string;
    isFlow: boolean;
  },
): { text: string; paths: (string | number)[][]; isBlock: boolean } {
  const kind = depth === 0 ? 1 : depth > 3 ? 0 : pick(5);
  if (kind === 0 || kind > 3) {
    const token = next();
    const text = [token, `"${token}"`, `'${token}'`][pick(3)] ?? token;
    return { text, paths: [[]], isBlock: false };
  }
  const flow = isFlow || (depth > 0 && pick(3) === 0);
  const paths: (string | number)[][] = [];
  const parts: string[] = [];
  const isMap = kind === 1 || kind === 3;
  for (let index = 0; index <= pick(3); index++) {
    const key = isMap
      ? [`k${index}`, `"q ${index}"`, `0${index}`, `yes${index}`][pick(4)] ?? ""
      : index;
    const child = write(depth + 1, { pick, next, isFlow: flow });
    const name = typeof key === "string" ? key.replaceAll('"', "") : key;
    for (const path of child.paths) paths.push([name, ...path]);
    if (flow) parts.push(isMap ? `${key}: ${child.text}` : child.text);
    else {
      const head = isMap ? `${key}:` : "-";
      parts.push(
        child.isBlock
          ? `${head}\n${child.text.replace(/^/gm, "  ")}`
          : `${head} ${child.text}`,
      );
    }
  }
  if (!flow) return { text: parts.join("\n"), paths, isBlock: true };
  const inner = parts.join(", ");
  return { text: isMap ? `{${inner}}` : `[${inner}]`, paths, isBlock: false };
}

Deno.test("both parsers agree on every path", async () => {
  const random = numbers(3);
  const pick = (count: number) =>
    Math.floor((random.next().value ?? 0) * count);
  for (let round = 0; round < 60; round++) {
    let count = 0;
    const { text, paths } = write(0, {
      pick,
      next: () => `v${count++}`,
      isFlow: false,
    });
    const { root, findings } = parseYaml(text, "/f");
    assertEquals(findings, [], text);
    assertExists(root);
    const placed = await placeFindings(
      paths.map((path) => ({
        rule: "r",
        severity: "error",
        message: JSON.stringify(path),
        at: { file: "/f", path },
      })),
      { "/f": text },
    );
    assertEquals(placed.length, paths.length, text);
    for (const { at, position, sourceLine } of placed) {
      const { node, isExact } = nearestNode(root, at.path);
      assert(isExact && node.kind === "scalar", `${at.path}\n${text}`);
      const marked = sourceLine.slice(
        position.column - 1,
        position.endColumn - 1,
      );
      assertEquals(marked.replaceAll(/["']/g, ""), node.value, text);
    }
  }
});

Deno.test("findings come sorted by place, each once", async () => {
  const at = (path: string[], message: string): Finding => ({
    rule: "r",
    severity: "warning",
    message,
    at: { file: "/f", path },
  });
  const placed = await placeFindings(
    [
      at(["b"], "2"),
      at(["b"], "1"),
      at(["a"], "3"),
      at(["b"], "1"),
      { ...at(["x"], "0"), at: { file: "/e", path: ["x"] } },
    ],
    { "/f": "a: 1\nb: 2\n" },
  );
  assertEquals(
    placed.map(({ message, at }) => `${at.file} ${message}`),
    ["/e 0", "/f 3", "/f 1", "/f 2"],
  );
});

/** A small generator that gives the same numbers on every run. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

Deno.test("mutated loops never throw, and every finding has a place", async () => {
  const random = numbers(7);
  const pick = (count: number) =>
    Math.floor((random.next().value ?? 0) * count);
  const pieces = [
    "\t",
    "'",
    '"',
    "{",
    "}",
    "[",
    "&a ",
    "*a ",
    ": ",
    "- ",
    "\n",
    "null",
    "\u0000",
    "<<: ",
    "!x ",
    "|",
    "…",
    "5",
    "__proto__: ",
  ];
  const sample = `${GOOD}import: [lib.yaml]
context: {k: 1, l: [a, b]}
parameters: {p: {type: string}}
circuit: {repeated_failure: {window: 2}}
from: base
`;
  const others = {
    "/p/.loops/lib.yaml": "fragments: {f: {action: x}}\n",
    "/p/.loops/base.yaml": GOOD,
  };
  for (let round = 0; round < 400; round++) {
    let text = sample;
    for (let edit = 0; edit <= pick(3); edit++) {
      const at = pick(text.length);
      text = text.slice(0, at) + (pieces[pick(pieces.length)] ?? "") +
        text.slice(at + pick(4));
    }
    const { findings, files, definitions } = loadText(text, others);
    assert(
      definitions !== null ||
        findings.some((finding) => finding.severity === "error"),
      text,
    );
    for (const { position } of await placeFindings(findings, files)) {
      assert(position.line >= 1 && position.column >= 1, text);
      assert(position.line <= text.split("\n").length + 1, text);
    }
  }
});

Deno.test("nearest names: the same as by the plain distance, however many there are", () => {
  let state = 3;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  const word = (): string =>
    Array.from({ length: random(9) }, () => "abcA_"[random(5)]).join("");
  // The definition, without any of the shortcuts.
  const distance = (a: string, b: string): number => {
    if (a === "" || b === "") return a.length + b.length;
    const [p, q] = [a.slice(0, -1), b.slice(0, -1)];
    const isSame = a.at(-1) === b.at(-1);
    const isSwap = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) &&
      a.at(-2) === b.at(-1);
    return Math.min(
      ...(isSame ? [distance(p, q)] : [
        distance(p, b) + 1,
        distance(a, q) + 1,
        distance(p, q) + 1,
      ]),
      ...(isSwap ? [distance(a.slice(0, -2), b.slice(0, -2)) + 1] : []),
    );
  };
  for (let round = 0; round < 300; round++) {
    const name = word();
    const names = [...new Set(Array.from({ length: random(8) }, word))];
    const wanted = names.map((each) => ({
      each,
      length: Math.max(name.length, each.length),
      edits: name.length >= 3 && each.startsWith(name)
        ? 0.5
        : distance(name.toLowerCase(), each.toLowerCase()),
    })).filter(({ edits, length }) =>
      edits <= Math.max(1, Math.floor(length / 3)) && edits < length
    ).sort((a, b) => a.edits - b.edits || (a.each < b.each ? -1 : 1));
    assertEquals(
      nearest(name, names, 2),
      wanted.slice(0, 2).map(({ each }) => each),
      `${name} in ${names}`,
    );
  }
  const long = "k".repeat(500_000);
  assertEquals(nearest(long, [`${long}x`.slice(2), "k"]), []);
});
