/** The loops that come with the program, each run for real through the command line. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { waitUntil, withScratch } from "../support/scratch.ts";
import { TESTED_BINARY } from "../support/tested_binary.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const BIN = TESTED_BINARY;
const COMMAND: readonly [string, ...string[]] = BIN === undefined
  ? [Deno.execPath(), "run", "-A", "--quiet", `${ROOT}main.ts`]
  : [BIN];

/** Nobody's own git settings have a say. */
const ENV = {
  NO_COLOR: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.invalid",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.invalid",
};

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The run's scratch folder, with a trailing slash; empty when no run was started. */
  readonly work: string;
}

interface Started {
  readonly child: Deno.ChildProcess;
  readonly ended: Promise<Ended>;
}

function start(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Started {
  const [program, ...rest] = COMMAND;
  const child = new Deno.Command(program, {
    args: [...rest, ...args],
    cwd,
    env: { ...ENV, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ended = child.output().then(({ code, stdout, stderr }) => {
    const text = new TextDecoder().decode(stdout);
    const folder = /^ +folder +(\S+)/m.exec(text)?.[1];
    return {
      status: code,
      stdout: text,
      stderr: new TextDecoder().decode(stderr),
      work: folder === undefined ? "" : `${cwd}/${folder}work/`,
    };
  });
  return { child, ended };
}

function ll(cwd: string, ...args: string[]): Promise<Ended> {
  return start(cwd, args).ended;
}

/** Arguments `--context KEY=VALUE` for each entry. */
function context(values: Record<string, string | number>): string[] {
  return Object.entries(values).flatMap((
    [key, value],
  ) => ["--context", `${key}=${value}`]);
}

async function bash(cwd: string, script: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", script],
    cwd,
    env: ENV,
    stdin: "null",
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Text of a file; empty when there is none. */
function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** Writes a file, in a folder that need not be there yet. */
function write(path: string, text: string, mode = 0o644): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  Deno.writeTextFileSync(path, text, { mode });
}

/** Names of all that is in a folder. */
function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

/** A command that counts its runs in the file `count`, and then does `rest`. */
function counting(rest: string): string {
  return `n=$(($(cat count 2>/dev/null || echo 0) + 1)); echo $n > count; ${rest}`;
}

// ------------------------------------------------------------------ the set of them

Deno.test("list shows each built-in loop with one short line, and nothing that is no loop", async () => {
  await withScratch(async (folder) => {
    const { status, stdout } = await ll(folder, "list", "--json");
    assertEquals(status, 0);
    const loops = JSON.parse(stdout) as { name: string; description: string }[];
    const names = loops.map(({ name }) => name);
    for (
      const name of [
        "bisect",
        "flaky-hunter",
        "for-each",
        "until-green",
        "watch-and-run",
      ]
    ) {
      assert(names.includes(name), name);
    }
    assertEquals(
      names.filter((name) =>
        name.startsWith("lib/") || name.startsWith("demo")
      ),
      [],
    );
    for (const { name, description } of loops) {
      assert(
        description.length > 10 && description.length <= 70,
        `${name}: ${description}`,
      );
      assert(!description.includes("\n"), name);
    }
  });
});

Deno.test("no built-in loop draws a warning, and none starts without its command", async () => {
  await withScratch(async (folder) => {
    for (
      const name of [
        "bisect",
        "flaky-hunter",
        "for-each",
        "until-green",
        "watch-and-run",
        "demo",
      ]
    ) {
      const checked = await ll(folder, "validate", name);
      assertEquals([checked.status, checked.stderr], [0, ""], name);
      assert(!/warning/i.test(checked.stdout), checked.stdout);
      if (name === "demo") continue;
      const missing = await ll(folder, "run", name);
      assertEquals(missing.status, 65, name);
      assertStringIncludes(missing.stderr, "command");
    }
    assertEquals(namesIn(folder), []);
  });
});

// ------------------------------------------------------------------ until-green

Deno.test("until-green tries until the command passes, with growing pauses", async () => {
  await withScratch(async (folder) => {
    const { status, stdout, work } = await ll(
      folder,
      "run",
      "until-green",
      counting("[ $n -ge 4 ] || exit 7"),
      ...context({ delay: 0.01, factor: 3, max_delay: 0.05 }),
    );
    assertEquals(status, 0, stdout);
    assertEquals(read(`${folder}/count`), "4\n");
    assertStringIncludes(
      stdout,
      "Attempt 1 of 20 failed (exit status 7); the next one in 0.01 s",
    );
    assertStringIncludes(
      stdout,
      "Attempt 2 of 20 failed (exit status 7); the next one in 0.03 s",
    );
    assertStringIncludes(
      stdout,
      "Attempt 3 of 20 failed (exit status 7); the next one in 0.05 s",
    );
    assertEquals(read(`${work}failed`), "3\n");
  });
});

Deno.test("until-green takes every other failure for 'not yet', and gives up at the cap", async () => {
  await withScratch(async (folder) => {
    // 124: a time limit; 128: git's own failures; 255: ssh.
    const { status, stdout, stderr } = await ll(
      folder,
      "run",
      "until-green",
      counting(
        "case $n in 1) exit 1 ;; 2) exit 124 ;; 3) exit 128 ;; *) exit 255 ;; esac",
      ),
      ...context({ delay: 0, attempts: 4 }),
    );
    assertEquals(status, 2, stdout);
    assertEquals(read(`${folder}/count`), "4\n");
    assertStringIncludes(
      stdout,
      "Gave up after 4 attempts; the last exit status was 255",
    );
    assertStringIncludes(stderr, "Gave up after 4 attempts");
    assertStringIncludes(stderr, "gave_up");
  });
});

Deno.test("until-green stops at once when the command cannot be run, and names what is missing", async () => {
  await withScratch(async (folder) => {
    write(`${folder}/plain.txt`, "no program\n");
    const cases = [
      [
        "no-such-program --flag",
        '"no-such-program" was not found (exit status 127)',
      ],
      [
        "sh -c 'missing-inside 1'",
        '"missing-inside" was not found (exit status 127)',
      ],
      ["./gone/tool", '"./gone/tool" was not found (exit status 127)'],
      ["./plain.txt", '"./plain.txt" cannot be executed (exit status 126)'],
      [
        "exit 127",
        "The command, or a program in it, was not found (exit status 127)",
      ],
    ] as const;
    for (const [command, message] of cases) {
      write(`${folder}/count`, "0");
      const { status, stdout, stderr } = await ll(
        folder,
        "run",
        "until-green",
        counting(command),
      );
      assertEquals(status, 2, stdout);
      assertStringIncludes(stdout, message);
      assertStringIncludes(stderr, message);
      assertEquals(read(`${folder}/count`), "1\n", command);
    }
  });
});

Deno.test("until-green stops when a signal ended the command", async () => {
  await withScratch(async (folder) => {
    for (
      const command of ["kill -TERM $$", "bash -c 'kill -TERM $$'; exit $?"]
    ) {
      const { status, stdout } = await ll(
        folder,
        "run",
        "until-green",
        command,
      );
      assertEquals(status, 2, stdout);
      assertStringIncludes(stdout, "The command was ended by signal 15 (TERM)");
    }
  });
});

Deno.test("until-green says which setting is wrong, before it runs anything", async () => {
  await withScratch(async (folder) => {
    const { status, stdout } = await ll(
      folder,
      "run",
      "until-green",
      "touch ran",
      ...context({ attempts: "many", factor: "1.2.3" }),
    );
    assertEquals(status, 2);
    assertStringIncludes(
      stdout,
      'attempts is "many"; a whole number is wanted',
    );
    assertStringIncludes(stdout, 'factor is "1.2.3"; a number is wanted');
    assertEquals(read(`${folder}/ran`), "");
    assert(!namesIn(folder).includes("ran"));
  });
});

Deno.test("until-green refuses a blank command, which would pass at once", async () => {
  await withScratch(async (folder) => {
    const { status, stdout } = await ll(folder, "run", "until-green", " ");
    assertEquals(status, 2);
    assertStringIncludes(stdout, "command is empty; a command is wanted");
  });
});

Deno.test("a command is run as it was typed, whatever signs are in it", async () => {
  await withScratch(async (folder) => {
    const command =
      `printf '%s' "it's \\"\${PATH:+so}\\" \`echo now\`" > "o'clock \${x:-1}"`;
    const { status, stdout } = await ll(folder, "run", "until-green", command);
    assertEquals(status, 0, stdout);
    assertEquals(read(`${folder}/o'clock 1`), `it's "so" now`);
  });
});

// ------------------------------------------------------------------ flaky-hunter

Deno.test("flaky-hunter counts failures and keeps the output of each kind once", async () => {
  await withScratch(async (folder) => {
    const { status, stdout, work } = await ll(
      folder,
      "run",
      "flaky-hunter",
      counting(
        'echo "start $n"; case $n in 3 | 5) echo "refused: port 40$n" >&2; exit 1 ;; 4) echo odd; exit 3 ;; esac',
      ),
      ...context({ runs: 6 }),
    );
    assertEquals(status, 2, stdout);
    assertStringIncludes(stdout, "Run 3 of 6 failed with exit status 1 after");
    assertStringIncludes(stdout, "3 of 6 runs failed: 50.0 %");
    assertStringIncludes(
      stdout,
      "Failure 1, seen 2 ×, first in run 3: exit status 1",
    );
    assertStringIncludes(
      stdout,
      "Failure 2, seen 1 ×, first in run 4: exit status 3",
    );
    assertStringIncludes(stdout, "| refused: port 403");
    assert(
      /fastest \d+\.\d\d, median \d+\.\d\d, slowest \d+\.\d\d/.test(stdout),
      stdout,
    );
    assertEquals(read(`${work}failure-1.txt`), "start 3\nrefused: port 403\n");
    assertEquals(read(`${work}failure-2.txt`), "start 4\nodd\n");
    const results = read(`${work}results.tsv`).trim().split("\n").map((line) =>
      line.split("\t")
    );
    assertEquals(
      results.map(([run, exit, , kind]) => [run, exit, kind]),
      [["1", "0", "0"], ["2", "0", "0"], ["3", "1", "1"], ["4", "3", "2"], [
        "5",
        "1",
        "1",
      ], ["6", "0", "0"]],
    );
  });
});

Deno.test("flaky-hunter tells steady, always red, crashed and not runnable apart", async () => {
  await withScratch(async (folder) => {
    const steady = await ll(
      folder,
      "run",
      "flaky-hunter",
      "true",
      ...context({ runs: 3 }),
    );
    assertEquals(steady.status, 0, steady.stdout);
    assertStringIncludes(steady.stdout, "0 of 3 runs failed: 0.0 %");
    const red = await ll(
      folder,
      "run",
      "flaky-hunter",
      "false",
      ...context({ runs: 9, stop_after: 2 }),
    );
    assertEquals(red.status, 2);
    assertStringIncludes(red.stdout, "2 of 2 runs failed: 100.0 %");
    assertStringIncludes(red.stderr, "always_red");
    const crashed = await ll(
      folder,
      "run",
      "flaky-hunter",
      "kill -SEGV $$",
      ...context({ runs: 1 }),
    );
    assertEquals(crashed.status, 2);
    assertStringIncludes(crashed.stdout, "Run 1 of 1 was ended by signal 11");
    const missing = await ll(folder, "run", "flaky-hunter", "no-such-test");
    assertEquals(missing.status, 2);
    assertStringIncludes(missing.stdout, "no-such-test: command not found");
    assertStringIncludes(missing.stdout, "Run 1 of 20");
    assert(!missing.stdout.includes("Run 2"), missing.stdout);
    const none = await ll(
      folder,
      "run",
      "flaky-hunter",
      "true",
      ...context({ runs: 0 }),
    );
    assertEquals(none.status, 2);
    assertStringIncludes(none.stdout, "runs is 0; at least 1 is wanted");
  });
});

// ------------------------------------------------------------------ bisect

/** A repository of 12 commits, tagged t1 to t12; from t8 on there is a file `b`. */
async function makeHistory(folder: string): Promise<void> {
  await bash(
    folder,
    `git init --quiet --initial-branch=main .
    for i in $(seq 12); do
      mkdir -p sub; echo $i > n; echo $i > sub/n
      if [ $i -ge 8 ]; then echo broken > b; fi
      git add --all; git commit --quiet --message "Change $i"; git tag t$i
    done
    echo edited > n; echo staged > new; git add new; echo loose > loose`,
  );
}

/** All that a search must leave alone. */
function snapshotOf(folder: string): Promise<string> {
  return bash(
    folder,
    "git status --porcelain | grep -v '.loops/'; git for-each-ref; git rev-parse HEAD; git symbolic-ref HEAD; " +
      "git worktree list; git stash list; git reflog; cksum n new loose .git/index",
  );
}

Deno.test("bisect finds the commit, and leaves the user's repository as it was", async () => {
  await withScratch(async (folder) => {
    await makeHistory(folder);
    const before = await snapshotOf(folder);
    const { status, stdout, work } = await ll(
      folder,
      "run",
      "bisect",
      "touch junk; ! [ -e b ]",
      ...context({ good: "t1" }),
    );
    assertEquals(status, 0, stdout);
    const culprit = (await bash(folder, "git rev-parse t8")).trim();
    assertStringIncludes(stdout, "11 commits since good");
    assertStringIncludes(stdout, culprit);
    assertStringIncludes(stdout, "    Change 8");
    assertEquals(read(`${work}culprit`).trim(), culprit);
    assertEquals(await snapshotOf(folder), before);
    assert(!namesIn(work).includes("tree"));
  });
});

Deno.test("bisect skips what exits 125, and says so when only such commits are left", async () => {
  await withScratch(async (folder) => {
    await makeHistory(folder);
    const before = await snapshotOf(folder);
    // Whichever of two commits in the middle git picks, one of these is tried.
    const one = await ll(
      folder,
      "run",
      "bisect",
      "n=$(cat n); [ $n -ge 9 ] && [ $n -le 11 ] && exit 125; ! [ -e b ]",
      ...context({ good: "t1", bad: "main" }),
    );
    assertEquals(one.status, 0, one.stdout);
    assertStringIncludes(one.stdout, "(exit status 125)");
    assertStringIncludes(one.stdout, "    Change 8");
    const many = await ll(
      folder,
      "run",
      "bisect",
      "n=$(cat n); [ $n -ge 7 ] && [ $n -le 9 ] && exit 125; ! [ -e b ]",
      ...context({ good: "t1" }),
    );
    assertEquals(many.status, 2, many.stdout);
    assertStringIncludes(many.stdout, "The first bad commit is one of these:");
    for (const subject of ["Change 7", "Change 8", "Change 9", "Change 10"]) {
      assertStringIncludes(
        many.stdout.split("one of these:")[1] ?? "",
        subject,
      );
    }
    assertEquals(await snapshotOf(folder), before);
  });
});

Deno.test("bisect runs where the project is, also below the top of the repository", async () => {
  await withScratch(async (folder) => {
    await makeHistory(folder);
    await bash(folder, "mkdir sub/.loops");
    const { status, stdout } = await ll(
      `${folder}/sub`,
      "run",
      "bisect",
      "[ $(cat n) -lt 11 ]",
      ...context({ good: "t2" }),
    );
    assertEquals(status, 0, stdout);
    assertStringIncludes(stdout, "    Change 11");
  });
});

Deno.test("bisect refuses a range that cannot be searched, and cleans up after itself", async () => {
  await withScratch(async (folder) => {
    await makeHistory(folder);
    const before = await snapshotOf(folder);
    const cases:
      readonly (readonly [string, Record<string, string>, string])[] = [
        ["true", { good: "t1" }, "Nothing to find: the command passes at bad"],
        [
          "false",
          { good: "t1" },
          "Nothing to find: the command fails at good already",
        ],
        ["exit 125", { good: "t1" }, "The command cannot test bad"],
        ["no-such-check", { good: "t1" }, "no-such-check: command not found"],
        ["kill -KILL $$", { good: "t1" }, "The command was ended from outside"],
        [
          "true",
          { good: "nope" },
          'good is "nope", which is not a commit here',
        ],
        [
          "true",
          { good: "t1", bad: "--all" },
          'bad is "--all", which is not a commit here',
        ],
        ["true", { good: "t9", bad: "t2" }, "bad (t2) is older than good (t9)"],
        ["true", { good: "t9", bad: "t9" }, "good and bad are the same commit"],
      ];
    for (const [command, values, message] of cases) {
      const { status, stdout } = await ll(
        folder,
        "run",
        "bisect",
        command,
        ...context(values),
      );
      assertEquals(status, 2, stdout);
      assertStringIncludes(stdout, message);
    }
    assertEquals(await snapshotOf(folder), before);
  });
  await withScratch(async (folder) => {
    const { status, stdout } = await ll(
      folder,
      "run",
      "bisect",
      "true",
      ...context({ good: "t1" }),
    );
    assertEquals(status, 2);
    assertStringIncludes(stdout, "is not in a git repository");
  });
});

Deno.test("bisect leaves no worktree behind when it is interrupted", async () => {
  await withScratch(async (folder) => {
    await makeHistory(folder);
    const before = await snapshotOf(folder);
    const { child, ended } = start(folder, [
      "run",
      "bisect",
      `touch '${folder}/.git/started'; sleep 60`,
      ...context({ good: "t1" }),
    ]);
    await waitUntil("the test runs", () => {
      return namesIn(`${folder}/.git`).includes("started");
    });
    assertEquals(
      (await bash(folder, "git worktree list")).trim().split("\n").length,
      2,
    );
    child.kill("SIGINT");
    const { status } = await ended;
    assertEquals(status, 130);
    assertEquals(await snapshotOf(folder), before);
  });
});

// ------------------------------------------------------------------ watch-and-run

Deno.test("watch-and-run runs again for every change, but not for what git ignores", async () => {
  await withScratch(async (folder) => {
    await bash(
      folder,
      "git init --quiet .; mkdir src out; echo 1 > src/a; echo out/ > .gitignore; git add --all; git commit -qm x",
    );
    const { ended } = start(folder, [
      "run",
      "watch-and-run",
      "echo ran >> out/log; [ -e src/a ]",
      ...context({ interval: 0.05, runs: 4 }),
    ]);
    const runs = (count: number) =>
      waitUntil(
        `${count} runs`,
        () => read(`${folder}/out/log`) === "ran\n".repeat(count),
      );
    await runs(1);
    write(`${folder}/src/a`, "22");
    await runs(2);
    write(`${folder}/out/more`, "ignored");
    write(`${folder}/src/b c`, "new");
    await runs(3);
    await bash(folder, "rm src/a");
    const { status, stdout } = await ended;
    assertEquals(status, 2, stdout);
    const changes = stdout.split("\n").map((line) =>
      line.replace(/^[^a-z]*/, "")
    )
      .filter((line) => /^(changed|new|gone) /.test(line));
    assertEquals(changes, [
      "changed  src/a",
      "new      src/b c",
      "gone     src/a",
    ]);
    assertStringIncludes(stdout, "Run 1 passed in");
    assertStringIncludes(stdout, "Run 4 failed with exit status 1");
  });
});

Deno.test("watch-and-run notices what changes while the command runs", async () => {
  await withScratch(async (folder) => {
    write(`${folder}/watched/a`, "1");
    const { ended } = start(folder, [
      "run",
      "watch-and-run",
      "echo ran >> log; until [ -e go ]; do sleep 0.01; done",
      ...context({ interval: 0.05, runs: 2, paths: "watched missing" }),
    ]);
    await waitUntil("the first run", () => read(`${folder}/log`) === "ran\n");
    write(`${folder}/watched/a`, "22");
    write(`${folder}/go`, "");
    const { status, stdout } = await ended;
    assertEquals(status, 0, stdout);
    assertStringIncludes(stdout, 'Not there yet: "missing"');
    assertStringIncludes(stdout, "Files watched: 1");
    assertStringIncludes(stdout, "changed  watched/a");
    assertEquals(read(`${folder}/log`), "ran\nran\n");
  });
});

Deno.test("watch-and-run waits for the first change when it is told to, and refuses wrong settings", async () => {
  await withScratch(async (folder) => {
    write(`${folder}/a b`, "1");
    const { ended } = start(folder, [
      "run",
      "watch-and-run",
      "echo ran > log",
      ...context({ interval: 0.05, runs: 1, first: "no", paths: "a b" }),
    ]);
    await waitUntil("it watches", async () => {
      const files = await bash(
        folder,
        "cat .loops/runs/*/work/now 2>/dev/null || true",
      );
      return files.includes("a b");
    });
    assertEquals(read(`${folder}/log`), "");
    write(`${folder}/a b`, "22");
    const { status, stdout } = await ended;
    assertEquals(status, 0, stdout);
    assertEquals(read(`${folder}/log`), "ran\n");

    const wrong = await ll(
      folder,
      "run",
      "watch-and-run",
      "touch ran",
      ...context({ interval: "often", first: "maybe", paths: "gone away" }),
    );
    assertEquals(wrong.status, 2);
    assertStringIncludes(
      wrong.stdout,
      'interval is "often"; a number of seconds is wanted',
    );
    assertStringIncludes(wrong.stdout, 'first is "maybe"; yes or no is wanted');
    assertStringIncludes(
      wrong.stdout,
      'Nothing to watch: paths is "gone away"',
    );
    const missing = await ll(folder, "run", "watch-and-run", "no-such-program");
    assertEquals(missing.status, 2);
    assertStringIncludes(missing.stderr, "cannot_run");
  });
});

// ------------------------------------------------------------------ for-each

Deno.test("for-each runs every item, tries again, and reports what failed", async () => {
  await withScratch(async (folder) => {
    const items = "a b\n\nbad'one\n$(touch pasted)\nonce\n  \nlast";
    const { status, stdout, work } = await ll(
      folder,
      "run",
      "for-each",
      'echo "$1|$ITEM" >> seen; case $ITEM in bad*) exit 4 ;; once) [ -e once ] || { touch once; exit 1; } ;; esac',
      ...context({ items, delay: 0, retries: 1 }),
    );
    assertEquals(status, 2, stdout);
    const once = ["bad'one|bad'one", "once|once"];
    assertEquals(
      read(`${folder}/seen`).trim().split("\n"),
      [
        "a b|a b",
        once[0],
        once[0],
        "$(touch pasted)|$(touch pasted)",
        once[1],
        once[1],
        "last|last",
      ],
    );
    assertStringIncludes(stdout, "Item 2 of 5: bad'one");
    assertStringIncludes(
      stdout,
      "4 of 5 items done, 1 of them not at the first try",
    );
    assertEquals(read(`${work}failed.txt`), "bad'one\n");
    assert(
      !namesIn(folder).includes("pasted"),
    );
  });
});

Deno.test("for-each takes its items from a command", async () => {
  await withScratch(async (folder) => {
    const done = await ll(
      folder,
      "run",
      "for-each",
      'echo "$ITEM" >> seen',
      ...context({ list: "seq 3" }),
    );
    assertEquals(done.status, 0, done.stdout);
    assertEquals(read(`${folder}/seen`), "1\n2\n3\n");
    const empty = await ll(
      folder,
      "run",
      "for-each",
      "exit 1",
      ...context({ list: "true" }),
    );
    assertEquals(empty.status, 0);
    assertStringIncludes(empty.stdout, "0 of 0 items done");
    const broken = await ll(
      folder,
      "run",
      "for-each",
      "true",
      ...context({ list: "exit 3" }),
    );
    assertEquals(broken.status, 2);
    assertStringIncludes(
      broken.stdout,
      "The command in list failed with exit status 3",
    );
    const none = await ll(folder, "run", "for-each", "true");
    assertEquals(none.status, 2);
    assertStringIncludes(none.stdout, "No list: pass --context list=");
    const missing = await ll(
      folder,
      "run",
      "for-each",
      "no-such-program",
      ...context({ list: "seq 3" }),
    );
    assertEquals(missing.status, 2);
    assert(!missing.stdout.includes("Item 2"), missing.stdout);
  });
});

// ------------------------------------------------------------------ demo

Deno.test("the demo repairs its project and ends well", async () => {
  await withScratch(async (folder) => {
    const { status, stdout } = await ll(folder, "demo");
    assertEquals(status, 0, stdout);
    for (const problem of ["slug", "longest", "average"]) {
      assertStringIncludes(stdout, `not ok  ${problem}`);
      assertStringIncludes(stdout, `Fix ${problem}`);
    }
    assertEquals(namesIn(folder), []);
    // It once ended with the path of a folder that was gone.
    const [, end = ""] = stdout.split('Loop "demo" completed: done');
    assertEquals(end.split("\n").slice(1, 3), [
      "",
      "Next: `ll-loop list` shows the loops that you can run, and",
    ]);
  });
});

Deno.test("the demo did not say where it was kept with --quiet", async () => {
  await withScratch(async (folder) => {
    const { status, stdout } = await ll(folder, "demo", "--keep", "-q");
    const kept = /^The project is kept in (.+)\n$/.exec(stdout)?.[1] ?? "";
    assertEquals(status, 0, stdout);
    assert(namesIn(kept).includes("check.sh"), stdout);
    await Deno.remove(kept, { recursive: true });
  });
});

// ------------------------------------------------------------------ fragment libraries

/** Runs a loop of `states` that imports `libraries`. */
async function runStates(
  folder: string,
  options: {
    readonly libraries: readonly string[];
    readonly values?: Record<string, string | number>;
    readonly states: string;
    readonly env?: Record<string, string>;
  },
): Promise<Ended> {
  const indent = options.states.trim().split("\n").map((line) => `  ${line}`)
    .join("\n");
  const values = JSON.stringify({ ...options.values });
  write(
    `${folder}/lib-test.yaml`,
    `name: lib-test
description: Use the fragments
scope: ["."]
import: [${options.libraries.map((name) => `lib/${name}.yaml`).join(", ")}]
context: ${values}
initial: start
states:
${indent}
  done: { terminal: true }
  wrong: { terminal: true, failure: true }
`,
  );
  return await start(folder, ["run", `${folder}/lib-test.yaml`], options.env)
    .ended;
}

Deno.test("lib/common: shell_exit, retry_counter and snapshot_artifact", async () => {
  await withScratch(async (folder) => {
    const { status, stdout, work } = await runStates(folder, {
      libraries: ["common"],
      states: `
start: { fragment: shell_exit, action: "echo 1 > \\"$LL_CONTEXT_RUN_DIR/page.html\\"", on_yes: keep, on_no: wrong }
keep:
  fragment: snapshot_artifact
  with: { artifact_path: page.html, run_dir: "\${context.run_dir}" }
  next: count
count:
  fragment: retry_counter
  with: { counter_key: "my counter", max_retries: 3 }
  on_yes: keep
  on_no: done`,
    });
    assertEquals(status, 0, stdout);
    assertEquals(read(`${folder}/.loops/tmp/my counter`), "3");
    assertEquals(read(`${work}.iter_counter`), "3\n");
    assertEquals(read(`${work}iter-3/page.html`), "1\n");
  });
});

Deno.test("lib/common: what ll-auto printed decides", async () => {
  await withScratch(async (folder) => {
    const cases = [
      ["GATE_INFRA_FAILED", "infra"],
      ["LEARNING_GATE_BLOCKED", "blocked"],
      ["PHASE1_NOT_STARTED", "not_started"],
      ["HTTP 401", "refused"],
      ["all is well", "done"],
    ] as const;
    for (const [printed, end] of cases) {
      const { stdout, stderr } = await runStates(folder, {
        libraries: ["common"],
        values: { printed },
        states: `
start:
  action_type: shell
  action: echo "$LL_CONTEXT_PRINTED" > "$LL_CONTEXT_RUN_DIR/ll_auto_last.txt"
  next: a
a: { fragment: ll_auto_not_started_check, on_yes: not_started, on_no: b, on_error: wrong }
b: { fragment: ll_auto_learning_gate_check, on_yes: blocked, on_no: c, on_error: wrong }
c: { fragment: ll_auto_learning_gate_infra_check, on_yes: infra, on_no: d, on_error: wrong }
d: { fragment: ll_auto_auth_check, on_yes: refused, on_no: done, on_error: wrong }
infra: { terminal: true }
blocked: { terminal: true }
not_started: { terminal: true }
refused: { terminal: true }`,
      });
      assertStringIncludes(stdout + stderr, `completed: ${end} `);
    }
  });
});

Deno.test("lib/rubric-router and lib/policy-router: scores become routes", async () => {
  await withScratch(async (folder) => {
    const scores =
      'DIMENSION: Code style: 40 — it\'s "so" so\nDIMENSION: security: 90\nAGGREGATE: 70';
    const states = (rules: string) => `
start: { action_type: shell, action: "printf '%s\\\\n' \\"$LL_CONTEXT_SCORES\\"", capture: scores, next: tier }
tier: { fragment: rubric_parse_scores, next: high }
high: { fragment: rubric_route_high, on_yes: wrong, on_no: medium }
medium: { fragment: rubric_route_medium, on_yes: parse, on_no: wrong }
parse: { fragment: policy_parse_scores, next: decide }
decide:
  fragment: policy_table_dispatch
  route: { ${rules} }`;
    const run = (policy_rules: string, route: string) =>
      runStates(folder, {
        libraries: ["rubric-router", "policy-router"],
        values: {
          scores,
          policy_rules,
          threshold_high: "",
          threshold_medium: 65,
        },
        states: states(route),
      });
    const won = await run(
      "# first\nsecurity:<65 -> wrong\ncode-style:<50 & security:>=90 -> polish\n* -> wrong",
      "polish: done, _: wrong",
    );
    assertEquals(won.status, 0, won.stdout);
    assertStringIncludes(won.stdout, "aggregate=70 tier=medium");
    assertStringIncludes(won.stdout, "dim=code-style score=40");
    assertEquals(read(`${won.work}rubric-aggregate.txt`), "70");
    assertEquals(read(`${won.work}rubric-tier.txt`), "medium");
    assertEquals(read(`${won.work}rubric-dim-code-style.txt`), "40");
    assertEquals(read(`${won.work}policy-action.txt`), "polish");
    // 9 is less than 10; text compares as text; a dimension without a score is unlike everything.
    for (
      const rules of [
        "aggregate:>=100 -> wrong\naggregate:==70.0 -> polish",
        "unknown:==1 -> wrong\nunknown:!=1 -> polish",
        "security:<100 & aggregate:>9 -> polish",
      ]
    ) {
      assertEquals(
        (await run(rules, "polish: done, _: wrong")).status,
        0,
        rules,
      );
    }
    assertEquals(
      (await run("security:<1 -> wrong", "wrong: wrong, _: done")).status,
      0,
    );
    const broken = await run(
      "* -> polish\nsecurity:>=high -> wrong",
      "polish: wrong, error: done, _: wrong",
    );
    assertEquals(broken.status, 0, broken.stdout);
    assertStringIncludes(broken.stdout, '">=" wants a number, not "high"');
  });
});

Deno.test("lib/composer: the catalogue is listed and a plan is checked", async () => {
  await withScratch(async (folder) => {
    // The fragment calls `ll-loop`, which need not be on the PATH of whoever runs this test.
    write(
      `${folder}/bin/ll-loop`,
      `#!/bin/sh\nexec ${COMMAND.map((word) => `'${word}'`).join(" ")} "$@"\n`,
      0o755,
    );
    write(
      `${folder}/.loops/mine.yaml`,
      `name: mine\ndescription: 'My "own" loop'\ninitial: a\nstates: { a: { terminal: true } }\n`,
    );
    const run = (plan: unknown) =>
      runStates(folder, {
        libraries: ["composer"],
        values: {
          exclude: "bisect",
          max_plan_nodes: 3,
          plan: JSON.stringify(plan),
        },
        env: { PATH: `${folder}/bin:${Deno.env.get("PATH")}` },
        states: `
start: { fragment: discover_loops, timeout: 60, next: plan, on_error: wrong }
plan:
  action_type: shell
  action: printf '%s' "$LL_CONTEXT_PLAN" > "$LL_CONTEXT_RUN_DIR/composer-plan.json"
  next: check
check: { fragment: validate_plan, on_yes: done, on_no: wrong, on_error: wrong }`,
      });
    const step = (
      step_id: string,
      loop_name: string,
      depends_on: string[] = [],
    ) => ({
      step_id,
      loop_name,
      input: 'a "b" {c}\n[d]',
      depends_on,
    });
    const good = await run([
      step("2", "until-green", ["1"]),
      step("1", "mine"),
    ]);
    assertEquals(good.status, 0, good.stdout);
    assertStringIncludes(good.stdout, "PLAN_VALID");
    assertEquals(JSON.parse(read(`${good.work}topo-order.json`)), ["1", "2"]);
    const catalogue = JSON.parse(
      read(`${good.work}composer-catalog.json`),
    ) as Record<
      string,
      { name: string; description: string }[]
    >;
    assertEquals(
      catalogue["project"]?.map(({ name, description }) => [name, description]),
      [["mine", 'My "own" loop']],
    );
    const builtins = catalogue["builtin"]?.map(({ name }) => name) ?? [];
    assert(
      builtins.includes("until-green") && !builtins.includes("bisect"),
      builtins.join(),
    );

    const cases: readonly (readonly [unknown, string])[] = [
      [
        [step("1", "mine", ["2"]), step("2", "mine", ["1"])],
        "The dependencies of the plan go in a circle",
      ],
      [[step("1", "nope")], 'there is no loop "nope" in the catalogue'],
      [[step("1", "mine"), step("1", "mine")], 'has the step_id "1" of step 0'],
      [
        [step("1", "mine", ["7"])],
        'Step "1" depends on "7", which does not exist',
      ],
      [[], "The plan has no step"],
      [{}, "The plan has to be a JSON list of steps"],
      [
        ["1", "2", "3", "4"].map((id) => step(id, "mine")),
        "at most 3 are allowed",
      ],
    ];
    for (const [plan, message] of cases) {
      const bad = await run(plan);
      assertEquals(bad.status, 2, bad.stdout);
      assertStringIncludes(bad.stdout, message);
      assertStringIncludes(read(`${bad.work}validation-errors.txt`), message);
    }
  });
});
