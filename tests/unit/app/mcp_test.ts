// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
/** MCP servers of a project, and calls of their tools as actions of a run. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  McpConnections,
  readServers,
  serverOf,
} from "../../../src/app/mcp/mod.ts";
import { performMcp } from "../../../src/app/run/perform_mcp.ts";
import { Vault } from "../../../src/app/secrets/mod.ts";
import { NEW_SNAPSHOT } from "../../../src/engine/mod.ts";
import type {
  ActionEffect,
  ActionOutcome,
  EventBody,
  GivenVariables,
  Json,
} from "../../../src/model/mod.ts";
import type {
  McpAnswer,
  McpCall,
  McpConnected,
  McpOptions,
  McpServer,
  Supervisor,
} from "../../../src/ports/mod.ts";
import { fakeSystem, manualClock, memoryFiles } from "../../support/fakes.ts";
import { play } from "../../support/play.ts";

// ------------------------------------------------------------------ the file

const ENV = { HOME: "/home/me", TOKEN: "t0ken", EMPTY: "" };

function read(entry: Json) {
  return serverOf(entry, { cwd: "/p", env: ENV });
}

Deno.test("an entry: a program or an address, with variables filled in everywhere", () => {
  assertEquals(
    read({
      command: "${HOME}/bin/x",
      args: ["--at", "${PORT:-80}${EMPTY:-!}${EMPTY}", "$HOME ${not a name}"],
      env: { KEY: "${TOKEN}", N: 1 },
    }),
    {
      kind: "server",
      server: {
        kind: "stdio",
        argv: ["/home/me/bin/x", "--at", "80!", "$HOME ${not a name}"],
        cwd: "/p",
        env: { KEY: "t0ken", N: "1" },
      },
      given: {
        KEY: "t0ken",
        N: "1",
        "the arguments": "/home/me/bin/x --at 80! $HOME ${not a name}",
      },
    },
  );
  for (const type of [undefined, "http", "streamable-http", "sse"]) {
    assertEquals(
      read({
        ...(type === undefined ? {} : { type }),
        url: "https://host/mcp?api_key=${TOKEN}",
        headers: { Authorization: "Bearer ${TOKEN}", "X-Api-Key": "k" },
      }),
      {
        kind: "server",
        server: {
          kind: type === "sse" ? "sse" : "http",
          url: "https://host/mcp?api_key=t0ken",
          headers: { Authorization: "Bearer t0ken", "X-Api-Key": "k" },
        },
        given: {
          url: "https://host/mcp?api_key=t0ken",
          "Authorization_TOKEN": "t0ken",
          "X_Api_Key": "k",
          "api_key": "t0ken",
        },
      },
    );
  }
});

Deno.test("an entry that is not as it should be says what is wanted", () => {
  const cases: [Json, string][] = [
    [null, "is not an object"],
    [[], "is not an object"],
    [{}, 'has no "command", wanted the name of a program, or "url"'],
    [
      { command: "" },
      'has no "command", wanted the name of a program, or "url"',
    ],
    [
      { comand: "x" },
      'has no "command", wanted the name of a program, or "url": did you mean it by "comand"?',
    ],
    [{ command: "x", args: "y" }, 'has "args" that are no list of texts'],
    [{ command: "x", args: [1] }, 'has "args" that are no list of texts'],
    [{ command: "x", env: [] }, 'has "env" that are no object'],
    [{ command: "x", env: { A: null } }, 'has env: "A" is no text'],
    [
      { command: "x\0" },
      "holds a NUL character, which no program can be given",
    ],
    [
      { type: "ws", url: "http://x" },
      'has the type "ws", wanted "stdio", "http" or "sse"',
    ],
    [{ url: "ftp://x" }, 'has no "url" that begins with http:// or https://'],
    [{ type: "http" }, 'has no "url" that begins with http:// or https://'],
    [
      { url: "http://x", headers: { "a b": "c" } },
      'has "headers" that HTTP cannot carry',
    ],
  ];
  for (const [entry, reason] of cases) {
    assertEquals(read(entry), { kind: "bad", reason }, JSON.stringify(entry));
  }
  assertEquals(read({ url: "${A}", headers: { x: "${B}${A}" } }), {
    kind: "unset",
    names: ["B", "A"],
  });
  assertEquals(read({ command: "${constructor}" }), {
    kind: "unset",
    names: ["constructor"],
  });
});

Deno.test("the file: as editors write it, and every way in which it is none", () => {
  const files = memoryFiles({
    "/p/.mcp.json": '\ufeff{"mcpServers": {"a": {"command": "x"}}}',
    "/q/.mcp.json": '{"mcpservers": {}}',
    "/s/.mcp.json": "{}",
    "/r/.mcp.json": "{",
  });
  const system = fakeSystem();
  const problem = (root: string) =>
    readServers({ files, system }, root).problem;
  assertEquals(readServers({ files, system }, "/p").entries, {
    a: { command: "x" },
  });
  assertEquals(problem("/none"), { kind: "missing" });
  assertEquals(problem("/q"), {
    kind: "broken",
    reason:
      'it has no object "mcpServers" with a server under each name: did you mean it by "mcpservers"?',
    place: "",
  });
  assertEquals(problem("/s"), {
    kind: "broken",
    reason: 'it has no object "mcpServers" with a server under each name',
    place: "",
  });
  assertEquals(problem("/r"), {
    kind: "broken",
    reason:
      'Not JSON: the end of the file where a key in "double quotes" is needed',
    place: ":1:2",
  });
  assertEquals(
    readServers({ files, system: fakeSystem({ uid: 5 }) }, "/p").problem,
    {
      kind: "broken",
      reason: "it belongs to another user (uid 1000)",
      place: "",
    },
  );
});

// ------------------------------------------------------------------ actions

const SERVERS = JSON.stringify({
  mcpServers: {
    db: { command: "dbd", env: { DB_PASSWORD: "hunter22" } },
    web: { url: "http://host/mcp" },
    bad: { type: "ws" },
    unset: { command: "${NONE}" },
  },
});

/** A run whose servers the test plays. */
function setUp(given: {
  readonly servers?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly envOf?: (
    given: GivenVariables,
  ) => Readonly<Record<string, string | null>>;
  readonly connect?: (
    server: McpServer,
    options: McpOptions,
  ) => McpConnected | Promise<McpConnected>;
  readonly answer?: (
    call: McpCall,
    options: McpOptions,
  ) => McpAnswer | Promise<McpAnswer>;
} = {}) {
  const { servers = SERVERS } = given;
  const files = memoryFiles(
    servers === null ? {} : { "/p/.mcp.json": servers },
    { folders: ["/run/outputs"] },
  );
  const clock = manualClock();
  const started: McpServer[] = [];
  const closed: string[] = [];
  const published: EventBody[] = [];
  const cancel = new AbortController();
  const force = new AbortController();
  const vault = new Vault({});
  const mcp = new McpConnections({
    world: {
      files,
      system: fakeSystem({ variables: given.env ?? {} }),
      async connectMcp(server, options) {
        started.push(server);
        const own = await given.connect?.(server, options);
        if (own !== undefined) return own;
        let isOpen = true;
        return {
          kind: "connected",
          connection: {
            get isOpen() {
              return isOpen;
            },
            async call(call) {
              const answer = await given.answer?.(call, options);
              if (answer?.kind === "lost") isOpen = false;
              return answer ?? { kind: "result", result: { content: [] } };
            },
            close(how) {
              isOpen = false;
              closed.push(how);
              return Promise.resolve();
            },
          },
        };
      },
    },
    supervisor: null as unknown as Supervisor,
    vault,
    root: "/p",
    graceMs: 700,
    envOf: given.envOf ??
      (({ env }) => ({ LL_FIXED: "1", LL_CONTEXT_X: null, ...env })),
  });
  const call = (
    action: string,
    change: Partial<ActionEffect> = {},
  ): Promise<ActionOutcome> =>
    performMcp(
      {
        world: { clock, files },
        mcp,
        outputs: "/run/outputs",
        mask: () => vault.mask,
        isVerbose: false,
      },
      {
        ...play("a: {action: x, on_yes: a}").action,
        effect: 7,
        mode: "mcp",
        timeoutMs: 30_000,
        action,
        ...change,
      },
      {
        snapshot: NEW_SNAPSHOT,
        cancel: cancel.signal,
        force: force.signal,
        publish: (events) => void published.push(...events),
        show() {},
      },
    );
  return { call, mcp, files, clock, started, closed, published, cancel, force };
}

const aborted = (signal: AbortSignal): Promise<{ readonly kind: "aborted" }> =>
  new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve({ kind: "aborted" }))
  );

Deno.test("a call: one server for all of a run, params as arguments, the result as output", async () => {
  const calls: unknown[] = [];
  const { call, started, published, mcp, closed } = setUp({
    answer({ tool, args }) {
      calls.push([tool, args]);
      return { kind: "result", result: { content: [], extra: 1 } };
    },
  });
  const outcome = await call(" db/a/b ", { params: { q: [1] } });
  assertEquals(outcome, {
    kind: "action",
    exitCode: 0,
    stdout: {
      text: '{"content":[],"extra":1}\n',
      sizeBytes: 25,
      isTruncated: false,
      spill: null,
    },
    stderr: { text: "", sizeBytes: 0, isTruncated: false, spill: null },
    durationMs: 0,
    timeoutKind: null,
    isCancelled: false,
    startError: null,
  });
  await call("db/c");
  assertEquals(calls, [["a/b", { q: [1] }], ["c", {}]]);
  assertEquals(started, [{
    kind: "stdio",
    argv: ["dbd"],
    cwd: "/p",
    env: { LL_FIXED: "1", LL_CONTEXT_X: null, DB_PASSWORD: "hunter22" },
  }]);
  assertEquals(published[0], {
    event: "action_output",
    line: '{"content":[],"extra":1}',
  });
  // Other variables are another server, which its own entry has the last word on.
  await call("db/c", { env: { MODE: "x", DB_PASSWORD: "other" } });
  await call("db/c", { env: { MODE: "x", DB_PASSWORD: "other" } });
  assertEquals(started.slice(1), [{
    kind: "stdio",
    argv: ["dbd"],
    cwd: "/p",
    env: {
      LL_FIXED: "1",
      LL_CONTEXT_X: null,
      MODE: "x",
      DB_PASSWORD: "hunter22",
    },
  }]);
  // Another folder is another server.
  await call("db/c", { cwd: "/tree" });
  assertEquals(started.length, 3);
  await mcp.close("asked");
  assertEquals(closed, ["asked", "asked", "asked"]);
});

Deno.test("a call that comes to nothing: exit code and message of each reason", async () => {
  const answers: Record<string, McpAnswer> = {
    broken: { kind: "refused", reason: "The disk is gone" },
    lost: {
      kind: "lost",
      reason: "it ended with exit code 3",
      isUnheard: false,
    },
    quer: { kind: "no-tool", tools: ["query", "list"] },
    zzz: { kind: "no-tool", tools: ["query", "list"] },
    none: { kind: "no-tool", tools: [] },
  };
  const cases: [string, number, string][] = [
    ["db", 2, 'The action "db" names no tool: wanted SERVER/TOOL'],
    ["/x", 2, 'The action "/x" names no tool: wanted SERVER/TOOL'],
    [
      "dbb/x",
      127,
      'MCP server "dbb" was not found in .mcp.json: did you mean "db"?',
    ],
    [
      "other/x",
      127,
      'MCP server "other" was not found in .mcp.json: it has "db", "web", "bad", "unset"',
    ],
    [
      "constructor/x",
      127,
      'MCP server "constructor" was not found in .mcp.json: it has "db", "web", "bad", "unset"',
    ],
    [
      "bad/x",
      2,
      'MCP server "bad" in .mcp.json:1 has the type "ws", wanted "stdio", "http" or "sse"',
    ],
    [
      "unset/x",
      2,
      'MCP server "unset" in .mcp.json:1 needs NONE from the environment: set it, or write ${NONE:-DEFAULT}',
    ],
    [
      "db/broken",
      1,
      'MCP tool "db/broken" of .mcp.json failed: The disk is gone',
    ],
    [
      "db/lost",
      1,
      'MCP tool "db/lost" of .mcp.json failed: it ended with exit code 3',
    ],
    [
      "db/quer",
      127,
      'MCP server "db" of .mcp.json has no tool "quer": did you mean "query"?',
    ],
    [
      "db/zzz",
      127,
      'MCP server "db" of .mcp.json has no tool "zzz": it has "query", "list"',
    ],
    [
      "db/none",
      127,
      'MCP server "db" of .mcp.json has no tool "none": there is no tool at all',
    ],
  ];
  const { call, published } = setUp({
    answer: ({ tool }) => answers[tool] as McpAnswer,
  });
  for (const [action, exitCode, message] of cases) {
    published.length = 0;
    const outcome = await call(action);
    assertEquals(
      [outcome.exitCode, outcome.stderr.text, outcome.stdout.text],
      [exitCode, `${message}\n`, ""],
    );
    assertEquals(published, [{
      event: "action_output",
      line: message,
      stream: "stderr",
    }]);
  }
  const starts: [McpConnected, number][] = [
    [{ kind: "not-found", reason: "no such program" }, 127],
    [{ kind: "refused", reason: "no such program" }, 1],
  ];
  for (const [connected, exitCode] of starts) {
    const { call, started } = setUp({ connect: () => connected });
    for (const times of [1, 2]) {
      const outcome = await call("db/x");
      assertEquals([outcome.exitCode, outcome.stderr.text], [
        exitCode,
        'MCP server "db" of .mcp.json cannot be used: no such program\n',
      ]);
      assertEquals(started.length, times);
    }
  }
  const missing = await setUp({ servers: null }).call("db/x");
  assertEquals([missing.exitCode, missing.stderr.text], [
    127,
    'MCP server "db" was not found: there is no .mcp.json\n',
  ]);
  const broken = await setUp({ servers: "{" }).call("db/x");
  assertEquals(broken.exitCode, 2);
  assertStringIncludes(
    broken.stderr.text,
    'MCP server "db": cannot use .mcp.json:1:2: Not JSON: ',
  );
});

Deno.test("variables of the file are those that the state leaves and gives, for an address as well", async () => {
  const { call, started } = setUp({
    servers: JSON.stringify(
      {
        mcpServers: {
          web: { url: "http://host/mcp", headers: { "x-key": "${KEY}" } },
          db: { command: "dbd", args: ["${GIVEN}"] },
        },
      },
      null,
      2,
    ),
    env: { KEY: "k3y-of-the-host" },
    envOf: ({ env, envAllow }) => ({
      ...(envAllow === undefined ? {} : { KEY: null }),
      ...env,
    }),
  });
  assertEquals((await call("web/x")).exitCode, 0);
  const kept = await call("web/x", { envAllow: [] });
  assertEquals([kept.exitCode, kept.stderr.text], [
    2,
    'MCP server "web" in .mcp.json:3 needs KEY from the environment: add it to env_allow, which keeps it out\n',
  ]);
  assertEquals(
    (await call("web/x", { envAllow: [], env: { KEY: "own" } })).exitCode,
    0,
  );
  const unset = await call("db/x");
  assertEquals([unset.exitCode, unset.stderr.text], [
    2,
    'MCP server "db" in .mcp.json:9 needs GIVEN from the environment: set it, or write ${GIVEN:-DEFAULT}\n',
  ]);
  assertEquals((await call("db/x", { env: { GIVEN: "here" } })).exitCode, 0);
  assertEquals(
    started.map((server) =>
      server.kind === "stdio" ? server.argv : server.headers["x-key"]
    ),
    ["k3y-of-the-host", "own", ["dbd", "here"]],
  );
});

Deno.test("a server that is gone is started again; what it forgot is asked again, what it may have done is not", async () => {
  let isUnheard = false;
  let calls = 0;
  const { call, started } = setUp({
    answer: () =>
      calls++ === 0
        ? { kind: "lost", reason: "gone", isUnheard }
        : { kind: "result", result: { content: [] } },
  });
  assertEquals((await call("db/x")).exitCode, 1);
  assertEquals((await call("db/x")).exitCode, 0);
  assertEquals([started.length, calls], [2, 2]);
  calls = 0;
  isUnheard = true;
  assertEquals((await call("db/x")).exitCode, 0);
  assertEquals([started.length, calls], [3, 2]);
});

Deno.test("a server that ends whenever it is ready is started once a call, not for ever", async () => {
  const { call, started } = setUp({
    connect: () => ({
      kind: "connected",
      connection: {
        isOpen: false,
        call: () => Promise.reject(new Error("It is closed")),
        close: () => Promise.resolve(),
      },
    }),
  });
  for (const times of [1, 2]) {
    const outcome = await call("db/x");
    assertEquals([outcome.exitCode, outcome.stderr.text, started.length], [
      1,
      'MCP tool "db/x" of .mcp.json failed: it ended as soon as it was ready\n',
      times,
    ]);
  }
});

Deno.test("limits: wall, the loop's, silence; the server that let one pass is ended", async () => {
  const cases: [Partial<ActionEffect>, string, string][] = [
    [{ timeoutMs: 2500 }, "wall", "did not answer within 2.5 s"],
    [
      { timeoutMs: 2500, isLoopDeadline: true },
      "loop",
      "did not answer within 2.5 s",
    ],
    [{ idleTimeoutMs: 2000 }, "idle", "said nothing within 2 s"],
  ];
  for (const [change, timeoutKind, words] of cases) {
    const { call, clock, closed } = setUp({
      answer: ({ signal }) => aborted(signal),
    });
    const outcome = call("db/slow", change);
    await clock.advance(30_000);
    const { exitCode, stderr, isCancelled, ...rest } = await outcome;
    assertEquals([exitCode, rest.timeoutKind, isCancelled, stderr.text], [
      124,
      timeoutKind,
      false,
      `MCP tool "db/slow" ${words}\n`,
    ]);
    assertEquals(closed, ["asked"]);
  }
  // Whoever talks is not silent.
  const { call, clock } = setUp({
    async answer({ signal }, { onHeard }) {
      for (let second = 1; second < 5 && !signal.aborted; second++) {
        await clock.sleep(1000);
        onHeard();
      }
      return signal.aborted
        ? { kind: "aborted" }
        : { kind: "result", result: { content: [] } };
    },
  });
  const outcome = call("db/slow", { idleTimeoutMs: 2000 });
  await clock.advance(30_000);
  assertEquals((await outcome).exitCode, 0);
});

Deno.test("a stop: no verdict, the server is ended, at once where it must be", async () => {
  for (const isForced of [false, true]) {
    const { call, cancel, force, closed } = setUp({
      answer: ({ signal }) => aborted(signal),
    });
    const outcome = call("db/slow");
    await new Promise((resolve) => setTimeout(resolve));
    if (isForced) force.abort();
    cancel.abort();
    const { isCancelled, exitCode, stderr } = await outcome;
    assertEquals([isCancelled, exitCode, stderr.text], [true, -15, ""]);
    assertEquals(closed, [isForced ? "killed" : "asked"]);
  }
  const { call, cancel, started } = setUp();
  cancel.abort();
  assertEquals((await call("db/x")).isCancelled, true);
  assertEquals(started, []);
});

Deno.test("progress is told at once, then about once a second, and at the end", async () => {
  const { call, clock, published } = setUp({
    async answer({ onProgress }) {
      for (let progress = 1; progress <= 5; progress++) {
        onProgress({
          progress,
          total: 5,
          message: progress === 5 ? "all" : null,
        });
        await clock.advance(400);
      }
      return { kind: "result", result: { content: [] } };
    },
  });
  await call("db/x");
  assertEquals(
    published.map((event) =>
      event.event === "action_progress" ? event.progress : event.event
    ),
    [1, 4, 5, "action_output"],
  );
  assertEquals(published[2], {
    event: "action_progress",
    progress: 5,
    total: 5,
    message: "all",
  });
});

Deno.test("secrets that a server is given are masked in all that comes from it", async () => {
  const { call, published } = setUp({
    answer({ onProgress }, { onText }) {
      onText("pw=hunter22");
      onProgress({ progress: 1, total: null, message: "hunter22" });
      return {
        kind: "result",
        result: { content: [{ type: "text", text: 'a "hunter22" \0' }] },
      };
    },
  });
  const outcome = await call("db/x");
  assertEquals(outcome.stderr.text, "pw=***\n");
  assertEquals(
    JSON.parse(outcome.stdout.text).content[0].text,
    'a "***" \ufffd',
  );
  assertEquals(JSON.stringify(published).includes("hunter22"), false);
});

Deno.test("long bytes become files, a long text is kept whole beside its ends", async () => {
  const data = btoa("\x89PNG".repeat(30_000));
  const { call, files, published } = setUp({
    answer: ({ tool }) => ({
      kind: "result",
      result: {
        content: tool === "picture"
          ? [
            { type: "image", mimeType: "image/png", data },
            { type: "resource", resource: { uri: "x", blob: data } },
            {
              type: "audio",
              mimeType: "audio/x-very-strange+type",
              data: "AAAA",
            },
            { type: "text", text: "t", data: "no base64!".repeat(9000) },
          ]
          : [{ type: "text", text: "x".repeat(1024 * 1024) }],
      },
    }),
  });
  const { content } = JSON.parse((await call("db/picture")).stdout.text);
  assertEquals(content.slice(0, 3), [
    { type: "image", mimeType: "image/png", file: "/run/outputs/7.1.png" },
    { type: "resource", resource: { uri: "x", file: "/run/outputs/7.2.bin" } },
    { type: "audio", mimeType: "audio/x-very-strange+type", data: "AAAA" },
  ]);
  assertEquals(content[3].data.length, 90_000);
  assertEquals(
    files.readText("/run/outputs/7.1.png"),
    // As Latin-1, which has no character for 0x89 but what Windows has there.
    "‰PNG".repeat(30_000),
  );
  published.length = 0;
  const { stdout } = await call("db/text");
  assertEquals([stdout.isTruncated, stdout.spill], [true, "7.stdout"]);
  assertEquals(
    files.readText("/run/outputs/7.stdout").length,
    stdout.sizeBytes,
  );
  assertStringIncludes(stdout.text, "\n[… all of it is in 7.stdout …]\n");
  assertEquals(published, [{
    event: "output_truncated",
    size_bytes: stdout.sizeBytes,
    kept_bytes: 0,
    file: "outputs/7.stdout",
  }]);
});
