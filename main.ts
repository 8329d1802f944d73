/** Composition root: builds the adapters, calls the command line, sets the exit status. */

import {
  createClock,
  createFiles,
  createLocks,
  createSignals,
  createSources,
  createStreams,
  createSystem,
} from "./src/adapters/mod.ts";
import { match } from "./src/adapters/match/mod.ts";
import { makeProcesses, supervise } from "./src/adapters/process/mod.ts";
import { main } from "./src/cli/mod.ts";
import config from "./deno.json" with { type: "json" };

const { stdout, stderr } = createStreams();
const status = await main(Deno.args, {
  world: {
    files: createFiles(),
    locks: createLocks(),
    match,
    clock: createClock(),
    system: createSystem(),
    signals: createSignals(),
    sources: createSources(),
    processes: makeProcesses(),
    supervise,
  },
  stdout,
  stderr,
  version: config.version,
});
Deno.exit(status);
