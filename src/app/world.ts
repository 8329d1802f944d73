/** Owns the set of ports that the use cases are given. */

import type {
  Clock,
  ConnectMcp,
  Files,
  Locks,
  Match,
  Processes,
  Reaper,
  Signals,
  Sources,
  StartDetached,
  Supervise,
  System,
} from "../ports/mod.ts";

/** Everything outside of the program. Take `Pick<World, …>` of what you need. */
export interface World {
  readonly files: Files;
  readonly locks: Locks;
  readonly match: Match;
  readonly clock: Clock;
  readonly system: System;
  readonly signals: Signals;
  readonly sources: Sources;
  readonly connectMcp: ConnectMcp;
  readonly processes: Processes;
  readonly supervise: Supervise;
  readonly reaper: Reaper;
  readonly startDetached: StartDetached;
}
