/** Reads Linux's `/proc`: who runs, in which session, with which environment. Never throws. */

/** One process. */
export interface ProcessRow {
  readonly pid: number;
  /** One letter; see {@linkcode isDead}. */
  readonly state: string;
  readonly parentPid: number;
  readonly group: number;
  readonly session: number;
  /** Start time in clock ticks since boot; with the pid it names a process for good. */
  readonly startTicks: string;
}

/** Returns the ids of all processes, or `null` where `/proc` cannot be read (other systems, no permission). */
export function listPids(): number[] | null {
  if (Deno.build.os !== "linux") return null;
  const pids: number[] = [];
  try {
    for (const { name } of Deno.readDirSync("/proc")) {
      const first = name.charCodeAt(0);
      if (first >= 49 && first <= 57) pids.push(Number(name));
    }
  } catch {
    return null;
  }
  return pids.length === 0 ? null : pids;
}

/**
 * Returns for how many ms KILL is repeated without any effect before the rest is given up: a process stuck in
 * the kernel. Where only groups can be seen, one whose dead nobody reaps looks the same as a live one.
 */
export function killLimitMs(): number {
  return listPids() === null ? 200 : 2000;
}

/**
 * Returns the process that a `/proc/PID/stat` line tells of, or `null` when the text is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const fields = Array.from({ length: 50 }, (_, index) => index + 3).join(" ");
 * const line = `42 (a) b) ${fields.replace("3", "S")}\n`;
 * assertEquals(parseStat(line), {
 *   pid: 42, state: "S", parentPid: 4, group: 5, session: 6, startTicks: "22",
 * });
 * ```
 */
export function parseStat(text: string): ProcessRow | null {
  // The name stands in parentheses and may hold spaces, parentheses and line ends itself.
  const close = text.lastIndexOf(")");
  if (close < 0) return null;
  const fields = text.slice(close + 2).split(" ");
  const startTicks = fields[19];
  if (startTicks === undefined) return null;
  return {
    pid: parseInt(text, 10),
    state: fields[0] ?? "",
    parentPid: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks,
  };
}

/** Returns one process, or `null` when it is gone. */
export function readRow(pid: number): ProcessRow | null {
  try {
    return parseStat(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return null;
  }
}

/** Returns whether a process has ended; a zombie only waits for its parent. */
export function isDead(row: ProcessRow): boolean {
  return row.state === "Z" || row.state === "X" || row.state === "x";
}

/** Returns every living process for which `isWanted` holds, or `null` where `/proc` cannot be read. */
export function findProcesses(
  isWanted: (row: ProcessRow) => boolean,
): ProcessRow[] | null {
  const pids = listPids();
  if (pids === null) return null;
  const rows: ProcessRow[] = [];
  for (const pid of pids) {
    const row = readRow(pid);
    if (row !== null && !isDead(row) && isWanted(row)) rows.push(row);
  }
  return rows;
}

const LATIN1 = new TextDecoder("latin1");
let environmentBuffer: Uint8Array<ArrayBuffer> | null = null;

/**
 * Returns the environment that a process was started with as `NAME=value` texts, a NUL after each,
 * one character a byte; `null` when it may not be read or the process is gone. It is empty for a
 * moment while a process becomes another program.
 */
export function readEnvironment(pid: number): string | null {
  try {
    // Half the time of readTextFileSync, and there are hundreds to read.
    using file = Deno.openSync(`/proc/${pid}/environ`);
    let buffer = environmentBuffer ??= new Uint8Array(64 * 1024);
    let size = 0;
    for (;;) {
      const count = file.readSync(buffer.subarray(size)) ?? 0;
      size += count;
      if (count === 0 || size < buffer.length) break;
      const grown: Uint8Array<ArrayBuffer> = new Uint8Array(buffer.length * 2);
      grown.set(buffer);
      environmentBuffer = buffer = grown;
    }
    return LATIN1.decode(buffer.subarray(0, size));
  } catch {
    return null;
  }
}

/** Returns the words that a process was started with; none when it is gone. */
export function readArguments(pid: number): readonly string[] {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0");
  } catch {
    return [];
  }
}

/** Returns the command line of a process with spaces between, its short name where it has none, or an empty text. */
export function readCommand(pid: number): string {
  try {
    const line = Deno.readTextFileSync(`/proc/${pid}/cmdline`)
      .replaceAll("\0", " ").trim();
    return line === ""
      ? Deno.readTextFileSync(`/proc/${pid}/comm`).trim()
      : line;
  } catch {
    return "";
  }
}
