/** Owns reading definitions as if some files held another text. */

import type { Sources } from "../../ports/mod.ts";

/** Returns `sources` with the texts of `texts` in the place of what the files hold. */
export function overlaySources(
  sources: Sources,
  texts: ReadonlyMap<string, string>,
): Sources {
  return {
    ...sources,
    read(file) {
      const text = texts.get(file);
      return text === undefined ? sources.read(file) : { kind: "text", text };
    },
  };
}
