// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { createSources } from "../../../src/adapters/mod.ts";
import { createDemoProject } from "../../../src/app/demo/mod.ts";
import {
  listLoops,
  listLoopsFast,
  summariseLoop,
} from "../../../src/app/loops/mod.ts";
import { findNeeds } from "../../../src/app/needs/mod.ts";
import { DEFAULT_CONFIG, type Project } from "../../../src/app/project/mod.ts";
import { locateLoop } from "../../../src/app/run/mod.ts";
import { resolveScopeEntry } from "../../../src/app/run/scope_entries.ts";
import { LoopError } from "../../../src/model/mod.ts";
import type { Processes, SourceText } from "../../../src/ports/mod.ts";
import { definitionsOf } from "../../support/definitions.ts";
import {
  fakeSources,
  fakeSystem,
  memoryFiles,
  type MemoryFilesOptions,
} from "../../support/fakes.ts";
import { type Answer, processOutcomeOf } from "../../support/play.ts";

const PROJECT: Project = {
  root: "/p",
  loopsDir: "/p/.loops",
  exists: true,
  config: DEFAULT_CONFIG,
  findings: [],
};

/** Returns what is listed; the fast way must say the same. */
async function listed(world: ReturnType<typeof worldOf>) {
  const loops = listLoops(world, PROJECT);
  assertEquals(await listLoopsFast(world, PROJECT), loops);
  return loops;
}

/** A world whose project and embedded files are `files`. */
function worldOf(
  files: Readonly<Record<string, string | SourceText>>,
  options: MemoryFilesOptions = {},
) {
  const texts = Object.fromEntries(
    Object.entries(files).filter(([file]) => file.startsWith("/"))
      .map(([file, text]) => [file, typeof text === "string" ? text : ""]),
  );
  return {
    files: memoryFiles(texts, options),
    sources: fakeSources(files),
    system: fakeSystem(),
  };
}

function loop(description: string, more = ""): string {
  return `name: x\ndescription: ${description}\n${more}initial: a\nstates:\n  a: {terminal: true}\n`;
}

const BARE = "states:\n  a: {terminal: true}\n";

Deno.test("list: what can be run by name, the project's first, hiding built-in ones", async () => {
  const world = worldOf({
    "/p/.loops/zeta.yaml": loop("Last"),
    "/p/.loops/alpha.fsm.yaml": loop("First"),
    "/p/.loops/sub/deep.yaml": loop("Deep"),
    "/p/.loops/both.yaml": loop("Mine"),
    "/p/.loops/config.yaml": loop("no loop"),
    "/p/.loops/notes.txt": loop("no loop"),
    "/p/.loops/runs/r1/x.yaml": loop("no loop"),
    "/p/.loops/.running/x.yaml": loop("no loop"),
    "/p/.loops/lib.yaml": "fragments:\n  f: {action: x}\n",
    "/p/.loops/part.yaml": BARE,
    "/p/.loops/flow.yaml":
      "name: f\ninitial: a\nflow:\n  - a: {action: x}\nvisibility: internal\n",
    "builtin:both.yaml": loop("Theirs"),
    "builtin:lib/common.yaml": "fragments:\n  f: {action: x}\n",
    "builtin:demo.yaml": loop('"Shows: things"', "visibility: example\n"),
  });
  assertEquals(
    (await listed(world)).map((entry) => [
      entry.name,
      entry.origin,
      entry.description,
      entry.visibility,
    ]),
    [
      ["alpha", "project", "First", "public"],
      ["both", "project", "Mine", "public"],
      ["flow", "project", "", "internal"],
      ["sub/deep", "project", "Deep", "public"],
      ["zeta", "project", "Last", "public"],
      ["demo", "built-in", "Shows: things", "example"],
    ],
  );
  assertEquals(await listed(worldOf({})), []);
});

Deno.test("built-in files below lib are parts, all others can be listed without being loaded", () => {
  const { builtins, read } = createSources();
  const parsed = builtins.filter((name) => !name.startsWith("lib/"))
    .map((name) => {
      const source = read(`builtin:${name}`);
      return summariseLoop(source.kind === "text" ? source.text : "");
    });
  assertEquals(
    parsed.map((summary) => summary?.hasInitial),
    parsed.map(() => true),
  );
  // As files of a project, of which none is passed over unread.
  const parts = builtins.filter((name) => name.startsWith("lib/"));
  assert(parts.length > 0);
  const texts = parts.map((name) => {
    const source = read(`builtin:${name}`);
    assert(source.kind === "text");
    return [`/p/.loops/${name}`, source.text];
  });
  const files = Object.fromEntries(texts);
  const builtinToo = Object.fromEntries(
    texts.map(([path = "", text]) => [
      path.replace("/p/.loops/", "builtin:"),
      text,
    ]),
  );
  assertEquals(
    listLoops(worldOf({ ...files, ...builtinToo }), PROJECT)
      .map(({ name, problem }) => [name, problem]),
    [],
  );
});

Deno.test("list: a template with a parent but no first state was listed", async () => {
  const world = worldOf({
    "/p/.loops/base.yaml": `name: base\ndescription: From the parent\n${BARE}`,
    "/p/.loops/template.yaml": "name: t\nfrom: base\ncontext: {a: 1}\n",
    "/p/.loops/child.yaml": "name: c\nfrom: template\ninitial: a\n",
    "/p/.loops/full.yaml": loop("Has it"),
    "/p/.loops/heir.yaml": "name: h\nfrom: full\n",
    "/p/.loops/own.yaml": "name: o\nfrom: full\ndescription: Its own\n",
    "/p/.loops/orphan.yaml": "name: o\nfrom: nobody\n",
    "/p/.loops/circle.yaml": "name: r\nfrom: circle\n",
  });
  assertEquals(
    (await listed(world)).map((entry) => [
      entry.name,
      entry.description,
      entry.problem,
    ]),
    [
      ["child", "", null],
      ["circle", "", "its parent cannot be loaded"],
      ["full", "Has it", null],
      ["heir", "Has it", null],
      ["orphan", "", "its parent cannot be loaded"],
      ["own", "Its own", null],
    ],
  );
});

Deno.test("list: a loop without a first state begins with the one that does something", async () => {
  const short = "states:\n  a: {run: ls, on_yes: done}\n";
  const world = worldOf({
    "/p/.loops/short.yaml": short,
    "/p/.loops/json.yaml": `{"states": {"a": {"run": "ls", "on_yes": "done"}}}`,
    "/p/.loops/ends.yaml": "states: {done: {terminal: true}}\n",
    "/p/.loops/heir.yaml": "from: short\ndescription: Another one\n",
    "/p/.loops/heir-of-ends.yaml": "from: ends\n",
    // Where templates live; with a first state it is a loop like any other.
    "/p/.loops/lib/template.yaml": short,
    "/p/.loops/lib/heir.yaml": "from: template\n",
    "/p/.loops/lib/loop.yaml": `initial: a\n${short}`,
  });
  assertEquals(
    (await listed(world)).map(({ name, problem }) => [name, problem]),
    [["heir", null], ["json", null], ["lib/loop", null], ["short", null]],
  );
});

Deno.test("list: files that cannot be read say why", () => {
  const world = worldOf({
    "/p/.loops/odd.yaml": "name: [\n",
    "/p/.loops/shut.yaml": { kind: "unreadable", reason: "Permission denied" },
    "/p/.loops/vast.yaml": {
      kind: "too-large",
      sizeBytes: 9,
      maxBytes: 1,
    },
    "/p/.loops/empty.yaml": "",
    "/p/.loops/list.yaml": "- a\n",
  });
  assertEquals(
    listLoops(world, PROJECT).map(({ name, problem }) => [name, problem]),
    [
      ["odd", "not valid YAML"],
      ["shut", "Permission denied"],
      ["vast", "it has 9 bytes, at most 1 byte are read"],
    ],
  );
});

Deno.test("summary: descriptions in all their spellings", () => {
  const cases: [string, string][] = [
    ["plain words # a comment", "plain words"],
    ['"quoted: # yes" # no', "quoted: # yes"],
    ["'single'", "single"],
    // These were listed as they are written.
    ['"caf\\u00e9 \\"au lait\\" \\e" # no', 'café "au lait" \x1b'],
    ["'it''s # here'", "it's # here"],
    ['"two\\nlines"', "two\nlines"],
    ['"goes on\n  in the next"', "goes on"],
    ['"\\q"', "\\q"],
    ["|\n  two\n  lines\n", "two\nlines"],
    [">-\n\n  folded\n", "folded"],
    ["", ""],
  ];
  for (const [text, description] of cases) {
    assertEquals(summariseLoop(loop(text))?.description, description, text);
  }
  const flowStyle =
    '{"name": "x", "description": "d", "initial": "a", "states": {}}';
  assertEquals(summariseLoop(flowStyle)?.description, "d");
  assertEquals(summariseLoop('{"name": "x", "states": {}}'), null);
});

function notFound(
  name: string,
  files: Parameters<typeof worldOf>[0],
  options: { readonly isBuiltinOnly?: boolean } = {},
): string[] {
  const world = worldOf(files);
  const error = assertThrows(() => locateLoop(world, PROJECT, name, options));
  if (!(error instanceof LoopError)) throw error;
  assertEquals([error.code, error.exitStatus], ["not-found", 65]);
  return [error.message, ...(error.hint ?? "").split("\n")];
}

Deno.test("not found: what was looked for, what comes near, what is a folder", () => {
  assertEquals(notFound("biuld", { "/p/.loops/build.yaml": loop("x") }), [
    'Loop not found: "biuld"',
    "Looked for .loops/biuld.fsm.yaml, .loops/biuld.yaml, biuld.yaml (built-in), biuld",
    'Did you mean "build"?',
  ]);
  assertEquals(notFound("nothing-like-it", {}), [
    'Loop not found: "nothing-like-it"',
    "Looked for .loops/nothing-like-it.fsm.yaml, .loops/nothing-like-it.yaml, " +
    "nothing-like-it.yaml (built-in), nothing-like-it",
    "`ll-loop list` shows the loops that there are",
  ]);
  assertEquals(
    notFound("dem", {
      "builtin:demo.yaml": loop("x"),
      "/p/.loops/den.yaml": loop("x"),
    }, {
      isBuiltinOnly: true,
    }),
    [
      'Built-in loop not found: "dem"',
      "Looked for dem.yaml (built-in)",
      'Did you mean "demo"?',
    ],
  );
});

Deno.test("not found: a dangling link was offered instead of itself, folders were looked for as loops", () => {
  const dangling = {
    "/p/.loops/dang.yaml": { kind: "dangling", target: "gone.yaml" },
  } as const;
  assertEquals(notFound("dang", dangling), [
    'Loop not found: "dang"',
    "Looked for .loops/dang.fsm.yaml, .loops/dang.yaml, dang.yaml (built-in), dang",
    '".loops/dang.yaml" is a link to "gone.yaml", which is not there',
    "`ll-loop list` shows the loops that there are",
  ]);
  assertEquals(
    listLoops(worldOf(dangling), PROJECT).map(({ problem }) => problem),
    ['it is a link to "gone.yaml", which is not there'],
  );
  const files = { "/p/ok/inner.yaml": loop("x") };
  for (const name of ["ok/", "."]) {
    assertEquals(notFound(name, files).slice(0, 2), [
      `Loop not found: "${name}"`,
      name === "."
        ? '"." is a folder; a loop is a file'
        : '"ok" is a folder; a loop is a file, such as "ok/inner.yaml"',
    ]);
  }
  assertEquals(notFound("ok", files).slice(1, 3), [
    "Looked for .loops/ok.fsm.yaml, .loops/ok.yaml, ok.yaml (built-in), ok",
    '"ok" is a folder; a loop is a file, such as "ok/inner.yaml"',
  ]);
});

Deno.test("not found: a folder that was passed over is named, with the way to use it", () => {
  const passedOver = [{ path: "/.loops", uid: 65534 }];
  const line =
    '"/.loops" was passed over: it belongs to another user (uid 65534); name it with --loops-dir to use it';
  const error = assertThrows<LoopError>(
    () => locateLoop(worldOf({}), { ...PROJECT, passedOver }, "gone"),
    LoopError,
  );
  assertEquals(error.hint?.split("\n")[1], line);
});

Deno.test("not found: files that lie there under nearly that name were not offered", () => {
  const files = { "/p/file.yaml": loop("x"), "/p/deep/other.yml": loop("x") };
  for (
    const [name, meant] of [
      ["file", "file.yaml"],
      ["file.yal", "file.yaml"],
      ["./fil.yaml", "./file.yaml"],
      ["/p/flie.yaml", "/p/file.yaml"],
      ["deep/othr.yml", "deep/other.yml"],
    ] as const
  ) {
    assertEquals(notFound(name, files).at(-1), `Did you mean "${meant}"?`);
  }
  // Whoever types a whole file name means no file with two endings.
  const own = { "/p/.loops/fix.yaml": loop("fix") };
  assertEquals(notFound("fxi.yaml", own).slice(1), [
    "Looked for fxi.yaml, .loops/fxi.yaml, fxi.yaml (built-in)",
    'Did you mean "fix"?',
  ]);
  assertEquals(notFound("./fxi.yaml", own).slice(1), [
    "Looked for fxi.yaml, .loops/fxi.yaml",
    'Did you mean "fix"?',
  ]);
  assertEquals(
    notFound("file", files, { isBuiltinOnly: true }).at(-1),
    "`ll-loop list` shows the loops that there are",
  );
});

Deno.test("found: file, origin and findings, also of what does not load", () => {
  const world = worldOf({
    "/p/.loops/a.yaml": loop("x"),
    "/p/.loops/bad.yaml": "name: bad\ninitial: a\nstates: 3\n",
    "builtin:b.yaml": loop("x"),
  });
  const located = locateLoop(world, PROJECT, "a");
  assertEquals([located.file, located.origin], ["/p/.loops/a.yaml", "project"]);
  assertEquals(located.definitions?.root, "/p/.loops/a.yaml");
  assertEquals(locateLoop(world, PROJECT, "b").origin, "built-in");
  const bad = locateLoop(world, PROJECT, "bad");
  assertEquals(bad.definitions, null);
  assertEquals(bad.findings.some(({ severity }) => severity === "error"), true);
});

Deno.test("needs: what is there, what is not, what cannot be known", () => {
  const definitions = definitionsOf(
    `a: {action: "jq . x | nosuch; ll-loop list; ll-issues show", on_yes: b}
b: {action: think, action_type: prompt, next: c}
c: {action: srv/tool, action_type: mcp_tool, next: d}
d: {action: gone/tool, action_type: mcp_tool, next: n}
n: {action: net/tool, action_type: mcp_tool, next: e}
e: {action: /mine do it, next: f}
f: {action: "/ll:theirs", next: g}
g: {loop: "\${context.l}", on_yes: h}
h: {loop: sub, on_yes: i}
i: {action: "jq -n 1 # from little_loops.fsm import x", on_yes: a}
`,
    { sub: "s: {action: jq, on_yes: t}\nt: {terminal: true}" },
  );
  const files = memoryFiles({
    "/p/.mcp.json":
      '{"mcpServers": {"srv": {"command": "jq"}, "net": {"url": "${DB}"}}}',
    "/home/me/.claude/commands/mine.md": "x",
  });
  const programs = new Map([["jq", "/bin/jq"], ["bash", "/bin/bash"], [
    "codex",
    "/bin/codex",
  ]]);
  const world = {
    files,
    system: fakeSystem(),
    processes: {
      find: (program: string) => programs.get(program) ?? null,
      isExecutable: () => false,
      start() {
        throw new Error("nothing is started");
      },
    },
  };
  assertEquals(
    findNeeds(world, PROJECT, definitions).map((need) => [
      need.kind,
      need.name,
      need.isFound,
      need.where,
      need.states.join(" "),
    ]),
    [
      ["program", "jq", true, "/bin/jq", "a i sub/s c"],
      ["program", "ll-issues", false, null, "a"],
      ["program", "ll-loop", true, "this program", "a"],
      ["program", "nosuch", false, null, "a"],
      ["Python package", "little_loops", null, null, "i"],
      [
        "agent host",
        "claude or codex or gemini",
        true,
        "/bin/codex",
        "b e f",
      ],
      ["MCP server", "gone", false, "/p/.mcp.json", "d"],
      ["MCP server", "net", true, "/p/.mcp.json", "n"],
      ["environment variable", "DB", false, null, "n"],
      ["MCP server", "srv", true, "/p/.mcp.json", "c"],
      ["slash command", "/ll:theirs", null, null, "f"],
      [
        "slash command",
        "/mine",
        true,
        "/home/me/.claude/commands/mine.md",
        "e",
      ],
      ["loop", "${context.l}", null, null, "g"],
      ["loop", "sub", true, null, "h"],
    ],
  );
  assertEquals(
    findNeeds(world, PROJECT, definitions).filter((need) => need.isOfReference)
      .map(({ name }) => name),
    ["ll-issues", "little_loops", "/ll:theirs"],
  );
  programs.clear();
  const [bash] = findNeeds(world, PROJECT, definitions);
  assertEquals([bash?.name, bash?.isFound, bash?.states], ["bash", false, [
    "a",
    "i",
    "sub/s",
  ]]);
  for (
    const [text, reason] of [
      ["null", 'it has no object "mcpServers" with a server under each name'],
      ["[]", 'it has no object "mcpServers" with a server under each name'],
      ['{"mcpServers": null}', "it has no object"],
      ["{", "Not JSON: the end of the file"],
      ['{"mcpServers": {"srv": {}}}', 'it has no "command"'],
    ] as const
  ) {
    files.replace("/p/.mcp.json", text);
    const servers = findNeeds(world, PROJECT, definitions)
      .filter(({ kind }) => kind === "MCP server");
    assertEquals(servers.map(({ isFound }) => isFound), [false, false, false]);
    assertStringIncludes(servers.at(-1)?.why ?? "", reason);
  }
});

Deno.test("scope entries: known context is put in, the rest stays as it is written", () => {
  const context = { pkg: "a", n: 1, paths: { src: "s" }, none: null };
  const cases: [string, string][] = [
    ["src/${context.pkg}/${context.n}", "src/a/1"],
    ["${context.no}/x", "${context.no}/x"],
    ["${context.paths.src}/${context.paths.no}", "s/${context.paths.no}"],
    ["${context.none}x", "x"],
    ["${context.no:default=y}/x", "y/x"],
    ["${context.constructor}", "${context.constructor}"],
    ["${env.HOME}/${x}", "${env.HOME}/${x}"],
    ["$${context.pkg}", "${context.pkg}"],
  ];
  for (const [entry, expected] of cases) {
    assertEquals(resolveScopeEntry(entry, context), expected, entry);
  }
});

/** A machine with git and bash, whose git commands the test answers. */
function demoWorld(answer: (args: readonly string[]) => Answer) {
  const commands: string[] = [];
  const files = memoryFiles();
  const processes: Processes = {
    find: (program) => `/bin/${program}`,
    isExecutable: () => true,
    start({ argv, cwd, env }) {
      commands.push(`${cwd}: ${argv.join(" ")}`);
      assertEquals(env["GIT_CONFIG_GLOBAL"], "/dev/null");
      return {
        outcome: Promise.resolve(processOutcomeOf(answer(argv))),
        stop() {},
      };
    },
  };
  const sources = fakeSources({
    "builtin:lib/demo-project.yaml":
      'files:\n  README.md: "# words"\n  bin/check.sh: |\n    exit 1\n',
  });
  return { world: { files, processes, sources }, commands, files };
}

Deno.test("demo: a project in a fresh folder, committed", async () => {
  const { world, commands, files } = demoWorld(() => 0);
  const project = await createDemoProject(world);
  assertEquals(project.root, "/tmp/ll-loop-demo-1");
  assertEquals(project.loopsDir, "/tmp/ll-loop-demo-1/.loops");
  assertEquals(files.readText(`${project.root}/bin/check.sh`), "exit 1\n");
  assertEquals(
    commands[0],
    "/tmp/ll-loop-demo-1: git init --quiet --template=",
  );
  assertEquals(commands.at(-1)?.includes(" commit "), true);
});

Deno.test("demo: without git, or where git fails, it says so and leaves nothing", async () => {
  const { world } = demoWorld(() => 0);
  const processes = { ...world.processes, find: () => null };
  const missing = await assertRejects(() =>
    createDemoProject({ ...world, processes })
  );
  assertEquals(
    missing instanceof LoopError && [missing.exitStatus, missing.message],
    [69, 'Cannot show the demo: program "bash" was not found on PATH'],
  );
  const failing = demoWorld((argv) =>
    argv.includes("add") ? { exitCode: 128, stderr: "fatal: no\n" } : 0
  );
  const failed = await assertRejects(() => createDemoProject(failing.world));
  assertEquals(
    failed instanceof LoopError && failed.message,
    "Git cannot make the demo project: fatal: no",
  );
  assertEquals(failing.files.stat("/tmp/ll-loop-demo-1"), null);
});
