/** Many runs of the program, some at a time. */

import { writeBundle } from "../../tools/bundle.ts";
import { withScratch } from "./scratch.ts";

/** More runners than processors: each waits for its actions most of the time. */
const WORKERS = navigator.hardwareConcurrency + 2;

/** Runs `work` over `items`, some at a time; fails with the first failure. */
export async function each<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
      try {
        await work(item);
      } catch (error) {
        rest.splice(0);
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

/** Runs `use` with the URL of the program in one file, which starts faster than many. */
export async function withProgram(
  use: (program: string) => Promise<void>,
): Promise<void> {
  await withScratch(async (folder) => {
    const bundle = `${folder}/ll-loop.js`;
    await writeBundle(bundle);
    await use(`file://${bundle}`);
  });
}
