/**
 * Writes what is made of the schema of loop files: `schema/loop.schema.json` and
 * `docs/loop-format.md`, and of the rules: `docs/checks.md`.
 * With `--check` it writes nothing and fails when one of them is not what it would write.
 */

import { checksPage } from "./format/checks_page.ts";
import { formatPage } from "./format/format_page.ts";
import { loopJsonSchema } from "./format/json_schema.ts";

const ROOT = new URL("../", import.meta.url);

/** Returns the text of each file by its path below the project. */
export async function formatFiles(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    [
      "schema/loop.schema.json",
      `${JSON.stringify(loopJsonSchema(), null, 1)}\n`,
    ],
    ["docs/loop-format.md", formatPage()],
    ["docs/checks.md", await checksPage()],
  ]);
}

if (import.meta.main) {
  for (const [path, text] of await formatFiles()) {
    const url = new URL(path, ROOT);
    if (!Deno.args.includes("--check")) {
      Deno.writeTextFileSync(url, text);
    } else if (Deno.readTextFileSync(url) !== text) {
      // deno-lint-ignore no-console -- a tool for people, run by hand and in CI
      console.error(
        `${path} is not what the schema says; run tools/write_format.ts`,
      );
      Deno.exit(1);
    }
  }
}
