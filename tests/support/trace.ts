/** What a program does to the world, seen from outside by `strace`: processes, writes, the network. */

/** Words before a command line that write down what it does into `file`. Linux only. */
export function tracedBy(file: string): string[] {
  const calls = [
    ...["%process", "%network", "open", "openat", "openat2", "creat"],
    ...["mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat"],
    ...["renameat2", "unlink", "unlinkat", "rmdir", "link", "linkat"],
    ...["symlink", "symlinkat", "truncate", "ftruncate", "chmod", "fchmodat"],
    ...["chown", "lchown", "fchownat", "utimensat", "setxattr"],
  ];
  return [
    ...["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-Y", "-s", "4096"],
    ...["-e", "signal=none", "-e", `trace=${calls.join(",")}`, "-o", file],
  ];
}

/** What was seen. Of each list, in order, each once. */
export interface Trace {
  /** Paths of the programs that were started, by whomever. */
  readonly programs: readonly string[];
  /** Absolute paths that the first program changed or opened for writing. */
  readonly written: readonly string[];
  /** Calls by which the first program used a network. */
  readonly network: readonly string[];
}

const OPENING = new Set(["open", "openat", "openat2"]);
const WRITING_REGEXP = /O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)/;
const LINE_REGEXP = /^\d+<(.*?)> (\w+)\((.*)$/;

/** Reads what {@linkcode tracedBy} has written. */
export function readTrace(text: string): Trace {
  const lines = text.split("\n").flatMap((line) => {
    const [, name = "", call = "", rest = ""] = LINE_REGEXP.exec(line) ?? [];
    return call === "" ? [] : [{ name, call, rest }];
  });
  const started = lines
    .filter(({ call, rest }) => call === "execve" && !/ = -1 /.test(rest))
    .map(({ rest }) => firstText(rest));
  const [first = "", ...others] = started;
  // A thread of the first program may have a name of its own, a child is called like its file.
  const children = new Set(
    others.filter((path) => path !== first).map(nameOf),
  );
  const own = lines.filter(({ name }) => !children.has(name));
  const written = own.flatMap(({ call, rest }) => {
    if (/^(?:execve|exit|wait|clone|fork|vfork|kill|tgkill)/.test(call)) {
      return [];
    }
    if (OPENING.has(call)) {
      return WRITING_REGEXP.test(rest) ? pathsIn(call, rest) : [];
    }
    return NETWORK_REGEXP.test(call) ? [] : pathsIn(call, rest);
  });
  const network = own
    .filter(({ call, rest }) =>
      NETWORK_REGEXP.test(call) && /AF_INET|AF_NETLINK|sa_family/.test(rest)
    ).map(({ call, rest }) => `${call}(${rest}`);
  return {
    programs: unique(started),
    written: unique(written),
    network: unique(network),
  };
}

const NETWORK_REGEXP =
  /^(?:socket|socketpair|connect|bind|listen|accept4?|send\w*|recv\w*|getsockname|getpeername|[gs]etsockopt|shutdown)$/;

/** What the system calls a program: the beginning of its file's name. */
function nameOf(path: string): string {
  return (path.split("/").at(-1) ?? "").slice(0, 15);
}

/** Returns the paths that a call is about, made absolute. */
function pathsIn(call: string, rest: string): string[] {
  const [, descriptor] = /^\d+<([^>]*)>/.exec(rest) ?? [];
  if (call.startsWith("f") && descriptor !== undefined) return [descriptor];
  const paths = [...rest.matchAll(/(?:<([^<>]*)>, )?"((?:[^"\\]|\\.)*)"/g)];
  const [, folder = "."] = /AT_FDCWD<([^>]*)>/.exec(rest) ?? [];
  return paths.map(([, at = folder, path = ""]) =>
    path.startsWith("/") ? path : `${at}/${path}`
  );
}

function firstText(rest: string): string {
  return /"((?:[^"\\]|\\.)*)"/.exec(rest)?.[1] ?? "";
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
