/** Starts a program that outlives this one and its terminal, and listens to it until it is let go. */

import type { DetachedProcess, StartDetached } from "../../ports/mod.ts";
import { sendSignal } from "./send_signal.ts";

/** Starts a program in a session of its own, with the null device as input unless it is held. */
export function startDetached(
  ...[argv, options]: Parameters<StartDetached>
): DetachedProcess {
  const [program = "", ...args] = argv;
  const child = new Deno.Command(program, {
    args,
    cwd: options.cwd,
    stdin: options.isHeld === true ? "piped" : "null",
    stdout: "piped",
    stderr: "piped",
    // Whatever ends with the terminal or the group of this program does not end this.
    detached: true,
  }).spawn();
  let isReleased = false;
  const listeners = [
    listen(child.stdout, (text) => isReleased || options.onStdout(text)),
    listen(child.stderr, (text) => isReleased || options.onStderr(text)),
  ];
  const heard = Promise.all(listeners.map(({ ended }) => ended));
  const ended = child.status.then(async ({ code }) => {
    await heard;
    return code;
  });
  return {
    pid: child.pid,
    ended,
    signal: (signal) => void sendSignal(child.pid, signal),
    async release() {
      isReleased = true;
      // It may have ended meanwhile.
      if (options.isHeld === true) await child.stdin.close().catch(() => {});
      child.unref();
      await Promise.all(listeners.map(({ cancel }) => cancel()));
    },
  };
}

/** Hands out what a stream says, as text, until it ends or is cancelled. */
function listen(
  stream: ReadableStream<Uint8Array>,
  tell: (text: string) => void,
): { readonly ended: Promise<void>; cancel(): Promise<void> } {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const follow = async () => {
    for (;;) {
      const { value, done } = await reader.read().catch(() => ENDED);
      if (done) break;
      tell(decoder.decode(value, { stream: true }));
    }
  };
  return { ended: follow(), cancel: () => reader.cancel().catch(() => {}) };
}

const ENDED = { value: undefined, done: true } as const;
