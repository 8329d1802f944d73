/** The one-file program: nothing outside of it is needed, and nothing slow is inside. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readVersion, writeBundle } from "../../tools/bundle.ts";
import { fixture } from "../support/processes.ts";
import { withScratch } from "../support/scratch.ts";

const MCP_SERVER = fixture("mcp_server.sh");

/** Runs the bundle in `folder` with an empty cache; returns status and output. */
async function runBundle(
  folder: string,
  ...args: string[]
): Promise<{ status: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--no-config", "--cached-only"],
      `${folder}/ll-loop.js`,
      ...args,
    ],
    cwd: folder,
    stdin: "null",
    env: { DENO_DIR: `${folder}/cache`, NO_COLOR: "1", HOME: folder },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { status: code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("the one-file program imports nothing and does what the sources do", async () => {
  await withScratch(async (folder) => {
    // Refuses by itself to write a bundle with an import.
    await writeBundle(`${folder}/ll-loop.js`);
    const text = await Deno.readTextFile(`${folder}/ll-loop.js`);
    assert(!/["']node:/.test(text), "a node: module is in the bundle");
    assert(
      // deno-lint-ignore no-control-regex -- the range is that of ASCII
      /^[\x00-\x7f]*$/.test(text) && !text.includes("String.raw`"),
      "a character is in the bundle that doubles what is read at each start",
    );
    assert(
      !/\bcreateRequire\b|\bprocess\.(?:env|platform|argv)\b/.test(text),
      "code for another runtime is in the bundle",
    );
    for (const [found] of text.matchAll(/\bimport\(.{0,5}/g)) {
      assertEquals(found, 'import("data');
    }

    const version = await runBundle(folder, "--version");
    assertEquals([version.status, version.stderr], [0, ""]);
    assertStringIncludes(version.stdout, `ll-loop ${await readVersion()} (`);

    const list = await runBundle(folder, "list");
    assertEquals([list.status, list.stderr], [0, ""]);
    assertStringIncludes(list.stdout, "until-green");

    // A place in the file comes from the parser that is loaded late.
    await Deno.mkdir(`${folder}/.loops`);
    await Deno.writeTextFile(
      `${folder}/.loops/bad.yaml`,
      "name: bad\ninitial: a\nstates:\n  a:\n    action: 'true'\n    next: gone\n",
    );
    const bad = await runBundle(folder, "validate", "bad");
    assertEquals(bad.status, 1);
    assertStringIncludes(
      bad.stdout + bad.stderr,
      '.loops/bad.yaml:6:11: error: State "a" goes to the unknown state "gone"',
    );

    // The client of MCP is loaded late, too, and is packed.
    await Deno.writeTextFile(
      `${folder}/.mcp.json`,
      JSON.stringify({
        mcpServers: { fix: { command: "bash", args: [MCP_SERVER] } },
      }),
    );
    await Deno.writeTextFile(
      `${folder}/.loops/tool.yaml`,
      "name: tool\nstates:\n  a:\n    action: fix/echo\n    action_type: mcp_tool\n" +
        "    params: {message: hi}\n    route: {success: done, _: failed}\n",
    );
    const tool = await runBundle(folder, "run", "tool");
    assertEquals([tool.status, tool.stderr], [0, ""]);
    assertStringIncludes(tool.stdout, '"text":"Echo: hi"');

    const run = await runBundle(folder, "run", "until-green", "true");
    assertEquals([run.status, run.stderr], [0, ""]);
    assertStringIncludes(run.stdout, 'Loop "until-green" completed');
  });
});
