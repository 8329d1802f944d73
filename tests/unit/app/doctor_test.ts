// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  canRun,
  examine,
  examineLoops,
  isReady,
} from "../../../src/app/doctor/mod.ts";
import { findCopies } from "../../../src/app/doctor/find_copies.ts";
import { tryFolder } from "../../../src/app/doctor/try_folder.ts";
import {
  examineConfiguration,
  findProject,
  type Project,
} from "../../../src/app/project/mod.ts";
import {
  judgeRun,
  PLAIN_REQUEST,
  prepareRun,
  REAL_PERFORMER,
  requireReady,
} from "../../../src/app/run/mod.ts";
import { launcherText } from "../../../src/app/run/own_program.ts";
import { LoopError } from "../../../src/model/mod.ts";
import {
  failure,
  fakeProcesses,
  type FakeProcessesOptions,
  fakeSources,
  fakeSystem,
  type FakeSystemOptions,
  memoryFiles,
  memoryLocks,
} from "../../support/fakes.ts";

const TOOLS = {
  bash: "/usr/bin/bash",
  git: "/usr/bin/git",
};

/** A machine and the project `/p` with `files`. */
function machine(options: {
  readonly files?: Record<string, string>;
  readonly links?: Record<string, string>;
  readonly system?: FakeSystemOptions;
  readonly processes?: FakeProcessesOptions;
} = {}) {
  const texts = options.files ?? {};
  const files = memoryFiles(texts, {
    folders: ["/p/.loops", "/tmp"],
    links: options.links ?? {},
  });
  const system = fakeSystem({
    variables: { PATH: "/usr/local/bin:/usr/bin" },
    ...options.system,
  });
  return {
    files,
    system,
    locks: memoryLocks(files),
    sources: fakeSources(texts),
    processes: fakeProcesses({ programs: TOOLS, ...options.processes }),
  };
}

type Machine = ReturnType<typeof machine>;

function projectOf(world: Machine): Project {
  return findProject(world);
}

const LOOP = (action: string, more = "") =>
  `name: a\ndescription: d\ninitial: a\n${more}states:\n  a:\n    action: ${
    JSON.stringify(action)
  }\n    on_yes: done\n    on_no: done\n  done: {terminal: true}\n`;

// ------------------------------------------------------------------ verdicts

function judge(world: Machine, loop = "a") {
  const prepared = prepareRun(world, projectOf(world), {
    ...PLAIN_REQUEST,
    loop,
  });
  return { prepared, ...judgeRun(world, prepared, REAL_PERFORMER.can) };
}

Deno.test("verdict: runs, runs with what is missing, does not run", () => {
  const world = machine({
    files: {
      "/p/.loops/a.yaml": LOOP("git status"),
      "/p/.loops/b.yaml": LOOP(
        "jq . ${context.file}",
        "required_inputs: [input]\n",
      ),
      "/p/.loops/c.yaml": LOOP("Think", "").replace(
        "    on_yes",
        "    type: learning\n    learning: { targets: [x] }\n    on_no: done\n    on_yes",
      ),
    },
  });
  assertEquals(judge(world).verdict, {
    kind: "runs",
    values: [],
    lacking: [],
    unsupported: [],
    obstacle: null,
  });
  const wanting = judge(world, "b").verdict;
  assertEquals(wanting.kind, "runs-with");
  assertEquals(wanting.lacking.map(({ name }) => name), ["jq"]);
  assertEquals(wanting.values.map(({ add }) => add), [
    "an INPUT after the loop's name",
    "--context file=VALUE",
  ]);
  const hopeless = judge(world, "c").verdict;
  assertEquals(hopeless.kind, "does-not-run");
  assertEquals(hopeless.unsupported.map(({ state }) => state), ["a"]);
  // It is told all the same, for the day when they run.
  assertEquals(hopeless.lacking.map(({ kind }) => kind), ["agent host"]);
});

Deno.test("needs: a bash that is not there is told once, also where an action calls it", () => {
  const world = machine({
    files: { "/p/.loops/a.yaml": LOOP("bash -c true; true") },
    processes: { programs: {} },
  });
  const { lacking } = judge(world).verdict;
  assertEquals(lacking.map(({ name }) => name), ["bash"]);
});

Deno.test("a project too large to look after its tests refuses a guarded loop, unless agents may change them", async () => {
  const guarded = `tamper_guard: fail\n${LOOP("true")}`;
  const given = machine({
    files: {
      "/p/.loops/a.yaml": guarded,
      "/p/.loops/free.yaml": LOOP("true").replace("name: a", "name: free"),
    },
  });
  const world = { ...given, files: { ...given.files, scan: () => null } };
  const { prepared, verdict } = judge(world);
  assertEquals([verdict.kind, verdict.obstacle?.state], ["does-not-run", "a"]);
  const error = await assertRejects<LoopError>(
    () => requireReady(world, prepared, REAL_PERFORMER.can),
    LoopError,
  );
  assertEquals(
    [error.message, error.hint, error.exitStatus],
    [
      'Cannot run loop "a" here: state "a" has a "tamper_guard", which cannot look at more than 100000 files and folders',
      'It leaves out folders with a "CACHEDIR.TAG"; --allow-test-edits goes without it',
      65,
    ],
  );
  const free = judge(world, "free");
  assertEquals(free.verdict.obstacle, null);
  await requireReady(world, free.prepared, REAL_PERFORMER.can);
  const small = judge(given);
  assertEquals(small.verdict.obstacle, null);
  await requireReady(given, small.prepared, REAL_PERFORMER.can);
});

Deno.test("windows: a loop with actions is refused and WSL is named, one without runs", async () => {
  const world = machine({
    files: {
      "/p/.loops/a.yaml": LOOP("true"),
      "/p/.loops/still.yaml":
        "name: still\ninitial: a\nstates:\n  a: {next: done}\n  done: {terminal: true, action: ls}\n",
    },
    system: { os: "windows" },
  });
  const { prepared, verdict } = judge(world);
  assertEquals([verdict.kind, verdict.obstacle?.state], ["does-not-run", "a"]);
  const error = await assertRejects<LoopError>(
    () => requireReady(world, prepared, REAL_PERFORMER.can),
    LoopError,
  );
  assertEquals(
    error.message,
    'Cannot run loop "a" on this system: state "a" runs a shell action, and Windows has no ' +
      "process groups, by which all that it starts is ended",
  );
  assertEquals(
    error.hint,
    "Install WSL (`wsl --install`) and run ll-loop inside of it: there it does all that it does on Linux",
  );
  assertEquals(error.exitStatus, 69);
  const still = judge(world, "still");
  assertEquals([still.verdict.kind, still.verdict.obstacle], ["runs", null]);
  await requireReady(world, still.prepared, REAL_PERFORMER.can);
});

Deno.test("windows: MCP servers and agents were started all the same", () => {
  const reasonFor = (state: string) => {
    const world = machine({
      files: {
        "/p/.loops/a.yaml":
          `name: a\ninitial: a\nstates:\n  a: {${state}, next: done}\n  done: {terminal: true}\n`,
        "/p/.mcp.json": JSON.stringify({
          mcpServers: {
            local: { command: "serve" },
            remote: { url: "https://example.org" },
          },
        }),
      },
      processes: { programs: { ...TOOLS, claude: "/usr/bin/claude" } },
      system: { os: "windows" },
    });
    return judge(world).verdict.obstacle?.reason.split(", and Windows")[0] ??
      null;
  };
  const tool = (action: string) =>
    reasonFor(`action_type: mcp_tool, action: '${action}'`);
  assertEquals(tool("local/x"), "starts an MCP server");
  assertEquals(
    tool("${context.server:default=local}/x"),
    "starts an MCP server",
  );
  assertEquals(tool("remote/x"), null);
  assertEquals(tool("gone/x"), null);
  assertEquals(reasonFor("prompt: Fix it"), "starts an agent");
});

Deno.test("macOS: only with its own bash is newer syntax a warning and a need", () => {
  const files = { "/p/.loops/a.yaml": LOOP("declare -A seen; wait -n") };
  const found = (os: string, bash: string) => {
    const world = machine({ files, system: { os, abilities: { bash } } });
    const { prepared, verdict } = judge(world);
    return [
      prepared.findings.filter(({ rule }) => rule === "newer-bash").length,
      verdict.lacking.map(({ name, states }) => `${name}: ${states}`).join(),
    ];
  };
  assertEquals(found("darwin", "/bin/bash"), [2, "bash 4.3 or later: a"]);
  assertEquals(found("darwin", "/opt/homebrew/bin/bash"), [0, ""]);
  assertEquals(found("linux", "/bin/bash"), [0, ""]);
});

Deno.test("loops: those named, or all of the project; each failure is one entry", () => {
  const world = machine({
    files: {
      "/p/.loops/a.yaml": LOOP("true"),
      "/p/.loops/b.yaml": LOOP("nosuch"),
      "/p/.loops/bad.yaml": "name: bad\ninitial: x\nstates:\n  a: {next: y}\n",
      "builtin:extra.yaml": LOOP("true"),
    },
  });
  const project = projectOf(world);
  const brief = (names: readonly string[]) =>
    examineLoops(world, project, names).map((loop) => [
      loop.name,
      loop.kind === "judged"
        ? `${loop.verdict.kind} ${loop.file}`
        : loop.kind === "invalid"
        ? `${loop.errors} errors`
        : loop.error.message,
      canRun(loop),
    ]);
  assertEquals(brief([]), [
    ["a", "runs /p/.loops/a.yaml", true],
    ["b", "runs-with /p/.loops/b.yaml", false],
    ["bad", "2 errors", false],
  ]);
  assertEquals(brief(["extra", "gone", "extra"]), [
    ["extra", "runs builtin:extra.yaml", true],
    ["gone", 'Loop not found: "gone"', false],
  ]);
});

// ------------------------------------------------------------------ copies on PATH

const REFERENCE = `#!/venv/bin/python
import sys
from little_loops.cli import main_loop
sys.exit(main_loop())
`;

Deno.test("copies: this one, ours, the reference without starting it, and strangers", async () => {
  const self = ["/opt/deno", "run", "-A", "file:///main.ts"];
  const folders = "one two three four five six seven".split(" ");
  const path = (folder: string) => `/${folder}/ll-loop`;
  const started: string[] = [];
  const world = machine({
    files: {
      [path("one")]: launcherText(self),
      [path("two")]: "ELF",
      "/venv/bin/ll-loop": REFERENCE,
      "/venv/lib/python3.12/site-packages/little_loops-1.156.0.dist-info/METADATA":
        "x",
      [path("four")]: "#!/usr/bin/env python3\nprint('another one')\n",
      [path("five")]: "#!/bin/sh\nexec shim\n",
      [path("six")]: "#!/bin/sh\nsleep 100\n",
      [path("seven")]: "#!/bin/sh\necho 1.0\n",
    },
    links: { [path("three")]: "/venv/bin/ll-loop" },
    system: {
      selfCommand: self,
      variables: {
        PATH: ["/none", ...folders.map((name) => `/${name}`), "/one"].join(":"),
      },
    },
    processes: {
      programs: Object.fromEntries(folders.map((name) => [name, path(name)])),
      answer: ({ argv, timeoutMs }) => {
        assert(timeoutMs > 0 && timeoutMs <= 5000);
        started.push(argv.join(" "));
        switch (argv[0]) {
          case path("two"):
            return { out: "ll-loop 0.9.0 (deno 2.9.6)\nAn independent …\n" };
          case path("five"):
            return {
              exitCode: 2,
              stderr: {
                text: "usage: ll-loop [-h] ...\n",
                sizeBytes: 0,
                isTruncated: false,
                spill: null,
              },
            };
          case path("six"):
            return { exitCode: 124, timeoutKind: "wall" };
          default:
            return { out: "1.0\n" };
        }
      },
    },
  });
  const copies = await findCopies(world, "1.0.0");
  assertEquals(
    copies.map(({ path, kind, version }) => [path, kind, version]),
    [
      [path("one"), "this", "1.0.0"],
      [path("two"), "ours", "0.9.0"],
      [path("three"), "reference", "1.156.0"],
      [path("four"), "unknown", null],
      [path("five"), "reference", null],
      [path("six"), "unknown", null],
      [path("seven"), "unknown", null],
    ],
  );
  assertEquals(copies[5]?.evidence, "its --version did not end");
  assertEquals(
    started.sort(),
    ["five", "seven", "six", "two"].map((name) => `${path(name)} --version`),
  );
});

// ------------------------------------------------------------------ machine, folders, configuration

Deno.test("machine: versions are asked for at the same time, whatever the answer", async () => {
  const asked: string[] = [];
  const world = machine({
    processes: {
      programs: { ...TOOLS, claude: "/bin/claude", gemini: "/bin/gemini" },
      answer: ({ argv, cwd, timeoutMs }) => {
        asked.push(`${cwd}: ${argv.join(" ")}`);
        assert(timeoutMs > 0);
        switch (argv[0]) {
          case "/usr/bin/bash":
            return { out: "GNU bash, version 3.2.57(1)-release\n" };
          case "/usr/bin/git":
            return { out: "git version 2.39.5 (Apple Git-154)" };
          case "/bin/claude":
            return { out: "2.1.3 (Claude Code)\n" };
          default:
            return { exitCode: 124, timeoutKind: "wall" };
        }
      },
    },
    system: { abilities: { setsid: null, isGuarded: false } },
  });
  const { machine: found, folders, ...rest } = await examine(
    world,
    projectOf(world),
    { version: "1.0.0" },
  );
  const tool = (name: string, path: string | null, version: string | null) => ({
    name,
    path,
    version,
  });
  assertEquals(found, {
    os: "linux",
    bash: tool("bash", "/usr/bin/bash", "3.2.57"),
    setsid: tool("setsid", null, null),
    git: tool("git", "/usr/bin/git", "2.39.5"),
    agents: [
      tool("claude", "/bin/claude", "2.1.3"),
      tool("codex", null, null),
      tool("gemini", "/bin/gemini", null),
    ],
    canSeeAll: true,
    isGuarded: false,
  });
  assertEquals(asked.length, 4);
  assert(asked.every((line) => line.startsWith("/p: ")));
  assertEquals(folders.map(({ path, hasLocks }) => [path, hasLocks]), [
    ["/p/.loops", true],
    ["/tmp", true],
  ]);
  assertEquals(rest.copies, []);
  assertEquals(rest.command, ["/usr/bin/ll-loop"]);
});

Deno.test("folders: written to and locked for real, and nothing stays", async () => {
  const world = machine({ files: { "/p/file": "x" } });
  const before = [...world.files.folders.keys(), ...world.files.entries.keys()];
  const trial = (path: string) => tryFolder(world, path);
  const good = { isWritable: true, hasLocks: true, problem: null };
  assertEquals(await trial("/p/.loops"), {
    path: "/p/.loops",
    exists: true,
    ...good,
  });
  assertEquals(await trial("/p/new/deep"), {
    path: "/p/new/deep",
    exists: false,
    ...good,
  });
  const bad = { isWritable: false, hasLocks: false };
  assertEquals(await trial("/p/file"), {
    path: "/p/file",
    exists: true,
    ...bad,
    problem: '"/p/file" is not a folder',
  });
  world.files.beforeWrite = (path) => {
    throw failure(
      "cannot-write",
      path.replace(/-\w+$/, ""),
      "Permission denied",
    );
  };
  assertEquals(await trial("/p/.loops"), {
    path: "/p/.loops",
    exists: true,
    ...bad,
    problem: "Permission denied",
  });
  world.files.beforeWrite = (path) => {
    if (path.endsWith("/file")) {
      throw failure("cannot-write", "it", "No space left on device");
    }
  };
  assertEquals(
    (await trial("/p/.loops")).problem,
    "No space left on device",
  );
  world.files.beforeWrite = null;
  assertEquals(
    [...world.files.folders.keys(), ...world.files.entries.keys()],
    before,
  );
});

Deno.test("folders: a lock that nobody sees, and one that stays, are told", async () => {
  const world = machine();
  const blind = { ...world.locks, isHeld: () => Promise.resolve(false) };
  const unseen = await tryFolder({ ...world, locks: blind }, "/p/.loops");
  assertEquals([unseen.isWritable, unseen.hasLocks, unseen.problem], [
    true,
    false,
    "a lock that is held is not seen: two runs could change the same files",
  ]);
  let takes = 0;
  const stuck = {
    ...world.locks,
    tryExclusive: (path: string) =>
      takes++ === 0 ? world.locks.tryExclusive(path) : Promise.resolve(null),
  };
  const kept = await tryFolder({ ...world, locks: stuck }, "/p/.loops");
  assertEquals(kept.problem, "a lock that was let go is still held");
  const none = {
    ...world.locks,
    tryExclusive: () =>
      Promise.reject(failure("cannot-write", "lock", "No locks available")),
  };
  const lacking = await tryFolder({ ...world, locks: none }, "/p/.loops");
  assertEquals([lacking.isWritable, lacking.problem], [
    true,
    "No locks available",
  ]);
  assertEquals(world.files.list("/p/.loops"), []);
});

Deno.test("configuration: which files count, and which keys do nothing", async () => {
  const world = machine({
    files: {
      "/p/.loops/config.yaml": "grace: 1\ngarce: 2\n",
      "/p/.ll/ll-config.json": JSON.stringify({
        project: { src_dir: "src" },
        loops: {
          loops_dir: ".loops",
          run_defaults: { delay: 1, clear: true },
          glyphs: { prompt: "p", route: "r" },
        },
        cli: { color: true, colors: { logger: { info: "36" } } },
        commands: [],
      }),
      "/p/.claude/ll-config.json": "{}",
      "/p/.ll/program.md": "steer",
    },
  });
  assertEquals(await examineConfiguration(world, projectOf(world)), [
    {
      file: "/p/.loops/config.yaml",
      owner: "ll-loop",
      isRead: true,
      ignoredKeys: [],
      problems: [
        { severity: "warning", line: 2, message: 'Unknown key "garce"' },
      ],
    },
    {
      file: "/p/.ll/ll-config.json",
      owner: "little-loops",
      isRead: true,
      ignoredKeys: [
        "loops.run_defaults.clear",
        "loops.glyphs.prompt",
        "loops.glyphs.route",
        "cli.colors.logger",
        "commands",
      ],
      problems: [],
    },
    {
      file: "/p/.claude/ll-config.json",
      owner: "little-loops",
      isRead: false,
      ignoredKeys: [],
      problems: [],
    },
    {
      file: "/p/.ll/program.md",
      owner: "little-loops",
      isRead: false,
      ignoredKeys: [],
      problems: [],
    },
  ]);
  const broken = machine({ files: { "/p/ll-config.json": '{"loops": }' } });
  const [file] = await examineConfiguration(broken, projectOf(broken));
  assertEquals(file?.problems, [{
    severity: "error",
    line: 1,
    message: 'Not JSON: "}" where a value is needed',
  }]);
});

Deno.test("ready: values may be missing, programs, folders and configuration may not", async () => {
  const answer = () => ({ out: "1.0" });
  const files = {
    "/p/.loops/a.yaml": LOOP("true", "required_inputs: [input]\n"),
    "/p/.loops/b.yaml": LOOP("nosuch"),
  };
  const ready = async (
    options: Parameters<typeof machine>[0],
    names: readonly string[],
  ) => {
    const world = machine({ files, ...options });
    const project = projectOf(world);
    const examination = await examine(world, project, { version: "1" });
    return isReady(examination, examineLoops(world, project, names));
  };
  const processes = { answer };
  assertEquals(await ready({ processes }, ["a"]), true);
  assertEquals(await ready({ processes }, ["a", "b"]), false);
  assertEquals(await ready({ processes: { answer, programs: {} } }, []), false);
  assertEquals(
    await ready({ processes, system: { os: "windows" } }, ["a"]),
    false,
  );
  const broken = { "/p/.loops/config.yaml": "grace: x" };
  assertEquals(await ready({ processes, files: broken }, []), false);
});
