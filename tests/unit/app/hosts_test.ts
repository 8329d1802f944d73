/** Agent hosts: which is chosen and how it is called; their streams, recorded ones and damaged ones. */

import { assert, assertEquals } from "@std/assert";
import {
  type AgentEvent,
  type AgentStream,
  ClaudeStream,
  CodexStream,
  failureOf,
  GeminiStream,
  isSessionGone,
  reportOf,
  TextStream,
} from "../../../src/app/agents/mod.ts";
import { hostCommand } from "../../../src/app/agents/mod.ts";
import {
  chooseHost,
  type HostChoice,
  type HostWork,
} from "../../../src/app/hosts/mod.ts";
import { HOST_NAMES, LoopError, NO_USAGE } from "../../../src/model/mod.ts";

const FOLDER = new URL("../../golden/streams/", import.meta.url);

const STREAMS: { readonly [host: string]: () => AgentStream } = {
  claude: () => new ClaudeStream(),
  codex: () => new CodexStream(),
  gemini: () => new GeminiStream(),
};

function streamOf(host: string): AgentStream {
  const make = STREAMS[host];
  assert(make !== undefined);
  return make();
}

function recordings(host: string): { name: string; text: string }[] {
  const folder = new URL(`${host}/`, FOLDER);
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort()
    .map((name) => ({
      name: name.replace(".txt", ""),
      text: Deno.readTextFileSync(new URL(name, folder)),
    }));
}

function readWhole(stream: AgentStream, text: string): AgentEvent[] {
  return [...stream.push(text), ...stream.end()];
}

function shown(event: AgentEvent): string {
  switch (event.kind) {
    case "text":
    case "notice":
    case "retry":
      return `${event.kind} ${JSON.stringify(event.text.slice(0, 60))}`;
    case "line":
      return `line ${JSON.stringify(event.line.slice(0, 60))}`;
    case "tool":
      return `tool ${event.name} ${JSON.stringify(event.detail.slice(0, 60))}`;
    case "tool_failed":
      return `tool_failed ${JSON.stringify(event.detail.slice(0, 60))}`;
    default:
      return event.kind;
  }
}

/** What a recording says, as the golden file has it. */
function told(host: string): string {
  return recordings(host).map(({ name, text }) => {
    const stream = streamOf(host);
    const events = readWhole(stream, text)
      .filter(({ kind }) => kind !== "usage" && kind !== "session");
    const { facts } = stream;
    const { usage, failure } = facts;
    const when = failure?.retryAtMs ?? failure?.retryAfterMs ?? null;
    return [
      `== ${name}`,
      ...events.map(shown),
      `-> ${facts.hasResult ? "result" : "no result"}` +
      (failure === null ? "" : `, ${failure.kind}`) +
      (when === null ? "" : ` until ${when}`) +
      `, ${usage.inputTokens} in, ${usage.outputTokens} out, ${usage.cacheReadTokens} cached` +
      `, ${usage.costUsd === null ? "?" : usage.costUsd} USD` +
      (facts.denied.length === 0 ? "" : `, denied ${facts.denied.join(" ")}`),
      "",
    ].join("\n");
  }).join("\n");
}

/** A repeatable sequence of numbers below `limit`. */
function makeRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % limit;
  };
}

for (const host of Object.keys(STREAMS)) {
  Deno.test(`recorded streams of ${host} are told as they were`, () => {
    const file = new URL(`${host}.told`, FOLDER);
    assertEquals(told(host), Deno.readTextFileSync(file));
  });

  Deno.test(`a stream of ${host} says the same in any pieces`, () => {
    const random = makeRandom(7);
    for (const { name, text } of recordings(host)) {
      const whole = streamOf(host);
      const expected = readWhole(whole, text);
      for (const most of [1, 7, 4096]) {
        if (most === 1 && text.length > 5000) continue;
        const stream = streamOf(host);
        const events: AgentEvent[] = [];
        for (let at = 0; at < text.length;) {
          const length = 1 + random(most);
          events.push(...stream.push(text.slice(at, at + length)));
          at += length;
        }
        events.push(...stream.end());
        assertEquals(events, expected, name);
        assertEquals(stream.facts, whole.facts, name);
      }
    }
  });

  Deno.test(`a damaged stream of ${host} ends nothing and loses no line`, () => {
    const random = makeRandom(11);
    for (const { text } of recordings(host)) {
      const lines = text.split("\n").filter((line) => line !== "");
      for (let round = 0; round < 4; round++) {
        const at = random(lines.length);
        const line = lines[at] ?? "";
        const damaged = [
          line.slice(0, random(line.length)),
          line.replaceAll(":", ";"),
          `${line}}`,
          "Segmentation fault",
          "42",
          "null",
          '["type"]',
          `{"type":"of_next_year","n":${round}}`,
          '{"type":"system","subtype":"of_next_year"}',
          '{"type":null}',
          '{"type":"assistant","message":"no object"}',
          '{"type":"result","usage":[],"stats":7,"error":"x"}',
          '{"type":"item.completed","item":{"type":"of_next_year"}}',
          "\u0000\ufffd\u{1f600}",
        ];
        const odd = damaged[random(damaged.length)] ?? "";
        const stream = streamOf(host);
        const all = [...lines.slice(0, at), odd, ...lines.slice(at + 1)];
        const events = readWhole(stream, all.join("\n"));
        const isEvent = odd.startsWith("{") && isJson(odd);
        if (!isEvent && odd.trim() !== "") {
          assert(
            events.some((each) => each.kind === "line" && each.line === odd),
            `"${odd}" was lost`,
          );
        }
      }
    }
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

Deno.test("an event that a host is not known to have is kept as a line", () => {
  const line = '{"type":"of_next_year"}';
  for (const make of Object.values(STREAMS)) {
    assertEquals(readWhole(make(), line), [{ kind: "line", line }]);
  }
});

Deno.test("the text of a host without events is kept line by line, empty ones too", () => {
  assertEquals(readWhole(new TextStream(), 'a\r\n\n{"type":"result"}\nb'), [
    { kind: "line", line: "a" },
    { kind: "line", line: "" },
    { kind: "line", line: '{"type":"result"}' },
    { kind: "line", line: "b" },
  ]);
});

Deno.test("a long line that is no event is handed on as it comes, and none of it is kept", () => {
  const long = "x".repeat(65_537);
  const start = { kind: "line", line: "", isOpen: true } as const;
  const piece = (line: string): AgentEvent => ({
    kind: "line",
    line,
    isOpen: true,
    isContinued: true,
  });
  const end = (line: string): AgentEvent => ({
    kind: "line",
    line,
    isContinued: true,
  });
  for (const make of [() => new ClaudeStream(), () => new TextStream()]) {
    const stream = make();
    assertEquals(stream.push("x".repeat(65_536)), []);
    assertEquals(stream.push("x"), [start]);
    assertEquals(stream.push("y\r"), [piece(long)]);
    assertEquals(stream.push("\nnext\n"), [
      end("y"),
      { kind: "line", line: "next" },
    ]);
    assertEquals(readWhole(stream, long).slice(-2), [start, end(long)]);
  }
  // Where lines are words, those that look like events are words as well.
  const text = `{${long}`;
  assertEquals(readWhole(new TextStream(), text), [start, end(text)]);
});

Deno.test("an event that is too long to be kept is left out, which is told, and the stream goes on", () => {
  const limit = 8 * 1024 * 1024;
  const event = (length: number) => {
    const [before, after] = [
      '{"type":"assistant","message":{"content":[{"type":"text","text":"',
      '"}]}}',
    ];
    const text = "x".repeat(length - before.length - after.length);
    return { line: `${before}${text}${after}\n`, text };
  };
  const claude = new ClaudeStream();
  const longest = event(limit);
  const [said] = claude.push(longest.line);
  assert(said?.kind === "text" && said.text === longest.text);
  const told: AgentEvent[] = [];
  const { line } = event(limit + 3);
  for (let at = 0; at < line.length; at += 65_536) {
    told.push(...claude.push(line.slice(at, at + 65_536)));
  }
  assertEquals(told, [{
    kind: "notice",
    text:
      "A line of 8388611 characters was left out: an event may have at most 8388608",
  }]);
  const [next] = claude.push(event(100).line);
  assertEquals(next?.kind, "text");
});

Deno.test("a failure that is told at length is cut, since it is a part of the journal", () => {
  const { kind, message } = failureOf({
    message: ` API Error: prompt is too long: ${"x".repeat(100_000)}`,
  });
  assertEquals([kind, message.length], ["context", 65_536]);
});

Deno.test("claude: of very many answers each is counted once, however often it is told of", () => {
  const claude = new ClaudeStream();
  const answer = (id: number, count: number) =>
    claude.push(
      `{"type":"assistant","message":{"id":"m${id}","usage":{"output_tokens":${count}}}}\n`,
    );
  for (let id = 0; id < 3000; id++) {
    answer(id, 1);
    if (id > 0) answer(id - 1, 2);
    answer(0, 1);
  }
  assertEquals(claude.facts.usage.outputTokens, 2 * 3000 - 1);
});

Deno.test("what earlier calls of a session have used is not counted again", () => {
  const resumed = (host: string) =>
    recordings(host).find(({ name }) => name === "session-resume")?.text ?? "";
  const claude = new ClaudeStream({ before: { ...NO_USAGE, costUsd: 0.008 } });
  readWhole(claude, resumed("claude"));
  assertEquals(claude.facts.usage.costUsd, 0.008);
  assertEquals(claude.facts.sessionTotal?.costUsd, 0.016);
  const before = { ...NO_USAGE, inputTokens: 900, outputTokens: 200 };
  const codex = new CodexStream({
    before: { ...before, cacheReadTokens: 100 },
  });
  readWhole(codex, resumed("codex"));
  assertEquals(codex.facts.usage.inputTokens, 900);
  assertEquals(codex.facts.usage.outputTokens, 200);
});

Deno.test("a failure is classified by its status and by how its sentence begins, not by what it mentions", () => {
  const kindOf = (message: string, status: number | null = null) =>
    failureOf({ message, status }).kind;
  assertEquals(kindOf("anything", 429), "rate_limit");
  assertEquals(kindOf("anything", 529), "overloaded");
  assertEquals(kindOf("anything", 502), "server");
  assertEquals(
    kindOf("The tests of 429 and 403 fail with rate limit"),
    "other",
  );
  assertEquals(kindOf("Credit balance is too low", 400), "credit");
  // What the clients say of an answer with status 200 that is no JSON.
  assertEquals(
    kindOf("API Error: JSON Parse error: Unterminated string"),
    "network",
  );
  assertEquals(
    kindOf("[API Error: Incomplete JSON segment at the end]"),
    "network",
  );
  assertEquals(failureOf({ message: "" }).message, "It gave no reason");
});

/** What choosing a host comes to: whether it asks, or the refusal and the ways out. */
function chosen(
  { env = {}, uid = 1000, work = { named: null }, ...choice }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly uid?: number;
    readonly work?: HostWork;
  } & Partial<HostChoice>,
): string {
  const world = {
    processes: { find: (name: string) => `/bin/${name}` },
    system: { env: (name: string) => env[name], uid },
  };
  const { flag = null, configured = null, command = null, isSafe = false } =
    choice;
  try {
    const host = chooseHost(
      world,
      { flag, configured, command, isSafe },
      work,
    );
    return `${host.name}${host.isBypassed ? " without prompts" : ""}`;
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    return `${error.code}: ${error.message}; ${error.hint}`;
  }
}

Deno.test("consent: claude is not started without prompts as root, and each way out is one", () => {
  const refused =
    "missing-program: claude refuses to run as root without its permission prompts; " +
    "Run as another user; or with LL_SAFE=1, so that it asks (it may then edit files, and is not let run commands); " +
    "or with another host: --host NAME; or in a container that is made for it with IS_SANDBOX=1";
  assertEquals(chosen({ uid: 0 }), refused);
  assertEquals(
    chosen({ uid: 0, env: { IS_SANDBOX: "yes" } }),
    `${refused}, just so: it is "yes" now`,
  );
  // No option of `run` goes before what the loop says.
  assertEquals(
    chosen({ uid: 0, work: { named: "claude" } }),
    refused.replace("or with another host: --host NAME; ", ""),
  );
  assertEquals(chosen({ uid: 1000 }), "claude without prompts");
  assertEquals(chosen({ uid: 0, env: { LL_SAFE: "1" } }), "claude");
  assertEquals(chosen({ uid: 0, isSafe: true }), "claude");
  assertEquals(chosen({ uid: 0, flag: "codex" }), "codex without prompts");
  for (const env of [{ IS_SANDBOX: "1" }, { CLAUDE_CODE_BUBBLEWRAP: "true" }]) {
    assertEquals(chosen({ uid: 0, env }), "claude without prompts");
  }
});

Deno.test("consent: a judge is never started without prompts, so that root may have one", () => {
  assertEquals(
    chosen({ uid: 0, work: { named: "claude", isJudge: true } }),
    "claude",
  );
});

Deno.test("safe mode: what was not understood is on, and only a word for off is off", () => {
  for (const value of ["1", "true", "yes", "please", " "]) {
    assertEquals(chosen({ env: { LL_SAFE: value } }), "claude", value);
  }
  for (const value of ["", "0", "false", "no", "off"]) {
    const env = { LL_SAFE: value };
    assertEquals(chosen({ env }), "claude without prompts", value);
    assertEquals(chosen({ env, isSafe: true }), "claude", value);
  }
});

Deno.test("safe mode: a command of the configuration that asks nobody is refused, unless it looks at the mode", () => {
  const given = (run: string, { isSafe } = { isSafe: true }) =>
    chosen({ flag: "command", command: { run, stream: "text" }, isSafe });
  assertEquals(
    given("claude -p --dangerously-skip-permissions"),
    'missing-program: Safe mode is on, and host_command of the configuration starts an agent without its permission prompts ("--dangerously-skip-permissions"); ' +
      'Take it out, or let it depend on the mode: $([ "$LL_SAFE" ] || echo --dangerously-skip-permissions)',
  );
  for (
    const run of [
      "codex exec --dangerously-bypass-approvals-and-sandbox -",
      "codex exec -s danger-full-access -",
      "claude -p --permission-mode bypassPermissions",
      "gemini --approval-mode=yolo",
      "gemini --yolo",
    ]
  ) assert(given(run).startsWith("missing-program"), run);
  for (
    const run of [
      "my-agent --yes",
      'gemini $([ "$LL_SAFE" ] || echo --yolo)',
    ]
  ) assertEquals(given(run), "command");
  assertEquals(
    given("gemini --yolo", { isSafe: false }),
    "command without prompts",
  );
});

Deno.test("safe mode: no host is given anything by which it would not ask", () => {
  for (const host of HOST_NAMES) {
    const { argv, env } = hostCommand({
      host,
      prompt: "",
      model: null,
      agent: null,
      tools: null,
      effort: null,
      session: null,
      isBypassed: false,
      leftUsd: null,
      command: { run: "my-agent", stream: "text" },
      schema: null,
      promptFile: "/p",
    });
    assertEquals(
      argv.filter((each) => /danger|bypass|yolo|skip-permissions/i.test(each)),
      [],
      host,
    );
    // One that was inherited is taken away.
    assertEquals(env["DANGEROUSLY_SKIP_PERMISSIONS"], null, host);
  }
});

Deno.test("safe mode: a model or agent that is written like an option of the host is no option", () => {
  const given = "--yolo";
  for (const host of HOST_NAMES) {
    const { argv } = hostCommand({
      host,
      prompt: "",
      model: given,
      agent: given,
      tools: [given],
      effort: given,
      session: null,
      isBypassed: false,
      leftUsd: null,
      command: { run: "my-agent", stream: "text" },
      schema: null,
      promptFile: "/p",
    });
    assertEquals(argv.filter((each) => each === given), [], host);
  }
});

Deno.test("a host that ends badly after its result is told as that, not as one without", () => {
  const failureAfter = (lines: string) => {
    const stream = new ClaudeStream();
    stream.push(lines);
    return reportOf({
      host: "claude",
      stream: "claude",
      facts: stream.facts,
      model: null,
      prices: {},
      exitCode: 1,
      stderr: "",
      isEnded: false,
      exceeded: null,
      timedOut: false,
    }).failure?.message;
  };
  assertEquals(failureAfter(""), "It ended without a result (exit 1)");
  assertEquals(
    failureAfter('{"type":"result","is_error":false,"result":"ok"}\n'),
    "It failed after its result (exit 1)",
  );
});

Deno.test("a session that is not there is told by each host's own sentence, and by no other", () => {
  const gone = (message: string, stderr = "") =>
    isSessionGone({ failure: failureOf({ message }) }, stderr);
  const said = [
    gone("No conversation found with session ID: 1-2"),
    gone(
      "Error: thread/resume: thread/resume failed: no rollout found for thread id 1-2",
    ),
    gone(
      "at x.js:1",
      "Error resuming session: Invalid session identifier\n  at x.js:1",
    ),
    gone("The text says: No conversation found with session ID"),
    isSessionGone({ failure: null }, "Error resuming session"),
  ];
  assertEquals(said.map(String), ["true", "true", "true", "false", "false"]);
});
