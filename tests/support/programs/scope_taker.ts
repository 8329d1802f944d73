/**
 * Takes a scope as the request in its first argument says. Prints `won`, keeps the scope
 * until its input has a byte or ends, gives it back and prints `released`; or prints
 * `lost` with the error.
 */

import { createFiles } from "../../../src/adapters/files/mod.ts";
import { createLocks } from "../../../src/adapters/locks/mod.ts";
import { createClock, createSystem } from "../../../src/adapters/system/mod.ts";
import { acquireScope, type ScopeRequest } from "../../../src/app/scope/mod.ts";
import { LoopError } from "../../../src/model/mod.ts";

const say = (text: string): number =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

const world = {
  files: createFiles(),
  locks: createLocks(),
  clock: createClock(),
  system: createSystem(),
};
const request: Omit<ScopeRequest, "signal"> = JSON.parse(Deno.args[0] ?? "");
try {
  const lock = await acquireScope(world, {
    ...request,
    signal: new AbortController().signal,
    onWait: (blocker) => say(`waits ${blocker.kind} ${blocker.claim?.runId}`),
  });
  say("won");
  await Deno.stdin.read(new Uint8Array(1));
  await lock.release();
  say("released");
} catch (error) {
  if (!(error instanceof LoopError)) throw error;
  say(`lost ${error.code}`);
}
