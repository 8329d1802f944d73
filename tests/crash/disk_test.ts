/** A disk that gets full, or read-only, at every single write of a reference run; then there is room again. */

import { assert, assertEquals } from "@std/assert";
import {
  compare,
  goOn,
  REFERENCE,
  seen,
  startDying,
  takeCourse,
} from "../support/crash.ts";
import { each, withProgram } from "../support/many.ts";
import { withProject } from "../support/ll_loop.ts";

for (const code of ["ENOSPC", "EROFS"] as const) {
  Deno.test(`${code} at every write of a run: status 73, what was recorded stays, it goes on`, () =>
    withProgram(async (program) => {
      const { course, points } = await takeCourse(program);
      const writes = points.filter(({ isWrite, isHalf }) => isWrite && !isHalf);
      await each(writes, async ({ at, name }) => {
        await withProject(REFERENCE, async (project) => {
          try {
            const { status, stderr } = await startDying(project, [
              ...["run", "reference", "-q"],
            ], { program, env: { DIE_ERROR: code, DIE_AT: String(at) } });
            // The log is a copy for people, and so is what only tells readers where to look.
            if (status !== 0) {
              assertEquals(status, 73, stderr);
              assert(/annot write|No space|Read-only/.test(stderr), stderr);
            }
            const before = seen(project);
            await goOn(project);
            await project.ll(["run", "other", "-q"]);
            compare(project, { course, before, cuts: 1 });
          } catch (error) {
            throw new Error(`${code} from ${at} on: ${name}`, { cause: error });
          }
        });
      });
      // deno-lint-ignore no-console -- the number stands in docs/runs.md
      console.log(`${writes.length} points`);
    }));
}
