/** Owns facts about this process and machine. */

import { LoopError } from "../../model/mod.ts";
import type { System } from "../../ports/mod.ts";
import { describeCause } from "../files/mod.ts";
import { findAbilities } from "../process/mod.ts";
import { createProcessTable, type Lookup } from "./process_table.ts";
import { selfCommand } from "./self_command.ts";
import { sha256 } from "./sha256.ts";

/** The most random bytes that the runtime gives at once. */
const MAX_RANDOM_BYTES = 65_536;

/**
 * Returns the facts of this machine.
 *
 * @throws {LoopError} `unreadable` when the working directory is gone
 */
export function createSystem(): System {
  const lookUpAny = createProcessTable();
  const lookUp = (pid: number): Lookup =>
    Number.isInteger(pid) && pid > 0 ? lookUpAny(pid) : "none";
  return {
    pid: Deno.pid,
    // Few commands ask for these two.
    get hostname() {
      return readHostname();
    },
    get selfCommand() {
      return selfCommand();
    },
    uid: Deno.uid(),
    os: Deno.build.os,
    runtime: `deno ${Deno.version.deno}`,
    cwd: readCwd(),
    home: env("HOME") || env("USERPROFILE") || null,
    env,
    environment: () => Deno.env.toObject(),
    randomBytes,
    processStart(pid) {
      const facts = lookUp(pid);
      return typeof facts === "string" ? null : facts.startToken;
    },
    processStartedMs(pid) {
      const facts = lookUp(pid);
      return typeof facts === "string" ? null : facts.startedMs;
    },
    isAlive(pid) {
      const facts = lookUp(pid);
      if (facts === "unknown") return null;
      return facts !== "none" && !facts.isZombie;
    },
    processAbilities: findAbilities,
    memoryUsedPercent,
    ancestors: () => findAncestors(lookUp),
    sha256,
  };
}

function memoryUsedPercent(): number | null {
  try {
    const { total, available } = Deno.systemMemoryInfo();
    return total > 0 ? 100 * (1 - available / total) : null;
  } catch {
    // A system that does not tell, or may not.
    return null;
  }
}

// The runtime throws on names that no system has.
function env(name: string): string | undefined {
  const isName = name !== "" && !name.includes("=") && !name.includes("\0");
  return isName ? Deno.env.get(name) : undefined;
}

function readHostname(): string {
  try {
    return Deno.hostname();
  } catch {
    return "localhost";
  }
}

function readCwd(): string {
  try {
    return Deno.cwd();
  } catch (error) {
    throw new LoopError(
      "unreadable",
      `Cannot find the working directory: ${describeCause(error)}`,
      { hint: "Change to a folder that exists", cause: error },
    );
  }
}

function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let offset = 0; offset < count; offset += MAX_RANDOM_BYTES) {
    crypto.getRandomValues(bytes.subarray(offset, offset + MAX_RANDOM_BYTES));
  }
  return bytes;
}

function findAncestors(lookUp: (pid: number) => Lookup): number[] {
  const pids: number[] = [];
  let pid = Deno.ppid;
  // A parent may end while we look, and its pid go to a child of ours.
  while (pid > 0 && pid !== Deno.pid && !pids.includes(pid)) {
    pids.push(pid);
    const facts = lookUp(pid);
    if (typeof facts === "string") break;
    pid = facts.parentPid;
  }
  return pids;
}
