/** Owns writing what edits have changed, without losing what somebody else has written meanwhile. */

import { LoopError } from "../../model/mod.ts";
import type { World } from "../world.ts";
import type { FixedText } from "./fix_texts.ts";

const BYTE_ORDER_MARK = "\ufeff";

/**
 * Writes the files that were changed, whoever may read them. A link stays one.
 *
 * @throws {LoopError} `cannot-write`, also for a file that is no longer what was read: it and those
 * after it are left alone
 */
export function writeFixes(
  { files }: Pick<World, "files">,
  fixes: readonly FixedText[],
): void {
  for (const { file, before, after } of fixes) {
    const path = files.realPath(file);
    const now = files.readText(path);
    const mark = now.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
    if (now !== mark + before) {
      throw new LoopError(
        "cannot-write",
        `"${file}" was changed while it was checked`,
        { hint: "It is left as it is: try again" },
      );
    }
    files.replace(path, mark + after, { keepsAccess: true });
  }
}
