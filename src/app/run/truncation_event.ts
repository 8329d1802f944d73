/** Owns the event that says that the journal lacks lines of an action, and where they are. */

import type { EventBody, Output } from "../../model/mod.ts";

/**
 * Returns the event of an action that printed `sizeBytes`, of which `journaled` characters are in the
 * journal. `longest` is the stream with the file, where one has a file.
 */
export function truncationEvent(
  longest: Pick<Output, "spill" | "isSpillCut">,
  { sizeBytes, journaled }: {
    readonly sizeBytes: number;
    readonly journaled: number;
  },
): EventBody {
  const { spill, isSpillCut } = longest;
  return {
    event: "output_truncated",
    size_bytes: sizeBytes,
    // Each line was counted with its end, which the last one may not have.
    kept_bytes: Math.min(journaled, sizeBytes),
    file: spill === null ? null : `outputs/${spill}`,
    ...(isSpillCut === true ? { is_file_cut: true } : {}),
  };
}
