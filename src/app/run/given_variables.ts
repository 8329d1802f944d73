/** Owns what a run knows better than its file: variables of context keys that nobody declared. */

import type { Finding } from "../../model/mod.ts";
import { contextVariable } from "./child_environment.ts";

/** Returns the findings without those on variables that `keys`, the effective context, set. */
export function withoutGivenVariables(
  findings: readonly Finding[],
  keys: ReadonlySet<string>,
): readonly Finding[] {
  const isMissed = ({ rule }: Finding) => rule === "unknown-variable";
  if (!findings.some(isMissed)) return findings;
  const given = new Set([...keys].map(contextVariable));
  return findings.filter((finding) =>
    !isMissed(finding) || !given.has(finding.excerpt ?? "")
  );
}
