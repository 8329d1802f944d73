/** What changed in a folder, with real files and a real git. */

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
import { memoryFiles } from "../../support/fakes.ts";
import { withScratch } from "../../support/scratch.ts";

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
