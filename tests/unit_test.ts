/**
 * All unit tests in one isolate. `deno test` gives each file one of its own, and to load there what was loaded
 * for the last file takes twice as long as the tests. A single file runs as ever: `deno test -A FILE`.
 */

/** Returns the files of tests below a folder, sorted. */
function testsIn(folder: URL): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? testsIn(new URL(`${name}/`, folder))
      : name.endsWith("_test.ts")
      ? [new URL(name, folder).href]
      : []
  ).sort();
}

for (const file of testsIn(new URL("unit/", import.meta.url))) {
  await import(file);
}
