/** Programs that tests start and talk to line by line. */

/** A program that was started. */
export interface Child {
  readonly pid: number;
  /** Resolves with the next line of its output; `null` at the end. */
  nextLine(): Promise<string | null>;
  kill(signal: Deno.Signal): void;
  /** Ends its input and resolves with its status. */
  end(): Promise<Deno.CommandStatus>;
}

/** Starts a program of `tests/support/programs`, or any other `argv`. Call `end` in the end. */
export function startChild(
  program: string,
  args: readonly string[] = [],
  options: { readonly env?: Record<string, string>; readonly via?: string[] } =
    {},
): Child {
  const script = decodeURIComponent(
    new URL(`programs/${program}`, import.meta.url).pathname,
  );
  const [command = "", ...rest] = [
    ...(options.via ?? []),
    Deno.execPath(),
    "run",
    "-A",
    "--quiet",
    script,
    ...args,
  ];
  const child = new Deno.Command(command, {
    args: rest,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    env: options.env ?? {},
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  let isOver = false;
  return {
    pid: child.pid,
    kill: (signal) => child.kill(signal),
    async nextLine() {
      while (!buffer.includes("\n") && !isOver) {
        const { value, done } = await reader.read();
        buffer += value ?? "";
        isOver = done;
      }
      const end = buffer.indexOf("\n");
      if (end < 0) return null;
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 1);
      return line;
    },
    async end() {
      await child.stdin.close().catch(() => {});
      const status = await child.status;
      await reader.cancel();
      return status;
    },
  };
}
