/** Owns telling by which way the file of a finding was reached. */

import type { Finding, Origin } from "../model/mod.ts";
import type { DefinitionsResult } from "./load_definitions.ts";

/**
 * Returns the findings of a loop; those in other files than its own with the places that led
 * there, the nearest first.
 */
export function tellWay(
  findings: readonly Finding[],
  { root, askedAt }: Pick<DefinitionsResult, "root" | "askedAt">,
): Finding[] {
  return findings.map((finding) => {
    const through = wayTo(finding.at.file, { root, askedAt });
    return through.length === 0 ? finding : { ...finding, through };
  });
}

function wayTo(
  file: string,
  { root, askedAt }: Pick<DefinitionsResult, "root" | "askedAt">,
): Origin[] {
  const way: Origin[] = [];
  for (let at = file; at !== root && Object.hasOwn(askedAt, at);) {
    const origin = askedAt[at];
    if (origin === undefined || way.includes(origin)) break;
    way.push(origin);
    at = origin.file;
  }
  return way;
}
