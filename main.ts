/** Composition root: builds the adapters, calls the command line, sets the exit status. */

import {
  createClock,
  createFiles,
  createInput,
  createLocks,
  createSignals,
  createSources,
  createStreams,
  createSystem,
} from "./src/adapters/mod.ts";
import { match } from "./src/adapters/match/mod.ts";
import { makeConnectMcp } from "./src/adapters/mcp/mod.ts";
import {
  makeProcesses,
  makeReaper,
  startDetached,
  supervise,
} from "./src/adapters/process/mod.ts";
import { main } from "./src/cli/mod.ts";
import { EXIT } from "./src/model/mod.ts";
import config from "./deno.json" with { type: "json" };

/** Whether something may keep the program from ending: children, or a lock still waited for. */
let mayLinger = false;

/** Carries out the command line; returns the exit status. */
async function start(): Promise<number> {
  const { stdout, stderr } = createStreams();
  const locks = createLocks();
  const status = await main(Deno.args, {
    world: {
      files: createFiles(),
      get locks() {
        mayLinger = true;
        return locks;
      },
      match,
      connectMcp: makeConnectMcp(config.version),
      clock: createClock(),
      system: createSystem(),
      signals: createSignals(),
      sources: createSources(),
      processes: makeProcesses(),
      supervise: (run) => {
        mayLinger = true;
        return supervise(run);
      },
      reaper: makeReaper(),
      startDetached(argv, options) {
        mayLinger = true;
        return startDetached(argv, options);
      },
    },
    stdin: createInput(),
    stdout,
    stderr,
    version: config.version,
  });
  if (stdout.failure === null) return status;
  stderr.write(
    `error: Cannot write to standard output: ${stdout.failure}\n`,
  );
  return status === EXIT.ok ? EXIT.cannotWrite : status;
}

// On a stack of its own: the first error that is made below the top of a module makes the
// engine parse the whole module again, which costs as much as an empty program.
Deno.exitCode = await Promise.resolve().then(start);
// A program that ends by itself has its compiled code kept for the next start.
if (mayLinger) Deno.exit();
