/** Reading and writing files. Synchronous where a run must know that a line is on disk. */

/** What a path is. */
export interface FileInfo {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Owner; `null` where the system has none. */
  readonly uid: number | null;
}

/** A file as a scan finds it. */
export interface FileStamp {
  /** Relative to the folder that was scanned. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** What a scan looks at. */
export interface ScanOptions {
  /** Names of folders that are left out, wherever they are. */
  readonly skippedFolders: ReadonlySet<string>;
  /** A file of this name leaves out the folder that it is in. */
  readonly skipMarker: string;
  /** More files and folders than this are not looked at. */
  readonly max: number;
}

/** An open file that only grows. */
export interface AppendFile {
  /** Writes `text` with one call. @throws {LoopError} `cannot-write` */
  write(text: string): void;
  /** Returns once everything written is on the disk. @throws {LoopError} `cannot-write` */
  sync(): void;
  close(): void;
}

/** A file that somebody else goes on writing. One that is not there yet is empty until it is. */
export interface GrowingFile {
  /**
   * Returns what has come since the last call, in pieces of some KiB: empty once there is no
   * more. Never a part of a character. Begins again where the file was replaced or cut short.
   *
   * @throws {LoopError} `unreadable`
   */
  readMore(): string;
  close(): void;
}

/** Who may read what is made. */
export interface AccessOptions {
  /** False leaves it to the umask, as for every file that people write. @default {true} */
  readonly isPrivate?: boolean;
}

/** How a file is made. */
export interface CreateOptions extends AccessOptions {
  /** Whether its owner may run it. @default {false} */
  readonly isProgram?: boolean;
}

/** How a file is replaced. */
export interface ReplaceOptions {
  /** Whether it is on the disk when the call returns. @default {false} */
  readonly sync?: boolean;
  /**
   * Whether the file is written over where it lies when there is no room for another one, as
   * far as what it takes on the disk is enough. @default {false}
   */
  readonly orInPlace?: boolean;
  /** Whether it can be read and run by whom the file before could. @default {false} */
  readonly keepsAccess?: boolean;
}

/** The file system. Paths are absolute. New files get 0600 and new folders 0700 unless told otherwise. */
export interface Files {
  /** Returns what `path` is; `null` when there is nothing or it cannot be looked at. Follows links. */
  stat(path: string): FileInfo | null;
  /** Returns whether nothing is there; false where that cannot be told. Follows links. */
  isAbsent(path: string): boolean;
  /**
   * Returns who owns `path` and, where that is a link, what it names; nobody where the system
   * has no owners or nothing is there.
   */
  owners(path: string): readonly number[];
  /** Returns the path with symlinks resolved; as far as it exists, the rest appended. */
  realPath(path: string): string;
  /**
   * Returns the text of a file; what is no regular file (a pipe, a device) is unreadable.
   *
   * @throws {LoopError} `not-found` or `unreadable`, naming the path and the cause
   */
  readText(path: string): string;
  /** Returns the text, or `null` when there is no such file. @throws {LoopError} `unreadable` */
  readTextIfExists(path: string): string | null;
  /** Returns the text of the last `maxBytes` at most. @throws {LoopError} `not-found` or `unreadable` */
  readEnd(
    path: string,
    maxBytes: number,
  ): { readonly text: string; readonly isWhole: boolean };
  /** Follows a file that may grow; nothing is opened before it is read. */
  openGrowing(path: string): GrowingFile;
  /** Names in a folder, sorted; empty when there is none. @throws {LoopError} `unreadable` */
  list(path: string): readonly string[];
  /**
   * Returns the files below a folder, links not followed; `null` when there are too many. What
   * cannot be looked at is left out.
   */
  scan(folder: string, options: ScanOptions): readonly FileStamp[] | null;
  /** Creates a folder and its parents. @throws {LoopError} `cannot-write` */
  makeFolder(path: string, options?: AccessOptions): void;
  /** Creates a folder that must not exist yet; returns false when it does. @throws {LoopError} `cannot-write` */
  makeNewFolder(path: string): boolean;
  /** Replaces the file as a whole, through a temporary name. @throws {LoopError} `cannot-write` */
  replace(
    path: string,
    content: string | Uint8Array,
    options?: ReplaceOptions,
  ): void;
  /** Creates the file; returns false when it exists. @throws {LoopError} `cannot-write` */
  create(path: string, text: string, options?: CreateOptions): boolean;
  /** @throws {LoopError} `cannot-write` */
  openAppend(path: string): AppendFile;
  /**
   * Cuts a file to its first bytes, on the disk as well; leaves one that is not longer as it is.
   * @throws {LoopError} `cannot-write`
   */
  cut(path: string, sizeBytes: number): void;
  /** Gives a file or folder another name on the same disk. @throws {LoopError} `cannot-write` */
  move(path: string, newPath: string): void;
  /** Removes a file or a whole folder; nothing there is fine. @throws {LoopError} `cannot-write` */
  remove(path: string): void;
  /** Creates a fresh folder in the system's temporary folder. */
  makeTempFolder(prefix: string): string;
}
