/** Temporary folders for tests. */

/** Runs `use` with the path of a fresh folder, links resolved, and removes the folder afterwards. */
export async function withScratch<T>(
  use: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "ll-loop-test-" }),
  );
  try {
    return await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Resolves once `isTrue` says so; fails after `timeoutMs`, naming `what`. */
export async function waitUntil(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!await isTrue()) {
    if (performance.now() > endMs) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
