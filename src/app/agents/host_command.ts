/** Owns the command line of each host: what it is called with to carry out one prompt. */

import {
  type AgentSession,
  type HostName,
  NO_USAGE,
  unreachable,
} from "../../model/mod.ts";
import type { CommandHost, HostStream } from "../hosts/mod.ts";
import type { AgentStream } from "./agent_event.ts";
import { ClaudeStream } from "./claude_stream.ts";
import { CodexStream } from "./codex_stream.ts";
import { GeminiStream } from "./gemini_stream.ts";
import { TextStream } from "./text_stream.ts";

/** One call of a host. */
export interface HostCall {
  readonly host: HostName;
  readonly prompt: string;
  readonly model: string | null;
  readonly agent: string | null;
  readonly tools: readonly string[] | null;
  readonly effort: string | null;
  /** The session to go on with. */
  readonly session: AgentSession | null;
  /** Whether the agent may do everything without being asked. */
  readonly isBypassed: boolean;
  /** US dollars that are left, for hosts that keep to a limit of their own. */
  readonly leftUsd: number | null;
  readonly command: CommandHost | null;
  /** A judge uses no tools, and answers by this schema; `null` for an action. */
  readonly schema: string | null;
  /** File with the prompt, for a command that wants one. */
  readonly promptFile: string;
}

/** How a host is started and read. */
export interface HostCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | null>>;
  readonly stdin: string;
  readonly stream: AgentStream;
  /** Whether it loses output on a pipe, so that its output must be a file (agent-hosts 1.4). */
  readonly wantsFile: boolean;
  /** Whether it reads {@linkcode HostCall.promptFile}. */
  readonly needsPromptFile: boolean;
}

/** Given to every host (EXEC 2.8). */
const COMMON = { LL_NON_INTERACTIVE: "1" };

/** Returns how a call is made. The prompt goes by standard input: an argument ends at 128 KiB. */
export function hostCommand(call: HostCall): HostCommand {
  const before = call.session?.total ?? NO_USAGE;
  switch (call.host) {
    case "claude":
      return plain(claude(call), call, new ClaudeStream({ before }), {
        CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR: "1",
      });
    case "codex":
      return plain(codex(call), call, new CodexStream({ before }), {});
    case "gemini":
      return {
        ...plain(gemini(call), call, new GeminiStream(), {
          GEMINI_CLI_TRUST_WORKSPACE: "true",
          // Two processes, of which the first ignores signals, become one.
          GEMINI_CLI_NO_RELAUNCH: "true",
          NO_COLOR: "1",
          COLORTERM: "truecolor",
          TERM: "xterm-256color",
        }),
        wantsFile: true,
      };
    case "command":
      return command(call);
    default:
      return unreachable(call.host);
  }
}

function plain(
  argv: readonly string[],
  call: HostCall,
  stream: AgentStream,
  env: Readonly<Record<string, string>>,
): HostCommand {
  return {
    argv,
    env: { ...COMMON, ...bypassVariable(call), ...env },
    stdin: call.prompt,
    stream,
    wantsFile: false,
    needsPromptFile: false,
  };
}

/** Nor may one that is inherited, or that a loop gives, undo what the arguments say. */
function bypassVariable(call: HostCall): Record<string, string | null> {
  const isBypassed = call.isBypassed && call.schema === null;
  return { DANGEROUSLY_SKIP_PERMISSIONS: isBypassed ? "1" : null };
}

function claude(call: HostCall): string[] {
  const isJudge = call.schema !== null;
  return [
    "claude",
    "-p",
    "--verbose",
    "--output-format",
    "stream-json",
    ...(isJudge
      ? ["--tools", "", "--no-session-persistence"]
      : call.isBypassed
      ? ["--dangerously-skip-permissions"]
      : ["--permission-mode", "acceptEdits"]),
    ...(call.schema === null ? [] : ["--json-schema", call.schema]),
    ...option("--resume", call.session?.id ?? null),
    ...option("--agent", call.agent),
    ...option("--tools", call.tools?.join(",") ?? null),
    ...option("--model", call.model),
    ...option("--effort", call.effort),
    ...option(
      "--max-budget-usd",
      // What a resumed session has cost before would count, too.
      call.leftUsd === null || call.session !== null
        ? null
        : String(call.leftUsd),
    ),
  ];
}

function codex(call: HostCall): string[] {
  return [
    "codex",
    "exec",
    "--json",
    "--skip-git-repo-check",
    ...(call.schema !== null
      ? ["-s", "read-only", "--ephemeral"]
      : call.isBypassed
      ? ["--dangerously-bypass-approvals-and-sandbox"]
      : ["-s", "workspace-write"]),
    ...option("--model", call.model),
    ...(call.effort === null
      ? []
      : ["-c", `model_reasoning_effort=${JSON.stringify(call.effort)}`]),
    ...(call.session === null ? [] : ["resume", call.session.id]),
    "-",
  ];
}

function gemini(call: HostCall): string[] {
  return [
    "gemini",
    "--approval-mode",
    call.schema !== null ? "default" : call.isBypassed ? "yolo" : "auto_edit",
    "--output-format",
    "stream-json",
    "--skip-trust",
    ...option("--model", call.model),
    ...option("--resume", call.session?.id ?? null),
  ];
}

function command(call: HostCall): HostCommand {
  const { run, stream } = call.command ?? { run: "false", stream: "text" };
  return {
    argv: ["bash", "-c", "--", run],
    env: {
      ...COMMON,
      ...bypassVariable(call),
      LL_PROMPT_FILE: call.promptFile,
      LL_MODEL: call.model ?? "",
      LL_AGENT: call.agent ?? "",
      LL_TOOLS: call.tools?.join(",") ?? "",
      LL_EFFORT: call.effort ?? "",
      LL_SESSION: call.session?.id ?? "",
      LL_SCHEMA: call.schema ?? "",
      LL_SAFE: call.isBypassed ? null : "1",
    },
    stdin: call.prompt,
    stream: streamOf(stream, call),
    wantsFile: stream === "gemini",
    needsPromptFile: run.includes("LL_PROMPT_FILE"),
  };
}

function streamOf(stream: HostStream, call: HostCall): AgentStream {
  const before = call.session?.total ?? NO_USAGE;
  switch (stream) {
    case "text":
      return new TextStream();
    case "claude":
      return new ClaudeStream({ before });
    case "codex":
      return new CodexStream({ before });
    case "gemini":
      return new GeminiStream();
    default:
      return unreachable(stream);
  }
}

/** A value that begins like an option is none: a loop could undo safe mode by it. */
function option(name: string, value: string | null): string[] {
  if (value === null) return [];
  return value.startsWith("-") ? [`${name}=${value}`] : [name, value];
}
