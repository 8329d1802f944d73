/** Programs from npm that tests use; npx keeps what it has fetched once. */

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Runs a program of npm; returns its status and everything that it printed. */
export async function npx(args: readonly string[]): Promise<[number, string]> {
  const { code, stdout, stderr } = await new Deno.Command("npx", {
    args: ["--yes", ...args],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return [code, text.join("")];
}
