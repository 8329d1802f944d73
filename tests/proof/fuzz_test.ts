/**
 * Whatever a file holds: no crash, no hang, no finding without a place, no edit that breaks it. A
 * few hundred files by default; LL_LOOP_FUZZ=N takes N times as many, from another seed each time.
 */

import { assert, assertEquals } from "@std/assert";
import { createSources } from "../../src/adapters/mod.ts";
import { fixTexts, overlaySources } from "../../src/app/validate/mod.ts";
import { checkDefinitions } from "../../src/check/mod.ts";
import { findUnportable } from "../../src/check/portable/mod.ts";
import { loadDefinitions, placeFindings, tellWay } from "../../src/load/mod.ts";
import type { PlacedFinding } from "../../src/model/mod.ts";
import type { Sources } from "../../src/ports/mod.ts";
import { findingJson, formatFindings } from "../../src/view/mod.ts";
import { MACHINE_CASES } from "../unit/check/machine_cases.ts";

const TIMES = Number(Deno.env.get("LL_LOOP_FUZZ") ?? 1);
const SEED = TIMES === 1 ? 7 : Math.floor(Math.random() * 2 ** 32);
/** Repetitions are so many times as long in a long run. */
const LENGTHS = TIMES === 1 ? 1 : 20;
const FILE = "/p/a.yaml";
/** No file may take longer: the slowest of them take a hundredth of it on an idle machine. */
const FILE_MS_MAX = 60_000;

const EMBEDDED = createSources();
/** Nothing of this machine is looked at. */
const SOURCES: Sources = {
  ...EMBEDDED,
  read: (file) =>
    file.startsWith("/") ? { kind: "missing" } : EMBEDDED.read(file),
  list: () => [],
  isExecutable: () => false,
};

const SAMPLES = [
  ...EMBEDDED.builtins.flatMap((name) => {
    const source = EMBEDDED.read(`builtin:${name}`);
    return source.kind === "text" ? [source.text] : [];
  }),
  ...MACHINE_CASES.flatMap(({ silent, noisy }) => [silent, noisy]),
];

/** Pieces that mean something to YAML, to templates, to patterns or to the shell. */
const PIECES = [
  "\0",
  "\ufeff",
  "\u2028",
  "\ud800",
  "\x1b[31m",
  "\t",
  "\r",
  "\n",
  "  ",
  "{",
  "}",
  "[",
  "]",
  ": ",
  "- ",
  "? ",
  "# ",
  "&a ",
  "*a",
  "<<: *a",
  "!!binary ",
  "%YAML 1.1\n",
  "---\n",
  "...\n",
  "'",
  '"',
  "|",
  ">",
  "|+\n",
  "$",
  "${",
  "}}",
  "${context.",
  "${captured.x.output}",
  "$$",
  "${a:-b}",
  "${context.a:shell}",
  "null",
  "true",
  "no",
  "1e999",
  ".nan",
  "0x1F",
  "010",
  "99999999999999999999",
  "-1",
  "2024-01-01",
  "(a+)+$",
  "(?P<x>",
  "[",
  "\\",
  "(?i)",
  "{1,99999}",
  "日本",
  "👩‍💻",
  "constructor",
  "__proto__",
  "toString",
  "from: a\n",
  "import: [lib/common.yaml]\n",
  "fragment: shell_exit\n",
  "flow: [a, b?c:d]\n",
  "loop: a\n",
  "next: $current\n",
];

function* numbers(seed: number): Generator<number, never> {
  for (let state = seed;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

const random = numbers(SEED);

function pick(count: number): number {
  return Math.floor(random.next().value * count);
}

function one<T>(items: readonly T[]): T {
  return items[pick(items.length)] as T;
}

/** Changes a text in a few places, as somebody or a broken disk might. */
function mutate(text: string): string {
  let result = text;
  for (let count = 1 + pick(4); count > 0; count--) {
    const lines = result.split("\n");
    const at = pick(result.length + 1);
    const line = pick(lines.length);
    switch (pick(7)) {
      case 0:
        result = result.slice(0, at) + one(PIECES) + result.slice(at);
        break;
      case 1:
        result = result.slice(0, at) + result.slice(at + 1 + pick(9));
        break;
      case 2:
        lines.splice(line, 1 + pick(3));
        result = lines.join("\n");
        break;
      case 3:
        lines.splice(pick(lines.length), 0, lines[line] ?? "");
        result = lines.join("\n");
        break;
      case 4:
        lines[line] = `${" ".repeat(pick(5))}${lines[line]?.trimStart() ?? ""}`;
        result = lines.join("\n");
        break;
      case 5:
        // The value of a key becomes another one.
        lines[line] = lines[line]?.replace(/: .*/, () => `: ${one(PIECES)}`) ??
          "";
        result = lines.join("\n");
        break;
      default:
        result = result.slice(0, at);
    }
  }
  return result;
}

/** A document of random shape with keys that mean something. */
function randomYaml(depth = 0): unknown {
  const keys = [
    "states",
    "context",
    "evaluate",
    "route",
    "on_yes",
    "next",
    "action",
    "with",
    "loop",
    "parameters",
    "a",
    "circuit",
    "x",
  ];
  switch (depth > 4 ? 0 : pick(4)) {
    case 1:
      return Array.from({ length: pick(4) }, () => randomYaml(depth + 1));
    case 2:
    case 3:
      return Object.fromEntries(
        Array.from(
          { length: pick(6) },
          () => [one(keys), randomYaml(depth + 1)],
        ),
      );
    default:
      return one([
        null,
        true,
        0,
        -1,
        1.5,
        "",
        "s",
        "done",
        "${context.a}",
        "${captured.a.output}",
        "\u0000",
        "exit_code",
      ]);
  }
}

async function check(sources: Sources): Promise<readonly PlacedFinding[]> {
  const loaded = loadDefinitions(FILE, {
    sources,
    origin: "path",
    loopsDir: "/p",
    cwd: "/p",
  });
  const findings = [
    ...loaded.findings,
    ...checkDefinitions(loaded),
    ...await findUnportable({ ...loaded, builtins: sources.builtins }),
  ];
  return await placeFindings(tellWay(findings, loaded), loaded.files);
}

/** Checks one text in every way; fails with the text. */
async function survive(text: string): Promise<void> {
  const startMs = performance.now();
  const sources = overlaySources(SOURCES, new Map([[FILE, text]]));
  const label = `seed ${SEED}: ${JSON.stringify(text.slice(0, 3000))}`;
  let findings: readonly PlacedFinding[] = [];
  try {
    findings = await check(sources);
    formatFindings(findings, { style: { color: true, columns: 60 } });
    findings.map((each) => JSON.stringify(findingJson(each)));
  } catch (error) {
    throw new Error(label, { cause: error });
  }
  const lines = text.split("\n");
  for (const { position, message, rule, at } of findings) {
    const { line, column, endLine, endColumn } = position;
    const isPlaced = line >= 1 && column >= 1 &&
      (endLine > line || (endLine === line && endColumn >= column));
    const isInside = at.file !== FILE ||
      (line <= lines.length && column <= (lines[line - 1]?.length ?? 0) + 1);
    assert(isPlaced && isInside, `${rule} at ${line}:${column}\n${label}`);
    assert(
      message !== "" && /^[a-z]+(-[a-z]+)+$/.test(rule),
      `${rule}\n${label}`,
    );
  }
  const fixes = await fixTexts({
    sources,
    check,
    mayChange: (file) => file === FILE,
  });
  const [fix] = fixes;
  if (fix !== undefined) {
    const again = await fixTexts({
      sources: overlaySources(SOURCES, new Map([[FILE, fix.after]])),
      check,
      mayChange: (file) => file === FILE,
    });
    assertEquals(again, [], `Not idempotent: ${fix.after}\n${label}`);
  }
  const tookMs = performance.now() - startMs;
  assert(tookMs < FILE_MS_MAX, `${tookMs} ms\n${label}`);
}

Deno.test("fuzz: files that are nearly right", async () => {
  for (let round = 0; round < 250 * TIMES; round++) {
    await survive(mutate(one(SAMPLES)));
  }
});

Deno.test("fuzz: documents of any shape", async () => {
  for (let round = 0; round < 150 * TIMES; round++) {
    await survive(JSON.stringify(randomYaml()));
  }
});

Deno.test("fuzz: depth, size, anchors and patterns out of all measure", async () => {
  const state = (lines: string) =>
    `states:\n  a:\n    run: x\n    on_yes: done\n    on_error: done\n    ${lines}\n`;
  const pattern = (text: string) =>
    state(
      `evaluate: { type: output_contains, pattern: ${JSON.stringify(text)} }`,
    );
  for (
    const text of [
      "[".repeat(250 * LENGTHS),
      "{a: ".repeat(250 * LENGTHS),
      "- ".repeat(250 * LENGTHS),
      `a: ${"[".repeat(150)}${"]".repeat(150)}`,
      `a: ${"x".repeat(25_000 * LENGTHS)}`,
      state(`stdin: "${"${context.a}".repeat(1000 * LENGTHS)}"`),
      state(`stdin: "${"${".repeat(2500 * LENGTHS)}"`),
      state(`stdin: "${"$".repeat(2500 * LENGTHS)}"`),
      `"${"k".repeat(5000 * LENGTHS)}": 1\nstates: {}`,
      `${"# c\n".repeat(2500 * LENGTHS)}states: {a: {next: b}}`,
      Array.from({ length: 150 * LENGTHS }, (_, index) => `k${index}: 1`).join(
        "\n",
      ),
      `states:\n${
        Array.from({ length: 50 * LENGTHS }, (_, i) => `  s${i}: {next: t${i}}`)
          .join(
            "\n",
          )
      }\n`,
      `a: &a [x]\n${
        Array.from({ length: 200 }, (_, i) => `b${i}: *a`).join("\n")
      }`,
      ...[
        "x",
        "a.",
        "${captured.",
        "${a:-",
        "echo ",
        "$((",
        "eyJ-",
        "a://",
        ".png ",
        "<<'E'\n    ",
        "json.load( except ",
        "[x] ",
        "loops/",
        "'\"",
      ].map((piece) =>
        `category: harness\nstates:\n  a:\n    action: |\n      ${
          piece.repeat(1000 * LENGTHS)
        }\n    evaluate: {type: output_numeric, operator: lt, target: 0}\n    next: a\n`
      ),
      pattern("(a+)+$"),
      pattern("(((a*)*)*)*b"),
      pattern(`${"(".repeat(250 * LENGTHS)}a${")".repeat(250 * LENGTHS)}`),
      pattern("a{1,1000000000}"),
      pattern("[".repeat(250 * LENGTHS)),
      pattern("(?P<x>a)(?P=x)\\Z"),
    ]
  ) await survive(text);
});

Deno.test("fuzz: bytes that are no text are told as that", () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (
      const bytes of [
        [0xff, 0xfe, 0x61, 0x00],
        [0x61, 0xc3],
        [0xed, 0xa0, 0x80],
        [0xf8, 0x88, 0x80, 0x80, 0x80],
        [0x80],
      ]
    ) {
      Deno.writeFileSync(`${folder}/a.yaml`, new Uint8Array(bytes));
      assertEquals(EMBEDDED.read(`${folder}/a.yaml`), {
        kind: "unreadable",
        reason: "it is not UTF-8 text",
      });
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
