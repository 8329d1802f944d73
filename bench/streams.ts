/** What reading agents costs: 100 MB of each host's stream, and masking. */

import {
  type AgentStream,
  ClaudeStream,
  CodexStream,
  GeminiStream,
} from "../src/app/agents/mod.ts";
import { makeMask } from "../src/app/secrets/mod.ts";
import type { Row } from "./measurements.ts";

const STREAM_BYTES = 100_000_000;
const MASKED_BYTES = 50_000_000;
const PIECE_CHARACTERS = 64 * 1024;
/** Reading may cost so many times what taking the JSON apart costs alone. */
const PARSE_BUDGET = 3;
/** A pass takes some 50 ms: of so few the fastest says the most, since everything else on the machine only adds. */
const PASSES = 7;
const MEGABYTE = 1_000_000;

const WORDS = "some words of an answer, and then more. ".repeat(50);

const HOSTS: readonly (readonly [
  name: string,
  make: () => AgentStream,
  event: (n: number) => unknown,
])[] = [
  ["claude", () => new ClaudeStream(), (n) => ({
    type: "assistant",
    message: {
      id: `m${n}`,
      model: "a-model",
      content: [{ type: "text", text: WORDS }],
      usage: { "input_tokens": 10, "output_tokens": 2 },
    },
    "parent_tool_use_id": null,
  })],
  ["codex", () => new CodexStream(), (n) => ({
    type: "item.completed",
    item: { id: `i${n}`, type: "agent_message", text: WORDS },
  })],
  ["gemini", () => new GeminiStream(), () => ({
    type: "message",
    role: "assistant",
    content: WORDS,
    delta: true,
  })],
];

/** 100 MB of each host's stream against `JSON.parse` alone, and masking in MB a second. */
export function measureStreams(): Promise<Row[]> {
  const rows = HOSTS.map(([name, make, event]): Row => {
    const lines = Array.from(
      { length: 500 },
      (_, n) => `${JSON.stringify(event(n))}\n`,
    );
    const block = lines.join("");
    const blocks = Math.ceil(STREAM_BYTES / block.length);
    const takeApart = () => {
      for (let n = 0; n < blocks; n++) {
        for (const line of lines) JSON.parse(line);
      }
    };
    const readAll = () => {
      const stream = make();
      for (let n = 0; n < blocks; n++) {
        for (let at = 0; at < block.length; at += PIECE_CHARACTERS) {
          stream.push(block.slice(at, at + PIECE_CHARACTERS));
        }
      }
      stream.end();
    };
    const before = Deno.memoryUsage().rss;
    let alone = Infinity;
    let read = Infinity;
    for (let pass = 0; pass < PASSES; pass++) {
      alone = Math.min(alone, timed(takeApart));
      read = Math.min(read, timed(readAll));
    }
    const grown = Math.max(0, Deno.memoryUsage().rss - before) / MEGABYTE;
    return {
      what: `100 MB of ${name}'s stream, against JSON.parse alone`,
      value: read / alone,
      unit: "×",
      budget: PARSE_BUDGET,
      detail: `${read.toFixed(0)} ms, ${alone.toFixed(0)} ms alone, ${
        grown.toFixed(0)
      } MB more`,
    };
  });
  return Promise.resolve([...rows, maskRow()]);
}

function maskRow(): Row {
  const mask = makeMask(["hunter22-and-more", "another/secret+value=="]);
  const stream = mask?.start();
  const text = `${WORDS}\n`;
  const took = timed(() => {
    for (let n = 0; n < MASKED_BYTES; n += text.length) stream?.push(text);
  });
  return {
    what: "masking 50 MB, two secrets and their encodings",
    value: took,
    unit: "ms",
    budget: null,
    detail: `${(MASKED_BYTES / MEGABYTE / took * 1000).toFixed(0)} MB a second`,
  };
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
