/** Owns following an agent from its start to its end: its words, its activity, its budget, its limits. */

import { join } from "@std/path";
import { OUTPUT_MARKS } from "../../engine/mod.ts";
import { type AgentReport, countedTokens } from "../../model/mod.ts";
import {
  type AgentEvent,
  type HostCommand,
  reportOf,
  withCost,
} from "../agents/mod.ts";
import type { ChosenHost, HostStream } from "../hosts/mod.ts";
import { agentActivity } from "./agent_activity.ts";
import { type AgentCall, agentExitCode } from "./agent_outcome.ts";
import type { AgentRequest, PromptOptions } from "./agent_request.ts";
import { AgentText } from "./agent_text.ts";
import type { PerformOptions } from "./drive.ts";
import { readHostFile } from "./read_host_file.ts";
import { stopWhenAsked } from "./stop_when_asked.ts";
import { ToldLines } from "./told_lines.ts";
import { truncationEvent } from "./truncation_event.ts";

/** A host that has told its result is given this time to end by itself. */
const AFTER_RESULT_MS = 5000;

/** A call that is made. */
interface Started {
  readonly request: AgentRequest;
  readonly command: HostCommand;
  readonly host: ChosenHost;
  readonly model: string | null;
}

/** Starts an agent and follows it to its end. */
export async function followAgent(
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
  const text = new AgentText(
    mask,
    options.supervisor.keep({
      spillPath: join(options.outputs, `${request.name}.stdout`),
      marks: OUTPUT_MARKS,
      onLines: (lines) => told.tell(lines),
    }),
  );
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
    // Nothing comes by the pipe of one that writes to a file: see `readHostFile`.
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
  const masked = command.wantsFile ? mask?.start() : undefined;
  const reading = command.wantsFile
    ? readHostFile({
      world,
      path: streamFile,
      ended: ended.signal,
      idleTimeoutMs: request.idleTimeoutMs,
      take: (piece) => take(stream.push(masked?.push(piece) ?? piece)),
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
  take(stream.push(masked?.flush() ?? ""));
  if (command.wantsFile) world.files.remove(streamFile);
  unlisten();
  take(stream.end());
  const output = text.end();
  if (output.isTruncated) {
    const { sizeBytes } = output;
    const { journaled } = told;
    performing.publish([truncationEvent(output, { sizeBytes, journaled })]);
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
