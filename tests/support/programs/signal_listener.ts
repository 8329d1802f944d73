/** Says "ready", then the name of each signal that asks it to stop; ends with SIGTERM. */

import { createSignals } from "../../../src/adapters/signals/mod.ts";

const say = (text: string): number =>
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const alive = setInterval(() => {}, 1000);
const stop = createSignals().onStop((signal) => {
  say(signal);
  if (signal !== "SIGTERM") return;
  stop();
  // What was ignored stays so when nobody listens any more.
  if (Deno.args[0] === "hang-up") Deno.kill(Deno.pid, "SIGHUP");
  setTimeout(() => clearInterval(alive), 20);
});
say("ready");
