/**
 * The program, which kills itself at one of its operations. `DIE_AT` is the number of that
 * operation, `DIE_HALF` that half of a write is still done; `DIE_NOTE` a file that gets a line for
 * every operation; `DIE_CLOCK` makes the wall clock jump. With `DIE_ERROR` it does not die: from
 * that operation on the disk refuses with this error whatever it can. `DIE_PROGRAM` is the program.
 */

import { diskError, watchOperations } from "../operations.ts";

const take = (name: string): string | undefined => {
  const value = Deno.env.get(name);
  // Children are to live.
  Deno.env.delete(name);
  return value;
};
const at = Number(take("DIE_AT") ?? 0);
const isHalf = take("DIE_HALF") !== undefined;
const code = take("DIE_ERROR");
const program = take("DIE_PROGRAM") ?? "";
const noteFile = take("DIE_NOTE");
const note = noteFile === undefined
  ? null
  : Deno.openSync(noteFile, { append: true, create: true });
const encoder = new TextEncoder();

if (take("DIE_CLOCK") !== undefined) {
  const now = Date.now.bind(Date);
  let reads = 0;
  Date.now = () => now() + (++reads % 2 === 0 ? -1 : 1) * 86_400_000;
}

watchOperations(({ number, name, path, isWrite, sizeBytes, writePart }) => {
  const kind = isWrite ? "write" : "other";
  note?.writeSync(encoder.encode(`${number} ${kind} ${name} ${path}\n`));
  if (code === "ENOSPC" || code === "EROFS") {
    const isRefused = isWrite || code === "EROFS" && name === "removeSync";
    if (number < at || !isRefused) return;
    // A disk that gets full takes the first bytes of a write.
    if (code === "ENOSPC" && number === at && sizeBytes > 0) {
      writePart(Math.ceil(sizeBytes / 2));
    }
    throw diskError(code);
  }
  if (number !== at) return;
  if (isHalf && sizeBytes > 0) writePart(Math.ceil(sizeBytes / 2));
  Deno.kill(Deno.pid, "SIGKILL");
});

await import(program);
