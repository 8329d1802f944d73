/** Looks programs up as the system will. */

/** The system's own choice where PATH is not set. */
const DEFAULT_PATH = "/usr/bin:/bin";

/** What a program name stands for. */
export type FoundProgram =
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "missing" }
  | { readonly kind: "directory" }
  | { readonly kind: "not-executable" };

/** Where to look. */
export interface Lookup {
  /** Folder that relative names and relative PATH entries start from. */
  readonly cwd: string;
  /** Value of PATH; `undefined` when unset. */
  readonly path: string | undefined;
}

/** Returns whether `path` is a file that somebody may execute; where the system has no such bit, a file. */
export function isExecutable(path: string): boolean {
  return classify(path).kind === "found";
}

/** Returns what `program` is: a name with a slash is a path, any other is looked up in PATH. */
export function findProgram(program: string, lookup: Lookup): FoundProgram {
  if (program === "") return { kind: "missing" };
  if (program.includes("/")) return classify(absolute(program, lookup.cwd));
  const separator = Deno.build.os === "windows" ? ";" : ":";
  let best: FoundProgram = { kind: "missing" };
  for (const folder of (lookup.path ?? DEFAULT_PATH).split(separator)) {
    for (const suffix of Deno.build.os === "windows" ? ["", ".exe"] : [""]) {
      const path = absolute(
        `${folder === "" ? "." : folder}/${program}${suffix}`,
        lookup.cwd,
      );
      const found = classify(path);
      if (found.kind === "found") return found;
      if (found.kind === "not-executable") best = found;
    }
  }
  return best;
}

function absolute(path: string, cwd: string): string {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path)
    ? path
    : `${cwd}/${path}`;
}

function classify(path: string): FoundProgram {
  try {
    const info = Deno.statSync(path);
    if (info.isDirectory) return { kind: "directory" };
    const isAllowed = info.mode === null || (info.mode & 0o111) !== 0;
    return isAllowed ? { kind: "found", path } : { kind: "not-executable" };
  } catch {
    return { kind: "missing" };
  }
}
