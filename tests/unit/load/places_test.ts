import { assertEquals } from "@std/assert";
import { checkDefinitions } from "../../../src/check/mod.ts";
import { placeFindings, tellWay } from "../../../src/load/mod.ts";
import type { Edit, Finding, Mark } from "../../../src/model/mod.ts";
import { loadText, LOOPS_DIR } from "./memory_sources.ts";

const FILE = "/p/.loops/a.yaml";

/** Returns `text` with the edit of one finding made; `null` when there is no change. */
async function edited(
  text: string,
  edit: Edit,
  mark: Omit<Mark, "at"> & { readonly path: Mark["at"]["path"] },
): Promise<string | null> {
  const { path, ...rest } = mark;
  const finding: Finding = {
    rule: "r",
    severity: "warning",
    message: "M",
    at: { file: FILE, path },
    edit,
    ...rest,
  };
  const [placed] = await placeFindings([finding], { [FILE]: text });
  const change = placed?.change;
  return change === undefined
    ? null
    : text.slice(0, change.start) + change.text + text.slice(change.end);
}

const replace = (text: string): Edit => ({ kind: "replace", text });

Deno.test("edit: keys, values and pieces of texts are replaced as they are written", async () => {
  assertEquals(
    await edited("a:\n  on_sucess: b # why\n", replace("on_success"), {
      path: ["a", "on_sucess"],
      onKey: true,
    }),
    "a:\n  on_success: b # why\n",
  );
  assertEquals(
    await edited('t: "30" # s\n', replace("30"), { path: ["t"] }),
    "t: 30 # s\n",
  );
  for (
    const [text, wanted] of [
      ["a: 'it''s ${x}'\n", "a: 'it''s $${x}'\n"],
      ['a: "${x} \\" ${x}"\n', 'a: "$${x} \\" ${x}"\n'],
      ["a: |\n  $${x}\n  ${x}\n", "a: |\n  $${x}\n  $${x}\n"],
      ["a: $${x}\n", null],
      ["a: b\n", null],
    ] as const
  ) {
    assertEquals(
      await edited(text, replace("$${x}"), { path: ["a"], excerpt: "${x}" }),
      wanted,
    );
  }
});

Deno.test("edit: a value that would end its scalar, and a block as a whole, are left alone", async () => {
  const at = { path: ["a"], excerpt: "x" };
  assertEquals(
    await edited("a: [x]\n", replace("y, z"), {
      path: ["a", 0],
      excerpt: "x",
    }),
    null,
  );
  assertEquals(await edited("a: x y\n", replace("k: v"), at), null);
  assertEquals(await edited('a: "x"\n', replace('"'), at), 'a: "\\""\n');
  assertEquals(
    await edited("a: |\n  x\n", replace("y"), { path: ["a"] }),
    null,
  );
});

Deno.test("edit: an entry is put before another one, or at the end of a mapping", async () => {
  const insert: Edit = { kind: "insert", key: "k", value: "v" };
  const at = { path: ["s", "a", "action"], onKey: true };
  assertEquals(
    await edited("s:\n  a:\n    # Why\n    action: b\n", insert, at),
    "s:\n  a:\n    # Why\n    k: v\n    action: b\n",
  );
  assertEquals(
    await edited("s:\r\n  a:\r\n    action: b\r\n", insert, at),
    "s:\r\n  a:\r\n    k: v\r\n    action: b\r\n",
  );
  assertEquals(
    await edited("s: { a: { action: b } }\n", insert, at),
    "s: { a: { k: v, action: b } }\n",
  );
  assertEquals(
    await edited("s:\n  - action: b\n", insert, {
      path: ["s", 0, "action"],
      onKey: true,
    }),
    "s:\n  - k: v\n    action: b\n",
  );
  const append: Edit = {
    kind: "append",
    below: { file: FILE, path: ["s"] },
    key: "k",
    value: "v",
  };
  for (
    const [text, wanted] of [
      ["s:\n  a: 1 # one\nt: 2\n", "s:\n  a: 1 # one\n  k: v\nt: 2\n"],
      ["s:\n  a: |\n    x\nt: 2\n", "s:\n  a: |\n    x\n  k: v\nt: 2\n"],
      ["s:\r\n  a: |\r\n    x\r\n", "s:\r\n  a: |\r\n    x\r\n  k: v\r\n"],
      ["s: { a: 1 }\n", "s: { a: 1, k: v }\n"],
      ["s:\n  a:\n    b: 1", "s:\n  a:\n    b: 1\n  k: v"],
      ["s: 1\n", null],
    ] as const
  ) assertEquals(await edited(text, append, { path: ["s"] }), wanted);
});

Deno.test("a finding in a parent, a library or a sub-loop tells the way to it", async () => {
  const loaded = loadText(
    "from: mid\nimport: [lib.yaml]\nstates:\n  a: { fragment: f, on_yes: c }\n  c: { loop: child, on_yes: done }\n",
    {
      [`${LOOPS_DIR}/mid.yaml`]: "from: top\n",
      [`${LOOPS_DIR}/top.yaml`]: "timeout: soon\n",
      [`${LOOPS_DIR}/lib.yaml`]: "fragments:\n  f: { run: 1 }\n",
      [`${LOOPS_DIR}/child.yaml`]: "from: gone\n",
    },
  );
  const placed = await placeFindings(
    tellWay(loaded.findings, loaded),
    loaded.files,
  );
  assertEquals(
    placed.map(({ at, position, reached }) => ({
      at: `${at.file.slice(10)}:${position.line}`,
      way: reached?.map((each) =>
        `${
          each.at.file.slice(10)
        }:${each.position.line}:${each.position.column}`
      ),
    })),
    [
      { at: "child.yaml:1", way: ["a.yaml:5:14"] },
      { at: "lib.yaml:2", way: ["a.yaml:2:10"] },
      { at: "top.yaml:1", way: ["mid.yaml:1:7", "a.yaml:1:7"] },
    ],
  );
});

Deno.test("related places stand where their nodes do", async () => {
  const finding: Finding = {
    rule: "r",
    severity: "error",
    message: "M",
    at: { file: FILE, path: ["a"] },
    related: [{
      message: "Here",
      at: { file: FILE, path: ["b"] },
      onKey: true,
    }],
  };
  const [placed] = await placeFindings([finding], { [FILE]: "a: 1\nb: 2\n" });
  assertEquals(placed?.others, [{
    message: "Here",
    at: { file: FILE, path: ["b"] },
    position: { line: 2, column: 1, endLine: 2, endColumn: 2 },
  }]);
});

Deno.test("a place survives fragments, anchors, merge keys and flows", async () => {
  const places = async (text: string, others = {}) => {
    const loaded = loadText(text, others);
    const findings = [...loaded.findings, ...checkDefinitions(loaded)];
    const placed = await placeFindings(
      findings.filter(({ rule }) => rule === "unknown-target"),
      loaded.files,
    );
    return placed.map(({ at, position, sourceLine }) =>
      `${at.file.slice(10)}:${position.line} ${
        sourceLine.slice(position.column - 1, position.endColumn - 1)
      }`
    );
  };
  // Where the text stands, not where it is used.
  assertEquals(
    await places(
      "x-ways: &ways { on_yes: gone, on_error: done }\nstates:\n  s: { run: ls, <<: *ways }\n",
    ),
    ["a.yaml:1 gone"],
  );
  assertEquals(
    await places(
      "states:\n  s: &s { run: ls, on_yes: gone, on_error: t }\n  t: *s\n",
    ),
    ["a.yaml:2 gone", "a.yaml:2 gone"],
  );
  assertEquals(
    await places("flow: [s, t?gone:s, u]\nstate_defs:\n  s: { run: ls }\n"),
    ["a.yaml:1 t?gone:s"],
  );
  assertEquals(
    await places(
      "import: [lib.yaml]\nstates:\n  s: { fragment: f, on_error: done }\n",
      {
        [`${LOOPS_DIR}/lib.yaml`]:
          "fragments:\n  f:\n    run: ls\n    on_yes: gone\n",
      },
    ),
    ["lib.yaml:4 gone"],
  );
});
