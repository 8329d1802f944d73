import { assert, assertEquals, assertThrows } from "@std/assert";
import { DEFAULT_CONFIG, type Project } from "../../../src/app/project/mod.ts";
import { locateLoop } from "../../../src/app/run/mod.ts";
import {
  installLoop,
  newLoop,
  suggestName,
  suggestValue,
} from "../../../src/app/write/mod.ts";
import { fillTemplate } from "../../../src/app/write/fill_template.ts";
import { findNameProblem } from "../../../src/app/write/loop_name.ts";
import { parseYamlValue, yamlScalar } from "../../../src/load/mod.ts";
import {
  hasErrors,
  LoopError,
  TEMPLATE_NAMES,
  TEMPLATE_VALUES,
  TEMPLATES,
} from "../../../src/model/mod.ts";
import { fakeSources, fakeSystem, memoryFiles } from "../../support/fakes.ts";

const PROJECT: Project = {
  root: "/p",
  loopsDir: "/p/.loops",
  exists: true,
  config: DEFAULT_CONFIG,
  findings: [],
};

function worldOf(
  embedded: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>> = {},
) {
  return {
    files: memoryFiles(own),
    sources: fakeSources({ ...embedded, ...own }),
    system: fakeSystem({ cwd: "/p" }),
  };
}

function textsBelow(
  { files }: ReturnType<typeof worldOf>,
): Record<string, string> {
  return Object.fromEntries(
    [...files.entries].map(([path, { text }]) => [path, text]),
  );
}

/** Texts that a careless writer gets wrong. */
const NASTY = [
  ...[
    "",
    " ",
    " lead",
    "trail ",
    "two\nlines",
    "tab\there",
    "a\r\nb",
    "\u2028",
  ],
  ...["yes", "No", "ON", "y", "N", "null", "~", "true", "False", "nan", ".inf"],
  ...[
    "1",
    "-1",
    "+2",
    "0x1f",
    "0o17",
    "1e3",
    "+1e3",
    "+.inf",
    "1_000",
    "12:30",
    "2024-01-01",
  ],
  ...["a: b", "a:", ":a", "a #b", "a#b", "#a", "- a", "-a", "? a", "?", "!x"],
  ...["&a", "*a", "%a", "@a", "`a", "|", ">", "[a]", "{a}", "a, b", "a]", "<<"],
  ...["it's", '"quoted"', "'quoted'", 'say "it\'s"', "back\\slash", "--- a"],
  ...[
    "...",
    "é😀",
    "\u0000\u001b[2J",
    "$${x}",
    "${a.b}",
    "$&$1$$",
    "=",
    "a = b",
  ],
  ...['claude -p "make it pass"', "npm test", "test -s README.md; echo $?"],
];

Deno.test("yaml scalar: every text reads back as itself, in each place of a file", () => {
  for (const text of NASTY) {
    const scalar = yamlScalar(text);
    assert(!scalar.includes("\n"), text);
    assertEquals(
      parseYamlValue(
        `a: ${scalar} # more\nb: [${scalar}, ${scalar}]\n- `.slice(0, -3),
      ),
      { a: text, b: [text, text] },
      scalar,
    );
  }
});

Deno.test("template: values are filled in once, whatever is in them", () => {
  for (const value of NASTY) {
    const text = fillTemplate("a: <<v>>\nb: <<v:action>>\n", { v: value });
    assertEquals(parseYamlValue(text), {
      a: value,
      b: value.replace(/\$\{/g, () => "$${"),
    });
  }
  assertEquals(
    fillTemplate("<<a>> <<b>>", { a: "<<b>>", b: "$&" }),
    "'<<b>>' $&",
  );
  assertThrows(
    () => fillTemplate("<<constructor>>", {}),
    LoopError,
    "No value",
  );
});

Deno.test("template: the table is the folder, and each text has the gaps that it is asked for", () => {
  const folder = new URL("../../../loops/templates/", import.meta.url);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  assertEquals(names.sort(), TEMPLATE_NAMES.map((one) => `${one}.yaml`).sort());
  for (const name of TEMPLATE_NAMES) {
    const text = Deno.readTextFileSync(new URL(`${name}.yaml`, folder));
    const gaps = new Set(
      [...text.matchAll(/<<(\w+)/g)].map(([, gap]) => gap),
    );
    assertEquals([...gaps].sort(), ["name", ...TEMPLATES[name].values].sort());
  }
  const used = new Set(TEMPLATE_NAMES.flatMap((one) => TEMPLATES[one].values));
  assertEquals([...used].sort(), Object.keys(TEMPLATE_VALUES).sort());
});

Deno.test("name: what cannot be a file of the folder is refused", () => {
  for (
    const good of ["a", "fix-types", "Prüfung", "a.b", "sub/x", "_1", "runs"]
  ) {
    assertEquals(findNameProblem(good), null, good);
  }
  const bad = [
    ...["", ".", "..", "../a", "a/../b", "/a", "a/", "a//b", ".hidden", "-n"],
    ...["a b", "a\nb", "a\\b", "a:b", "a\0", "config", "runs/a", "tmp/a"],
    ...[
      "a.yaml",
      "a.YML",
      "a.fsm",
      "a.fsm.yaml",
      "a/b/c/d/e/f",
      "x".repeat(101),
    ],
  ];
  for (const name of bad) {
    assert(findNameProblem(name) !== null, JSON.stringify(name));
  }
  assertEquals(findNameProblem("a.fsm.yaml"), 'Leave the ending out: "a"');
});

Deno.test("new: the file is what the template says, below its schema line", () => {
  const world = worldOf({
    "template:gate.yaml":
      "# <<name:text>>\nname: <<name>>\na: <<check:action>>\n",
  });
  const path = newLoop(world, PROJECT, {
    name: "sub/007",
    template: "gate",
    values: { check: "echo ${x}" },
  });
  assertEquals(path, "/p/.loops/sub/007.yaml");
  assertEquals(textsBelow(world), {
    "/p/.loops/sub/007.yaml":
      "# yaml-language-server: $schema=../loop.schema.json\n" +
      "# sub/007\nname: sub/007\na: 'echo $${x}'\n",
  });
});

Deno.test("suggestions: what the project is tested by, the agent that is here", () => {
  const check = (own: Record<string, string>): string =>
    suggestValue(
      { ...worldOf({}, own), processes: processesWith() },
      PROJECT,
      { name: "check", values: {} },
    );
  assertEquals(check({}), "test -s README.md");
  assertEquals(
    check({ "/p/package.json": '{"scripts": {"build": "x", "test": "y"}}' }),
    "npm test",
  );
  assertEquals(
    check({ "/p/package.json": '{"scripts": {}}', "/p/Cargo.toml": "" }),
    "cargo test",
  );
  assertEquals(check({ "/p/Makefile": "all:\n\ntest: all\n" }), "make test");
  const agent = (...programs: string[]): string =>
    suggestValue(
      { ...worldOf({}), processes: processesWith(...programs) },
      PROJECT,
      { name: "agent", values: {} },
    );
  assertEquals(agent().split(" ")[0], "claude");
  assertEquals(agent("gemini", "codex").split(" ")[0], "codex");
  const world = worldOf({}, {
    "/p/.loops/my-loop.yaml": "",
    "/p/.loops/my-loop-2.fsm.yaml": "",
  });
  assertEquals(suggestName(world, PROJECT), "my-loop-3");
});

function processesWith(...programs: string[]) {
  return {
    find: (program: string) => programs.includes(program) ? "/bin/x" : null,
    isExecutable: () => false,
    start: () => {
      throw new Error("Nothing is started");
    },
  };
}

// ------------------------------------------------------------------ install

const PARTS = {
  "builtin:main.yaml": `# Says hello
name: main
description: Main
from: lib/base
import: [lib/blocks.yaml]
initial: a
states:
  a: { fragment: hello, on_yes: b, on_no: b, on_error: b }
  b: { loop: oracles/child, on_yes: done, on_no: done, on_error: done }
  done: { terminal: true }
`,
  "builtin:lib/base.yaml": "name: base\nmax_steps: 7\n",
  "builtin:lib/blocks.yaml": "fragments:\n  hello: { action: echo hello }\n",
  "builtin:oracles/child.yaml":
    "name: child\ndescription: Child\nimport: [lib/blocks.yaml]\ninitial: a\n" +
    "states:\n  a: { fragment: hello, next: b }\n  b: { terminal: true }\n",
  "builtin:other.yaml":
    "name: other\ninitial: a\nstates:\n  a: { terminal: true }\n",
  "builtin:data.yaml": "files: {}\n",
};
const OPTIONS = { name: "main", version: "1.2.3" };

Deno.test("install: a loop with all that it is made of, which then needs no built-in file", () => {
  const world = worldOf(PARTS);
  const { files, isLoop } = installLoop(world, PROJECT, OPTIONS);
  assert(isLoop);
  assertEquals(files.map(({ path, isKept }) => [path, isKept]), [
    ["/p/.loops/main.yaml", false],
    ["/p/.loops/lib/base.yaml", false],
    ["/p/.loops/lib/blocks.yaml", false],
    ["/p/.loops/oracles/child.yaml", false],
  ]);
  const texts = textsBelow(world);
  assertEquals(
    texts["/p/.loops/main.yaml"],
    "# yaml-language-server: $schema=./loop.schema.json\n" +
      '# Copied from the built-in loop "main" of ll-loop 1.2.3. It is this project\'s own now:\n' +
      "# change it as you like. Where both are there, the project's is used.\n#\n" +
      PARTS["builtin:main.yaml"],
  );
  assertEquals(
    texts["/p/.loops/lib/blocks.yaml"]?.split("\n")[0],
    '# Copied from the built-in file "lib/blocks" of ll-loop 1.2.3. It is this project\'s own now:',
  );
  const alone = worldOf({}, texts);
  const located = locateLoop(alone, PROJECT, "main");
  assert(!hasErrors(located.findings), JSON.stringify(located.findings));
  assertEquals(
    Object.keys(located.definitions?.loops ?? {}),
    ["/p/.loops/main.yaml", "/p/.loops/oracles/child.yaml"],
  );
  assertEquals(located.definitions?.loops["/p/.loops/main.yaml"]?.maxSteps, 7);
});

Deno.test("install: a library that is there and the same is kept, by a newer version too", () => {
  const world = worldOf(PARTS);
  installLoop(world, PROJECT, { name: "oracles/child", version: "1.0.0" });
  const before = textsBelow(world);
  const { files } = installLoop(world, PROJECT, OPTIONS);
  assertEquals(
    files.filter(({ isKept }) => isKept).map(({ builtin }) => builtin),
    [
      "lib/blocks.yaml",
      "oracles/child.yaml",
    ],
  );
  for (const [path, text] of Object.entries(before)) {
    assertEquals(textsBelow(world)[path], text);
  }
});

Deno.test("install: nothing is written over, and nothing at all when anything is in the way", () => {
  const own = {
    "/p/.loops/main.fsm.yaml": "mine\n",
    "/p/.loops/lib/blocks.yaml": PARTS["builtin:lib/blocks.yaml"] + "# mine\n",
  };
  const world = worldOf(PARTS, own);
  const error = assertThrows<LoopError>(
    () => installLoop(world, PROJECT, OPTIONS),
    LoopError,
  );
  assertEquals(error.exitStatus, 73);
  assertEquals(
    error.message,
    'Cannot install "main": 2 files are in the way\n' +
      "  .loops/main.fsm.yaml\n  .loops/lib/blocks.yaml",
  );
  assertEquals(textsBelow(world), own);
});

Deno.test("install: a disk that fills up on the way leaves nothing behind", () => {
  const world = worldOf(PARTS);
  world.files.beforeWrite = (path) => {
    if (path.endsWith("child.yaml")) {
      throw new LoopError("cannot-write", `Cannot write "${path}": No space`);
    }
  };
  assertThrows(
    () => installLoop(world, PROJECT, OPTIONS),
    LoopError,
    "No space",
  );
  assertEquals(textsBelow(world), {});
});

Deno.test("install: what there is not is told with what comes near and all there are", () => {
  const world = worldOf(PARTS);
  const hint = (name: string) =>
    assertThrows<LoopError>(
      () => installLoop(world, PROJECT, { ...OPTIONS, name }),
      LoopError,
      `Built-in loop not found: "${name}"`,
    ).hint;
  assertEquals(
    hint("mian"),
    'Did you mean "main"? There are: main, oracles/child, other',
  );
  // Data of the program is no loop.
  assertEquals(hint("data"), "There are: main, oracles/child, other");
  assertEquals(hint("../main"), "There are: main, oracles/child, other");
  const { isLoop, files } = installLoop(world, PROJECT, {
    ...OPTIONS,
    name: "lib/blocks",
  });
  assertEquals([isLoop, files.length], [false, 1]);
});
