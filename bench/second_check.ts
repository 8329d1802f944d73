/**
 * Checks a loop of so many states twice in one process, as an editor or a watcher would, and prints the
 * milliseconds of both. Usage: `second_check.ts STATES`.
 */

import { createSources } from "../src/adapters/mod.ts";
import { checkDefinitions } from "../src/check/mod.ts";
import { loadDefinitions, placeFindings } from "../src/load/mod.ts";
import { longLoop } from "./loops.ts";

const FILE = "/bench/long.yaml";
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

const first = await check();
const second = await check();
// deno-lint-ignore no-console -- read by the measurement
console.log(JSON.stringify({ first, second }));
