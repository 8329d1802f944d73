/** Owns printing where there are no colours: what stands in a file cannot bring any, either. */

import type { Stream } from "../ports/mod.ts";
import { removeColors } from "../view/mod.ts";

/** Returns `stream` without the colours of what is written to it. */
export function plainStream(stream: Stream): Stream {
  return {
    isTerminal: stream.isTerminal,
    hasColor: false,
    get columns() {
      return stream.columns;
    },
    get isClosed() {
      return stream.isClosed;
    },
    write: (text) => stream.write(removeColors(text)),
  };
}
