// deno-lint-ignore-file camelcase -- the names are the hosts'
/**
 * Owns a stand-in for an agent command line: a script of the project's own PATH that answers its
 * calls one after the other, and notes what it was called with.
 */

import type { Project } from "./ll_loop.ts";

/** One answer, as bash that prints the stream and exits; it runs in the project. */
export type HostReply = string;

/** A script in the place of a host. */
export interface ScriptedHost {
  /** Arguments of each call. */
  calls(): readonly (readonly string[])[];
  /** What each call got on its standard input. */
  prompts(): readonly string[];
}

/** Puts a script called `program` on the PATH of a project; the last answer is given again and again. */
export function scriptHost(
  project: Project,
  program: string,
  replies: readonly HostReply[],
): ScriptedHost {
  const folder = `${project.home}/host-${program}`;
  Deno.mkdirSync(folder);
  replies.forEach((reply, index) =>
    Deno.writeTextFileSync(`${folder}/reply-${index + 1}`, reply)
  );
  Deno.writeTextFileSync(
    `${project.home}/bin/${program}`,
    `#!/bin/bash
dir='${folder}'
n=$(($(cat "$dir/count" 2>/dev/null || echo 0) + 1))
echo $n > "$dir/count"
printf '%s\\0' "$@" > "$dir/args-$n"
cat > "$dir/prompt-$n"
reply="$dir/reply-$n"
[ -e "$reply" ] || reply="$dir/reply-${replies.length}"
. "$reply"
`,
    { mode: 0o755 },
  );
  const each = <T>(name: string, read: (text: string) => T): T[] => {
    const found: T[] = [];
    for (let n = 1;; n++) {
      const text = project.read(`${folder}/${name}-${n}`);
      if (text === null) return found;
      found.push(read(text));
    }
  };
  return {
    calls: () => each("args", (text) => text.split("\0").slice(0, -1)),
    prompts: () => each("prompt", (text) => text),
  };
}

/** What {@linkcode claudeSays} tells beside words. */
export interface ClaudeTurn {
  /** Tools that it uses first: name and command. */
  readonly tools?: readonly (readonly [name: string, command: string])[];
  readonly costUsd?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly session?: string;
  /** The answer by a schema. */
  readonly structured?: unknown;
  /** Bash that runs before anything is printed: the work of the agent. */
  readonly does?: string;
}

/** Returns an answer as `claude` prints it. */
export function claudeSays(text: string, turn: ClaudeTurn = {}): HostReply {
  const { costUsd = 0.01, inputTokens = 100, outputTokens = 20 } = turn;
  const { tools = [], session = "s-1", does = ":" } = turn;
  const usage = { input_tokens: inputTokens, output_tokens: outputTokens };
  // Only the last message has used something.
  const message = (id: string, content: unknown[]) => ({
    type: "assistant",
    message: {
      id,
      model: "claude-sonnet-5-5",
      content,
      usage: id === "m-last" ? usage : {},
    },
    parent_tool_use_id: null,
  });
  return play(does, [
    {
      type: "system",
      subtype: "init",
      session_id: session,
      model: "claude-sonnet-5-5",
    },
    ...tools.map(([name, command], index) =>
      message(`m-${index}`, [{ type: "tool_use", name, input: { command } }])
    ),
    message("m-last", [{ type: "text", text }]),
    {
      type: "result",
      subtype: "success",
      is_error: false,
      terminal_reason: "completed",
      result: text,
      session_id: session,
      total_cost_usd: costUsd,
      usage,
      ...(turn.structured === undefined
        ? {}
        : { structured_output: turn.structured }),
    },
  ]);
}

/** Returns a failure as `claude` prints it. */
export function claudeFails(
  message: string,
  { status = null }: { readonly status?: number | null } = {},
): HostReply {
  return `${
    play(":", [{
      type: "result",
      subtype: "success",
      is_error: true,
      terminal_reason: "api_error",
      api_error_status: status,
      result: message,
      total_cost_usd: 0,
      usage: {},
    }])
  }\nexit 1`;
}

function play(does: string, events: readonly unknown[]): string {
  const lines = events.map((event) => JSON.stringify(event)).join("\n");
  return `${does}\ncat <<'END_OF_STREAM'\n${lines}\nEND_OF_STREAM`;
}
