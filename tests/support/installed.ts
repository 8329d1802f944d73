/** Programs that tests need and a machine may lack: never passed over in silence. */

/** Returns whether PATH has a program of that name. */
export function isInstalled(program: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

/** Returns whether a test can go on; says aloud what is not tested, and fails where it must be. */
export function canTest(what: string, isPossible: boolean): boolean {
  if (isPossible) return true;
  const text = `NOT TESTED: ${what}`;
  if (Deno.env.get("CI") === "true" && Deno.build.os === "linux") {
    throw new Error(text);
  }
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
  return false;
}
