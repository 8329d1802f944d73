/** The part of `@std/path/posix` that this project uses, typed. */

/** Returns the last component of `path`, without `suffix` where it ends so. */
export function basename(path: string, suffix?: string): string;
/** Returns all but the last component of `path`. */
export function dirname(path: string): string;
/** Returns whether `path` starts at the root. */
export function isAbsolute(path: string): boolean;
/** Returns the parts joined by `/` and normalised. */
export function join(...paths: string[]): string;
/** Returns `path` with `.`, `..` and double slashes resolved. */
export function normalize(path: string): string;
/** Returns the way from `from` to `to`. Both must be absolute. */
export function relative(from: string, to: string): string;
/** Returns an absolute path; asks the runtime for the working directory unless a part is absolute. */
export function resolve(...paths: string[]): string;
