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
  {
    name: "looking-at-runs.md",
    files: {},
    printed: [
      "Nothing runs now\n\nLast run:\nLoop: climb\nStatus: completed\n",
      "Loop: climb\nStatus: completed\nCurrent state: done\nIteration: 5\n",
      "No running loops\n",
      "Runs with status completed (1):\n  climb: done (5 steps) [completed] ",
      "Runs (1 total; times are UTC):\n",
      "Runs of climb (1 total; times are UTC):\n",
      "  loop_complete     done  5 iter  [terminal]\n",
      "  route             rest → add\n",
      "  route             add → done\n",
      "  action_start      [shell] sleep 0.2\n",
      'Loop "climb" completed: done (5 steps, ',
      "Budget: 10% (5/50 steps)\n",
      'Loop "climb" runs in the background\n',
      "Running loop: climb\n",
      'Loop "climb" completed: done (11 steps, ',
      "Running loop: climb\n",
      'Loop "climb" completed: done (9 steps, ',
      "The same events as in its journal\nIt ended by terminal at done\n",
      "The same way for all 9 steps\n",
      'Step 2, state "rest": it would go another way\n' +
      "  recorded  -> add\n  edited    -> done\n",
      "Queue is empty\n",
      "Would remove 2 runs (",
      "Removed 2 runs (",
    ],
  },
  { name: "systems.md", files: {}, printed: ["This machine ("] },
  { name: "completions.md", files: {}, printed: [] },
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

/** Returns the keys of an object, or of the first one of a list. */
function shapeOf(value: unknown): readonly string[] {
  const one = Array.isArray(value) ? value[0] : value;
  return Object.keys(one ?? {}).sort();
}

Deno.test("docs/looking-at-runs.md: each JSON shape is what its command prints", async () => {
  const text = await Deno.readTextFile(new URL("looking-at-runs.md", DOCS));
  const [climb = ""] = blocks(text, "yaml");
  const shapes = [
    ...text.matchAll(
      /^### `ll-loop ([^`]+)`\n(?:(?!^###)[\s\S])*?^```json\n([\s\S]*?)^```$/gm,
    ),
  ];
  assertEquals(shapes.length, 7);
  await withProject({ ".loops/climb.yaml": climb }, async (project) => {
    await project.ll(["run", "climb", "--quiet"]);
    for (const [, command = "", example = ""] of shapes) {
      const { stdout } = await project.ll(
        command.replace("RUN", project.run().id).split(" "),
      );
      assertEquals(
        [command, shapeOf(JSON.parse(stdout))],
        [command, shapeOf(JSON.parse(example))],
      );
    }
  });
});
