/** Owns carrying out MCP actions: one call of a tool, its envelope as output, its end as an exit code. */

import {
  type ActionEffect,
  type ActionOutcome,
  EMPTY_OUTPUT,
  type JsonObject,
  mapTexts,
  type Output,
} from "../../model/mod.ts";
import type { Mask } from "../../ports/mod.ts";
import type { McpConnections, ToolCallEnd } from "../mcp/mod.ts";
import { maskText } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import { timeoutKindOf } from "./action_outcome.ts";
import { cleanText, outputOf } from "./clean_text.ts";
import type { PerformOptions } from "./drive.ts";
import { keepText } from "./keep_text.ts";
import { storeBlobs } from "./store_blobs.ts";
import { ToolTalk } from "./tool_talk.ts";
import { watchLimits } from "./watch_limits.ts";

const TIMED_OUT = 124;
const TERMINATED = -15;

/** What {@linkcode performMcp} needs. */
export interface McpActionOptions {
  readonly world: Pick<World, "clock" | "files">;
  readonly mcp: McpConnections;
  /** Folder of outputs. */
  readonly outputs: string;
  /** Returns what hides secrets; a server may bring some of its own. */
  mask(): Mask | null;
  /** Whether every line of output is wanted live, however many there are. */
  readonly isVerbose: boolean;
}

/** How a call ended, and by what, when it was cut short. */
type End =
  | Exclude<ToolCallEnd, { readonly kind: "aborted" }>
  | { readonly kind: "timed-out"; readonly limit: "wall" | "idle" }
  | { readonly kind: "cancelled" };

/** Calls a tool whose secrets are revealed, and returns how that ended. */
export async function performMcp(
  options: McpActionOptions,
  effect: ActionEffect,
  performing: PerformOptions,
): Promise<ActionOutcome> {
  const { clock } = options.world;
  const startMs = clock.monotonicMs();
  const hide = (text: string) => cleanText(maskText(options.mask(), text));
  const talk = new ToolTalk({ clock, hide, performing, ...options });
  const end = await callTool(options, effect, { performing, talk });
  const message = messageOf(end, effect);
  if (message !== null) talk.say(message);
  const stdout = end.kind === "result"
    ? keepEnvelope(options, end.result, { effect, hide })
    : EMPTY_OUTPUT;
  if (end.kind === "result") talk.show(stdout);
  return {
    kind: "action",
    exitCode: exitCodeOf(end),
    stdout,
    stderr: outputOf(talk.end()),
    durationMs: Math.round(clock.monotonicMs() - startMs),
    timeoutKind: end.kind === "timed-out"
      ? timeoutKindOf({ timeoutKind: end.limit }, effect)
      : null,
    isCancelled: end.kind === "cancelled",
    startError: null,
  };
}

async function callTool(
  { world: { clock }, mcp }: McpActionOptions,
  effect: ActionEffect,
  { performing, talk }: {
    readonly performing: PerformOptions;
    readonly talk: ToolTalk;
  },
): Promise<End> {
  const { cancel, force } = performing;
  if (cancel.aborted) return { kind: "cancelled" };
  const call = new AbortController();
  const watch = new AbortController();
  let lastHeardMs = clock.monotonicMs();
  let limit: "wall" | "idle" | null = null;
  watchLimits(clock, {
    limits: effect,
    lastHeardMs: () => lastHeardMs,
    signal: watch.signal,
  }).then((reached) => {
    if (reached === null || call.signal.aborted) return;
    limit = reached;
    call.abort("The time is up");
  });
  const onCancel = () => call.abort("The run is to stop");
  cancel.addEventListener("abort", onCancel, { once: true });
  try {
    const end = await mcp.call(effect, {
      signal: call.signal,
      onHeard: () => lastHeardMs = clock.monotonicMs(),
      onText: (line) => talk.say(line),
      onProgress: (progress) => talk.progress(progress),
    });
    if (end.kind !== "aborted") return end;
    // A server that does not answer in time may never do so: the next call gets a new one. It has
    // a moment to hear that its answer is not wanted any more.
    const kill = () => void mcp.abandon(effect, "killed");
    force.addEventListener("abort", kill, { once: true });
    await mcp.abandon(effect, force.aborted ? "killed" : "asked");
    force.removeEventListener("abort", kill);
    return limit === null
      ? { kind: "cancelled" }
      : { kind: "timed-out", limit };
  } finally {
    watch.abort();
    cancel.removeEventListener("abort", onCancel);
  }
}

function exitCodeOf(end: End): number {
  switch (end.kind) {
    case "result":
      return end.result["isError"] ? 1 : 0;
    case "failed":
      return end.exitCode;
    case "timed-out":
      return TIMED_OUT;
    case "cancelled":
      return TERMINATED;
  }
}

function messageOf(end: End, effect: ActionEffect): string | null {
  switch (end.kind) {
    case "failed":
      return end.message;
    case "timed-out": {
      const { timeoutMs, idleTimeoutMs } = effect;
      const limitMs = end.limit === "wall" ? timeoutMs : idleTimeoutMs;
      const what = end.limit === "wall" ? "did not answer" : "said nothing";
      return `MCP tool "${effect.action.trim()}" ${what} within ${
        limitMs / 1000
      } s`;
    }
    case "result":
    case "cancelled":
      return null;
  }
}

/** Returns what a tool returned as the output of its action: one line of JSON, long bytes in files. */
function keepEnvelope(
  { world: { files }, outputs: folder }: McpActionOptions,
  result: JsonObject,
  { effect, hide }: {
    readonly effect: ActionEffect;
    readonly hide: (text: string) => string;
  },
): Output {
  const prefix = String(effect.effect);
  const stored = storeBlobs(files, result, { folder, prefix });
  const text = JSON.stringify(mapTexts(stored, hide));
  return keepText(files, `${text}\n`, { folder, name: `${prefix}.stdout` });
}
