/** What a crash of the machine may leave of a run's files: half a line, half a file, fewer lines than the state tells of. */

import { assertEquals } from "@std/assert";
import {
  courseOf,
  goOn,
  REFERENCE,
  startDying,
  takeCourse,
} from "../support/crash.ts";
import { type Project, withProject } from "../support/ll_loop.ts";
import { each, withProgram } from "../support/many.ts";

function journalOf(project: Project): string {
  return `${project.run().folder}/events.jsonl`;
}

/** Resumes without doing anything; returns where the run would go on. */
async function outlook(project: Project): Promise<string> {
  const { stdout } = await project.ll(["resume", "reference", "--dry-run"], {
    stdout: [],
    isUntouched: true,
  });
  return stdout;
}

Deno.test("the last line is torn at every byte: the run stands where it stood before that line", () =>
  withProgram(async (program) => {
    const { points } = await takeCourse(program);
    const outcomes = points.filter(({ name, isHalf }) =>
      !isHalf && name === "syncDataSync events.jsonl"
    );
    // Right after an outcome, and right after the events that it led to.
    const [first, , third] = outcomes;
    for (const at of [first?.at ?? 0, (third?.at ?? 0) + 2]) {
      await withProject(REFERENCE, async (project) => {
        await startDying(project, ["run", "reference", "-q"], {
          program,
          env: { DIE_AT: String(at) },
        });
        const file = journalOf(project);
        const whole = project.read(file) ?? "";
        const start = whole.lastIndexOf("\n", whole.length - 2) + 1;
        project.write(file, whole.slice(0, start));
        const wanted = await outlook(project);
        for (let size = start; size < whole.length; ++size) {
          project.write(file, whole.slice(0, size));
          assertEquals(await outlook(project), wanted, `byte ${size}`);
        }
      });
    }
  }));

Deno.test("a journal that ends at any byte, and half a state file: the run comes to its end", () =>
  withProgram(async (program) => {
    const { course } = await takeCourse(program);
    const parts = Array.from({ length: 24 }, (_, index) => index / 24);
    await each(parts, (part) =>
      withProject(REFERENCE, async (project) => {
        await project.ll(["run", "reference", "-q"]);
        const { folder } = project.run();
        for (
          const [name, share] of [["events.jsonl", part], [
            "state.json",
            0.5,
          ]] as const
        ) {
          const text = project.read(`${folder}/${name}`) ?? "";
          project.write(
            `${folder}/${name}`,
            text.slice(0, Math.floor(text.length * share)),
          );
        }
        await goOn(project);
        const { end, verdicts, captured } = courseOf(project, project.run());
        assertEquals(
          { end, verdicts, captured, part },
          {
            end: course.end,
            verdicts: course.verdicts,
            captured: course.captured,
            part,
          },
        );
      }));
  }));
