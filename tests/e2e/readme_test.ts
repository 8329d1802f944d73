/** The readme's loops and commands are run as they stand there. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { withProject } from "../support/ll_loop.ts";
import { blocksOf, commandsOf, fileOf } from "../support/markdown.ts";
import { withScratch } from "../support/scratch.ts";
import { TESTED_BINARY } from "../support/tested_binary.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const BLOCKS = blocksOf("README.md");

async function llLoop(
  args: readonly string[],
  cwd: string,
): Promise<{ status: number; stdout: string; stderr: string }> {
  const command = TESTED_BINARY === undefined
    ? [Deno.execPath(), "run", "-A", "--no-check", `${ROOT}main.ts`]
    : [TESTED_BINARY];
  const [program = "", ...rest] = [...command, ...args];
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: rest,
    cwd,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { status: code, stdout: decode(stdout), stderr: decode(stderr) };
}

Deno.test("readme: the first example is one line, and a plan without its programs", async () => {
  const first = BLOCKS[0];
  assertEquals(first?.language, "sh");
  const [command = "", ...more] = commandsOf(
    first ?? { language: "", text: "" },
  );
  assertEquals([command, more], [
    `ll-loop until 'npm test' --fix 'claude -p "make the tests pass"'`,
    [],
  ]);
  await withProject({}, async (project) => {
    const { status, stdout } = await project.bash(`${command} --dry-run`).ended;
    assertEquals(status, 0);
    assertStringIncludes(
      stdout,
      '  [fix]\n    action: claude -p "make the tests pass"\n',
    );
  });
});

Deno.test("readme: its loops validate without a finding", async () => {
  const loops = BLOCKS.filter(({ language }) => language === "yaml")
    .map((block) => ({
      text: block.text,
      name: fileOf(block)?.replace(/^\.loops\/|\.yaml$/g, "") ?? "",
    }));
  assertEquals(loops.map(({ name }) => name), ["fix-format", "count"]);
  await withScratch(async (folder) => {
    await Deno.mkdir(`${folder}/.loops`);
    for (const { name, text } of loops) {
      await Deno.writeTextFile(`${folder}/.loops/${name}.yaml`, text);
    }
    const names = loops.map(({ name }) => name);
    const result = await llLoop(["validate", ...names, "--strict"], folder);
    assertEquals([result.status, result.stderr], [0, ""]);
  });
});

Deno.test("readme: the first loop in five minutes works word for word", async () => {
  const text = BLOCKS.find((block) => block.text.includes("name: count"))?.text;
  const lines = BLOCKS.filter(({ language }) => language === "sh")
    .flatMap(commandsOf)
    .filter((line) => line.startsWith("ll-loop ") && line.includes("count"));
  assertEquals(lines, [
    "ll-loop validate count",
    "ll-loop show count",
    "ll-loop run count --dry-run",
    "ll-loop run count",
  ]);
  await withScratch(async (folder) => {
    await Deno.mkdir(`${folder}/.loops`);
    await Deno.writeTextFile(`${folder}/.loops/count.yaml`, text ?? "");
    for (const line of lines) {
      const result = await llLoop(line.split(" ").slice(1), folder);
      assertEquals([line, result.status, result.stderr], [line, 0, ""]);
      if (line.endsWith("run count")) {
        assertStringIncludes(
          result.stdout,
          'Loop "count" completed: done (3 steps',
        );
      }
    }
    assertEquals(await Deno.readTextFile(`${folder}/count.txt`), "x\nx\nx\n");
  });
});
