/** The pages under `docs/` are followed word for word. */

import { assertEquals } from "@std/assert";
import { withProject } from "../support/ll_loop.ts";
import { follow } from "../support/markdown.ts";

Deno.test("short loops: the page", async () => {
  await withProject({}, async (project) => {
    const typed = await follow("docs/short-loops.md", project);
    assertEquals(
      typed.map(({ command, status }) => [command, status]),
      [
        ["ll-loop validate fix", 0],
        ["ll-loop run fix", 0],
        ["ll-loop validate fix --portable || true", 0],
        ["ll-loop validate tidy --strict", 0],
        ["ll-loop run tidy", 0],
      ],
    );
    assertEquals(project.runs().map(({ state }) => state.iteration), [3, 1]);
  });
});
