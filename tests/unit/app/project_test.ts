// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values, and tests may block
import { assert, assertEquals } from "@std/assert";
import { createFiles, createSystem } from "../../../src/adapters/mod.ts";
import {
  DEFAULT_CONFIG,
  findProject,
  type FindProjectOptions,
  passedOverLines,
  type Project,
} from "../../../src/app/project/mod.ts";
import { findJsonError } from "../../../src/app/project/json_error.ts";
import { type Finding, LoopError } from "../../../src/model/mod.ts";
import {
  failure,
  fakeSystem,
  type FakeSystemOptions,
  memoryFiles,
  type MemoryFilesOptions,
} from "../../support/fakes.ts";
import { withScratch } from "../../support/scratch.ts";

interface Setup extends FindProjectOptions {
  texts?: Record<string, string>;
  files?: MemoryFilesOptions;
  system?: FakeSystemOptions;
}

function find(
  { texts = {}, files = {}, system = {}, ...options }: Setup,
): Project {
  const folders = ["/p", ...(files.folders ?? [])];
  return findProject({
    files: memoryFiles(texts, { ...files, folders }),
    system: fakeSystem(system),
  }, options);
}

/** The one finding of our own configuration file with this text. */
function ourFindings(text: string): readonly Finding[] {
  return find({ texts: { "/p/.loops/config.yaml": text } }).findings;
}

Deno.test("the project is the nearest .loops, not above git root or home", () => {
  const cases: [string, Setup, string, boolean][] = [
    ["nothing anywhere", { system: { cwd: "/p" } }, "/p", false],
    [
      "here",
      { files: { folders: ["/p/.loops"] }, system: { cwd: "/p" } },
      "/p",
      true,
    ],
    [
      "further up",
      {
        files: { folders: ["/p/.loops", "/p/a/b"] },
        system: { cwd: "/p/a/b" },
      },
      "/p",
      true,
    ],
    [
      "the nearest of two",
      {
        files: { folders: ["/p/.loops", "/p/a/.loops", "/p/a/b"] },
        system: { cwd: "/p/a/b" },
      },
      "/p/a",
      true,
    ],
    [
      "git root without .loops",
      { files: { folders: ["/p/.git", "/p/a"] }, system: { cwd: "/p/a" } },
      "/p",
      false,
    ],
    [
      "not above the git root",
      {
        files: { folders: ["/.loops", "/p/.git", "/p/a"] },
        system: { cwd: "/p/a" },
      },
      "/p",
      false,
    ],
    [
      "a worktree's .git is a file",
      {
        texts: { "/p/w/.git": "gitdir: /p/.git/worktrees/w" },
        files: { folders: ["/p/.loops", "/p/w/a"] },
        system: { cwd: "/p/w/a" },
      },
      "/p/w",
      false,
    ],
    [
      "not above home",
      {
        files: { folders: ["/home/.loops", "/home/me/x"] },
        system: { cwd: "/home/me/x" },
      },
      "/home/me/x",
      false,
    ],
    [
      "home itself",
      {
        files: { folders: ["/home/me/.loops", "/home/me/x"] },
        system: { cwd: "/home/me/x" },
      },
      "/home/me",
      true,
    ],
    [
      "home by another name",
      {
        files: {
          folders: ["/vol/.loops", "/vol/me/x"],
          links: { "/home": "/vol" },
        },
        system: { cwd: "/vol/me/x" },
      },
      "/vol/me/x",
      false,
    ],
    [
      "somebody else's",
      {
        files: { folders: ["/p/.loops", "/p/a"], uid: 2000 },
        system: { cwd: "/p/a" },
      },
      "/p/a",
      false,
    ],
    [
      "a system without owners",
      {
        files: { folders: ["/p/.loops", "/p/a"], uid: 2000 },
        system: { cwd: "/p/a", uid: null },
      },
      "/p",
      true,
    ],
    [
      "a file of that name is no folder",
      {
        texts: { "/p/a/.loops": "" },
        files: { folders: ["/p/.loops"] },
        system: { cwd: "/p/a" },
      },
      "/p",
      true,
    ],
  ];
  for (const [what, setup, root, exists] of cases) {
    const project = find(setup);
    assertEquals(project.root, root, what);
    assertEquals(project.loopsDir, `${root}/.loops`, what);
    assertEquals(project.exists, exists, what);
    assertEquals(project.findings, [], what);
    assertEquals(project.config, DEFAULT_CONFIG, what);
  }
});

Deno.test("a file where loops could be was skipped in silence", () => {
  const project = find({
    texts: { "/p/a/.loops": "" },
    files: { folders: ["/p/.loops"] },
    system: { cwd: "/p/a/b" },
  });
  assertEquals(project.passedOver, [{ path: "/p/a/.loops", uid: null }]);
  assertEquals(passedOverLines(project), [
    '"/p/a/.loops" was passed over: it is a file, and no folder of loops',
  ]);
});

Deno.test("a folder of somebody else was skipped in silence, and used where one stands", () => {
  const at = (
    cwd: string,
    { folders, foreign, texts, uid = 65534, system, ...options }:
      & FindProjectOptions
      & {
        folders: readonly string[];
        foreign: readonly string[];
        texts?: Record<string, string>;
        uid?: number;
        system?: FakeSystemOptions;
      },
  ): unknown[] => {
    const files = memoryFiles(texts, { folders: [cwd, ...folders] });
    for (const path of foreign) {
      if (files.folders.has(path)) files.folders.set(path, { uid });
      else files.entries.set(path, { text: "{}", modifiedMs: 0, uid });
    }
    const world = { files, system: fakeSystem({ cwd, ...system }) };
    try {
      const { root, passedOver, findings } = findProject(world, options);
      return [root, passedOver, ...findings.map(({ message }) => message)];
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      return [error.code, error.message];
    }
  };
  const skipped = [{ path: "/p/.loops", uid: 65534 }];
  const folders = ["/p/.loops", "/p/.git"];
  const loops = ["/p/.loops"];
  const refused = [
    "unreadable",
    'Cannot use "/p/.loops": it belongs to another user (uid 65534)',
  ];
  assertEquals(at("/p/a", { folders: loops, foreign: loops }), [
    "/p/a",
    skipped,
  ]);
  assertEquals(at("/p/a", { folders, foreign: loops }), ["/p/a", skipped]);
  // A repository of somebody else is no project of ours, either.
  assertEquals(at("/p/a", { folders: ["/p/.git"], foreign: ["/p/.git"] }), [
    "/p/a",
    undefined,
  ]);
  assertEquals(at("/p/a", { folders, foreign: ["/p/.git"] }), [
    "/p",
    undefined,
  ]);
  // Where somebody stands, nothing else is meant; whoever names it means it.
  assertEquals(at("/p", { folders, foreign: loops }), refused);
  assertEquals(at("/p", { folders: loops, foreign: loops }), refused);
  for (
    const named of [
      { loopsDirFlag: ".loops" },
      { system: { variables: { LL_LOOPS_DIR: "/p/.loops" } } },
    ]
  ) {
    const found = at("/p", { folders, foreign: folders, ...named });
    assertEquals(found, ["/p", undefined]);
  }
  // Nobody can be protected from root; root is, but from who called sudo.
  assertEquals(at("/p", { folders, foreign: loops, uid: 0 }), [
    "/p",
    undefined,
  ]);
  const asRoot = { uid: 0, variables: {} };
  assertEquals(at("/p", { folders, foreign: loops, system: asRoot }), refused);
  const sudo = { uid: 0, variables: { SUDO_UID: "65534" } };
  const own = ["/p", "/p/.git", ...loops];
  assertEquals(at("/p", { folders, foreign: own, system: sudo }), [
    "/p",
    undefined,
  ]);
  // What names the folder decides as much.
  const config = "/p/.ll/ll-config.json";
  assertEquals(
    at("/p", { folders, texts: { [config]: "" }, foreign: [config] }),
    [
      "/p",
      undefined,
      "The configuration is not used: it belongs to another user (uid 65534)",
    ],
  );
  const files = memoryFiles({}, { folders: ["/p"] });
  files.entries.set(config, { text: "{}", modifiedMs: 0, uid: 65534 });
  const unread = {
    ...files,
    readTextIfExists(path: string): never {
      throw new Error(`Read: ${path}`);
    },
  };
  const { findings } = findProject({ files: unread, system: fakeSystem() });
  assertEquals(findings.map(({ at }) => at.file), [config]);
});

Deno.test("flag, then environment, then the reference's key name the folder, not the project", () => {
  const base: Setup = {
    texts: { "/p/.ll/ll-config.json": '{"loops": {"loops_dir": "auto/"}}' },
    files: { folders: ["/p/.loops", "/p/a", "/p/auto"] },
  };
  const cases: [Setup, string, boolean][] = [
    [{ system: { cwd: "/p/a" } }, "/p/auto", true],
    [
      { system: { cwd: "/p/a", variables: { LL_LOOPS_DIR: "mine" } } },
      "/p/a/mine",
      false,
    ],
    [
      { system: { cwd: "/p/a", variables: { LL_LOOPS_DIR: "" } } },
      "/p/auto",
      true,
    ],
    [
      {
        system: { cwd: "/p/a", variables: { LL_LOOPS_DIR: "mine" } },
        loopsDirFlag: "../other/",
      },
      "/p/other",
      false,
    ],
    [{ system: { cwd: "/p/a" }, loopsDirFlag: "/abs" }, "/abs", false],
    [{ system: { cwd: "/p/a" }, loopsDirFlag: "/" }, "/", true],
  ];
  for (const [setup, loopsDir, exists] of cases) {
    const project = find({ ...base, ...setup });
    assertEquals(project.root, "/p");
    assertEquals(project.loopsDir, loopsDir);
    assertEquals(project.exists, exists);
  }
});

Deno.test("every key of our configuration counts, wherever the folder is", () => {
  const text = `
color: off
queue_timeout: 90
grace: 0.25
durability: fast
retention:
  runs: 0
  days: 7
max_depth: 3
delay: 1.5
host: codex
host_command: my-agent --yes
host_stream: claude
safe: yes
rate_limit_circuit: no
host_guard: off
prices: { my-model: { input: 1, output: 2.5, cache_read: 0 } }
`;
  const wanted = {
    color: false,
    queueTimeoutMs: 90_000,
    graceMs: 250,
    durability: "fast",
    retention: { runs: 0, days: 7 },
    maxDepth: 3,
    delayMs: 1500,
    include: null,
    host: "codex",
    hostCommand: "my-agent --yes",
    hostStream: "claude",
    isSafe: true,
    rateLimitCircuit: false,
    hostGuard: false,
    prices: { "my-model": { input: 1, output: 2.5, cacheRead: 0 } },
  } as const;
  const here = find({ texts: { "/p/.loops/config.yaml": text } });
  assertEquals(here.findings, []);
  assertEquals(here.config, wanted);
  const elsewhere = find({
    texts: { "/x/config.yaml": text },
    loopsDirFlag: "/x",
  });
  assertEquals(elsewhere.config, wanted);
});

Deno.test("an empty configuration is none", () => {
  for (
    const text of ["", "# nothing yet\n", "{}", "retention:\n", "color:\n"]
  ) {
    const project = find({ texts: { "/p/.loops/config.yaml": text } });
    assertEquals(project.findings, [], text);
    assertEquals(project.config, DEFAULT_CONFIG, text);
  }
});

Deno.test("booleans are accepted in every way that YAML people write them", () => {
  const cases: [string, boolean][] = [
    ["true", true],
    ["Yes", true],
    ['"on"', true],
    ["no", false],
    ["'off'", false],
    ["FALSE", false],
  ];
  for (const [word, wanted] of cases) {
    const project = find({
      texts: { "/p/.loops/config.yaml": `color: ${word}` },
    });
    assertEquals(project.config.color, wanted, word);
  }
});

Deno.test("a wrong value is one error that says what would be right", () => {
  const cases: [string, string[], string][] = [
    [
      "grace: -1",
      ["grace"],
      '"grace" is "-1" and must be a number of seconds, 0 or more',
    ],
    [
      "grace: .nan",
      ["grace"],
      '"grace" is "NaN" and must be a number of seconds, 0 or more',
    ],
    [
      "delay: soon",
      ["delay"],
      '"delay" is "soon" and must be a number of seconds, 0 or more',
    ],
    [
      "queue_timeout: .inf",
      ["queue_timeout"],
      '"queue_timeout" is "Infinity" and must be a number of seconds, 0 or more',
    ],
    [
      "color: maybe",
      ["color"],
      '"color" is "maybe" and must be true or false',
    ],
    ["color: 1", ["color"], '"color" is "1" and must be true or false'],
    [
      "durability: half",
      ["durability"],
      '"durability" is "half" and must be "full" or "fast"',
    ],
    [
      "max_depth: 0",
      ["max_depth"],
      '"max_depth" is "0" and must be a whole number, 1 or more',
    ],
    [
      "retention: {days: 1.5}",
      ["retention", "days"],
      '"retention.days" is "1.5" and must be a whole number, 0 or more',
    ],
    [
      "retention: [1]",
      ["retention"],
      '"retention" is a list and must be a mapping',
    ],
    [
      "prices: 3",
      ["prices"],
      '"prices" is "3" and must be a mapping from models to prices',
    ],
    [
      "prices: {m: 3}",
      ["prices", "m"],
      '"prices.m" is "3" and must be a price for a million tokens, such as {input: 3, output: 15}',
    ],
    [
      "prices: {m: {input: 3}}",
      ["prices", "m", "output"],
      '"prices.m.output" is missing and must be US dollars for a million tokens, 0 or more',
    ],
    [
      "prices: {m: {input: 3, outputs: 2}}",
      ["prices", "m", "outputs"],
      '"prices.m.outputs" is "2" and must be called input, output, cache_read or cache_write',
    ],
    ["- a\n- b", [], "The file is a list and must be a mapping"],
    ["just text", [], 'The file is "just text" and must be a mapping'],
    [
      "delay: {a: 1}",
      ["delay"],
      '"delay" is a mapping and must be a number of seconds, 0 or more',
    ],
  ];
  for (const [text, path, message] of cases) {
    assertEquals(ourFindings(text), [{
      rule: "configuration",
      severity: "error",
      message,
      at: { file: "/p/.loops/config.yaml", path },
    }], text);
  }
});

Deno.test("a wrong value leaves the default, and the others count", () => {
  const project = find({
    texts: { "/p/.loops/config.yaml": "grace: x\ndelay: 2\nmax_depth: 0" },
  });
  assertEquals(project.findings.length, 2);
  assertEquals(project.config, { ...DEFAULT_CONFIG, delayMs: 2000 });
});

Deno.test("an unknown key of ours is a warning that names the nearest", () => {
  const cases: [string, string[], string, string][] = [
    ["colour: no", ["colour"], 'Unknown key "colour"', 'Did you mean "color"?'],
    [
      "zebra: 1",
      ["zebra"],
      'Unknown key "zebra"',
      "Known keys here: color, queue_timeout, grace, durability, retention, max_depth, delay, host, host_command, host_stream, safe, rate_limit_circuit, host_guard, prices",
    ],
    [
      "retention: {day: 3}",
      ["retention", "day"],
      'Unknown key "retention.day"',
      'Did you mean "days"?',
    ],
    [
      "__proto__: 3",
      ["__proto__"],
      'Unknown key "__proto__"',
      "Known keys here: color, queue_timeout, grace, durability, retention, max_depth, delay, host, host_command, host_stream, safe, rate_limit_circuit, host_guard, prices",
    ],
  ];
  for (const [text, path, message, hint] of cases) {
    assertEquals(ourFindings(text), [{
      rule: "configuration",
      severity: "warning",
      message,
      at: { file: "/p/.loops/config.yaml", path },
      onKey: true,
      hint,
    }], text);
  }
});

Deno.test("a text that is not YAML is one error with its place", () => {
  const cases: [string, string, number, number][] = [
    [
      "color: on\ngrace: [1,\nx",
      "unexpected end of the stream within a flow collection",
      3,
      2,
    ],
    ["grace: 1\ngrace: 2", "the key is there twice", 2, 1],
    ["a: *x", 'unidentified alias "x"', 1, 6],
    ["a: 1\n---\nb: 2\n", "expected a single document", 2, 1],
  ];
  for (const [text, reason, line, column] of cases) {
    const findings = ourFindings(text);
    assertEquals(findings.length, 1, text);
    const [finding] = findings;
    assertEquals(finding?.severity, "error");
    assert(finding?.message.startsWith("Not YAML: "), finding?.message);
    assert(finding?.message.endsWith(reason), finding?.message);
    assertEquals(finding?.position, {
      line,
      column,
      endLine: line,
      endColumn: column + 1,
    }, text);
  }
});

Deno.test("the reference's keys are honoured, from the first of its files", () => {
  const text = JSON.stringify({
    project: { name: "x" },
    loops: {
      queue_wait_timeout_seconds: 60,
      run_defaults: { delay: 2, include: "src/**", clear: true },
    },
    cli: { color: false, colors: { logger: {} } },
  });
  for (
    const name of [
      ".ll/ll-config.json",
      "ll-config.json",
      ".claude/ll-config.json",
    ]
  ) {
    const project = find({ texts: { [`/p/${name}`]: `\ufeff${text}` } });
    assertEquals(project.findings, []);
    assertEquals(project.config, {
      ...DEFAULT_CONFIG,
      color: false,
      queueTimeoutMs: 60_000,
      delayMs: 2000,
      include: "src/**",
    });
  }
  const first = find({
    texts: {
      "/p/ll-config.json": '{"cli": {"color": true}}',
      "/p/.claude/ll-config.json": text,
    },
  });
  assertEquals(first.config, { ...DEFAULT_CONFIG, color: true });
});

Deno.test("our file wins over the reference's, key by key", () => {
  const project = find({
    texts: {
      "/p/.loops/config.yaml": "delay: 0\n",
      "/p/ll-config.json":
        '{"loops": {"run_defaults": {"delay": 9}}, "cli": {"color": true}}',
    },
  });
  assertEquals(project.config.delayMs, 0);
  assertEquals(project.config.color, true);
});

Deno.test("a wrong value in the reference's file is a warning, but not for the folder", () => {
  const of = (text: string): readonly Finding[] =>
    find({ texts: { "/p/ll-config.json": text } }).findings;
  assertEquals(of('{"cli": {"color": "blue"}, "loops": {"loops_dir": 5}}'), [
    {
      rule: "configuration",
      severity: "error",
      message: '"loops.loops_dir" is "5" and must be the path of a folder',
      at: { file: "/p/ll-config.json", path: ["loops", "loops_dir"] },
    },
    {
      rule: "configuration",
      severity: "warning",
      message: '"cli.color" is "blue" and must be true or false; it is ignored',
      at: { file: "/p/ll-config.json", path: ["cli", "color"] },
    },
  ]);
  assertEquals(of('{"loops": [1]}').map((finding) => finding.message), [
    '"loops" is a list and must be a mapping',
  ]);
  assertEquals(of('{"loops": null, "cli": {"color": null}}'), []);
});

Deno.test("a text that is not JSON is one error with its place", () => {
  const cases: [string, string, number, number][] = [
    ["", "the end of the file where a value is needed", 1, 1],
    ['{"a": tru}', '"tru" where a value is needed', 1, 7],
    ['{\n  "a": 1,\n}\n', '"}" where a key in "double quotes" is needed', 3, 1],
    ["{\n  // why\n}", '"//" where a key in "double quotes" is needed', 2, 3],
    ['{"a" 1}', '"1" where ":" is needed', 1, 6],
    ['{"a": [1 2]}', '"2" where "," or "]" is needed', 1, 10],
    ['{"a": 1', 'the end of the file where "," or "}" is needed', 1, 8],
    ['{"a": 1}}', '"}" where the end of the file is needed', 1, 9],
    ["{'a': 1}", '"\'a\'" where a key in "double quotes" is needed', 1, 2],
    ['{"a": 01}', '"1" where "," or "}" is needed', 1, 8],
  ];
  for (const [text, reason, line, column] of cases) {
    assertEquals(find({ texts: { "/p/ll-config.json": text } }).findings, [{
      rule: "configuration",
      severity: "error",
      message: `Not JSON: ${reason}`,
      at: { file: "/p/ll-config.json", path: [] },
      position: { line, column, endLine: line, endColumn: column + 1 },
      hint: "Correct the file or remove it",
    }], text);
  }
});

Deno.test("the scan for JSON errors agrees with the runtime on every mutation", () => {
  const text =
    '{"a": [1, -2.5e+3, "x\\u00e9\\n"], "b": {"c": null, "d": [true, {}]}}';
  const signs = [
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "1",
    "-",
    ".",
    "e",
    "\\",
    " ",
    "\n",
    "t",
  ];
  let disagreements = 0;
  for (let i = 0; i <= text.length; i++) {
    for (const sign of ["", ...signs]) {
      for (const cut of [0, 1]) {
        const mutant = text.slice(0, i) + sign + text.slice(i + cut);
        let isJson = true;
        try {
          JSON.parse(mutant);
        } catch {
          isJson = false;
        }
        if (isJson !== (findJsonError(mutant) === null)) disagreements++;
      }
    }
  }
  assertEquals(disagreements, 0);
  assertEquals(findJsonError("[".repeat(100_000))?.expected, "less nesting");
});

Deno.test("a configuration file that cannot be read is one error", () => {
  const file = "/p/.loops/config.yaml";
  const files = memoryFiles({}, { folders: [file] });
  const project = findProject({ files, system: fakeSystem() });
  assertEquals(
    project.findings.map((f) => [f.severity, f.message, f.at.file]),
    [
      ["error", `Cannot read "${file}": Is a directory`, file],
    ],
  );
  const denied = {
    ...files,
    isAbsent: () => false,
    readTextIfExists(path: string): string | null {
      throw failure("unreadable", path, "Permission denied");
    },
  };
  assertEquals(
    findProject({ files: denied, system: fakeSystem() }).findings.map((f) =>
      f.message
    ),
    [
      `Cannot read "${file}": Permission denied`,
      'Cannot read "/p/.ll/ll-config.json": Permission denied',
    ],
  );
});

Deno.test("on a real disk a project is found through a link, and nothing is written", () =>
  withScratch((dir) => {
    const files = createFiles();
    files.makeFolder(`${dir}/real/.loops`);
    files.makeFolder(`${dir}/real/a/b`);
    files.create(`${dir}/real/.loops/config.yaml`, "grace: 1\n");
    Deno.symlinkSync(`${dir}/real/a`, `${dir}/link`);
    const system = { ...createSystem(), cwd: `${dir}/link/b`, home: dir };
    const project = findProject({ files, system });
    assertEquals(project.root, `${dir}/real`);
    assertEquals(project.config.graceMs, 1000);
    const empty = { ...system, cwd: `${dir}/link`, home: `${dir}/real/a` };
    assertEquals(findProject({ files, system: empty }).exists, false);
    assertEquals(files.list(`${dir}/real`), [".loops", "a"]);
    assertEquals(files.list(`${dir}/real/.loops`), ["config.yaml"]);
  }));
