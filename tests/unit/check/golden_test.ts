import { assertEquals } from "@std/assert";
import { checkDefinitions } from "../../../src/check/mod.ts";
import { placeFindings } from "../../../src/load/mod.ts";
import { loadText } from "../load/memory_sources.ts";

const FOLDER = new URL("../../golden/findings/", import.meta.url);

/** Returns the findings as the `.txt` files hold them: one line each, hints below. */
async function render(text: string): Promise<string> {
  const loaded = loadText(text);
  const findings = [...loaded.findings, ...checkDefinitions(loaded)];
  const placed = await placeFindings(findings, loaded.files);
  return placed.map(({ position, severity, rule, message, hint }) => {
    const { line, column, endLine, endColumn } = position;
    const head =
      `${line}:${column}-${endLine}:${endColumn} ${severity} ${rule}: ${message}\n`;
    return hint === undefined ? head : `${head}  ${hint}\n`;
  }).join("");
}

Deno.test("golden findings: each YAML file gives the text beside it", async (t) => {
  for await (const { name } of Deno.readDir(FOLDER)) {
    if (!name.endsWith(".yaml")) continue;
    await t.step(name, async () => {
      const text = await Deno.readTextFile(new URL(name, FOLDER));
      const expected = await Deno.readTextFile(
        new URL(name.replace(/yaml$/, "txt"), FOLDER),
      );
      assertEquals(await render(text), expected);
    });
  }
});
