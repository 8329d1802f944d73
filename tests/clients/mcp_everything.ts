// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
/**
 * The real `@modelcontextprotocol/server-everything` from npm, over both transports: `deno task
 * test:mcp`. Not a part of the suite, since it needs a registry.
 */

import { assertEquals } from "@std/assert";
import { isInputLine } from "../../src/model/mod.ts";
import { type Project, withProject } from "../support/ll_loop.ts";
import { isAlive, processesWith } from "../support/processes.ts";
import { waitUntil } from "../support/scratch.ts";

const PACKAGE = "@modelcontextprotocol/server-everything@2026.8.31";

/** npm keeps its settings and packages where it always does. */
const NPM = {
  "npm_config_userconfig": Deno.env.get("npm_config_userconfig") ??
    `${Deno.env.get("HOME")}/.npmrc`,
  "npm_config_cache": Deno.env.get("npm_config_cache") ??
    `${Deno.env.get("HOME")}/.npm`,
};

/** Calls of the tools that matter, in the order in which the states follow each other. */
const TOOLS: readonly (readonly [
  name: string,
  tool: string,
  params: string,
  verdict: string,
])[] = [
  ["echo", "echo", "{message: hello}", "success"],
  ["sum", "get-sum", "{a: 2, b: 3}", "success"],
  ["wrong", "get-sum", "{a: two, b: 3}", "tool_error"],
  ["missing", "get_sum", "{a: 2, b: 3}", "not_found"],
  ["image", "get-tiny-image", "{}", "success"],
  ["structured", "get-structured-content", "{location: Chicago}", "success"],
  [
    "resource",
    "get-resource-reference",
    "{resourceType: Text, resourceId: 1}",
    "success",
  ],
  [
    "long",
    "trigger-long-running-operation",
    "{duration: 3, steps: 3}",
    "success",
  ],
  [
    "late",
    "trigger-long-running-operation",
    "{duration: 60, steps: 60}",
    "timeout",
  ],
  ["after", "echo", "{message: alive}", "success"],
];

const LOOP = "name: every\ndescription: The tools of a real server\nstates:\n" +
  TOOLS.map(([name, tool, params, verdict], index) => {
    const next = TOOLS[index + 1]?.[0] ?? "done";
    const timeout = name === "late" ? "\n    timeout: 2" : "\n    timeout: 60";
    return `  ${name}:
    action: "\${context.server}/${tool}"
    action_type: mcp_tool
    params: ${params}${timeout}
    route: {${verdict}: ${next}, _: failed}
`;
  }).join("");

function verdictsOf(project: Project): unknown[] {
  return project.run().lines.flatMap((line) =>
    !isInputLine(line) && line.event === "evaluate" ? [line.verdict] : []
  );
}

const EXPECTED = [
  "Echo: hello",
  "The sum of 2 and 3 is 5.",
  'has no tool "get_sum": did you mean "get-sum"?',
  '"type":"image"',
  '"structuredContent":{',
  "│ 1/3",
  "Long running operation completed",
  "did not answer within 2 s",
  "Echo: alive",
];

Deno.test("stdio: every kind of result, progress, a limit; no process is left", async () => {
  await withProject({
    ".loops/every.yaml": LOOP,
    ".mcp.json": JSON.stringify({
      mcpServers: { all: { command: "npx", args: ["-y", PACKAGE] } },
    }),
  }, async (project) => {
    await project.ll(["run", "every", "--context", "server=all"], {
      stdout: EXPECTED,
    }, { env: NPM });
    assertEquals(verdictsOf(project), TOOLS.map(([, , , verdict]) => verdict));
    assertEquals(processesWith(project.run().id, "environ"), []);
  });
});

Deno.test("stdio: a stop in the middle of a call leaves no process", async () => {
  await withProject({
    ".loops/every.yaml": LOOP,
    ".mcp.json": JSON.stringify({
      mcpServers: { all: { command: "npx", args: ["-y", PACKAGE] } },
    }),
  }, async (project) => {
    const live = project.start(
      ["run", "every", "--context", "server=all"],
      { env: NPM },
    );
    await live.printed("│ 1/3");
    live.signal("SIGTERM");
    assertEquals((await live.ended).status, 143);
    assertEquals(processesWith(project.run().id, "environ"), []);
  });
});

/** The two ways over HTTP: what the server is told to speak, and what its entry says. */
const OVER_HTTP = [
  ["streamable HTTP", "streamableHttp", "http", "/mcp"],
  ["the transport before it", "sse", "sse", "/sse"],
] as const;

for (const [name, spoken, type, path] of OVER_HTTP) {
  Deno.test(`${name}: the same, of a server that somebody else has started`, async () => {
    await withProject({
      ".loops/every.yaml": LOOP,
      ".mcp.json": JSON.stringify({
        mcpServers: {
          all: { type, url: `http://127.0.0.1:\${PORT}${path}` },
        },
      }),
    }, async (project) => {
      const PORT = String(40_000 + Deno.pid % 20_000);
      const server = new Deno.Command("npx", {
        args: ["-y", PACKAGE, spoken],
        env: { ...NPM, PORT },
        stdin: "null",
        stdout: "null",
        stderr: "piped",
        detached: true,
      }).spawn();
      let said = "";
      const listening = (async () => {
        const text = server.stderr.pipeThrough(new TextDecoderStream());
        for await (const piece of text) said += piece;
      })();
      try {
        await waitUntil(
          "the server",
          () => /(?:listening|running) on port/.test(said),
        );
        await project.ll(["run", "every", "--context", "server=all"], {
          stdout: EXPECTED,
        }, { env: { PORT } });
        assertEquals(
          verdictsOf(project),
          TOOLS.map(([, , , verdict]) => verdict),
        );
        // It is not of the run.
        assertEquals(isAlive(server.pid), true);
      } finally {
        Deno.kill(-server.pid, "SIGKILL");
        await server.status;
        await listening;
      }
    });
  });
}
