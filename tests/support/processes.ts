/** Real children for tests of the process adapter: specs, listening to them, looking at processes. */

import { waitUntil } from "./scratch.ts";
import type { ProcessSpec, ProcessWatcher } from "../../src/ports/mod.ts";

/** Returns the path of a fixture program. */
export function fixture(name: string): string {
  return `${import.meta.dirname}/fixtures/${name}`;
}

/** Returns the path of a fixture program as a word of a shell. */
export function fixtureWord(name: string): string {
  return `'${fixture(name).replaceAll("'", `'\\''`)}'`;
}

/** Returns a spec for a bash action without limits. */
export function shell(
  action: string,
  changes: Partial<ProcessSpec> = {},
): ProcessSpec {
  return {
    argv: ["bash", "-c", action],
    cwd: Deno.cwd(),
    env: {},
    timeoutMs: 0,
    idleTimeoutMs: 0,
    graceMs: 5000,
    detach: false,
    spillPrefix: null,
    mask: null,
    ...changes,
  };
}

/** What starting a shell takes on a machine that has nothing else to do. */
const SHELL_START_MS = 10;
/** Far more than anything takes on a busy machine, and far less than what a test waits for in vain. */
export const IN_VAIN_MS = 20_000;

/**
 * Returns a limit for children that must have begun before it fires: that many ms, and more on a
 * busy machine, by what it takes to start a shell now. No bound for how long something took:
 * for that let the wrong way last minutes, and compare with {@linkcode IN_VAIN_MS}.
 */
export function patientMs(durationMs: number): number {
  const slowness = Math.max(1, ...[1, 2, 3].map(measureSlowness));
  return Math.round(durationMs * slowness);
}

function measureSlowness(): number {
  const startedMs = performance.now();
  new Deno.Command("bash", { args: ["-c", "sleep 0 & wait"] }).outputSync();
  return (performance.now() - startedMs) / SHELL_START_MS;
}

/** A watcher that remembers everything. */
export interface Listener extends ProcessWatcher {
  readonly lines: string[];
  /** Resolves with the rest of the first line that begins with `word`. */
  heard(word: string): Promise<string>;
}

/** Returns a watcher to wait with. */
export function listen(): Listener {
  const lines: string[] = [];
  return {
    lines,
    onLines: (more) => void lines.push(...more),
    async heard(word) {
      const find = () => lines.find((text) => text.startsWith(word));
      await waitUntil(`line "${word}"`, () => find() !== undefined);
      return find()?.slice(word.length).trim() ?? "";
    },
  };
}

/** Returns the numbers in a text. */
export function numbers(text: string): number[] {
  return text.split(" ").filter((word) => word !== "").map(Number);
}

/** Returns whether a process lives; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return !/\) [ZXx] /.test(stat);
  } catch {
    return false;
  }
}

/** Returns the living processes whose `/proc` file of this name (NULs as spaces) holds `text`. */
export function processesWith(
  text: string,
  file: "environ" | "cmdline",
): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const content = Deno.readTextFileSync(`/proc/${name}/${file}`);
      if (content.replaceAll("\0", " ").includes(text) && isAlive(+name)) {
        found.push(+name);
      }
    } catch {
      // Gone meanwhile.
    }
  }
  return found;
}

/** Returns where the guardian of a run has the list of its sessions open; `null` while it has not. */
export function openedList(runId: string): string | null {
  for (const pid of processesWith(`ll-loop-guardian ${runId}`, "cmdline")) {
    const descriptor = `/proc/${pid}/fd/3`;
    try {
      const link = Deno.readLinkSync(descriptor);
      if (link.endsWith("/sessions (deleted)")) return descriptor;
    } catch {
      // Not open yet.
    }
  }
  return null;
}

/** Kills what a test left alive on purpose, and waits until it is gone, which takes time on a busy machine. */
export async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // Gone already.
    }
  }
  await waitUntil("they are gone", () => !pids.some(isAlive));
}

/** Resolves once the shell that was started as `pid` has become `command`. */
export async function becomes(pid: number, command: string): Promise<void> {
  await waitUntil(
    `${pid} is "${command}"`,
    () =>
      processesWith(command, "cmdline").includes(pid) &&
      !processesWith("bash -c", "cmdline").includes(pid),
  );
}
