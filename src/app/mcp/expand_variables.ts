/** Owns variables in the entry of a server: `${NAME}` and `${NAME:-DEFAULT}`. */

const VARIABLE_REGEXP = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Returns `text` with the values of variables in their places; names that are not set and have no
 * default are added to `unset`. Like a shell's, a default stands for an empty value, too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const unset = new Set<string>();
 * const env = { HOST: "db" };
 * assertEquals(expandVariables("${HOST}:${PORT:-80}/${PATH_OF}", { env, unset }), "db:80/");
 * assertEquals([...unset], ["PATH_OF"]);
 * ```
 */
export function expandVariables(
  text: string,
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly unset: Set<string>;
  },
): string {
  return text.replace(
    VARIABLE_REGEXP,
    (_all, name: string, fallback?: string) => {
      const value = Object.hasOwn(options.env, name) ? options.env[name] : "";
      if (fallback !== undefined) return value || fallback;
      if (value === undefined || !Object.hasOwn(options.env, name)) {
        options.unset.add(name);
      }
      return value ?? "";
    },
  );
}
