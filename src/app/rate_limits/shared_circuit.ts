// deno-lint-ignore-file camelcase -- the file keeps the reference's names
/**
 * Owns what the runs of a project tell each other of rate limits, in a file that the reference knows (EXEC 9.4): when
 * a service has room again. Each write is under a lock, replaces the file as a whole, and only moves that time forward.
 */

import { dirname, join } from "@std/path";
import { isJsonObject, type Json, LoopError } from "../../model/mod.ts";
import type { World } from "../world.ts";

/** Nobody has met a limit for so long: what the file says is over. */
const STALE_MS = 3_600_000;
/** A lock that is held for longer belongs to nobody who writes a few bytes. */
const LOCK_RETRY_MS = 2000;

/** What a limit is told for. */
export interface KnownLimit {
  /** The host whose service has no room. */
  readonly host: string;
  /** When it has some again, epoch milliseconds. */
  readonly untilMs: number;
}

/** What the file holds; times in epoch seconds. The first four are the reference's. */
interface Circuit {
  readonly first_seen: number;
  readonly last_seen: number;
  readonly attempts: number;
  readonly estimated_recovery_at: number;
  /** The same for each host: what one has no room for does not concern the others. */
  readonly hosts: { readonly [host: string]: number };
}

/** The file of a project's runs. */
export class SharedCircuit {
  readonly #world: Pick<World, "files" | "locks" | "clock">;
  readonly #path: string;

  constructor(
    world: Pick<World, "files" | "locks" | "clock">,
    /** Folder of the loops. */
    loopsDir: string,
  ) {
    this.#world = world;
    this.#path = join(loopsDir, "tmp", "rate-limit-circuit.json");
  }

  /** Returns when a host has room again, by what any run has met, epoch milliseconds; `null` where nothing is known. */
  recoveryMs(host: string): number | null {
    const circuit = this.#read();
    if (circuit === null) return null;
    const seconds = circuit.hosts === null
      ? circuit.estimated_recovery_at
      : circuit.hosts[host];
    return seconds === undefined ? null : seconds * 1000;
  }

  /**
   * Tells the other runs of a limit; an earlier time than the one that is known changes nothing. A file that cannot
   * be written is no reason to end a run that only has to wait.
   */
  async record({ host, untilMs }: KnownLimit): Promise<void> {
    const { files, locks } = this.#world;
    try {
      const folder = dirname(this.#path);
      files.makeFolder(folder);
      files.create(join(folder, ".gitignore"), "*\n");
      const lock = await locks.tryExclusive(`${this.#path}.lock`, {
        retryMs: LOCK_RETRY_MS,
      });
      if (lock === null) return;
      try {
        const next = this.#with({ host, untilMs });
        files.replace(this.#path, `${JSON.stringify(next)}\n`);
      } finally {
        // Not removed: somebody may wait for this very file.
        lock.release();
      }
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
    }
  }

  #with({ host, untilMs }: KnownLimit): Circuit {
    const nowSeconds = this.#world.clock.nowMs() / 1000;
    const known = this.#read();
    const hosts = known?.hosts ?? {};
    const seconds = Math.max(untilMs / 1000, hosts[host] ?? 0);
    return {
      first_seen: known?.first_seen ?? nowSeconds,
      last_seen: nowSeconds,
      attempts: (known?.attempts ?? 0) + 1,
      estimated_recovery_at: Math.max(
        seconds,
        known?.estimated_recovery_at ?? 0,
      ),
      hosts: { ...hosts, [host]: seconds },
    };
  }

  /** What the file says; `null` where there is none, where it is old, and where it is none of ours. */
  #read():
    | Omit<Circuit, "hosts"> & { readonly hosts: Circuit["hosts"] | null }
    | null {
    const value = this.#parse();
    if (!isJsonObject(value)) return null;
    const number = (key: string) => {
      const entry = value[key];
      return typeof entry === "number" ? entry : null;
    };
    const last_seen = number("last_seen");
    const estimated_recovery_at = number("estimated_recovery_at");
    if (last_seen === null || estimated_recovery_at === null) return null;
    if (this.#world.clock.nowMs() - last_seen * 1000 > STALE_MS) return null;
    const hosts = value["hosts"] ?? null;
    return {
      first_seen: number("first_seen") ?? last_seen,
      last_seen,
      attempts: number("attempts") ?? 0,
      estimated_recovery_at,
      hosts: isJsonObject(hosts)
        ? Object.fromEntries(
          Object.entries(hosts).filter((entry): entry is [string, number] =>
            typeof entry[1] === "number"
          ),
        )
        : null,
    };
  }

  #parse(): Json {
    try {
      const text = this.#world.files.readTextIfExists(this.#path);
      return text === null ? null : JSON.parse(text) as Json;
    } catch (error) {
      if (error instanceof LoopError || error instanceof SyntaxError) {
        return null;
      }
      throw error;
    }
  }
}
