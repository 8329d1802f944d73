/** Owns `man`: the manual page on stdout. */

import { EXIT } from "../../model/mod.ts";
import { COMMANDS } from "../command_table.ts";
import { manPage } from "../man_page.ts";
import type { Session } from "../program.ts";

const EPOCH_REGEXP = /^\d{1,12}$/;

/** Prints the page, dated today; packages that must come out the same set SOURCE_DATE_EPOCH. */
export function man({ world, version, stdout }: Session): Promise<number> {
  const epoch = world.system.env("SOURCE_DATE_EPOCH") ?? "";
  const dateMs = EPOCH_REGEXP.test(epoch)
    ? Number(epoch) * 1000
    : world.clock.nowMs();
  const date = new Date(dateMs).toISOString().slice(0, 10);
  stdout.write(manPage(COMMANDS, { version, date }));
  return Promise.resolve(EXIT.ok);
}
