/** Agent command lines: how each is called, and how its stream is read. */

export type { AgentEvent, AgentStream, StreamFacts } from "./agent_event.ts";
export { ClaudeStream } from "./claude_stream.ts";
export { CodexStream } from "./codex_stream.ts";
export { failureOf } from "./failure_of.ts";
export { GeminiStream } from "./gemini_stream.ts";
export { TextStream } from "./text_stream.ts";
