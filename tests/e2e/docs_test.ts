/** The pages under `docs/` are followed word for word. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { withProject } from "../support/ll_loop.ts";
import { blocksOf, follow } from "../support/markdown.ts";

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

Deno.test("until: the page", async () => {
  await withProject({}, async (project) => {
    const typed = await follow("docs/until.md", project);
    assertEquals(
      typed.map(({ command, status, stderr }) => [
        command.slice(0, 40),
        status,
        stderr,
      ]),
      [
        ["ll-loop until 'grep -q done notes.txt' -", 0, ""],
        ["ll-loop until 'test -e seen.txt || { ech", 0, ""],
        ["(sleep 0.5; touch ready) & ll-loop until", 0, ""],
        ["ll-loop until 'grep -q done list.txt' --", 0, ""],
        ["ll-loop validate finish --strict", 0, ""],
        ["ll-loop run finish", 0, ""],
        ["ll-loop until 'grep -q done list.txt' --", 0, ""],
      ],
    );
    const told = blocksOf("docs/until.md")
      .find(({ language }) => language === "text")?.text ?? "";
    const printed = project.mask(typed[0]?.stdout ?? "");
    assertStringIncludes(printed, project.mask(told));
    assertEquals(project.read("seen.txt"), "seen.txt is missing\n");
    assertStringIncludes(typed[1]?.stdout ?? "", "│ 1\n");
  });
});
