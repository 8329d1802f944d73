/** Takes the lock in its first argument, says "held", and keeps it until its input ends. */

import { createLocks } from "../../../src/adapters/locks/mod.ts";

const [path = ""] = Deno.args;
const lock = await createLocks().tryExclusive(path, { retryMs: 5000 });
lock?.write(`held by ${Deno.pid}`);
Deno.stdout.writeSync(
  new TextEncoder().encode(lock === null ? "no\n" : "held\n"),
);
await Deno.stdin.read(new Uint8Array(1));
lock?.release();
