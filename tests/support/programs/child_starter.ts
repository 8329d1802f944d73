/// <reference lib="deno.worker" />
/** A worker that starts one child after the other until it is terminated; tells when it begins. */

postMessage("ready");
for (;;) new Deno.Command("true").outputSync();
