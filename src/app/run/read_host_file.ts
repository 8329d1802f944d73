/** Owns reading the output of a host that writes to a file, as it grows. */

import type { World } from "../world.ts";

/** How often it is looked at. */
const POLL_MS = 100;

/** Reads what a host writes to its file until `ended`, or until it is silent for too long, which `onIdle` is told. */
export async function readHostFile(
  { world, path, ended, idleTimeoutMs, take, onIdle }: {
    readonly world: Pick<World, "clock" | "files">;
    readonly path: string;
    readonly ended: AbortSignal;
    readonly idleTimeoutMs: number;
    take(text: string): void;
    onIdle(): void;
  },
): Promise<void> {
  const growing = world.files.openGrowing(path);
  let heardMs = world.clock.monotonicMs();
  try {
    for (let isLast = false;;) {
      isLast = ended.aborted;
      for (let text = growing.readMore(); text !== "";) {
        heardMs = world.clock.monotonicMs();
        take(text);
        text = growing.readMore();
      }
      if (isLast) return;
      const silentMs = world.clock.monotonicMs() - heardMs;
      if (idleTimeoutMs > 0 && silentMs >= idleTimeoutMs) return onIdle();
      await world.clock.sleep(POLL_MS, ended);
    }
  } finally {
    growing.close();
  }
}
