/** Owns carrying out prompts: an agent host in the project, what it does as events, its end as an outcome. */

import { join } from "@std/path";
import {
  type ActionEffect,
  type ActionOutcome,
  type AgentSession,
  HOST_FACTS,
  LoopError,
} from "../../model/mod.ts";
import { hostCommand, isSessionGone } from "../agents/mod.ts";
import type { ChosenHost } from "../hosts/mod.ts";
import { notStarted } from "./action_outcome.ts";
import { type AgentCall, agentOutcome } from "./agent_outcome.ts";
import type { AgentRequest, PromptOptions } from "./agent_request.ts";
import type { PerformOptions } from "./drive.ts";
import { followAgent } from "./follow_agent.ts";

/** Carries out a prompt whose secrets are revealed, and returns how it ended. */
export async function performPrompt(
  options: PromptOptions,
  effect: ActionEffect,
  performing: PerformOptions,
): Promise<ActionOutcome> {
  const { prompt: settings } = effect;
  if (performing.cancel.aborted || settings === undefined) {
    return notStarted({ isCancelled: true });
  }
  try {
    const call = await callAgent(options, {
      prompt: effect.action,
      settings,
      schema: null,
      env: options.environment.of(effect),
      cwd: effect.cwd,
      timeoutMs: effect.timeoutMs,
      idleTimeoutMs: effect.idleTimeoutMs,
      detach: effect.detach,
      name: String(effect.effect),
    }, performing);
    return agentOutcome(call, effect);
  } catch (error) {
    if (!(error instanceof LoopError) || error.code !== "missing-program") {
      throw error;
    }
    return notStarted({ error: error.message });
  }
}

/**
 * Calls an agent and follows it to its end, telling what it says and does.
 *
 * @throws {LoopError} `missing-program`; `cannot-write`
 */
export async function callAgent(
  options: PromptOptions,
  request: AgentRequest,
  performing: PerformOptions,
): Promise<AgentCall> {
  const host = options.choose({
    named: request.settings.host,
    isJudge: request.schema !== null,
  });
  const session = request.settings.sessions[host.name] ?? null;
  const call = await callHost(options, { request, host, session }, performing);
  const isGone = session !== null &&
    isSessionGone(call.report, call.outcome.stderr.text);
  if (!isGone || performing.cancel.aborted) return call;
  // Somebody has cleaned up, or the run goes on elsewhere.
  performing.publish([{
    event: "agent_activity",
    host: host.name,
    kind: "notice",
    text: "The session before is not there any more: this one begins anew",
  }]);
  return await callHost(
    options,
    { request, host, session: null },
    performing,
  );
}

async function callHost(
  options: PromptOptions,
  { request, host, session }: {
    readonly request: AgentRequest;
    readonly host: ChosenHost;
    readonly session: AgentSession | null;
  },
  performing: PerformOptions,
): Promise<AgentCall> {
  const { settings } = request;
  const promptFile = join(options.outputs, `${request.name}.prompt`);
  const model = settings.model ?? options.model;
  const has = (option: "model" | "agent" | "tools" | "effort") =>
    HOST_FACTS[host.name].options.includes(option);
  const command = hostCommand({
    host: host.name,
    prompt: request.prompt,
    model: has("model") ? model : null,
    agent: has("agent") ? settings.agent : null,
    tools: has("tools") ? settings.tools : null,
    effort: has("effort") ? settings.effort ?? options.effort : null,
    session,
    isBypassed: host.isBypassed,
    leftUsd: settings.left.costUsd,
    command: options.command,
    schema: request.schema,
    promptFile,
  });
  const { files } = options.world;
  if (command.needsPromptFile) files.replace(promptFile, request.prompt);
  try {
    return await followAgent(
      options,
      { request, command, host, model },
      performing,
    );
  } finally {
    // It may hold secrets, which stood as references until now.
    if (command.needsPromptFile) files.remove(promptFile);
  }
}
