/** Owns how this program starts itself again. */

/**
 * Returns program and first arguments that start this program again, for arguments
 * of its own to be added: right from source, from a URL and compiled.
 */
export function selfCommand(): string[] {
  const first = Deno.build.standalone ? [] : ["run", "-A", Deno.mainModule];
  return [Deno.execPath(), ...first];
}
