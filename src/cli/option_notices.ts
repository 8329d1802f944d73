/** Owns what is said of options that are accepted, but change nothing as they were given. */

import type { OptionSpec } from "./command_spec.ts";

/**
 * Returns a sentence for each of the given options that has no effect: ever, without its
 * companion, or beside one that wins over it.
 */
export function optionNotices(
  specs: readonly OptionSpec[],
  isGiven: (name: string) => boolean,
): readonly string[] {
  return specs.filter(({ name }) => isGiven(name)).flatMap((spec) => {
    const { name, worksWith, yieldsTo } = spec;
    if (worksWith !== undefined && !isGiven(worksWith)) {
      return [`Option "--${name}" has no effect without "--${worksWith}"`];
    }
    return yieldsTo !== undefined && isGiven(yieldsTo)
      ? [`Option "--${name}" has no effect with "--${yieldsTo}", which wins`]
      : [];
  });
}
