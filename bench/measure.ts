/** Timing and weighing of programs. */

/** Returns the middle of `values`. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1
    ? upper
    : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** A program and its arguments. */
export type Argv = readonly [string, ...string[]];

function command([program, ...args]: Argv, cwd: string): Deno.Command {
  return new Deno.Command(program, {
    args,
    cwd,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    env: { NO_COLOR: "1" },
  });
}

/** One program to be timed. */
export interface Contestant {
  readonly argv: Argv;
  readonly cwd: string;
  /** Status that it must end with. @default {0} */
  readonly status?: number;
}

/** Returns how long a program runs, in milliseconds. @throws {Error} when it ends with another status */
export async function timeOf(
  { argv, cwd, status = 0 }: Contestant,
): Promise<number> {
  const startMs = performance.now();
  const { code } = await command(argv, cwd).spawn().status;
  const tookMs = performance.now() - startMs;
  if (code !== status) {
    throw new Error(
      `"${argv.join(" ")}" ended with status ${code}, wanted ${status}`,
    );
  }
  return tookMs;
}

/** Times of one round in milliseconds, by contestant. */
export type Round<Name extends string> = Readonly<Record<Name, number>>;

/**
 * Returns the times of each round. The contestants take turns, so that what else the machine
 * does hits all of them alike, and numbers of one round can be compared.
 */
export async function compare<Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  count: number,
): Promise<Round<Name>[]> {
  const names = Object.keys(contestants) as Name[];
  const rounds: Round<Name>[] = [];
  // The first round fills caches.
  for (let i = 0; i <= count; i++) {
    const round: Partial<Record<Name, number>> = {};
    for (const name of names) round[name] = await timeOf(contestants[name]);
    if (i > 0) rounds.push(round as Round<Name>);
  }
  return rounds;
}

/** Returns the median of what `of` makes of each round. */
export function middle<Name extends string>(
  rounds: readonly Round<Name>[],
  of: (round: Round<Name>) => number,
): number {
  return median(rounds.map(of));
}

/** Returns the largest resident size that `argv` reaches, in MB, looking every `pollMs`. Linux only. */
export async function peakMegabytes(
  argv: Argv,
  { cwd, pollMs = 20 }: { readonly cwd: string; readonly pollMs?: number },
): Promise<number> {
  const child = command(argv, cwd).spawn();
  let kilobytes = 0;
  let hasEnded = false;
  const ended = child.status.finally(() => hasEnded = true);
  while (!hasEnded) {
    // A high-water mark: the last reading before the end holds.
    const text = await Deno.readTextFile(`/proc/${child.pid}/status`)
      .catch(() => "");
    kilobytes = Math.max(
      kilobytes,
      Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0),
    );
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  const { code } = await ended;
  if (code !== 0) throw new Error(`"${argv.join(" ")}" ended with ${code}`);
  return kilobytes / 1000;
}

/** Returns whether a process lives and is no zombie. */
export function isRunning(pid: number): boolean {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return !/\) [ZX] /.test(text.slice(text.lastIndexOf(")")));
  } catch {
    return false;
  }
}
