/**
 * Every page for users is followed as it stands, by the rules of `tests/support/markdown.ts`: a new
 * page needs no code here. What pages say in sentences is checked for commands and options.
 */

import { assert, assertEquals } from "@std/assert";
import { withProject } from "../support/ll_loop.ts";
import {
  blocksOf,
  follow,
  linesOf,
  PAGE_FILES,
  pageText,
} from "../support/markdown.ts";

const DOCS = new URL("../../docs/", import.meta.url);

const PAGES = [
  "README.md",
  ...[...Deno.readDirSync(DOCS)].map(({ name }) => `docs/${name}`)
    .filter((name) => name.endsWith(".md")).sort(),
];

for (const page of PAGES) {
  if (blocksOf(page).length === 0) continue;
  Deno.test(`${page}: works as it stands there`, async () => {
    await withProject(PAGE_FILES, (project) => follow(page, project));
  });
}

Deno.test("readme: the first example is one line", () => {
  const [first] = blocksOf("README.md");
  assert(first !== undefined);
  assertEquals([first.language, linesOf(first)], ["sh", [
    `ll-loop until 'npm test' --fix 'claude -p "make the tests pass"'`,
  ]]);
});

Deno.test("readme: the commands that run a real loop and every test were left out", () => {
  const lines = pageText("README.md").split("\n").map((line) =>
    line.split("   #", 1)[0]
  );
  for (const task of ["demo", "test"]) {
    assert(lines.includes(`npx -y deno@2.9.6 task ${task}`), task);
  }
});

Deno.test("readme: every page is in its index", () => {
  const readme = pageText("README.md");
  const missing = PAGES.filter((page) =>
    page !== "README.md" && !readme.includes(`(${page})`)
  );
  assertEquals(missing, []);
});

/** How lines begin that somebody is to type. */
const COMMAND_REGEXP =
  /^(?:\$ )?(?:ll-loop|npx?|deno|brew|wsl|curl|irm|git|gh|docker) /;

Deno.test("pages: no more is left untried than what cannot be tried here", () => {
  const untried = PAGES.flatMap((page) => {
    const text = pageText(page)
      .replaceAll(/^( *)```\w+\n[\s\S]*?^\1```$/gm, "");
    const fenced = [...text.matchAll(/^```\n([\s\S]*?)^```$/gm)]
      .flatMap(([, body = ""]) => body.split("\n"));
    const indented = text.split("\n").filter((line) => /^ {4}/.test(line));
    return [...fenced, ...indented].map((line) => line.trim())
      .filter((line) => COMMAND_REGEXP.test(line));
  });
  const release = "https://github.com/OWNER/ll-loop/releases/latest/download";
  assertEquals(untried, [
    `curl -fsSL ${release}/install.sh | sh`,
    `deno run -A ${release}/ll-loop.js --version`,
    `deno install -g -A -n ll-loop ${release}/ll-loop.js`,
    `irm ${release}/install.ps1 | iex`,
    "ll-loop completions powershell | Out-String | Invoke-Expression",
    "gh attestation verify ll-loop-linux-x64 --repo OWNER/ll-loop --source-ref refs/tags/v1.2.3",
    "gh attestation verify ll-loop-linux-x64 --repo OWNER/ll-loop --predicate-type https://cyclonedx.org/bom",
    "brew install bash",
    "wsl --install",
  ]);
});

/** Returns the keys of an object, or of the first one of a list. */
function shapeOf(value: unknown): readonly string[] {
  const one = Array.isArray(value) ? value[0] : value;
  return Object.keys(one ?? {}).sort();
}

Deno.test("docs/looking-at-runs.md: each JSON shape is what its command prints", async () => {
  const page = "docs/looking-at-runs.md";
  const [climb] = blocksOf(page).filter(({ language }) => language === "yaml");
  const shapes = [
    ...pageText(page).matchAll(
      /^### `ll-loop ([^`]+)`\n(?:(?!^###)[\s\S])*?^```json\n([\s\S]*?)^```$/gm,
    ),
  ];
  assertEquals(shapes.length, 7);
  await withProject(
    { ".loops/climb.yaml": climb?.text ?? "" },
    async (project) => {
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
    },
  );
});

Deno.test("pages: links lead to what is there", () => {
  for (const page of [...PAGES, "AGENTS.md", "SECURITY.md"]) {
    const base = new URL(`../../${page}`, import.meta.url);
    for (const [, target = ""] of pageText(page).matchAll(/\]\(([^)#\s]+)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const isThere = Deno.statSync(new URL(target, base)) !== null;
      assert(isThere, `${page}: ${target}`);
    }
  }
});

Deno.test("pages: commands and options that sentences name are in the help", async () => {
  await withProject({}, async (project) => {
    for (const page of PAGES) {
      const named = pageText(page).matchAll(/`ll-loop ([a-z-]+)([^`]*)`/g);
      for (const [text, name = "", rest = ""] of named) {
        const { stdout } = await project.ll(["help", name]);
        const options = [...rest.matchAll(/ (--[a-z-]+)/g)];
        for (const [, option = ""] of options) {
          assert(stdout.includes(` ${option}`), `${page}: ${text}`);
        }
      }
    }
  });
});
