/** Ends what is left of a run: finds it, TERM, grace, KILL, until nothing is found. */

import type { Survivor } from "../../ports/mod.ts";
import {
  isDead,
  killLimitMs,
  listPids,
  type ProcessRow,
  readCommand,
  readEnvironment,
  readRow,
} from "./proc_table.ts";
import { belongsTo } from "./run_marker.ts";
import { exists, sendSignal } from "./send_signal.ts";

const PAUSE_MS = 10;
/** For how long KILL is repeated while processes keep coming and going: something that forks faster than we look. */
const KILL_MAX_MS = 10_000;
/** Looks that find nothing but are not sure of it; elsewhere on the machine programs end all the time. */
const UNSURE_LOOKS_MAX = 20;
/** After this time a process is believed to have no environment at all. */
const BARE_MS = 50;
/** After this time one is that waits for a processor or the disk, on a machine that has none for it. */
const BARE_WAITING_MS = 1000;

/** For how long a process is believed to be of somebody else. */
const FOREIGN_MS = 500;

/** No system hands out all its process numbers, and a group's again, in so short a time. */
const FRESH_MS = 100;

/** What belongs to a run. */
export interface SweepTarget {
  readonly runId: string;
  /** Sessions that the run started, whose number can be nobody else's. */
  readonly sessions: readonly number[];
  /** Time between TERM and KILL in ms. */
  readonly graceMs: number;
  /** Processes that are left alone, this one aside. @default none */
  readonly spared?: ReadonlySet<number>;
}

/** Something that is left: a process, or where processes cannot be listed a whole group. */
interface Leftover {
  readonly pid: number;
  /** Returns what it is, for people. */
  command(): string;
  signal(signal: Deno.Signal): void;
}

/** Ends everything of `target`; returns what was found, each process once. Never rejects. */
export async function sweep(target: SweepTarget): Promise<readonly Survivor[]> {
  const seen = new Map<number, Survivor>();
  const killFromMs = performance.now() + target.graceMs;
  const stuckMs = killLimitMs();
  const known = newKnown();
  let unsureLooks = 0;
  let lastSeen = "";
  let changedAtMs = killFromMs;
  for (;;) {
    const { leftovers, doubt } = look(target, known);
    const nowMs = performance.now();
    // On a busy machine the dead take their time: only what does not change at all is stuck.
    const nowSeen = leftovers.map(({ pid }) => pid).join();
    if (nowSeen !== lastSeen) changedAtMs = Math.max(nowMs, killFromMs);
    lastSeen = nowSeen;
    if (nowMs >= Math.min(changedAtMs + stuckMs, killFromMs + KILL_MAX_MS)) {
      break;
    }
    if (leftovers.length === 0) {
      if (doubt === "none") break;
      // How long one is believed to wait has an end of its own.
      if (doubt !== "waiting" && ++unsureLooks > UNSURE_LOOKS_MAX) break;
      if (doubt !== "ended") await pause(PAUSE_MS);
      continue;
    }
    unsureLooks = 0;
    const mayKill = nowMs >= killFromMs;
    const added = leftovers.filter(({ pid }) => !seen.has(pid));
    // All names first: a signal to a group takes more of them than one.
    for (const leftover of added) {
      const { pid } = leftover;
      seen.set(pid, { pid, command: leftover.command() });
    }
    if (mayKill) {
      for (const leftover of leftovers) leftover.signal("SIGKILL");
    } else {
      for (const leftover of added) leftover.signal("SIGTERM");
      // A stopped process acts on TERM only once it is continued.
      for (const leftover of added) leftover.signal("SIGCONT");
    }
    await pause(mayKill ? 2 : Math.min(PAUSE_MS, killFromMs - nowMs));
  }
  return [...seen.values()];
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** Returns the living processes of `target`, sending nothing; none where processes cannot be listed. */
export function findLeftovers(
  target: Omit<SweepTarget, "graceMs">,
): readonly Survivor[] {
  const known = newKnown();
  return look({ ...target, graceMs: 0 }, known).leftovers
    .map((leftover) => ({ pid: leftover.pid, command: leftover.command() }));
}

/** What earlier looks of a sweep have found out. */
interface Known {
  /** Processes that had ended. */
  readonly dead: Set<number>;
  /** Processes without an environment, and when they were first seen so. */
  readonly bare: Map<number, number>;
  /** Processes of somebody else, and when they were found to be. */
  readonly foreign: Map<number, number>;
}

function newKnown(): Known {
  return { dead: new Set(), bare: new Map(), foreign: new Map() };
}

/**
 * Finds what is left. A look is not sure of finding all when a process `ended` under it: that
 * one may have forked a child after the list was made. Nor when one is `bare`, without an
 * environment: until it was so for some time it may be about to become another program, and for
 * much longer while it is `waiting` for a processor or the disk.
 */
function look(
  target: SweepTarget,
  { dead, bare, foreign }: Known,
): {
  readonly leftovers: Leftover[];
  readonly doubt: "none" | "ended" | "bare" | "waiting";
} {
  const pids = listPids();
  if (pids === null) {
    return { leftovers: findGroups(target.sessions), doubt: "none" };
  }
  const nowMs = performance.now();
  const sessions = new Set(target.sessions);
  const rows: ProcessRow[] = [];
  let hasEnded = false;
  let isBare = false;
  let isWaiting = false;
  // The youngest first, and no one twice in a row: what forks again and again lives for a
  // millisecond or two, and would have ended before a longer list came to it.
  for (const pid of pids.reverse()) {
    if (pid === Deno.pid || target.spared?.has(pid)) continue;
    if (nowMs - (foreign.get(pid) ?? -Infinity) < FOREIGN_MS) continue;
    const environment = readEnvironment(pid);
    const isMarked = belongsTo(environment ?? "", target.runId);
    // With no session to look for, nothing but the environment has to be read.
    if (!isMarked && sessions.size === 0 && environment) {
      foreign.set(pid, nowMs);
      continue;
    }
    const row = readRow(pid);
    if (row === null || isDead(row)) {
      hasEnded ||= !dead.has(pid);
      dead.add(pid);
      continue;
    }
    // Threads of the kernel have neither, and no session.
    if (environment === "" && row.session !== 0) {
      const sinceMs = bare.get(pid) ?? nowMs;
      bare.set(pid, sinceMs);
      const bareMs = nowMs - sinceMs;
      isBare ||= bareMs < BARE_MS;
      isWaiting ||= (row.state === "R" || row.state === "D") && bareMs > 0 &&
        bareMs < BARE_WAITING_MS;
    }
    if (isMarked || sessions.has(row.session)) rows.push(row);
    else if (environment) foreign.set(pid, nowMs);
  }
  return {
    leftovers: toLeftovers(rows, target.spared ?? new Set()),
    doubt: isWaiting
      ? "waiting"
      : isBare
      ? "bare"
      : hasEnded
      ? "ended"
      : "none",
  };
}

function toLeftovers(
  rows: readonly ProcessRow[],
  spared: ReadonlySet<number>,
): Leftover[] {
  const foundAtMs = performance.now();
  if (rows.length === 0) return [];
  const ownSession = readRow(Deno.pid)?.session;
  const sparedGroups = new Set([...spared].map((pid) => readRow(pid)?.group));
  return rows.map((row) => {
    // A group that forks faster than it can be listed ends only as a whole. One in our own
    // session may hold the caller's processes, and group 0 belongs to another namespace.
    const isOwnGroup = row.session !== ownSession && row.group > 1 &&
      !sparedGroups.has(row.group);
    return {
      pid: row.pid,
      command: () => readCommand(row.pid),
      signal(signal) {
        // Between the search and now the pid may have gone to somebody else. One that has
        // just ended leaves its group to the children that it forked.
        const now = readRow(row.pid);
        const isGone = now === null &&
          performance.now() - foundAtMs < FRESH_MS && isOwnGroup;
        if (!isGone && now?.startTicks !== row.startTicks) return;
        sendSignal(isOwnGroup ? -row.group : row.pid, signal);
      },
    };
  });
}

function findGroups(groups: readonly number[]): Leftover[] {
  return groups.filter((group) => exists(-group)).map((group) => ({
    pid: group,
    command: () => "",
    signal: (signal) => void sendSignal(-group, signal),
  }));
}
