/** YAML text for tests. */

import { stringify } from "@std/yaml";

/** Returns `value` as a YAML document that reads back the same. */
export function stringifyYaml(value: unknown): string {
  return stringify(value, { lineWidth: -1, useAnchors: false });
}
