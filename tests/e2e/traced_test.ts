/** SECURITY.md, seen from outside: what looking at a hostile project does, and what a run does by itself. */

import { assert, assertEquals } from "@std/assert";
import { canTest, isInstalled } from "../support/installed.ts";
import {
  type Expected,
  type Project,
  withProject,
} from "../support/ll_loop.ts";
import { TESTED_BINARY } from "../support/tested_binary.ts";
import { readTrace, type Trace, tracedBy } from "../support/trace.ts";

const EVIL = "$(touch pwned)`touch pwned`; touch pwned #";

/** A project that tries everything that a file can try on somebody who only looks at it. */
const HOSTILE: Readonly<Record<string, string>> = {
  ".loops/evil.yaml": `name: evil
description: "${EVIL}"
initial: a
scope: ["${EVIL}"]
context: { x: "${EVIL}", y: "\${env.HOME}" }
states:
  a:
    action: "touch pwned; ${EVIL}"
    capture: "c"
    evaluate: { type: output_contains, pattern: "(a+)+$" }
    on_yes: b
    on_no: b
    on_error: b
  b: { loop: "\${context.x}", on_yes: done, on_no: done, on_error: done }
  done: { terminal: true }
`,
  ".loops/reads.yaml": "from: /etc/passwd\n",
  ".loops/imports.yaml": `import: [../../../../../etc/passwd, '${EVIL}']
states: { a: { run: touch pwned, on_yes: done } }
`,
  ".loops/config.yaml": "color: true\ngrace: 1\n",
  ".ll/ll-config.json":
    `{ "loops": { "loops_dir": ".loops" }, "x": "${EVIL}" }`,
  // What other programs would run here by themselves.
  ".git/config":
    "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch pwned\n\thooksPath = .\n\tpager = touch pwned\n",
  ".git/HEAD": "ref: refs/heads/main\n",
  ".git/objects/info/packs": "",
  ".git/refs/heads/none": "",
  "deno.json": '{ "imports": { "zod": "./evil.ts" }, "lock": true }',
  "deno.lock": "{",
  "evil.ts": "Deno.writeTextFileSync('pwned', '');\n",
  "package.json":
    '{ "type": "commonjs", "scripts": { "preinstall": "touch pwned" } }',
  ".npmrc": "registry=http://127.0.0.1:9/\n",
  ".env": "BASH_ENV=./evil.sh\n",
  "evil.sh": "touch pwned\n",
  "post-checkout": "#!/bin/sh\ntouch pwned\n",
};

/** Variables by which a runtime is told to connect somewhere, or to write or load something. */
const VARIABLES: Readonly<Record<string, string>> = {
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
  OTEL_METRIC_EXPORT_INTERVAL: "1",
  DENO_AUTH_TOKENS: "secret@127.0.0.1",
  NODE_DEBUG: "fs,net",
  HTTP_PROXY: "http://127.0.0.1:9",
};

/** Such ones that `deno run` obeys, as SECURITY.md says: in the executable they do nothing. */
const EXECUTABLE_VARIABLES: Readonly<Record<string, string>> = {
  OTEL_DENO: "true",
  DENO_COVERAGE_DIR: "coverage",
  DENO_V8_FLAGS: "--prof",
  NODE_OPTIONS: "--require ./evil.ts --cpu-prof",
  NODE_V8_COVERAGE: "coverage",
  NODE_EXTRA_CA_CERTS: "evil.ts",
};

/** Carries out a command under `strace`; the cache of the runtime, where there is one, is no part of it. */
async function traced(
  project: Project,
  args: readonly string[],
  expected: Expected,
): Promise<Trace> {
  const file = `${project.home}/trace`;
  await project.ll(args, { stdout: [], stderr: [], ...expected }, {
    via: tracedBy(file),
    env: {
      ...VARIABLES,
      ...(TESTED_BINARY === undefined
        // By `deno run` Deno looks for a newer Deno once a day.
        ? { DENO_NO_UPDATE_CHECK: "1" }
        : EXECUTABLE_VARIABLES),
    },
  });
  const trace = readTrace(await Deno.readTextFile(file));
  assert(trace.programs.length > 0, "nothing was traced");
  const cache = Deno.env.get("DENO_DIR") ??
    `${Deno.env.get("HOME")}/.cache/deno`;
  const own = (path: string) =>
    path !== "/dev/null" && path !== "/dev/tty" &&
    (TESTED_BINARY !== undefined || !path.startsWith(`${cache}/`));
  return { ...trace, written: trace.written.filter(own) };
}

Deno.test("a trace shows what is done", async () => {
  if (!canTest("what programs do (strace)", isInstalled("strace"))) return;
  await withProject({}, async (project) => {
    const file = `${project.home}/trace`;
    await project.bash(
      "mkdir a; echo x > a/b; mv a/b c; : 3<>/dev/tcp/127.0.0.1/9; ls; true",
      { via: tracedBy(file) },
    ).ended;
    const { programs, written, network } = readTrace(
      await Deno.readTextFile(file),
    );
    assertEquals(
      programs.map((path) => path.split("/").at(-1)),
      ["bash", "mkdir", "mv", "ls"],
    );
    // What its children wrote is not its own.
    assertEquals(written.filter((path) => path !== "/dev/tty"), [
      project.path("a/b"),
    ]);
    assert(network.some((call) => /connect.*htons\(9\)/.test(call)), "no call");
  });
});

Deno.test("whoever looks at a hostile project starts nothing, writes nothing and asks nobody", async () => {
  if (!canTest("what looking does (strace)", isInstalled("strace"))) return;
  await withProject(HOSTILE, async (project) => {
    const rows: [args: readonly string[], status: number][] = [
      [["list"], 0],
      [["show", "evil"], 0],
      [["validate", "evil", "imports"], 1],
      [["run", "evil", "--dry-run"], 0],
      // A file that is named is read, whatever it is: nothing more than that.
      [["show", "reads"], 65],
      [["run", "imports", "--dry-run", "--json"], 65],
      [["__complete", "--", "run", ""], 0],
      [["__complete", "--", "test", "evil", "--state", ""], 0],
      [["status"], 0],
    ];
    for (const [args, status] of rows) {
      const { programs, written, network } = await traced(project, args, {
        status,
        isUntouched: true,
      });
      assertEquals(
        [args, programs.slice(1), written, network],
        [args, [], [], []],
      );
    }
    assertEquals(project.read("pwned"), null);
  });
});

Deno.test("a run writes only below .loops and the temporary folder, and asks nobody, whatever variables are set", async () => {
  if (!canTest("what a run does (strace)", isInstalled("strace"))) return;
  const long = "head -c 2000000 /dev/zero | tr '\\0' x; echo; cat > kept";
  await withProject({
    ".loops/a.yaml": `name: a
description: Long output, standard input, a child, git
initial: out
states:
  out:
    action: |
      ${long}
    stdin: in
    evaluate: { type: output_contains, pattern: "y" }
    on_yes: done
    on_no: again
    on_error: again
  again: { loop: b, on_yes: done, on_no: done }
  done: { terminal: true }
`,
    ".loops/b.yaml": `name: b
description: A child
initial: a
states:
  a: { action: git status, evaluate: { type: diff_stall }, on_yes: done, on_no: done, on_error: done }
  done: { terminal: true }
`,
  }, async (project) => {
    await project.bash("git init --quiet .").ended;
    const temporary = Deno.env.get("TMPDIR") ?? "/tmp";
    for (const args of [["run", "a"], ["run", "b", "--background"]]) {
      const { programs, written, network } = await traced(project, args, {});
      assert(programs.some((path) => path.endsWith("/bash")), `${programs}`);
      const outside = written.filter((path) =>
        !path.startsWith(project.path(".loops/")) &&
        !path.startsWith(`${temporary}/ll-loop-run`) &&
        // The pipe of its guardian is no file.
        !/^\/proc\/\d+\/fd\/0$/.test(path)
      );
      assertEquals([args, outside, network], [args, [], []]);
    }
    assertEquals(project.read("kept"), "in");
  });
});
