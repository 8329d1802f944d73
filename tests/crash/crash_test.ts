/**
 * The runner is killed with SIGKILL at every single operation of a reference run, and the run is
 * resumed. Takes a minute or two; a sample is in `tests/e2e`. Run it by `deno task test:crash`.
 */

import { assert } from "@std/assert";
import { dieAndResume, type Point, takeCourse } from "../support/crash.ts";
import { each, withProgram } from "../support/many.ts";

Deno.test("killed at every write, rename, sync, spawn and lock of a run", () =>
  withProgram(async (program) => {
    const { course, points } = await takeCourse(program);
    assert(points.length > 250, `only ${points.length} points`);
    await each(points, (point) => dieAndResume(point, { program, course }));
    // deno-lint-ignore no-console -- the number stands in docs/runs.md
    console.log(`${points.length} points`);
  }));

Deno.test("killed with a clock that jumps by days, back and forth, at every look", () =>
  withProgram(async (program) => {
    const { course, points } = await takeCourse(program);
    await each(
      points.filter((_, index) => index % 10 === 0),
      (point) =>
        dieAndResume(point, { program, course, env: { DIE_CLOCK: "1" } }),
    );
  }));

Deno.test("killed again while it is being resumed", () =>
  withProgram(async (program) => {
    const { course, points } = await takeCourse(program);
    const middle = points[Math.floor(points.length / 2)] as Point;
    const again = Array.from({ length: 30 }, (_, index): Point => ({
      at: 1 + index * 4,
      isHalf: index % 2 === 1,
      isWrite: true,
      name: "an operation of the resume",
    }));
    await each(
      again,
      (point) => dieAndResume(middle, { program, course, again: point }),
    );
  }));
