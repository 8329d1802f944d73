/** Owns the warning of context values that meet in one environment variable of the actions. */

import { formatValue } from "../../engine/mod.ts";
import type { Finding, Origin } from "../../model/mod.ts";
import { contextVariable, isGivenAsFile } from "./child_environment.ts";
import type { ContextValue } from "./effective_context.ts";

/**
 * Returns a warning for each value that an action cannot see because a later one has the
 * same variable: keys that differ in case or signs, or a key `x_file` beside a long `x`.
 */
export function findSharedVariables(
  values: readonly ContextValue[],
  originOf: (key: string) => Origin,
): Finding[] {
  const keys = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { key, value } of values) {
    const plain = contextVariable(key);
    const name = isGivenAsFile(formatValue(value)) ? `${plain}_FILE` : plain;
    const other = keys.get(name);
    keys.set(name, key);
    if (other === undefined) continue;
    findings.push({
      rule: "shared-variable",
      severity: "warning",
      message: `Context values "${other}" and "${key}" are both given to ` +
        `actions as ${name}: only "${key}" can be seen there`,
      at: originOf(key),
      onKey: true,
      hint: "Rename one, or use ${context.…} in the action",
    });
  }
  return findings;
}
