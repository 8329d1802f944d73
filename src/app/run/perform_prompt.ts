/** Owns carrying out prompts: an agent host in the project, what it does as events, its end as an outcome. */

import { join } from "@std/path";
import {
  type ActionEffect,
  type ActionOutcome,
  type AgentReport,
  type AgentSession,
  countedTokens,
  HOST_FACTS,
  LoopError,
  type Prices,
  type PromptSettings,
} from "../../model/mod.ts";
import type { Mask, Supervisor } from "../../ports/mod.ts";
import {
  type AgentEvent,
  type HostCommand,
  hostCommand,
  isSessionGone,
  reportOf,
  withCost,
} from "../agents/mod.ts";
import type {
  ChosenHost,
  CommandHost,
  HostStream,
  HostWork,
} from "../hosts/mod.ts";
import { maskText } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import { notStarted } from "./action_outcome.ts";
import { agentActivity } from "./agent_activity.ts";
import {
  type AgentCall,
  agentExitCode,
  agentOutcome,
} from "./agent_outcome.ts";
import { AgentText } from "./agent_text.ts";
import type { ChildEnvironment } from "./child_environment.ts";
import type { PerformOptions } from "./drive.ts";
import { readHostFile } from "./read_host_file.ts";
import { stopWhenAsked } from "./stop_when_asked.ts";
import { ToldLines } from "./told_lines.ts";

/** A host that has told its result is given this time to end by itself. */
const AFTER_RESULT_MS = 5000;

/** What {@linkcode performPrompt} needs. */
export interface PromptOptions {
  readonly world: Pick<World, "clock" | "files">;
  readonly supervisor: Supervisor;
  readonly environment: ChildEnvironment;
  /** Where actions run that have no place of their own. */
  readonly root: string;
  /** Folder of outputs. */
  readonly outputs: string;
  readonly graceMs: number;
  readonly mask: Mask | null;
  /** @throws {LoopError} `missing-program` where there is no such host */
  choose(work: HostWork): ChosenHost;
  readonly command: CommandHost | null;
  readonly prices: Prices;
  /** `--model` and `--effort`, for states that say nothing. */
  readonly model: string | null;
  readonly effort: string | null;
}

/** What is asked of an agent. */
export interface AgentRequest {
  readonly prompt: string;
  readonly settings: PromptSettings;
  readonly schema: string | null;
  readonly env: Readonly<Record<string, string | null>>;
  readonly cwd: string | null;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly detach: boolean;
  /** Name of its files below the folder of outputs. */
  readonly name: string;
}

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
    return await follow(options, { request, command, host, model }, performing);
  } finally {
    // It may hold secrets, which stood as references until now.
    if (command.needsPromptFile) files.remove(promptFile);
  }
}

interface Started {
  readonly request: AgentRequest;
  readonly command: HostCommand;
  readonly host: ChosenHost;
  readonly model: string | null;
}

async function follow(
  options: PromptOptions,
  { request, command, host, model }: Started,
  performing: PerformOptions,
): Promise<AgentCall> {
  const { world, mask, prices } = options;
  const { stream } = command;
  const { left } = request.settings;
  const told = new ToldLines(performing);
  let exceeded: AgentReport["exceeded"] = null;
  let isIdle = false;
  const hasResult = Promise.withResolvers<void>();
  const text = new AgentText(mask, (lines) => told.tell(lines));
  const checkBudget = () => {
    if (exceeded !== null) return;
    const { facts } = stream;
    const usage = withCost(facts.usage, facts.model ?? model, prices);
    if (left.tokens !== null && countedTokens(usage) >= left.tokens) {
      exceeded = "tokens";
    } else if (
      left.costUsd !== null && (usage.costUsd ?? 0) >= left.costUsd
    ) exceeded = "cost";
    // What has come to its result has done its work; the next call is refused.
    if (facts.hasResult) exceeded = null;
    if (exceeded !== null) child.stop();
  };
  const take = (events: readonly AgentEvent[]) => {
    for (const event of events) {
      text.take(event);
      const activity = agentActivity(event, { host: host.name, mask });
      if (activity !== null) performing.publish([activity]);
      if (event.kind === "usage") checkBudget();
      if (event.kind === "result") hasResult.resolve();
    }
  };
  const streamFile = join(options.outputs, `${request.name}.stream`);
  const child = options.supervisor.start({
    argv: command.wantsFile
      ? ["bash", "-c", 'exec "$@" > "$0"', streamFile, ...command.argv]
      : command.argv,
    cwd: request.cwd ?? options.root,
    env: { ...request.env, ...command.env },
    stdin: command.stdin,
    timeoutMs: request.timeoutMs,
    // Nothing comes by the pipe of one that writes to a file: see `readFile`.
    idleTimeoutMs: command.wantsFile ? 0 : request.idleTimeoutMs,
    graceMs: options.graceMs,
    detach: request.detach,
    spillPrefix: null,
    mask,
  }, {
    onText(piece, of) {
      if (of === "stdout" && !command.wantsFile) take(stream.push(piece));
    },
    onLines() {},
  });
  const unlisten = stopWhenAsked(child, performing);
  const ended = new AbortController();
  const reading = command.wantsFile
    ? readHostFile({
      world,
      path: streamFile,
      ended: ended.signal,
      idleTimeoutMs: request.idleTimeoutMs,
      take: (piece) => take(stream.push(maskText(mask, piece))),
      onIdle() {
        isIdle = true;
        child.stop();
      },
    })
    : Promise.resolve();
  let isEnded = false;
  hasResult.promise.then(async () => {
    await world.clock.sleep(AFTER_RESULT_MS, ended.signal);
    if (ended.signal.aborted) return;
    isEnded = true;
    child.stop();
  });
  const outcome = await child.outcome;
  ended.abort();
  await reading;
  if (command.wantsFile) world.files.remove(streamFile);
  unlisten();
  take(stream.end());
  const spill = `${request.name}.stdout`;
  const { output, whole } = text.end(spill);
  if (output.spill !== null) {
    world.files.replace(join(options.outputs, spill), whole);
    performing.publish([{
      event: "output_truncated",
      size_bytes: output.sizeBytes,
      kept_bytes: told.journaled,
      file: `outputs/${spill}`,
    }]);
  }
  const timedOut = outcome.timeoutKind !== null || isIdle;
  const report = reportOf({
    host: host.name,
    stream: streamNameOf(options, host),
    facts: stream.facts,
    model,
    prices,
    exitCode: outcome.exitCode,
    stderr: outcome.stderr.text,
    isEnded,
    exceeded,
    timedOut,
  });
  const isCancelled = performing.cancel.aborted && outcome.isCancelled &&
    exceeded === null && !isEnded && !isIdle;
  return {
    outcome: {
      ...outcome,
      timeoutKind: isIdle ? "idle" : outcome.timeoutKind,
      isCancelled,
      exitCode: isIdle
        ? 124
        : agentExitCode(outcome, { report, isCancelled, isEnded }),
    },
    report,
    output,
    structured: stream.facts.structured,
  };
}

function streamNameOf(
  { command }: PromptOptions,
  { name }: ChosenHost,
): HostStream {
  return name === "command" ? command?.stream ?? "text" : name;
}
