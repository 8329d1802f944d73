/** Programs that tests need and a machine may lack: never passed over in silence. */

/** Returns the path of a program of that name on PATH, or `null`. */
export function findInstalled(program: string): string | null {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      if (Deno.statSync(`${folder}/${program}`).isFile) {
        return `${folder}/${program}`;
      }
    } catch {
      // The next folder may have it.
    }
  }
  return null;
}

/** Returns whether PATH has a program of that name. */
export function isInstalled(program: string): boolean {
  return findInstalled(program) !== null;
}

/**
 * Returns the PowerShell that LL_PWSH names or that is on PATH. Without one it returns `null`, and
 * says aloud that `what` is not tested; few machines have it, so that is no failure.
 */
export function findPowershell(what: string): string | null {
  const found = Deno.env.get("LL_PWSH") || findInstalled("pwsh");
  if (found === null) {
    const text =
      `NOT TESTED: ${what} (needs PowerShell, "pwsh" on PATH or named by LL_PWSH)\n`;
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  }
  return found;
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
