/** One child's session: signals to all of it, and whether anything of it is left. */

import { findProcesses, type ProcessRow } from "./proc_table.ts";
import { exists, sendSignal } from "./send_signal.ts";

/** The session that a child leads. Its id is the child's pid. */
export class ProcessGroup {
  readonly pid: number;
  #isLeaderReaped = false;

  constructor(pid: number) {
    this.pid = pid;
  }

  /** Tells that the child has ended: from now on its pid alone may be somebody else's. */
  leaderEnded(): void {
    this.#isLeaderReaped = true;
  }

  /**
   * Sends `signals` in turn to the group and, on Linux, to the other groups of its session
   * (`timeout` and job control make such).
   */
  signal(...signals: readonly Deno.Signal[]): void {
    const groups = new Set([this.pid]);
    for (const row of this.#members()) groups.add(row.group);
    for (const signal of signals) {
      for (const group of groups) {
        const delivery = sendSignal(-group, signal);
        // A child that was only just started may not lead its group yet.
        if (
          delivery !== "sent" && group === this.pid && !this.#isLeaderReaped
        ) sendSignal(this.pid, signal);
      }
    }
  }

  /** Returns whether the group itself is empty; one system call, so zombies count as there. */
  isGroupEmpty(): boolean {
    return this.#isLeaderReaped && !exists(-this.pid);
  }

  /** Returns whether nothing alive is left in the session; elsewhere than on Linux: in the group. */
  isGone(): boolean {
    if (!this.#isLeaderReaped) return false;
    const rows = findProcesses((row) => this.#isMember(row));
    return rows === null ? this.isGroupEmpty() : rows.length === 0;
  }

  #members(): readonly ProcessRow[] {
    // A group of 0 belongs to another namespace and cannot be named from here.
    return findProcesses((row) => this.#isMember(row) && row.group > 1) ?? [];
  }

  #isMember(row: ProcessRow): boolean {
    return row.session === this.pid || row.group === this.pid;
  }
}
