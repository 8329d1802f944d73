/** The streams of agent hosts: recorded ones as they are told, and damaged ones. */

import { assert, assertEquals } from "@std/assert";
import {
  type AgentEvent,
  type AgentStream,
  ClaudeStream,
  CodexStream,
  failureOf,
  GeminiStream,
  TextStream,
} from "../../../src/app/agents/mod.ts";
import { NO_USAGE } from "../../../src/model/mod.ts";

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
  assertEquals(failureOf({ message: "" }).message, "It gave no reason");
});
