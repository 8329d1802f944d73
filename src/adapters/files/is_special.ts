/** Owns telling what is no file to read: a pipe, a device, a socket. */

/**
 * Returns whether `path` is there and is neither a file nor a folder. Opening a pipe waits
 * for its other end, and some devices never end; nothing in this program may wait for those.
 */
export function isSpecial(path: string): boolean {
  try {
    const { isFile, isDirectory } = Deno.statSync(path);
    return !isFile && !isDirectory;
  } catch {
    return false;
  }
}
