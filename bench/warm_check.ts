/**
 * Checks a loop of so many states again and again in one process, as an editor or a watcher does, and
 * prints the milliseconds of the first check and of one in a process that is warm. Usage:
 * `warm_check.ts STATES`.
 */

import { createSources } from "../src/adapters/mod.ts";
import { checkDefinitions } from "../src/check/mod.ts";
import { loadDefinitions, placeFindings } from "../src/load/mod.ts";
import { longLoop } from "./loops.ts";
import { median } from "./measure.ts";

const FILE = "/bench/long.yaml";
/** Checks until the compiler has seen enough. */
const WARM_UP_CHECKS = 20;
const MEASURED_CHECKS = 15;

const text = longLoop(Number(Deno.args[0] ?? 200));
const embedded = createSources();
const sources = {
  ...embedded,
  read: (file: string) =>
    file === FILE ? { kind: "text", text } as const : embedded.read(file),
};

async function check(): Promise<number> {
  const startMs = performance.now();
  const loaded = loadDefinitions(FILE, {
    sources,
    origin: "path",
    loopsDir: "/bench",
    cwd: "/bench",
  });
  const findings = [...loaded.findings, ...checkDefinitions(loaded)];
  await placeFindings(findings, loaded.files);
  return performance.now() - startMs;
}

const times: number[] = [];
for (let count = 0; count < WARM_UP_CHECKS + MEASURED_CHECKS; count++) {
  times.push(await check());
}
const [first = 0] = times;
// deno-lint-ignore no-console -- read by the measurement
console.log(
  JSON.stringify({ first, warm: median(times.slice(WARM_UP_CHECKS)) }),
);
