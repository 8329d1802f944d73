/** Owns `guide`: the page on the format, as it stands in the documentation. */

import GUIDE_TEXT from "../../../docs/guide.md" with { type: "text" };
import { EXIT } from "../../model/mod.ts";
import type { Session } from "../program.ts";

/** Prints the page. */
export function guide({ stdout }: Session): Promise<number> {
  stdout.write(GUIDE_TEXT);
  return Promise.resolve(EXIT.ok);
}
