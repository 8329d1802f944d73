// deno-lint-ignore-file no-sync-fn-in-async-fn -- tests may block
import { assert, assertEquals } from "@std/assert";
import { createFiles, createSystem } from "../../../src/adapters/mod.ts";
import { makeProcesses } from "../../../src/adapters/process/mod.ts";
import {
  type Baseline,
  changesSince,
  type ChangesWorld,
  storeBaseline,
  storedBaseline,
  takeBaseline,
} from "../../../src/app/changes/mod.ts";
import { type UntilPlan, untilText } from "../../../src/app/until/mod.ts";
import { nearPrograms } from "../../../src/app/run/near_program.ts";
import { checkDefinitions } from "../../../src/check/mod.ts";
import { loadDefinitions } from "../../../src/load/mod.ts";
import { type Loop, untilGoalOf } from "../../../src/model/mod.ts";
import { fakeSources, memoryFiles } from "../../support/fakes.ts";
import { withScratch } from "../../support/scratch.ts";

const PLAN: UntilPlan = {
  check: "npm test",
  fix: 'claude -p "make the tests pass"',
  folder: ".",
  times: 5,
  everyMs: null,
  timeoutMs: null,
  notes: ["Made by hand"],
};

/** Loads a text as the program does; nothing may be found in it. */
function loopOf(text: string): Loop {
  const file = "/p/.loops/tests.yaml";
  const result = loadDefinitions(file, {
    sources: fakeSources({ [file]: text }),
    origin: "project",
    loopsDir: "/p/.loops",
    cwd: "/p",
  });
  const findings = [...result.findings, ...checkDefinitions(result)];
  assertEquals(findings.map(({ message }) => message), [], text);
  return result.definitions?.loops[file] as Loop;
}

Deno.test("until: the file of the first example", () => {
  assertEquals(
    untilText(PLAN),
    `# Made by hand
description: 'Run npm test until it passes, and claude -p "make the tests pass" to fix what fails'
category: until # the end of a run tells the fixes used and the files changed
scope: ["."] # other runs keep out of it
max_edge_revisits: 5 # at most so many fixes
max_steps: 1000 # room for all of them; the line above is the limit
output_signals: "off" # LOOP_STOP and the like mean nothing in what the commands print
states:
  check:
    run: npm test
    capture: check
    on_yes: done
    on_error: triage

  # 126 and 127: the command cannot be run, or something in it. Trying again would not help.
  triage:
    evaluate: { type: classify, source: "\${captured.check.exit_code}" }
    route: { "126": failed, "127": failed, _: fix }

  # What the check printed is its input, and stands in the file that $LL_LAST_OUTPUT names.
  fix:
    run: claude -p "make the tests pass"
    stdin: |-
      \${captured.check.output}
      \${captured.check.stderr}
    capture: fix
    next: check
    on_error: triage_fix

  # A fix that fails is no end, since the check decides; one that cannot be run is.
  triage_fix:
    evaluate: { type: classify, source: "\${captured.fix.exit_code}" }
    route: { "126": failed, "127": failed, _: check }
`,
  );
});

Deno.test("until: without a fix it waits, evenly or longer and longer", () => {
  const even = untilText({
    ...PLAN,
    fix: null,
    times: null,
    everyMs: 7_200_000,
    timeoutMs: 90_500,
    folder: "my app",
    notes: [],
  });
  assertEquals(
    even,
    `description: Run npm test until it passes
category: until # the end of a run tells how often it was checked
scope: ["my app"] # other runs keep out of it
max_edge_revisits: 1000000 # as many further checks as it takes
max_steps: 5000000 # room for all of them; the line above is the limit
timeout: 90.5 # seconds, for everything
output_signals: "off" # LOOP_STOP and the like mean nothing in what the commands print
states:
  check:
    run: cd 'my app' || exit 126; npm test
    capture: check
    on_yes: done
    on_error: triage

  # 126 and 127: the command cannot be run, or something in it. Trying again would not help.
  triage:
    evaluate: { type: classify, source: "\${captured.check.exit_code}" }
    route: { "126": failed, "127": failed, _: pause }

  pause:
    run: sleep 7200
    timeout: 7260
    next: check
`,
  );
  const growing = loopOf(untilText({ ...PLAN, fix: null, everyMs: null }));
  assertEquals(
    growing.states["pause"]?.action,
    "# Pause: a quarter of the time so far, from 1 to 60 seconds\n" +
      "s=$((${loop.elapsed_ms} / 4000))\nsleep $((s < 1 ? 1 : s > 60 ? 60 : s))\n",
  );
  const paced = loopOf(untilText({ ...PLAN, everyMs: 500 }));
  assertEquals(
    [
      paced.states["fix"]?.next,
      paced.states["triage_fix"]?.route?.["_"],
      paced.states["pause"]?.action,
    ],
    ["pause", "pause", "sleep 0.5"],
  );
});

Deno.test("until: every command is in the file as it was typed", () => {
  const commands = [
    "npm test",
    'echo "a: b" # c',
    `it's "x": y`,
    "two\nlines",
    "two\nlines\n",
    "a\tb\n\tc",
    "\nblank first",
    "  blanks around  ",
    "a\n\n\nb",
    "yes",
    "5",
    "~",
    "- x",
    "| cat",
    "{a}",
    "[1",
    "&a *b !c %d @e ?f",
    "x:",
    'echo ${HOME} "$${PID}" $$',
    "bell\u0007 next\u0085line sep\u2028",
    "é ü 日本 😀",
    "true && ".repeat(400) + "true",
  ];
  for (const command of commands) {
    const text = untilText({ ...PLAN, check: command, fix: command });
    const { check, fix } = loopOf(text).states;
    const expected = command.replaceAll("${", () => "$${");
    assertEquals([check?.action, fix?.action], [expected, expected], text);
  }
});

Deno.test("until: the goal is in the definition alone", () => {
  const goalOf = (change: Partial<UntilPlan>) =>
    untilGoalOf(loopOf(untilText({ ...PLAN, ...change })));
  assertEquals(goalOf({ times: 7 }), { hasFix: true, max: 7 });
  assertEquals(goalOf({ fix: null, times: null }), {
    hasFix: false,
    max: null,
  });
  const other = loopOf(
    "description: d\nscope: [.]\ncategory: until\nstates: {check: {run: x, on_yes: done, on_error: done}}\n",
  );
  assertEquals(untilGoalOf(other), null);
});

/** A real folder, with a shell in it. */
async function withFolder(
  use: (folder: string, bash: (script: string) => void) => Promise<void>,
): Promise<void> {
  await withScratch(async (folder) => {
    await use(folder, (script) => {
      const { success, stderr } = new Deno.Command("bash", {
        args: ["-ec", script],
        cwd: folder,
        env: {
          GIT_CONFIG_GLOBAL: "/dev/null",
          GIT_CONFIG_NOSYSTEM: "1",
          GIT_AUTHOR_NAME: "a",
          GIT_AUTHOR_EMAIL: "a@example.org",
          GIT_COMMITTER_NAME: "a",
          GIT_COMMITTER_EMAIL: "a@example.org",
        },
      }).outputSync();
      if (!success) throw new Error(new TextDecoder().decode(stderr));
    });
  });
}

const WORLD: ChangesWorld = {
  files: createFiles(),
  processes: makeProcesses(),
  system: createSystem(),
};

/** What changed since, in short: `+added ~modified -removed`. */
async function changed(root: string, baseline: Baseline): Promise<string> {
  const changes = await changesSince(WORLD, { root, baseline });
  const mark = { added: "+", modified: "~", removed: "-" };
  return changes.kind === "unknown"
    ? changes.reason
    : changes.files.map(({ path, change }) => mark[change] + path).join(" ");
}

const BEFORE = `mkdir -p src node_modules/x cache
echo a > src/a; echo b > src/b; echo c > 'c d'; echo same > same
echo x > node_modules/x/y; echo x > cache/CACHEDIR.TAG; ln -s src link; ln -s nowhere broken`;
const AFTER = `echo aa > src/a; rm src/b; echo n > new; echo same > same
echo xx > node_modules/x/y; echo x > cache/z; mkdir -p .loops/runs; echo x > .loops/runs/l`;

Deno.test("changes: without git by size and time, caches and links aside", async () => {
  await withFolder(async (folder, bash) => {
    bash(BEFORE);
    const baseline = await takeBaseline(WORLD, folder);
    assertEquals(baseline.kind, "scan");
    // As if it had been long ago: times count in whole milliseconds.
    bash(`${AFTER}; touch -d 2001-01-01 src/a new; touch -r 'c d' 'c d'`);
    const same = "~same ";
    const found = await changed(folder, baseline);
    assertEquals(found.replace(same, ""), "+new ~src/a -src/b");
  });
});

Deno.test("changes: with git what is in the files counts, whatever was committed", async () => {
  await withFolder(async (folder, bash) => {
    bash(
      `git init -q; ${BEFORE}; printf 'node_modules\\ncache\\n' > .gitignore; git add .; git commit -qm x
       echo dirty > same; echo u > untracked; echo u > touched; rm 'c d'`,
    );
    const baseline = await takeBaseline(WORLD, folder);
    assertEquals(baseline.kind, "git");
    storeBaseline(WORLD, folder, baseline);
    assertEquals(storedBaseline(WORLD, folder), baseline);
    Deno.removeSync(`${folder}/baseline.json`);
    assertEquals(await changed(folder, baseline), "");
    // Committed, changed again to what it was, only touched, thrown away: what differs is told.
    bash(
      `${AFTER}; git add src/a; git commit -qm y; git checkout -q same; touch touched; rm untracked
       git checkout -q -- 'c d'; git rm -q --cached .gitignore; rm -rf .loops`,
    );
    assertEquals(
      await changed(folder, baseline),
      "~.gitignore +c d +new ~same ~src/a -src/b -untracked",
    );
  });
});

Deno.test("changes: beyond 8 MiB of text, time and size are enough", async () => {
  await withFolder(async (folder, bash) => {
    bash(`git init -q; head -c 200000 /dev/zero | tr '\\0' x > a00
      for i in $(seq 10 60); do cp a00 a$i; done; head -c 300000 /dev/zero > long`);
    const baseline = await takeBaseline(WORLD, folder);
    assert(baseline.kind === "git");
    const marks = Object.entries(baseline.files);
    assertEquals(marks.length, 53);
    assertEquals(
      marks.filter(([, mark]) => !mark?.startsWith("text ")).map(([path]) =>
        path
      ),
      [...Array.from({ length: 11 }, (_, index) => `a${50 + index}`), "long"],
    );
    // The same text again is no change where the text is known.
    bash("cp a00 a10; touch -d 2001-01-01 a60 long");
    assertEquals(await changed(folder, baseline), "~a60 ~long");
  });
});

Deno.test("changes: a repository without a commit, a folder of one, one that it ignores", async () => {
  await withFolder(async (folder, bash) => {
    bash(
      "git init -q; echo a > a; git add a; mkdir -p sub ignored; echo ignored > .gitignore; echo i > ignored/i",
    );
    const root = await takeBaseline(WORLD, folder);
    const sub = await takeBaseline(WORLD, `${folder}/sub`);
    const ignored = await takeBaseline(WORLD, `${folder}/ignored`);
    assertEquals(
      [root.kind, sub.kind, ignored.kind],
      ["git", "git", "scan"],
    );
    bash(
      "echo aa > a; echo b > sub/b; git add sub/b; git commit -qm x; echo ii > ignored/i",
    );
    assertEquals(
      [
        await changed(folder, root),
        await changed(`${folder}/sub`, sub),
        await changed(`${folder}/ignored`, ignored),
      ],
      ["~a +sub/b", "+b", "~i"],
    );
    bash("rm -rf .git");
    assertEquals(await changed(folder, root), "git cannot compare the files");
    assertEquals(storedBaseline(WORLD, folder), null);
  });
});

Deno.test("changes: too many files are not looked at", async () => {
  const files = memoryFiles(
    Object.fromEntries(
      Array.from({ length: 20_001 }, (_, index) => [`/p/f${index}`, ""]),
    ),
  );
  const world: ChangesWorld = {
    ...WORLD,
    files,
    processes: { ...WORLD.processes, find: () => null },
  };
  const baseline = await takeBaseline(world, "/p");
  assertEquals(baseline, { kind: "none", reason: "more than 20000 files" });
  assertEquals(await changesSince(world, { root: "/p", baseline }), {
    kind: "unknown",
    reason: "more than 20000 files",
  });
});

Deno.test("a program that was mistyped is looked for on PATH, a path in its folder", () => {
  const files = memoryFiles({
    "/bin/npm": "",
    "/bin/npx": "",
    "/opt/mine/fix-it": "",
    "/p/sub/go.sh": "",
  });
  const near = (name: string) =>
    nearPrograms({ files }, name, {
      path: "/nowhere::/bin:/opt/mine",
      folder: "/p",
    });
  assertEquals(
    ["npn", "fixit", "./sub/og.sh", "zebra", "np", "npm"].map(near),
    [["npm", "npx"], ["fix-it"], ["./sub/go.sh"], [], [], []],
  );
});
