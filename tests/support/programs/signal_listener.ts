/** Says "ready", then the name of each signal that asks it to stop; ends with SIGTERM. */

import { createSignals } from "../../../src/adapters/signals/mod.ts";

const say = (text: string): number =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const alive = setInterval(() => {}, 1000);
const stop = createSignals().onStop((signal) => {
  say(signal);
  if (signal !== "SIGTERM") return;
  stop();
  if (Deno.args[0] !== "hang-up") return end();
  // What was ignored stays so when nobody listens any more: the second signal comes after the first.
  Deno.addSignalListener("SIGUSR1", end);
  Deno.kill(Deno.pid, "SIGHUP");
  Deno.kill(Deno.pid, "SIGUSR1");
});

function end(): void {
  clearInterval(alive);
}
say("ready");
