/** A sample of `tests/crash`, where a run is killed before each single thing that it does. */

import { dieAndResume, takeCourse } from "../support/crash.ts";
import { each } from "../support/many.ts";
import { TESTED_BINARY } from "../support/tested_binary.ts";

const SAMPLE = 8;

Deno.test({
  name:
    "killed at some of its writes, renames, syncs, spawns and locks, a run goes on to the same end",
  // It is the program of the sources that is made to kill itself.
  ignore: TESTED_BINARY !== undefined,
  async fn() {
    const program = new URL("../../main.ts", import.meta.url).href;
    const { course, points } = await takeCourse(program);
    const every = Math.floor(points.length / SAMPLE);
    const some = points.filter((_, index) => index % every === every - 1);
    await each(some, (point) => dieAndResume(point, { program, course }));
  },
});
