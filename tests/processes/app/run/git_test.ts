/** What the runner sees and does in a real git repository. */

// deno-lint-ignore-file no-sync-fn-in-async-fn -- tests may block
import { assert, assertEquals, assertMatch } from "@std/assert";
import { match } from "../../../../src/adapters/match/mod.ts";
import { makeProcesses } from "../../../../src/adapters/process/mod.ts";
import { observe } from "../../../../src/app/run/observe.ts";
import { performWorktree } from "../../../../src/app/run/worktree.ts";
import { memoryFiles } from "../../../support/fakes.ts";
import { LOOK, lookIn, UNDISTURBED } from "../../../unit/app/run/look.ts";
import { withScratch } from "../../../support/scratch.ts";

async function bash(folder: string, script: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("bash", {
    args: ["-ec", script],
    cwd: folder,
    env: {
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "t",
      GIT_AUTHOR_EMAIL: "t@example.invalid",
      GIT_COMMITTER_NAME: "t",
      GIT_COMMITTER_EMAIL: "t@example.invalid",
    },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

Deno.test("observe: the git fingerprint sees every change that is not committed", async () => {
  await withScratch(async (folder) => {
    const print = async (...scope: string[]): Promise<string> => {
      const { value, error } = await lookIn(folder, { kind: "git", scope });
      assertEquals(error, null);
      assertMatch(String(value), /^[0-9a-f]{40}$/);
      return String(value);
    };
    await bash(
      folder,
      "git init -q -b main; echo 1 > a; mkdir src; echo 1 > src/b",
    );
    const untracked = await print();
    await bash(folder, "git add a");
    const added = await print();
    assert(added !== untracked, "a file that was added before any commit");
    await bash(folder, "git add .; git commit -qm one");
    const clean = await print();
    assertEquals(await print(), clean);
    const changes: [string, string][] = [
      ["unstaged", "echo 2 > a"],
      ["of the same size", "echo 3 > a"],
      ["staged", "echo 4 > a; git add a"],
      ["untracked", "echo n > 'new ü \" file'"],
      ["untracked, of the same size", "echo m > 'new ü \" file'"],
      ["binary", "printf '\\0\\1' > src/b"],
      ["of the mode", "chmod +x src/b"],
      ["deleted", "rm a"],
    ];
    const seen = new Set([clean]);
    for (const [name, script] of changes) {
      await bash(folder, script);
      const now = await print();
      assert(!seen.has(now), name);
      seen.add(now);
    }
    await bash(folder, "git reset -q --hard; rm new*");
    assertEquals(await print(), clean);
    await bash(folder, "echo ignored > .git/info/exclude; echo x > ignored");
    assertEquals(await print(), clean);
    const inScope = await print("src");
    await bash(folder, "echo 9 > a; echo x > other");
    assertEquals(await print("src"), inScope);
    await bash(folder, "echo x > src/new");
    assert(await print("src") !== inScope);
    await bash(
      folder,
      "mkdir aa; cd aa; git init -q; cd ..; ln -s nowhere ab; echo 1 > zz",
    );
    const before = await print();
    await bash(folder, "echo 2 > zz");
    assert(await print() !== before, "a file behind one that cannot be read");
  });
});

Deno.test("observe: without a repository the reason is told", async () => {
  await withScratch(async (folder) => {
    const { error, value } = await lookIn(folder, { kind: "git", scope: [] });
    assertEquals(value, null);
    assertEquals(
      error,
      "There is no git repository here: only git can tell what changed",
    );
  });
  const lost = await lookIn("/", { kind: "git", scope: [] }, {
    cwd: "/no/such/folder",
  });
  assertMatch(
    String(lost.error),
    /^Git cannot compare the work tree: .*\/no\/such\/folder/,
  );
  const { error } = await observe(
    {
      world: { files: memoryFiles(), match },
      processes: { ...makeProcesses(), find: () => null },
      root: "/",
      outputs: "/",
      room: () => ({}),
    },
    { ...LOOK, subject: { kind: "git", scope: [] } },
    UNDISTURBED,
  );
  assertEquals(error, "Program git was not found on PATH");
});

Deno.test("worktree: attached to an existing branch, detached when it is clean", async () => {
  await withScratch(async (folder) => {
    await bash(
      folder,
      "git init -q -b main; echo 1 > a; git add .; git commit -qm one; git branch topic",
    );
    const perform = (
      operation: "attach" | "detach",
      options: { readonly branch?: string; readonly path?: string } = {},
      performing: Partial<typeof UNDISTURBED> = {},
    ) =>
      performWorktree(
        {
          processes: makeProcesses(),
          root: folder,
          folder: `${folder}/.trees`,
        },
        {
          kind: "worktree",
          frame: "0.1",
          effect: 5,
          operation,
          branch: options.branch ?? "topic",
          path: options.path ?? null,
        },
        { ...UNDISTURBED, ...performing },
      );
    const path = `${folder}/.trees/0.1-5`;
    assertEquals(await perform("attach"), {
      kind: "observed",
      value: path,
      error: null,
      timeoutKind: null,
      isCancelled: false,
    });
    assertEquals(Deno.readTextFileSync(`${path}/a`), "1\n");
    Deno.writeTextFileSync(`${path}/a`, "2\n");
    const kept = await perform("detach", { path });
    assertMatch(
      String(kept.error),
      /^Git cannot detach the worktree: .*modified/,
    );
    assertEquals(Deno.readTextFileSync(`${path}/a`), "2\n");
    Deno.writeTextFileSync(`${path}/a`, "1\n");
    assertEquals((await perform("detach", { path })).error, null);
    const none = await perform("attach", { branch: "no-such" });
    assertMatch(String(none.error), /no-such/);
    assertEquals(
      (await perform("attach", { branch: "--detach" })).error,
      '"--detach" is no name of a branch',
    );
  });
});
