/**
 * Owns what the system tells about a process: since when, whether it lives, its parent.
 * Linux answers from /proc, others through ps. A refusal is an unknown, never a guess.
 */

/** What is known of a process. */
export interface ProcessFacts {
  readonly parentPid: number;
  /** Dead, although nobody has collected it yet. */
  readonly isZombie: boolean;
  /** Changes when the pid is given to another process. */
  readonly startToken: string;
  /** Epoch milliseconds; `null` when it cannot be computed. */
  readonly startedMs: number | null;
}

/** Facts of a process, or why there are none. */
export type Lookup = ProcessFacts | "none" | "unknown";

/** Clock ticks a second in /proc/PID/stat: 100 on every Linux that Deno runs on. */
const TICKS_PER_SECOND = 100;

/** Returns the lookup for this system. */
export function createProcessTable(): (pid: number) => Lookup {
  switch (Deno.build.os) {
    case "linux":
    case "android":
      return createProcLookup();
    case "windows":
      return () => "unknown";
    default:
      return lookUpByPs;
  }
}

/**
 * Returns the fields of a /proc/PID/stat that matter; `null` when it is none. The name of
 * the program stands in parentheses and may hold anything, parentheses and spaces too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const stat = "7 (a) b) S 3 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0";
 * assertEquals(parseProcStat(stat), { state: "S", parentPid: 3, startTicks: 4711 });
 * ```
 */
export function parseProcStat(
  text: string,
): { state: string; parentPid: number; startTicks: number } | null {
  const fields = text.slice(text.lastIndexOf(")") + 1).trim().split(/\s+/);
  const parentPid = Number(fields[1]);
  const startTicks = Number(fields[19]);
  const state = fields[0];
  if (!state || !Number.isInteger(parentPid) || !Number.isInteger(startTicks)) {
    return null;
  }
  return { state, parentPid, startTicks };
}

/**
 * Returns the facts in a line of `ps -o ppid=,stat=,lstart=`; `null` when it is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const facts = parsePsLine("  501 Z+   Mon Nov 24 12:02:03 2025\n");
 * assertEquals(facts?.parentPid, 501);
 * assertEquals(facts?.isZombie, true);
 * assertEquals(facts?.startToken, "Mon Nov 24 12:02:03 2025");
 * ```
 */
export function parsePsLine(line: string): ProcessFacts | null {
  const match = /^\s*(\d+)\s+(\S+)\s+(.*\S)/.exec(line);
  if (match === null) return null;
  const [, parent = "", state = "", started = ""] = match;
  const startedMs = Date.parse(started);
  return {
    parentPid: Number(parent),
    isZombie: state.startsWith("Z"),
    startToken: started.replace(/\s+/g, " "),
    startedMs: Number.isNaN(startedMs) ? null : startedMs,
  };
}

function createProcLookup(): (pid: number) => Lookup {
  let bootId: string | null = null;
  return (pid) => {
    let text: string;
    try {
      text = Deno.readTextFileSync(`/proc/${pid}/stat`);
      bootId ??= Deno.readTextFileSync("/proc/sys/kernel/random/boot_id")
        .trim();
    } catch (error) {
      // ESRCH: it ended between opening and reading.
      const isGone = error instanceof Deno.errors.NotFound ||
        (error as { code?: unknown }).code === "ESRCH";
      return isGone ? lookUpBySignal(pid) : "unknown";
    }
    const stat = parseProcStat(text);
    if (stat === null) return "unknown";
    return {
      parentPid: stat.parentPid,
      isZombie: stat.state === "Z" || stat.state === "X",
      startToken: `${bootId}:${stat.startTicks}`,
      startedMs: startedMs(stat.startTicks),
    };
  };
}

// A start in the future means that the container shows its own uptime with the ticks of its host.
function startedMs(startTicks: number): number | null {
  try {
    const uptime = Number.parseFloat(Deno.readTextFileSync("/proc/uptime"));
    const ageMs = (uptime - startTicks / TICKS_PER_SECOND) * 1000;
    return ageMs >= -1000 ? Math.round(Date.now() - ageMs) : null;
  } catch {
    return null;
  }
}

// /proc may hide the processes of others, or not be there at all.
function lookUpBySignal(pid: number): "none" | "unknown" {
  try {
    // 0 asks without sending; the type knows names only.
    Deno.kill(pid, 0 as unknown as Deno.Signal);
    return "unknown";
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "none" : "unknown";
  }
}

function lookUpByPs(pid: number): Lookup {
  try {
    const { success, stdout } = new Deno.Command("ps", {
      args: ["-o", "ppid=,stat=,lstart=", "-p", String(pid)],
      env: { LC_ALL: "C" },
      stdin: "null",
      stderr: "null",
    }).outputSync();
    if (!success) return lookUpBySignal(pid);
    return parsePsLine(new TextDecoder().decode(stdout)) ?? "unknown";
  } catch {
    return "unknown";
  }
}
