/** The one-file program: nothing outside of it is needed, and nothing slow is inside. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readVersion, writeBundle } from "../../tools/bundle.ts";
import { fixture } from "../support/processes.ts";
import { withScratch } from "../support/scratch.ts";

const MCP_SERVER = fixture("mcp_server.sh");

let bundle: Promise<string> | null = null;

/** Returns the text of the one-file program. */
function bundleText(): Promise<string> {
  return bundle ??= withScratch(async (folder) => {
    // Refuses by itself to write a bundle with an import.
    await writeBundle(`${folder}/ll-loop.js`);
    return await Deno.readTextFile(`${folder}/ll-loop.js`);
  });
}

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in `folder` with an empty cache, and without a network but the loopback. */
async function runIn(
  folder: string,
  [program, ...args]: readonly [string, ...string[]],
): Promise<Ended> {
  const nowhere = "http://127.0.0.1:9";
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: folder,
    stdin: "null",
    env: {
      DENO_DIR: `${folder}/cache`,
      NO_COLOR: "1",
      HOME: folder,
      PATH: `${folder}/bin:${Deno.env.get("PATH")}`,
      HTTP_PROXY: nowhere,
      HTTPS_PROXY: nowhere,
      NO_PROXY: "127.0.0.1",
    },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { status: code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs the bundle in `folder`. */
function runBundle(folder: string, ...args: string[]): Promise<Ended> {
  return runIn(folder, [
    Deno.execPath(),
    ...["run", "-A", "--quiet", "--no-config", "--cached-only"],
    `${folder}/ll-loop.js`,
    ...args,
  ]);
}

Deno.test("the one-file program imports nothing and does what the sources do", async () => {
  await withScratch(async (folder) => {
    const text = await bundleText();
    await Deno.writeTextFile(`${folder}/ll-loop.js`, text);
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
      assert(/^import\(["`]data/.test(found), found);
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

Deno.test("the one-file program runs from a URL, starts itself again, and can be installed from there", async () => {
  await withScratch(async (folder) => {
    const text = await bundleText();
    await Deno.mkdir(`${folder}/bin`);
    await Deno.symlink(Deno.execPath(), `${folder}/bin/deno`);
    const asked: string[] = [];
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => {
        asked.push(new URL(request.url).pathname);
        const headers = { "content-type": "text/javascript" };
        return new Response(text, { headers });
      },
    );
    const url = `http://127.0.0.1:${server.addr.port}/ll-loop.js`;
    const run = (...args: string[]) =>
      runIn(folder, ["deno", "run", "-A", "--quiet", url, ...args]);

    const version = await run("--version");
    assertEquals([version.status, version.stderr], [0, ""]);
    assertStringIncludes(version.stdout, `ll-loop ${await readVersion()} (`);
    const installed = await runIn(folder, [
      ...["deno", "install", "--global", "--quiet", "-A", "--name", "ll-loop"],
      ...["--root", folder, url],
    ] as [string, ...string[]]);
    assertEquals([installed.status, installed.stderr], [0, ""]);
    // From here on the cache is all that there is.
    await server.shutdown();
    assertEquals(asked, ["/ll-loop.js"]);

    await Deno.mkdir(`${folder}/.loops`);
    const bad = "states: { a: { run: 'true', next: gone } }\n";
    await Deno.writeTextFile(`${folder}/.loops/bad.yaml`, bad);
    const ways = [
      run,
      (...args: string[]) => runIn(folder, [`${folder}/bin/ll-loop`, ...args]),
    ];
    for (const way of ways) {
      const found = await way("validate", "bad");
      assertEquals(found.status, 1);
      assertStringIncludes(
        found.stdout + found.stderr,
        '.loops/bad.yaml:1:35: error: State "a" goes to the unknown state "gone"',
      );
      // Actions find the program by its name, too.
      const ran = await way("run", "until-green", "ll-loop --version");
      assertEquals([ran.status, ran.stderr], [0, ""]);
      assertStringIncludes(ran.stdout, 'Loop "until-green" completed');
      const begun = await way("run", "until-green", "true", "--background");
      assertEquals([begun.status, begun.stderr], [0, ""]);
      const [, id = ""] = /^ {2}run {5}(\S+)$/m.exec(begun.stdout) ?? [];
      const { stdout } = await way("logs", id, "--follow");
      assertStringIncludes(stdout, 'Loop "until-green" completed');
    }
    assertEquals(asked, ["/ll-loop.js"]);
  });
});
