/** Owns the file system. Whatever cannot be written becomes one kind of error that names path and cause. */

import { basename, dirname, join, normalize } from "@std/path";
import { LoopError } from "../../model/mod.ts";
import type {
  AccessOptions,
  CreateOptions,
  FileInfo,
  Files,
  ReplaceOptions,
} from "../../ports/mod.ts";
import { appendTo } from "./append_file.ts";
import { cannotRead, cannotWrite, isMissing } from "./failure.ts";
import { growing, readEnd } from "./growing_file.ts";
import { type Look, lookAt } from "./look_at.ts";
import { scan } from "./scan.ts";
import { ShortWriteError, writeAll } from "./write_all.ts";

const FILE_MODE = 0o600;
const PROGRAM_MODE = 0o700;
const FOLDER_MODE = 0o700;
/** What the umask then takes away from. */
const OPEN_FILE_MODE = 0o666;
const OPEN_FOLDER_MODE = 0o777;
/** What of a mode says who may do what. */
const ACCESS_BITS = 0o777;
/** The unit in which systems count what a file takes. */
const BLOCK_BYTES = 512;
/** As many links as Linux follows. */
const MAX_LINKS = 40;

/** Returns the file system of this machine. */
export function createFiles(): Files {
  return {
    stat,
    isAbsent: (path) => lookAt(path).isAbsent,
    owners,
    realPath,
    readText,
    readTextIfExists,
    readEnd,
    openGrowing: growing,
    list,
    scan,
    makeFolder,
    makeNewFolder,
    replace,
    create,
    openAppend(path) {
      const options = { append: true, create: true, mode: FILE_MODE };
      return appendTo(trying(path, () => Deno.openSync(path, options)), path);
    },
    cut,
    move(path, newPath) {
      trying(path, () => Deno.renameSync(path, newPath));
    },
    remove,
    makeTempFolder(prefix) {
      return trying(
        "the temporary folder",
        () => Deno.makeTempDirSync({ prefix }),
      );
    },
  };
}

function trying<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw cannotWrite(
      path,
      error instanceof ShortWriteError ? error.cause : error,
    );
  }
}

function stat(path: string): FileInfo | null {
  try {
    const info = Deno.statSync(path);
    return {
      isFile: info.isFile,
      isDirectory: info.isDirectory,
      sizeBytes: info.size,
      modifiedMs: info.mtime?.getTime() ?? 0,
      uid: info.uid,
    };
  } catch {
    return null;
  }
}

function owners(path: string): readonly number[] {
  try {
    const infos = [Deno.lstatSync(path), Deno.statSync(path)];
    return infos.flatMap(({ uid }) => uid === null ? [] : [uid]);
  } catch {
    return [];
  }
}

function realPath(path: string): string {
  const missing: string[] = [];
  let head = path;
  let links = 0;
  while (true) {
    try {
      // What is missing has no links, so its "..", unlike those before, may be taken by the letter.
      const real = Deno.realPathSync(head);
      return missing.length === 0 ? real : normalize(join(real, ...missing));
    } catch {
      const trimmed = head.replace(/\/+$/, "");
      const target = links < MAX_LINKS ? linkTarget(trimmed) : null;
      if (target !== null) {
        links++;
        head = target;
        continue;
      }
      const cut = trimmed.lastIndexOf("/");
      if (cut < 0 || trimmed === "") return normalize(path);
      missing.unshift(trimmed.slice(cut + 1));
      head = trimmed.slice(0, cut + 1);
    }
  }
}

// A link to what is not there yet still says where it will be.
function linkTarget(path: string): string | null {
  try {
    const target = Deno.readLinkSync(path);
    return target.startsWith("/") ? target : `${dirname(path)}/${target}`;
  } catch {
    return null;
  }
}

function readText(path: string): string {
  return readSeen(path, lookAt(path));
}

function readTextIfExists(path: string): string | null {
  // Most that are asked for are not there, and errors that nobody sees take the longest.
  const look = lookAt(path);
  if (look.isAbsent) return null;
  try {
    return readSeen(path, look);
  } catch (error) {
    if (error instanceof LoopError && isMissing(error.cause)) return null;
    throw error;
  }
}

function readSeen(path: string, { isSpecial }: Look): string {
  try {
    if (isSpecial) throw new Error("It is a pipe or a device");
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function list(path: string): readonly string[] {
  try {
    const names: string[] = [];
    for (const entry of Deno.readDirSync(path)) names.push(entry.name);
    return names.sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw cannotRead(path, error);
  }
}

function makeFolder(path: string, access: AccessOptions = {}): void {
  const mode = access.isPrivate === false ? OPEN_FOLDER_MODE : FOLDER_MODE;
  trying(path, () => Deno.mkdirSync(path, { recursive: true, mode }));
}

function makeNewFolder(path: string): boolean {
  makeFolder(dirname(path));
  try {
    Deno.mkdirSync(path, { mode: FOLDER_MODE });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw cannotWrite(path, error);
  }
}

function replace(
  path: string,
  content: string | Uint8Array,
  options: ReplaceOptions = {},
): void {
  const temporary = join(
    dirname(path),
    `.${basename(path)}.${Deno.pid}-${crypto.randomUUID().slice(0, 8)}.tmp`,
  );
  try {
    trying(path, () => {
      const mode = options.keepsAccess === true
        ? Deno.statSync(path).mode
        : null;
      writeNew(temporary, content, options);
      if (mode !== null) Deno.chmodSync(temporary, mode & ACCESS_BITS);
      Deno.renameSync(temporary, path);
    });
  } catch (error) {
    removeQuietly(temporary);
    if (options.orInPlace === true && overwrite(path, content)) return;
    throw error;
  }
  if (options.sync === true) syncFolder(dirname(path));
}

/** Writes over a file in the blocks that it has; returns false where they are too few. */
function overwrite(path: string, content: string | Uint8Array): boolean {
  try {
    using file = Deno.openSync(path, { write: true });
    const bytes = typeof content === "string"
      ? new TextEncoder().encode(content)
      : content;
    const sizeBytes = bytes.length;
    const { blocks } = file.statSync();
    if (blocks === null || sizeBytes > blocks * BLOCK_BYTES) return false;
    writeAll(file, bytes);
    file.truncateSync(sizeBytes);
    return true;
  } catch {
    // The first failure is the one to tell.
    return false;
  }
}

function create(
  path: string,
  text: string,
  options: CreateOptions = {},
): boolean {
  try {
    writeNew(path, text, options);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    if (error instanceof ShortWriteError) {
      removeQuietly(path);
      throw cannotWrite(path, error.cause);
    }
    throw cannotWrite(path, error);
  }
}

function modeOf(options: CreateOptions): number {
  if (options.isProgram === true) return PROGRAM_MODE;
  return options.isPrivate === false ? OPEN_FILE_MODE : FILE_MODE;
}

function writeNew(
  path: string,
  content: string | Uint8Array,
  options: CreateOptions & { readonly sync?: boolean },
): void {
  using file = Deno.openSync(path, {
    write: true,
    createNew: true,
    mode: modeOf(options),
  });
  writeAll(file, content);
  if (options.sync === true) file.syncDataSync();
}

function cut(path: string, sizeBytes: number): void {
  trying(path, () => {
    using file = Deno.openSync(path, { read: true, write: true });
    if (file.statSync().size <= sizeBytes) return;
    file.truncateSync(sizeBytes);
    file.syncDataSync();
  });
}

function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (isMissing(error)) return;
    throw cannotWrite(path, error);
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Nothing was there, or nothing can be done: the first failure is the one to tell.
  }
}

// Without it the new name may be lost in a power cut. Not every system lets a folder be opened.
function syncFolder(path: string): void {
  try {
    using folder = Deno.openSync(path);
    folder.syncSync();
  } catch {
    // The text itself is on the disk.
  }
}
