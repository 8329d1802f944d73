// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
/** Talking to servers: over a process of ours, and over HTTP. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeConnectMcp } from "../../../src/adapters/mcp/mod.ts";
import { supervise } from "../../../src/adapters/process/mod.ts";
import type { JsonObject } from "../../../src/model/mod.ts";
import type {
  McpAnswer,
  McpConnected,
  McpConnection,
  McpProgress,
  McpServer,
} from "../../../src/ports/mod.ts";
import { isAlive } from "../../support/processes.ts";
import { waitUntil, withScratch } from "../../support/scratch.ts";

const SERVER =
  new URL("../../support/fixtures/mcp_server.sh", import.meta.url).pathname;
const connect = makeConnectMcp("1.2.3");
const ECHO = { content: [{ type: "text", text: "Echo: hi" }] };

/** A server that was connected to, and all that was heard of it. */
interface Talk {
  readonly connected: McpConnected;
  readonly connection: McpConnection;
  readonly texts: string[];
  readonly progress: McpProgress[];
  call(
    tool: string,
    args?: JsonObject,
    signal?: AbortSignal,
  ): Promise<McpAnswer>;
  /** Words of the server's notes. */
  notes(): readonly string[];
}

async function talk(
  server: Partial<McpServer> & { readonly args?: readonly string[] },
  use: (talk: Talk) => Promise<void>,
  options: { readonly graceMs?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  await withScratch(async (folder) => {
    const supervisor = supervise({
      runId: `mcp-${crypto.randomUUID()}`,
      ancestors: [],
    });
    const texts: string[] = [];
    const progress: McpProgress[] = [];
    const never = new AbortController().signal;
    const { args = [], ...given } = server;
    try {
      const connected = await connect({
        kind: "stdio",
        argv: ["bash", SERVER, ...args],
        cwd: folder,
        env: { MCP_NOTES: `${folder}/notes`, MCP_SETTING: "set" },
        ...given,
      } as McpServer, {
        start: (spec, watcher) => supervisor.start(spec, watcher),
        graceMs: options.graceMs ?? 2000,
        signal: options.signal ?? never,
        onHeard() {},
        onText: (line) => void texts.push(line),
      });
      const connection = connected.kind === "connected"
        ? connected.connection
        : null as unknown as McpConnection;
      await use({
        connected,
        connection,
        texts,
        progress,
        call: (tool, callArgs = {}, signal = never) =>
          connection.call({
            tool,
            args: callArgs,
            signal,
            onProgress: (each) => void progress.push(each),
          }),
        notes: () =>
          Deno.readTextFileSync(`${folder}/notes`).trim().split("\n"),
      });
      await connection?.close("ended");
    } finally {
      await supervisor.sweep({ graceMs: 0 });
      await supervisor.close();
    }
  });
}

Deno.test("a process: calls, a tool's own error, a tool that is not there, a refusal", async () => {
  await talk({}, async ({ call, connection, notes, texts }) => {
    assertEquals(await call("echo", { message: "hi" }), {
      kind: "result",
      result: ECHO,
    });
    assertEquals(await call("fail"), {
      kind: "result",
      result: {
        content: [{ type: "text", text: "It does not work" }],
        isError: true,
      },
    });
    assertEquals(await call("ecco"), {
      kind: "no-tool",
      tools: ["echo", "fail", "slow"],
    });
    assertEquals(await call("refuse"), {
      kind: "refused",
      reason: "The disk is gone",
    });
    assertEquals(texts, []);
    // Asked, it ends by itself.
    await connection.close("asked");
    assertEquals([notes().at(-1), connection.isOpen], ["end", false]);
  });
});

Deno.test("a process: what it prints and logs, and progress in one piece with its answer", async () => {
  await talk({}, async ({ call, texts, progress }) => {
    assertEquals((await call("chatty")).kind, "result");
    assertEquals(texts.toSorted(), [
      "[warning disk] nearly full",
      "looking around",
      "this is no message",
    ]);
    assertEquals(progress, [
      { progress: 1, total: 3, message: "one of three" },
      { progress: 2, total: 3, message: null },
      { progress: 3, total: 3, message: null },
    ]);
  });
});

Deno.test("a process: what it asks of its client is refused, and told once", async () => {
  await talk({}, async ({ call, texts, notes }) => {
    assertEquals((await call("ask")).kind, "result");
    assertEquals(texts, [
      "[refused] The server wants a model to answer something (sampling), and no model is lent to it",
      "[refused] The server wants somebody to answer something (elicitation), and nobody is there to be asked",
    ]);
    assertStringIncludes(
      notes().join("\n"),
      '"error":{"code":-32601,"message":"ll-loop does not do elicitation/create"}',
    );
  });
});

Deno.test("a process: a call that is taken back is told to the server, which lives on", async () => {
  await talk({}, async ({ call, notes }) => {
    const cancel = new AbortController();
    const slow = call("slow", {}, cancel.signal);
    await waitUntil("the call", () => notes().includes("call slow"));
    cancel.abort("enough");
    assertEquals(await slow, { kind: "aborted" });
    assertEquals((await call("echo", { message: "hi" })).kind, "result");
    // Once: the end of connecting was taken back, too, when one signal served both.
    assertEquals(notes().filter((note) => note === "cancelled").length, 1);
    assertEquals(await call("echo", {}, AbortSignal.abort()), {
      kind: "aborted",
    });
  });
});

Deno.test("a process: a message longer than a pipe comes whole, and goes", async () => {
  await talk({}, async ({ call }) => {
    const answer = await call("picture");
    const [content] = (answer as unknown as {
      result: { content: { data: string }[] };
    }).result.content;
    assertEquals(content?.data.length, 70_004);
    // And goes: far more than a pipe holds.
    const message = "x".repeat(90_000);
    const echo = await call("echo", { message });
    assertStringIncludes(JSON.stringify(echo), `Echo: ${message}`);
  });
});

Deno.test("a process: one that ends is lost with its exit code, also before it is ready", async () => {
  await talk({}, async ({ call, connection }) => {
    assertEquals(await call("crash"), {
      kind: "lost",
      reason: "it ended with exit code 3",
      isUnheard: false,
    });
    assertEquals(connection.isOpen, false);
  });
  await talk({ args: ["-x", "4"] }, ({ connected, texts }) => {
    assertEquals(connected, {
      kind: "refused",
      reason: "it ended with exit code 4 before it was ready",
    });
    assertEquals(texts, ["no license"]);
    return Promise.resolve();
  });
  await talk({ kind: "stdio", argv: ["no-such-program"] }, ({ connected }) => {
    assertEquals(connected, {
      kind: "not-found",
      reason:
        'Cannot start "no-such-program": no such program on PATH, install it or ' +
        "add its folder to PATH",
    });
    return Promise.resolve();
  });
});

Deno.test("a process: nobody waits for one that never gets ready, and none is left", async () => {
  const cancel = new AbortController();
  let pid = 0;
  await withScratch(async (folder) => {
    const file = `${folder}/pid`;
    const silent = talk(
      {
        kind: "stdio",
        argv: ["bash", "-c", `echo $$ >${file}; exec sleep 99`],
      },
      ({ connected }) => {
        assertEquals(connected, { kind: "aborted" });
        return Promise.resolve();
      },
      { signal: cancel.signal },
    );
    const text = () => {
      try {
        return Deno.readTextFileSync(file);
      } catch {
        return "";
      }
    };
    await waitUntil("its pid", () => text().endsWith("\n"));
    pid = Number(text());
    cancel.abort("enough");
    await silent;
  });
  assertEquals(isAlive(pid), false);
});

Deno.test("a process: one that ignores the end of its input and TERM is killed after the grace", async () => {
  await talk({ args: ["-s"] }, async ({ call, connection, notes }) => {
    await call("echo", { message: "hi" });
    const pid = Number(notes()[0]?.split(" ")[1]);
    await connection.close("asked");
    assertEquals([notes().includes("term"), isAlive(pid)], [true, false]);
  }, { graceMs: 100 });
});

// ------------------------------------------------------------------ streamable HTTP

/** Answers requests as a server does that keeps sessions; `handle` may answer in its place. */
async function withHttp(
  use: (url: string, seen: string[]) => Promise<void>,
  handle: (
    message: { method?: string; id?: number },
    request: Request,
  ) => Response | null = () => null,
): Promise<void> {
  const seen: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      if (request.method === "GET") return new Response(null, { status: 405 });
      if (request.method === "DELETE") {
        seen.push("DELETE");
        return new Response(null, { status: 200 });
      }
      const message = await request.json();
      seen.push(message.method);
      const own = handle(message, request);
      if (own !== null) return own;
      const { id, method, params } = message;
      if (id === undefined) return new Response(null, { status: 202 });
      const json = (result: object, headers: Record<string, string> = {}) =>
        Response.json({ jsonrpc: "2.0", id, result }, { headers });
      switch (method) {
        case "initialize":
          return json({
            protocolVersion: params.protocolVersion,
            capabilities: { tools: {} },
            serverInfo: { name: "http", version: "1" },
          }, { "mcp-session-id": "s1" });
        case "tools/list":
          return json({
            tools: [{ name: "echo", inputSchema: { type: "object" } }],
          });
        default: {
          const token = params._meta.progressToken;
          const lines = [
            {
              method: "notifications/progress",
              params: { progressToken: token, progress: 1, total: 2 },
            },
            { id, result: { ...ECHO, key: request.headers.get("x-key") } },
          ].map((each) =>
            `event: message\ndata: ${
              JSON.stringify({ jsonrpc: "2.0", ...each })
            }\n\n`
          );
          return new Response(lines.join(""), {
            headers: { "content-type": "text/event-stream" },
          });
        }
      }
    },
  );
  try {
    await use(`http://127.0.0.1:${server.addr.port}/mcp`, seen);
  } finally {
    await server.shutdown();
  }
}

Deno.test("HTTP: headers, a streamed answer with progress, the end of the session", async () => {
  await withHttp(async (url, seen) => {
    await talk({ kind: "http", url, headers: { "x-key": "k" } }, async (
      { call, progress, connection },
    ) => {
      assertEquals(await call("echo"), {
        kind: "result",
        result: { ...ECHO, key: "k" },
      });
      assertEquals(progress, [{ progress: 1, total: 2, message: null }]);
      await connection.close("asked");
      assertEquals(seen, [
        "initialize",
        "notifications/initialized",
        "tools/call",
        "DELETE",
      ]);
    });
  });
});

Deno.test("HTTP: a refusal names its status and the way out; nobody there is not found", async () => {
  const cases: [number, string][] = [
    [
      401,
      "it wants to know who calls (HTTP 401): give a token in its headers, such as " +
      '"Authorization": "Bearer ${NAME}"; signing in by OAuth is not done here',
    ],
    [403, 'what its "headers" give is not enough for it (HTTP 403)'],
    [
      404,
      'HTTP 404: there is no MCP server at that path, or one of the old transport ("type": "sse")',
    ],
    [500, "HTTP 500: Streamable HTTP error: Error POSTing to endpoint: Oh no"],
  ];
  for (const [status, reason] of cases) {
    await withHttp(
      (url) =>
        talk({ kind: "http", url, headers: {} }, ({ connected }) => {
          assertEquals(connected, { kind: "refused", reason });
          return Promise.resolve();
        }),
      () => new Response("Oh\nno", { status }),
    );
  }
  let gone = "";
  await withHttp((url) => Promise.resolve(void (gone = url)));
  await talk({ kind: "http", url: gone, headers: {} }, ({ connected }) => {
    assertEquals(connected, {
      kind: "not-found",
      reason: "nobody answers: Connection refused",
    });
    return Promise.resolve();
  });
});

Deno.test("HTTP: a session that the server has forgotten is told as unheard", async () => {
  await withHttp(
    (url) =>
      talk({ kind: "http", url, headers: {} }, async ({ call }) => {
        const answer = await call("echo");
        assertEquals(
          [answer.kind, answer.kind === "lost" && answer.isUnheard],
          [
            "lost",
            true,
          ],
        );
      }),
    ({ method }) =>
      method === "tools/call" ? new Response("gone", { status: 404 }) : null,
  );
});

// ------------------------------------------------------------------ the transport before it

/** Answers as a server of the old transport: posts are taken, answers come by the stream. */
async function withSse(
  use: (url: string, seen: string[]) => Promise<void>,
): Promise<void> {
  const seen: string[] = [];
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController | null = null;
  const send = (event: string, data: string) =>
    controller?.enqueue(encoder.encode(`event: ${event}\ndata: ${data}\n\n`));
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const key = request.headers.get("x-key");
      if (key === null) return new Response("Who are you", { status: 401 });
      if (request.method === "GET") {
        const body = new ReadableStream({
          start(own) {
            controller = own;
            send("endpoint", "/messages?session=1");
          },
          cancel() {
            seen.push("closed");
          },
        });
        return new Response(body, {
          headers: { "content-type": "text/event-stream" },
        });
      }
      const { id, method, params } = await request.json();
      seen.push(`${method} ${key}`);
      const answer = (result: object) =>
        send("message", JSON.stringify({ jsonrpc: "2.0", id, result }));
      if (method === "initialize") {
        answer({
          protocolVersion: params.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: "sse", version: "1" },
        });
      } else if (method === "tools/call") answer(ECHO);
      return new Response(null, { status: 202 });
    },
  );
  try {
    await use(`http://127.0.0.1:${server.addr.port}/sse`, seen);
  } finally {
    await server.shutdown();
  }
}

Deno.test("SSE: the old transport, with headers on both of its ways; a refusal says what helps", async () => {
  await withSse(async (url, seen) => {
    await talk({ kind: "sse", url, headers: { "x-key": "k" } }, async (
      { call, connection },
    ) => {
      assertEquals(await call("echo"), { kind: "result", result: ECHO });
      await connection.close("asked");
      await waitUntil("the end of the stream", () => seen.includes("closed"));
      assertEquals(seen, [
        "initialize k",
        "notifications/initialized k",
        "tools/call k",
        "closed",
      ]);
    });
    await talk({ kind: "sse", url, headers: {} }, ({ connected }) => {
      assertEquals(
        connected.kind === "refused" && connected.reason.slice(0, 40),
        "it wants to know who calls (HTTP 401): g",
      );
      return Promise.resolve();
    });
  });
});

Deno.test("SSE: nobody there is not found", async () => {
  let gone = "";
  await withSse((url) => Promise.resolve(void (gone = url)));
  await talk({ kind: "sse", url: gone, headers: {} }, ({ connected }) => {
    assertEquals(connected.kind, "not-found");
    return Promise.resolve();
  });
});
