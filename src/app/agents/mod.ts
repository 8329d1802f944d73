/** Agents: how each host is called, and how its stream is read. Loaded by the first call of one. */

export type { AgentEvent, AgentStream, StreamFacts } from "./agent_event.ts";
export { reportOf, withCost } from "./agent_report.ts";
export { ClaudeStream } from "./claude_stream.ts";
export { CodexStream } from "./codex_stream.ts";
export { failureOf } from "./failure_of.ts";
export { GeminiStream } from "./gemini_stream.ts";
export {
  type HostCall,
  type HostCommand,
  hostCommand,
} from "./host_command.ts";
export { isSessionGone } from "./is_session_gone.ts";
export { TextStream } from "./text_stream.ts";
