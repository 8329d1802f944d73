/** GitHub Actions from the outside: what a step tells, and the steps of `action.yml` in order. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { parse } from "@std/yaml";
import {
  type Acted,
  commandsIn,
  outputsIn,
  readAction,
  runAction,
  type RunnerOptions,
} from "../support/actions_runner.ts";
import { blocksOf, fileOf } from "../support/markdown.ts";
import { HOSTILE_LINES } from "../support/hostile_output.ts";
import { oneAction, type Project, withProject } from "../support/ll_loop.ts";
import { waitUntil } from "../support/scratch.ts";

/** Writes a line once its signals are sure to find somebody who listens. */
const SLOW = oneAction("slow", "echo begun >> begun.txt; sleep 60");

/** How often {@linkcode SLOW} has begun. */
function begun(project: Project): number {
  return (project.read("begun.txt") ?? "").split("\n").length;
}

/** Returns the environment of a step of the project. */
function inActions(project: Project): Record<string, string> {
  return {
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: project.root,
    GITHUB_OUTPUT: project.path("output.txt"),
    GITHUB_STEP_SUMMARY: project.path("summary.md"),
  };
}

// --------------------------------------------------------------- in a step

Deno.test("in a step a run leaves an annotation, a summary and outputs", async () => {
  await withProject({
    ".loops/a.yaml": oneAction("a", "echo broken; exit 1"),
  }, async (project) => {
    const { stdout } = await project.ll(["run", "a"], {
      status: 2,
      stderr: ['Loop "a" failed'],
    }, { env: inActions(project) });
    const run = project.run();
    assertEquals(outputsIn(project.read("output.txt") ?? ""), {
      status: "2",
      "final-state": "bad",
      "terminated-by": "terminal",
      steps: "1",
      "run-id": run.id,
      "run-dir": run.folder,
    });
    const [stop = "", go, annotation, ...more] = commandsIn(stdout);
    assertEquals(more, []);
    const token = /^::stop-commands::([0-9a-f]{32})$/.exec(stop)?.[1];
    assertEquals(go, `::${token}::`);
    assertEquals(stdout.split("\n")[0], stop);
    assertEquals(
      annotation,
      "::error file=.loops/a.yaml,line=5,title=ll-loop a::" +
        'Loop "a" failed: it ended in "bad", which means failure%0A' +
        'State "a": exit 1, verdict no%0A  broken%0A' +
        `next: tail -n 50 .loops/runs/${run.id}/log`,
    );
    const summary = project.read("summary.md") ?? "";
    assertStringIncludes(summary, "## ll-loop: a failed\n");
    assertStringIncludes(summary, '  s0 ==>|"no"| s2\n');
    assertStringIncludes(summary, "```text\nbroken\n```\n");
  });
});

Deno.test("outside of a step, and in a run inside of a run, nothing of that is printed", async () => {
  await withProject({
    ".loops/a.yaml": oneAction("a", "exit 1"),
    ".loops/outer.yaml": oneAction("outer", "ll-loop run a || exit 1"),
  }, async (project) => {
    const plain = await project.ll(["run", "a"], { status: 2, stderr: ["a"] });
    assertEquals(commandsIn(plain.stdout), []);
    assertEquals(project.read("summary.md"), null);
    await project.ll(["run", "outer", "--no-lock"], {
      status: 2,
      stderr: ["outer"],
    }, { env: inActions(project) });
    const summary = project.read("summary.md") ?? "";
    assertEquals(summary.match(/^## .*/gm), ["## ll-loop: outer failed"]);
    const logs = project.runs().map(({ log }) => log).join("");
    assertEquals(logs.match(/::/), null);
  });
});

Deno.test("a child's output is no command, however the run is shown", async () => {
  const text = HOSTILE_LINES.join("\n");
  const script = "cat hostile.txt; cat hostile.txt >&2; exit 1";
  await withProject({
    "hostile.txt": text,
    ".loops/a.yaml": `name: '::error::name'
description: '##[error]description'
initial: '::error::state'
states:
  '::error::state':
    action: "${script} # ##[error]action"
    on_yes: done
    on_no: '##[error]bad'
  done: { terminal: true }
  '##[error]bad': { terminal: true, failure: true }
`,
  }, async (project) => {
    const env = inActions(project);
    const ways = [[], ["--verbose"], ["--quiet"], ["--follow"], ["--json"], [
      ...["--follow", "--verbose"],
    ]];
    for (const options of ways) {
      project.write("summary.md", "");
      const { stdout, stderr } = await project.ll(
        ["run", "a", ...options],
        { status: 2, stderr: [] },
        { env },
      );
      const isJson = options.includes("--json");
      const [shown, other] = isJson ? [stderr, stdout] : [stdout, stderr];
      const [stop, go, annotation, ...more] = commandsIn(shown);
      assertMatch(stop ?? "", /^::stop-commands::/, `${options}`);
      assertMatch(go ?? "", /^::[0-9a-f]{32}::$/);
      assertMatch(annotation ?? "", /^::error file=\.loops\/a\.yaml,line=5,/);
      assertEquals([more, commandsIn(other)], [[], []], `${options}`);
      if (isJson) {
        const tail = JSON.parse(stdout)["last_action"]["stdout_tail"];
        assertStringIncludes(tail.join("\n"), "<script>");
      }
    }
    for (const command of ["validate", "show", "list"]) {
      const args = command === "list" ? [command] : [command, "a"];
      const { stdout, stderr } = await project.ll(args, {
        status: "any",
        stderr: [],
      }, { env });
      const printed = [...commandsIn(stdout), ...commandsIn(stderr)]
        .filter((line) => !/^::warning file=.loops\/a.yaml/.test(line));
      assertEquals(printed, [], command);
    }
  });
});

Deno.test("a summary is added to what stands there, and only as far as there is room", async () => {
  await withProject({
    ".loops/a.yaml": oneAction(
      "a",
      "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo; exit 1",
    ),
  }, async (project) => {
    const env = inActions(project);
    const ran = () =>
      project.ll(["run", "a"], { status: 2, stderr: ["a"] }, { env });
    project.write("summary.md", "no line end");
    project.write("output.txt", "x=1");
    await ran();
    assertMatch(
      project.read("summary.md") ?? "",
      /^no line end\n\n## ll-loop: a failed\n/,
    );
    assertEquals(outputsIn(project.read("output.txt") ?? "")["x"], "1");
    const limit = 1_048_576;
    for (const sizeBytes of [limit - 3000, limit - 100, limit + 5]) {
      project.write("summary.md", "y".repeat(sizeBytes));
      await ran();
      const size = project.size("summary.md");
      assert(size <= Math.max(limit, sizeBytes), `${sizeBytes}: ${size}`);
    }
    project.remove("summary.md");
    project.mkdir("summary.md");
    await project.ll(["run", "a"], {
      status: 2,
      stderr: ["warning: GITHUB_STEP_SUMMARY is not written: "],
    }, { env });
  });
});

Deno.test("findings are annotated once: by validate, and by a run that they keep from starting", async () => {
  const broken = oneAction("a", "true").replace("on_yes: done", "on_yes: gone");
  await withProject({
    ".loops/a.yaml": broken,
    ".loops/b.yaml": broken.replaceAll("gone", "nowhere"),
  }, async (project) => {
    const env = inActions(project);
    const place = (file: string) =>
      `::error file=.loops/${file}.yaml,line=8,endLine=8,col=13,`;
    const one = await project.ll(["validate", "a", "b", "c"], {
      status: 65,
      stderr: [
        place("a"),
        place("b"),
        '::error title=ll-loop::Loop not found: "c"',
      ],
    }, { env });
    assertEquals(
      commandsIn(one.stderr).filter((line) => /::error/.test(line)).length,
      3,
    );
    assertEquals(commandsIn(one.stdout), []);
    const two = await project.ll(["run", "a"], {
      status: 65,
      stdout: "",
      stderr: [place("a")],
    }, { env });
    assertEquals(
      commandsIn(two.stderr).filter((line) => /::error/.test(line)).length,
      1,
    );
    const json = await project.ll(["validate", "a", "--json"], {
      status: 1,
      stderr: [place("a")],
    }, { env });
    assertStringIncludes(json.stdout, '"valid": false');
  });
});

Deno.test("a failure of a sub-loop is annotated in its own file", async () => {
  await withProject({
    ".loops/a.yaml": `name: a
description: A parent
initial: call
states:
  call: { loop: b, on_yes: done, on_no: bad }
  done: { terminal: true }
  bad: { terminal: true, failure: true }
`,
    ".loops/b.yaml": oneAction("b", "exit 3"),
  }, async (project) => {
    const { stdout } = await project.ll(["run", "a"], {
      status: 2,
      stderr: ["a"],
    }, { env: inActions(project) });
    assertMatch(
      commandsIn(stdout)[2] ?? "",
      /^::error file=\.loops\/b\.yaml,line=5,title=ll-loop a::/,
    );
  });
});

// ------------------------------------------------------------------ the action

async function act(
  project: Project,
  inputs: Readonly<Record<string, string>>,
  more: Partial<RunnerOptions> = {},
): Promise<Acted> {
  const temp = `${project.home}/temp`;
  project.mkdir(temp);
  return await runAction({
    workspace: project.root,
    temp,
    inputs: { binary: `${project.home}/bin/ll-loop`, ...inputs },
    env: {
      HOME: project.home,
      PATH: `${project.home}/bin:${Deno.env.get("PATH")}`,
      DENO_DIR: Deno.env.get("DENO_DIR") ??
        `${Deno.env.get("HOME")}/.cache/deno`,
    },
    ...more,
  });
}

/** Returns the folders that downloads have left. */
function folders(temp: string): string[] {
  return [...Deno.readDirSync(temp)]
    .filter(({ name }) => name.startsWith("ll-loop-"))
    .map(({ name }) => `${temp}/${name}`);
}

/** An action that writes down what it was given. */
const RECORD = `name: record
description: Records its values
initial: a
context: { x: "", y: "" }
states:
  a:
    action: printf '%s|%s|%s' "$LL_CONTEXT_INPUT" "$LL_CONTEXT_X" "$LL_CONTEXT_Y" > given.txt
    on_yes: done
    on_no: bad
  done: { terminal: true }
  bad: { terminal: true, failure: true }
`;

Deno.test("action: a success, with every input", async () => {
  await withProject({ "sub/.loops/record.yaml": RECORD }, async (project) => {
    const acted = await act(project, {
      loop: "record",
      input: "the input",
      context: 'x=1 = one\r\n\n  \ny=a "b" $(touch injected)\n',
      args: "--quiet\n  --durability='fast'",
      "max-steps": "7",
      "max-time": "5m",
      "working-directory": "sub",
      "upload-artifact": "always",
    });
    assertEquals(acted.outcomes, {
      get: "success",
      run: "success",
      "step-2": "success",
    });
    assertEquals(
      project.read("sub/given.txt"),
      'the input|1 = one|a "b" $(touch injected)',
    );
    const { "run-id": id = "", "run-dir": folder = "", ...others } =
      acted.outputs;
    assertEquals(others, {
      status: "0",
      "final-state": "done",
      "terminated-by": "terminal",
      steps: "1",
    });
    assertEquals(folder, project.path(`sub/.loops/runs/${id}`));
    const { args } = JSON.parse(project.read(`${folder}/run.json`) ?? "{}");
    assertEquals(args.slice(0, 3), [
      "run",
      "--max-steps=7",
      "--checkpoint-after=5m",
    ]);
    assertEquals(acted.used[0]?.with, {
      name: `ll-loop-${id}`,
      path: folder,
      "include-hidden-files": "true",
      "if-no-files-found": "warn",
    });
    assertMatch(
      acted.used[0]?.uses ?? "",
      /^actions\/upload-artifact@[0-9a-f]{40}$/,
    );
    assertStringIncludes(acted.summary, "## ll-loop: record completed\n");
  });
});

Deno.test("action: failure, timeout and pause, and what is kept of them", async () => {
  await withProject({
    ".loops/fail.yaml": oneAction("fail", "exit 1"),
    ".loops/late.yaml": oneAction("late", "sleep 60", "timeout: 1\n"),
    ".loops/pause.yaml": oneAction("pause", "echo 'LOOP_STOP: later'"),
  }, async (project) => {
    const seen: Record<string, unknown> = {};
    const cases: [string, Record<string, string>][] = [
      ["fail", { loop: "fail" }],
      ["kept never", { loop: "fail", "upload-artifact": "never" }],
      ["late", { loop: "late" }],
      ["pause", { loop: "pause" }],
      ["pause fails", { loop: "pause", "paused-is": "failure" }],
    ];
    for (const [name, inputs] of cases) {
      const { outcomes, outputs, used } = await act(project, inputs);
      seen[name] = [
        outcomes["run"],
        outputs["status"],
        outputs["terminated-by"],
        used.length,
      ];
    }
    assertEquals(seen, {
      fail: ["failure", "2", "terminal", 1],
      "kept never": ["failure", "2", "terminal", 0],
      late: ["failure", "1", "timeout", 1],
      pause: ["success", "3", "interrupted", 0],
      "pause fails": ["failure", "3", "interrupted", 1],
    });
  });
});

Deno.test("action: bad input is refused with one annotation, a status, and nothing run", async () => {
  await withProject({ ".loops/record.yaml": RECORD }, async (project) => {
    const seen: Record<string, unknown> = {};
    const cases: [string, Record<string, string>][] = [
      ["loop", { loop: "" }],
      ["upload", { "upload-artifact": "sometimes" }],
      ["paused", { "paused-is": "::error::x" }],
      ["binary", { binary: "no/such" }],
      ["version", { binary: "", version: "../../evil" }],
      ["folder", { "working-directory": "no/such" }],
      ["args", { args: "--quiet 'x" }],
      ["steps", { "max-steps": "many" }],
      ["time", { "max-time": "later" }],
      ["context", { context: "no equals sign" }],
      ["unknown", { loop: "no-such-loop" }],
      ["option", { args: "--no-such-option" }],
    ];
    for (const [name, inputs] of cases) {
      const acted = await act(project, { loop: "record", ...inputs });
      const [command = "", ...more] = commandsIn(acted.stdout + acted.stderr);
      assertEquals(more, [], name);
      const [message = ""] = command.replace("::error title=ll-loop::", "")
        .split("%0A");
      seen[name] = [acted.outputs["status"], message];
      assertEquals([acted.used, acted.outputs["run-id"]], [[], ""], name);
    }
    assertEquals(seen, {
      loop: [
        "64",
        'Input "loop" is missing: give the name of a loop or the path of its file',
      ],
      upload: [
        "64",
        'Input "upload-artifact" takes one of failure always never, got "sometimes"',
      ],
      paused: [
        "64",
        'Input "paused-is" takes one of success failure, got "::error::x"',
      ],
      binary: [
        "69",
        'Input "binary" takes the path of a program, got "no/such"',
      ],
      version: [
        "64",
        'Input "version" takes a release such as 1.2.3, got "../../evil"',
      ],
      folder: ["64", 'Input "working-directory" takes a folder, got "no/such"'],
      args: ["64", 'Input "args" has a quote without its end: --quiet \'x'],
      steps: [
        "64",
        'Option "--max-steps" takes a whole number from 1 to 1000000, got "many"',
      ],
      time: [
        "64",
        'Option "--checkpoint-after" takes a duration such as 30s, 5m or 1h30m, from 1s to 240h, got "later"',
      ],
      context: [
        "64",
        'Option "--context" takes KEY=VALUE with a key before the =, got "no equals sign"',
      ],
      unknown: ["65", 'Loop not found: "no-such-loop"'],
      option: ["64", 'Unknown option "--no-such-option" for "run"'],
    });
    assertEquals(project.runs(), []);
  });
});

Deno.test("action: no input is ever run by a shell", async () => {
  const evil =
    "$(touch injected)`touch injected`';touch injected;'\"; touch injected #";
  await withProject({ ".loops/record.yaml": RECORD }, async (project) => {
    const given = await act(project, {
      loop: "record",
      input: evil,
      context: `x=${evil}`,
    });
    assertEquals(given.outputs["status"], "0");
    assertEquals(project.read("given.txt"), `${evil}|${evil}|`);
    const others = Object.keys(readAction().inputs)
      .filter((name) => name !== "input" && name !== "context");
    assertEquals(others.length, 9);
    for (const name of others) {
      // With a program of one's own no version is looked at.
      const more: Record<string, string> = name === "version"
        ? { binary: "" }
        : {};
      const { outputs } = await act(project, {
        loop: "record",
        ...more,
        [name]: evil,
      });
      assertMatch(outputs["status"] ?? "", /^6[459]$/, name);
    }
    const traps = [
      ...[`${project.root}/injected`, `${project.root}/.loops/injected`],
      ...[`${project.home}/temp/injected`, `${project.home}/injected`],
    ];
    assertEquals(traps.filter((path) => project.read(path) !== null), []);
    const pasted = readAction().runs.steps.flatMap(({ run = "" }) =>
      run.match(/\$\{\{/) ?? []
    );
    assertEquals(pasted, []);
  });
});

Deno.test("action: what a loop writes into the step's files cannot change how it ended", async () => {
  await withProject({
    ".loops/a.yaml": oneAction(
      "a",
      'printf "status=0\\nfinal-state=done" >> "$GITHUB_OUTPUT"; exit 1',
    ),
  }, async (project) => {
    const { outputs, outcomes } = await act(project, { loop: "a" });
    assertEquals(
      [outputs["status"], outputs["final-state"], outcomes["run"]],
      ["2", "bad", "failure"],
    );
  });
});

Deno.test("action: cancelling the step stops the loop and all of it", async () => {
  await withProject({ ".loops/slow.yaml": SLOW }, async (project) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const acted = await act(project, { loop: "slow" }, {
        onStep(id, child) {
          if (id !== "run") return;
          const before = begun(project);
          waitUntil("the action", () => begun(project) > before)
            .then(() => child.kill(signal));
        },
      });
      assertEquals(
        [acted.outcomes["run"], acted.outputs["status"]],
        ["failure", "143"],
        signal,
      );
      assertEquals(acted.outputs["terminated-by"], "interrupted");
      assertMatch(
        commandsIn(acted.stdout)[2] ?? "",
        /^::error .*stopped by SIGTERM/,
      );
    }
  });
});

Deno.test("action: a system without a program is refused", async () => {
  await withProject({ ".loops/record.yaml": RECORD }, async (project) => {
    const refused = async (runner: Record<string, string>, binary: string) => {
      const acted = await act(project, { loop: "record", binary }, { runner });
      return [acted.outputs["status"], commandsIn(acted.stdout)[0]];
    };
    assertEquals(await refused({ RUNNER_OS: "Windows" }, "x"), [
      "69",
      "::error title=ll-loop::ll-loop runs no shell actions on Windows: " +
      "use a Linux or macOS runner",
    ]);
    assertEquals(await refused({ RUNNER_ARCH: "ARM" }, ""), [
      "69",
      "::error title=ll-loop::There is no ll-loop for Linux on ARM: " +
      'wanted Linux or macOS on X64 or ARM64, or the input "binary"',
    ]);
  });
});

Deno.test("action: a release is downloaded, and used only with the right checksum", async () => {
  await withProject({ ".loops/record.yaml": RECORD }, async (project) => {
    const program = project.read(`${project.home}/bin/ll-loop`) ?? "";
    const digest = async (text: string) =>
      new Uint8Array(
        await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)),
      ).toHex();
    const file = "ll-loop-linux-x64";
    const releases: Record<string, string> = {
      "/v1.2.3/SHA256SUMS": `${await digest("x")}  x-${file}\n${await digest(
        program,
      )}  ${file}\n`,
      [`/v1.2.3/${file}`]: program,
      "/v1.2.4/SHA256SUMS": `${await digest("other")}  ${file}\n`,
      [`/v1.2.4/${file}`]: program,
      "/v1.2.5/SHA256SUMS": "",
      "/v1.2.6/SHA256SUMS": `${await digest("exit 1\n")}  ${file}\n`,
      [`/v1.2.6/${file}`]: "exit 1\n",
    };
    const asked: string[] = [];
    const server = Deno.serve({ port: 0, onListen: () => {} }, (request) => {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      const text = releases[pathname];
      return new Response(text ?? "", {
        status: text === undefined ? 404 : 200,
      });
    });
    const base = `http://127.0.0.1:${server.addr.port}`;
    const get = async (version: string) => {
      asked.length = 0;
      const acted = await act(project, {
        loop: "record",
        binary: "",
        version,
      }, { runner: { LL_LOOP_RELEASES: base } });
      return [
        acted.outputs["status"],
        (commandsIn(acted.stdout).find((line) => line.startsWith("::error")) ??
          "")
          .replace("::error title=ll-loop::", ""),
        [...asked],
      ];
    };
    try {
      for (const version of ["1.2.3", "v1.2.3"]) {
        assertEquals(await get(version), ["0", "", [
          "/v1.2.3/SHA256SUMS",
          `/v1.2.3/${file}`,
        ]]);
      }
      const [status, message] = await get("1.2.4");
      assertEquals(status, "69");
      assertMatch(
        String(message),
        /^The checksum of ll-loop-linux-x64 is wrong: /,
      );
      assertEquals(await get("1.2.5"), [
        "69",
        `Release 1.2.5 has no checksum of ${file}`,
        ["/v1.2.5/SHA256SUMS"],
      ]);
      assertEquals((await get("1.2.6")).slice(0, 2), [
        "69",
        `${file} does not start on this runner: on Linux it needs glibc`,
      ]);
      assertEquals(await get("9.9.9"), [
        "69",
        `Cannot download ${base}/v9.9.9/SHA256SUMS: is "9.9.9" a release?`,
        ["/v9.9.9/SHA256SUMS"],
      ]);
      const { version } = JSON.parse(
        project.read(new URL("../../deno.json", import.meta.url).pathname) ??
          "",
      );
      const [, , wanted] = await get("");
      assertEquals(wanted, [`/v${version}/SHA256SUMS`]);
      const kept = folders(`${project.home}/temp`)
        .map((folder) => project.read(`${folder}/ll-loop`));
      assertEquals(kept, [program, program]);
    } finally {
      await server.shutdown();
    }
  });
});

// -------------------------------------------------------------------- the page

const PAGE = "docs/github-actions.md";

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, {
      readonly steps: readonly WorkflowStep[];
      readonly [key: string]: unknown;
    }>
  >;
  readonly [key: string]: unknown;
}

interface WorkflowStep {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** Returns the workflows of the page by the name of their file. */
function workflows(): Record<string, Workflow> {
  return Object.fromEntries(
    blocksOf(PAGE).filter(({ language }) => language === "yaml")
      .map((block) => [
        fileOf(block)?.replace(/^.*\/(.*)\.yaml$/, "$1") ?? "",
        parse(block.text) as Workflow,
      ]),
  );
}

function stepsOf({ jobs }: Workflow): readonly WorkflowStep[] {
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

Deno.test("page: every workflow is pinned, may only read, and pastes nothing into a script", () => {
  const all = workflows();
  assertEquals(Object.keys(all), ["nightly", "gate", "packages", "relay"]);
  const { inputs } = readAction();
  for (const [name, workflow] of Object.entries(all)) {
    assertEquals(workflow.permissions, { contents: "read" }, name);
    for (const { uses, run = "", with: given = {} } of stepsOf(workflow)) {
      assertEquals(run.match(/\$\{\{/), null, name);
      if (uses === undefined) continue;
      assertMatch(uses, /^[\w/-]+@[0-9a-f]{40}$/, name);
      if (uses.startsWith("actions/checkout@")) {
        assertEquals({ ...given, "persist-credentials": false }, given, name);
      }
      if (!uses.startsWith("OWNER/ll-loop@")) continue;
      const unknown = Object.keys(given).filter((input) => !(input in inputs));
      assertEquals(unknown, [], name);
    }
    for (
      const [job, { "timeout-minutes": limit }] of Object.entries(workflow.jobs)
    ) {
      assertEquals(typeof limit, "number", `${name}: ${job}`);
    }
  }
});

Deno.test("page: the tables have every input with its default, and every output", () => {
  const text = Deno.readTextFileSync(new URL(`../../${PAGE}`, import.meta.url));
  const { inputs, outputs } = readAction();
  const rows = [...text.matchAll(/^\| `([\w-]+)` \|.*\| (.*?) \|$/gm)]
    .map(([, name, value]) => [name, value]);
  assertEquals(
    rows.map(([name]) => name).filter((name) => name !== "status"),
    Object.keys(inputs),
  );
  assertEquals(
    Object.fromEntries(rows.filter(([, value]) => value?.startsWith("`"))),
    Object.fromEntries(
      ["upload-artifact", "paused-is"]
        .map((name) => [name, `\`${inputs[name]?.default}\``]),
    ),
  );
  const table = text.slice(
    text.indexOf("| Output |"),
    text.indexOf("The step fails"),
  );
  const named = [...table.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
  assertEquals(named, Object.keys(outputs));
});

Deno.test("page: a paused run travels as an artifact, and one that was tampered with is not unpacked", async () => {
  const { relay } = workflows();
  const scriptOf = (isIt: (step: WorkflowStep) => boolean) =>
    relay === undefined ? "" : stepsOf(relay).find(isIt)?.run ?? "";
  const pack = scriptOf(({ id }) => id === "pack");
  const unpack = scriptOf(({ name = "" }) => name.startsWith("Unpack"));
  await withProject({
    "first/.loops/pause.yaml": oneAction(
      "pause",
      "test -e added.txt && exit; echo new > kept.txt; echo more > added.txt; echo 'LOOP_STOP: later'",
    ),
    "first/kept.txt": "old\n",
  }, async (project) => {
    const git = "git -c user.name=a -c user.email=a@example.com";
    const made = await project.bash(
      `cd first && git init -q && git add -A && ${git} commit -qm first && git clone -q . ../second`,
    ).ended;
    assertEquals([made.status, made.stderr], [0, ""]);
    const paused = await project.ll(["run", "pause", "--json"], {
      status: 3,
      stderr: ["paused"],
    }, { in: "first" });
    const id: string = JSON.parse(paused.stdout)["run_id"];
    const output = project.path("output.txt");
    const packed = await project.bash(`set -eo pipefail\n${pack}`, {
      in: "first",
      env: { RUN_ID: id, GITHUB_OUTPUT: output },
    }).ended;
    assertEquals([packed.status, packed.stderr], [0, ""]);
    const { digest = "" } = outputsIn(project.read("output.txt") ?? "");
    assertMatch(digest, /^[0-9a-f]{64}$/);
    const take = async (env: Record<string, string>) =>
      (await project.bash(`set -eo pipefail\n${unpack}`, { in: "second", env })
        .ended).status;
    await Deno.copyFile(
      project.path("first/run.tgz"),
      project.path("second/run.tgz"),
    );
    assertEquals(await take({ DIGEST: digest.replace(/^./, "z") }), 1);
    assertEquals(await take({ DIGEST: "" }), 1);
    assertEquals(project.read(`second/.loops/runs/${id}/run.json`), null);
    assertEquals(await take({ DIGEST: digest }), 0);
    for (const name of ["events.jsonl", "state.json", "definition.json"]) {
      const path = `.loops/runs/${id}/${name}`;
      assertEquals(
        project.read(`second/${path}`),
        project.read(`first/${path}`),
      );
    }
    assertEquals(project.read("second/kept.txt"), "new\n");
    assertEquals(project.read("second/added.txt"), "more\n");
    // Nothing of the first machine is needed.
    project.remove("first");
    const resumed = await project.ll(["resume", id, "--json"], {
      stderr: [],
    }, { in: "second" });
    const { final_state: state, run_id: same } = JSON.parse(resumed.stdout);
    assertEquals([state, same], ["done", id]);
  });
});
