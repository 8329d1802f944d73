/** Owns what is said of a key that is no loop's, but the project's. */

const SETTINGS: readonly string[] = ["host_command", "host_stream", "prices"];

/** Returns the hint for a key of the configuration that stands in a loop; `null` for every other key. */
export function settingHint(key: string): { readonly hint: string } | null {
  if (key === "safe") {
    return {
      hint:
        "Whether an agent has to ask is decided by LL_SAFE=1 or by safe: true in .loops/config.yaml, never by a loop",
    };
  }
  return SETTINGS.includes(key)
    ? { hint: `"${key}" is a setting of .loops/config.yaml` }
    : null;
}
