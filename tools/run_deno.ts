/** Owns starting Deno for the other tools. */

/** Root folder of the project, with a slash at its end. */
export const ROOT = new URL("../", import.meta.url);

/**
 * Runs the Deno that runs this with `args` in `cwd`, by default the project; returns what it
 * prints.
 *
 * @throws {Error} when it fails, with what it said.
 */
export async function runDeno(
  args: readonly string[],
  { cwd = ROOT }: { readonly cwd?: string | URL } = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) {
    const said = new TextDecoder().decode(stderr).trim();
    throw new Error(`"deno ${args.join(" ")}" failed: ${said}`);
  }
  return new TextDecoder().decode(stdout);
}
