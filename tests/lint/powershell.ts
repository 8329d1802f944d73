/**
 * What PowerShell reads, through a parser from npm: it need not be installed for that. The tests that run it
 * are `tests/e2e/install_windows_test.ts` and one of completions.
 */

import { assert, assertEquals } from "@std/assert";
import { npx } from "../support/npx.ts";
import { withScratch } from "../support/scratch.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

const PACKAGES = [
  "--ignore-scripts",
  "--package=web-tree-sitter@0.27.2",
  "--package=tree-sitter-powershell@0.26.4",
];

/** Prints, of each file, what it could not read, and what Windows PowerShell 5.1 could not. */
const PARSE = `
const { existsSync, readFileSync } = require("node:fs");
const { delimiter, join } = require("node:path");
const home = process.env.PATH.split(delimiter).map((folder) => join(folder, ".."))
  .find((folder) => existsSync(join(folder, "web-tree-sitter")));
const { Parser, Language } = require(join(home, "web-tree-sitter", "web-tree-sitter.cjs"));
Parser.init().then(async () => {
  const parser = new Parser();
  parser.setLanguage(
    await Language.load(join(home, "tree-sitter-powershell", "tree-sitter-powershell.wasm")),
  );
  const problemsOf = (node) => [
    ...node.isError || node.isMissing || node.type === "pipeline_chain_tail"
      ? [node.startPosition.row + 1 + ": " + node.type]
      : [],
    ...node.children.flatMap(problemsOf),
  ];
  const trees = process.argv.slice(1).map((file) => parser.parse(readFileSync(file, "utf8")));
  console.log(JSON.stringify(trees.map(({ rootNode }) => problemsOf(rootNode))));
});
`;

async function completions(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: "run -A --quiet --no-check main.ts completions powershell".split(" "),
    cwd: ROOT,
  }).output();
  return new TextDecoder().decode(stdout);
}

Deno.test("install.ps1 and the completions have the syntax of PowerShell 5.1", async () => {
  await withScratch(async (folder) => {
    const written = (name: string, text: string): string => {
      Deno.writeTextFileSync(`${folder}/${name}`, text);
      return `${folder}/${name}`;
    };
    const script = await completions();
    assert(script.includes("Register-ArgumentCompleter"), script);
    const [status, text] = await npx([
      ...PACKAGES,
      "--",
      "node",
      "-e",
      PARSE,
      `${ROOT}install.ps1`,
      written("completions.ps1", script),
      written("open.ps1", "if ($a) {\n  'x\n}\n"),
      written("seven.ps1", "$a = 1\n$b = $a ? 1 : 2\n"),
      written("chain.ps1", "\nls && ls\n"),
    ]);
    assertEquals(status, 0, text);
    const [installer, completing, open, seven, chain] = JSON.parse(text);
    assertEquals([installer, completing], [[], []]);
    assert(open.length > 0 && seven.length > 0, text);
    assertEquals(chain, ["2: pipeline_chain_tail"]);
  });
});
