/** The pages of `docs/` for users: their loops validate, and their commands run as they stand there. */

import { assert, assertEquals } from "@std/assert";
import { canTest, isInstalled } from "../support/installed.ts";
import { oneAction, withProject } from "../support/ll_loop.ts";

const DOCS = new URL("../../docs/", import.meta.url);

/** What a page is tried with, and what must come of it. */
interface Page {
  readonly name: string;
  /** Loops that the page speaks of and does not show. */
  readonly files: Readonly<Record<string, string>>;
  /** Pieces of what its commands print, in order. */
  readonly printed: readonly string[];
}

const PAGES: readonly Page[] = [
  {
    name: "switching.md",
    files: {
      ".loops/lint.yaml": oneAction("lint", "echo linted"),
      ".loops/docs.yaml": oneAction("docs", "echo documented"),
    },
    printed: [
      "Loops, 3 of 3 can run",
      "  ✓ nightly: runs\n      program ll-loop: this program (first)\n",
      "✓ nightly is valid\n",
      "Verdict: runs\n",
      'Loop "lint" completed: done',
    ],
  },
  { name: "systems.md", files: {}, printed: ["This machine ("] },
  { name: "completions.md", files: {}, printed: [] },
  {
    name: "runs.md",
    files: {},
    printed: [
      'Loop "count" completed: done (3 steps',
      'Loop "count" stopped: the cap of 2 steps is reached',
      "capped: 1\n",
      "resumed at step, after 2 steps",
      'Loop "count" completed: done (3 steps',
      "Runs (2 total",
    ],
  },
  {
    name: "stopping.md",
    files: {},
    printed: [
      'Loop "watch" runs in the background\n',
      "Status: running\n",
      "Stopped run ",
      "watch: max_steps\n",
    ],
  },
];

function blocks(text: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...text.matchAll(fence)].map(([, body = ""]) => body);
}

/** A block that only another shell can read is run by it. */
function shellOf(block: string): string {
  return block.includes("completions zsh)") ? "zsh" : "bash";
}

for (const { name, files, printed } of PAGES) {
  Deno.test(`docs/${name}: its loops are valid, its commands run`, async () => {
    const text = await Deno.readTextFile(new URL(name, DOCS));
    const loops = blocks(text, "yaml").map((body) => {
      const [, path = ""] = /^# (\S+\.yaml)$/m.exec(body) ?? [];
      return [path, body] as const;
    });
    await withProject(
      { ...files, ...Object.fromEntries(loops) },
      async (project) => {
        for (const [path] of loops) {
          await project.ll(["validate", `./${path}`, "--strict"]);
        }
        let output = "";
        for (const block of blocks(text, "sh")) {
          const shell = shellOf(block);
          if (!canTest(`a block of docs/${name}`, isInstalled(shell))) continue;
          const { ended } = project.bash(
            shell === "bash"
              ? `set -euo pipefail\n${block}`
              : `exec zsh -efc 'autoload -U compinit; compinit -D -u; ${block.trim()}'`,
          );
          const { status, stdout, stderr } = await ended;
          assertEquals([block, status, stderr], [block, 0, ""]);
          output += stdout;
        }
        let at = 0;
        for (const piece of printed) {
          const found = output.indexOf(piece, at);
          assert(found >= 0, `"${piece}" is not in\n${output.slice(at)}`);
          at = found + piece.length;
        }
      },
    );
  });
}

Deno.test("docs/switching.md: its nightly loop runs both loops by this program", async () => {
  const text = await Deno.readTextFile(new URL("switching.md", DOCS));
  const [nightly = ""] = blocks(text, "yaml");
  await withProject({
    ".loops/nightly.yaml": nightly,
    ".loops/lint.yaml": oneAction("lint", "true", "scope: [reports]\n"),
    ".loops/docs.yaml": oneAction("docs", "true", "scope: [reports]\n"),
  }, async (project) => {
    await project.ll(["run", "nightly", "--quiet"]);
    assertEquals(
      project.runs().map(({ record }) => record.loop),
      ["nightly", "lint", "docs"],
    );
  });
});
