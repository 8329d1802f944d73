/** Which program the end-to-end tests start. */

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/**
 * Path of the executable in LL_LOOP_BIN; `undefined` when the sources are to be tested. Inside of
 * a run the variable names the ll-loop that runs it: there it counts only for what was built here.
 */
export const TESTED_BINARY: string | undefined = testedBinary();

function testedBinary(): string | undefined {
  const path = Deno.env.get("LL_LOOP_BIN");
  const isInRun = (Deno.env.get("LL_RUN_ID") ?? "") !== "";
  return isInRun && !path?.startsWith(`${ROOT}dist/`) ? undefined : path;
}
