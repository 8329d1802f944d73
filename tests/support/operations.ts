// deno-lint-ignore-file no-explicit-any -- functions are replaced whatever they take
/**
 * The operations by which the program changes the machine, one by one: every write, rename, sync,
 * spawn and lock goes through a function of the test, which may let it happen, fail it, or end the
 * process in its place. Only the runtime's own calls are replaced; the program is as users run it.
 */

/** One operation that is about to happen. */
export interface Operation {
  /** From 1, in the order in which they come. */
  readonly number: number;
  /** The call: `writeSync`, `renameSync`, `spawn`. */
  readonly name: string;
  /** What it is done to; empty where that is not known. */
  readonly path: string;
  /** Whether it is one that a full or read-only disk refuses. */
  readonly isWrite: boolean;
  /** How many bytes are to be written; 0 for everything else. */
  readonly sizeBytes: number;
  /** Writes the first bytes of what was to be written. */
  writePart(sizeBytes: number): void;
}

/** Calls `before` ahead of each operation of this isolate; returns a function that ends it. */
export function watchOperations(
  before: (operation: Operation) => void,
): () => void {
  const paths = new WeakMap<object, string>();
  const restore: (() => void)[] = [];
  let count = 0;
  const tell = (
    name: string,
    about: Partial<Omit<Operation, "number" | "name">>,
  ) =>
    before({
      number: ++count,
      name,
      path: "",
      isWrite: true,
      sizeBytes: 0,
      writePart() {},
      ...about,
    });
  const replace = (
    owner: any,
    name: string,
    make: (own: any) => (this: any, ...args: any[]) => unknown,
  ) => {
    const own = owner[name];
    if (typeof own !== "function") return;
    owner[name] = make(own);
    restore.push(() => owner[name] = own);
  };

  const isForWriting = (options: any) =>
    options?.write === true || options?.append === true ||
    options?.create === true || options?.createNew === true;
  for (const name of ["openSync", "open"]) {
    replace(Deno, name, (own) =>
      function (path, options) {
        const isSeen = isOfProgram(path);
        if (isSeen && isForWriting(options)) tell(name, { path: String(path) });
        const note = (file: object) => {
          if (isSeen) paths.set(file, String(path));
          return file;
        };
        const opened = own(path, options);
        return name === "open" ? opened.then(note) : note(opened);
      });
  }
  for (const name of ["mkdirSync", "removeSync", "makeTempDirSync"]) {
    replace(Deno, name, (own) =>
      function (...args) {
        tell(name, { path: String(args[0]), isWrite: name !== "removeSync" });
        return own(...args);
      });
  }
  replace(Deno, "renameSync", (own) =>
    function (from, to) {
      tell("renameSync", { path: String(to) });
      return own(from, to);
    });
  const file: any = Deno.FsFile.prototype;
  replace(file, "writeSync", (own) =>
    function (bytes) {
      const path = paths.get(this);
      if (path !== undefined) {
        tell("writeSync", {
          path,
          sizeBytes: bytes.length,
          writePart: (sizeBytes) =>
            own.call(this, bytes.subarray(0, sizeBytes)),
        });
      }
      return own.call(this, bytes);
    });
  for (
    const name of [
      ...["syncDataSync", "syncSync", "truncateSync"],
      ...["tryLockSync", "lock", "unlockSync"],
    ]
  ) {
    replace(file, name, (own) =>
      function (...args) {
        const path = paths.get(this);
        if (path !== undefined) {
          tell(name, { path, isWrite: name === "truncateSync" });
        }
        return own.apply(this, args);
      });
  }
  replace(Deno.Command.prototype, "spawn", (own) =>
    function () {
      tell("spawn", { isWrite: false });
      return own.call(this);
    });
  return () => restore.toReversed().forEach((undo) => undo());
}

/** What the program only looks at, and what the runtime itself opens, is not counted. */
function isOfProgram(path: unknown): boolean {
  return !/^\/(?:proc|dev)\//.test(String(path));
}

/** Returns the error that the system gives for a disk that is full or may not be written. */
export function diskError(code: "ENOSPC" | "EROFS"): Error {
  const words = code === "ENOSPC"
    ? "No space left on device (os error 28)"
    : "Read-only file system (os error 30)";
  return Object.assign(new Error(words), { code });
}
