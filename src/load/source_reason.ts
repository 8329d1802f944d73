/** Owns why a source gives no text, in words. */

import { formatBytes } from "../model/mod.ts";
import type { SourceText } from "../ports/mod.ts";

/** What reading a source gave instead of a text. */
export type NoText = Exclude<SourceText, { readonly kind: "text" }>;

/** Returns why there is no text, to stand after a colon. */
export function sourceReason(source: NoText): string {
  switch (source.kind) {
    case "missing":
      return "there is no such file";
    case "dangling":
      return `it is a link to "${source.target}", which is not there`;
    case "directory":
      return "it is a folder, expected a YAML file";
    case "too-large":
      return `it has ${formatBytes(source.sizeBytes)}, at most ${
        formatBytes(source.maxBytes)
      } are read`;
    case "unreadable":
      return source.reason;
  }
}
