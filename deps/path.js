// @ts-self-types="./path.d.ts"
// One file a name: the package's own mod.js reads the platform when it loads,
// which nearly doubles the start-up of a small program.
export { basename } from "npm:deno-std@1.4.0/path/posix/basename.js";
export { dirname } from "npm:deno-std@1.4.0/path/posix/dirname.js";
export { isAbsolute } from "npm:deno-std@1.4.0/path/posix/is_absolute.js";
export { join } from "npm:deno-std@1.4.0/path/posix/join.js";
export { normalize } from "npm:deno-std@1.4.0/path/posix/normalize.js";
export { relative } from "npm:deno-std@1.4.0/path/posix/relative.js";
export { resolve } from "npm:deno-std@1.4.0/path/posix/resolve.js";
