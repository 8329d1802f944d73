import { assert, assertEquals } from "@std/assert";
import { checkDefinitions } from "../../../src/check/mod.ts";
import { placeFindings } from "../../../src/load/mod.ts";
import { loadText } from "../load/memory_sources.ts";

const G = "${context.goal}";
const FIXED = "${context.goal:shell}";

/** Returns a script after all changes of `unquoted-value`, and the lines that it finds in it. */
async function mend(
  script: string,
): Promise<{ readonly script: string; readonly lines: readonly number[] }> {
  const head = "context: {goal: ''}\nstates:\n  s:\n    run: |\n";
  const body = script.split("\n").map((line) => `      ${line}\n`).join("");
  const text = `${head}${body}    next: done\n`;
  const loaded = loadText(text);
  const placed = await placeFindings(checkDefinitions(loaded), loaded.files);
  const found = placed.filter(({ rule }) => rule === "unquoted-value");
  const changes = found.flatMap(({ change }) => change ?? []);
  changes.sort((a, b) => b.start - a.start);
  const after = changes.reduce(
    (all, { start, end, text }) => all.slice(0, start) + text + all.slice(end),
    text,
  );
  const first = head.split("\n").length - 1;
  return {
    script: after.split("\n").slice(first, first + script.split("\n").length)
      .map((line) => line.slice(6)).join("\n"),
    lines: found.map(({ position }) => position.line - first),
  };
}

Deno.test("a value is quoted where it stands alone, and nowhere within quotes", async () => {
  const cases: readonly (readonly [before: string, after: string | null])[] = [
    [`echo "${G}" '${G}' ${G}`, `echo ${FIXED} '${G}' ${FIXED}`],
    [`x=$(cat "${G}" | wc -l)`, `x=$(cat ${FIXED} | wc -l)`],
    [`x="$(cat "${G}")"`, `x="$(cat ${FIXED})"`],
    [`# don't\necho ${G} # it's`, `# don't\necho ${FIXED} # it's`],
    [`cat <<-'A b'; echo ${G}\n.\nA b`, `cat <<-'A b'; echo ${FIXED}\n.\nA b`],
    [`echo "it's" ${G} "${G}"`, `echo "it's" ${FIXED} ${FIXED}`],
    [`echo $$${G.slice(1)} "${G}"`, `echo $$${G.slice(1)} ${FIXED}`],
    // Within another text the quotes would be a part of it, or end it.
    [`python3 -c "print('x'); f('''a''', ${G})"`, null],
    [`echo "a ${G} b"`, null],
    [`cat <<END\n${G}\nEND`, null],
    [`echo $(( ${G} + 1 ))`, null],
    [`echo \`echo "${G}"\``, null],
    [`python3 -c '\nprint("${G}")\n'`, null],
  ];
  for (const [before, after] of cases) {
    const mended = await mend(before);
    assertEquals(mended.script, after ?? before);
    assert(mended.lines.length > 0, before);
  }
});

Deno.test("each place is told, whatever stands before it", async () => {
  const { lines } = await mend(
    `cat <<END\n${G}\nEND\necho '${G}'\necho "it is ${G}"\necho "${G}"`,
  );
  assertEquals(lines, [2, 5, 6]);
});
