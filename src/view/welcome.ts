/** Owns what is printed when nothing was asked for: what this is, what to type, what is here. */

import { count } from "./count.ts";
import { joinCommand } from "../model/mod.ts";
import { painter, type Style, symbolsOf } from "./style.ts";
import { makeVisible } from "./visible.ts";
import { displayWidth, truncate } from "./width.ts";

/** What was found here. */
export interface Welcome {
  /** Names of the project's own loops. */
  readonly loops: readonly string[];
  readonly builtins: readonly string[];
  /** An own loop that would run at once. */
  readonly runnable: string | null;
  /** An own loop that at least loads. */
  readonly loadable: string | null;
  readonly suggestion: { readonly name: string; readonly check: string };
  /** What `until` could be given; without a fix somebody works while it checks. */
  readonly until: { readonly check: string; readonly fix: string | null };
  /** Why the project's loops cannot be listed. @default {null} */
  readonly problem?: string | null;
  /** Whether `new` can ask, so that nothing needs to be given. */
  readonly canAsk: boolean;
}

/** Most lines of the message. */
export const WELCOME_LINES_MAX = 12;

const COMMANDS_SHOWN = 3;
const COLUMNS_MAX = 80;

/** Returns the message as lines. Every command in it works as it stands there. */
export function formatWelcome(welcome: Welcome, style: Style): string[] {
  const paint = painter(style);
  const { ellipsis } = symbolsOf(style);
  const columns = Math.min(style.columns, COLUMNS_MAX);
  const rows = commandsFor(welcome).slice(0, COMMANDS_SHOWN);
  const commentWidth = Math.max(...rows.map(([, text]) => displayWidth(text)));
  // A line that would break loses its comment, and only that.
  const hasRoom = (command: string): boolean =>
    displayWidth(command) <= columns - commentWidth - "    # ".length;
  const width = Math.max(
    ...rows.map(([command]) => hasRoom(command) ? displayWidth(command) : 0),
  );
  const { loops, builtins, problem = null } = welcome;
  const names = problem !== null
    ? makeVisible(problem)
    : loops.length > 0
    ? `Loops here: ${fitNames(loops, columns - "Loops here: ".length)}`
    : `No loops here yet, but ${
      count(builtins.length, "built-in one")
    }: ll-loop list`;
  return [
    "ll-loop lets a script or a coding agent work until a check passes: by one line,",
    "or by a loop, which is steps in YAML and the ways between them.",
    "",
    ...rows.map(([command, comment]) =>
      hasRoom(command)
        ? `  ${command}${" ".repeat(width - displayWidth(command))}  ` +
          paint("secondary", `# ${comment}`)
        : `  ${command}`
    ),
    "",
    truncate(names, { columns, ellipsis }),
    "Everything else: ll-loop --help, ll-loop guide",
  ];
}

/** Commands that work here, the most useful first. */
function commandsFor(
  { runnable, loadable, loops, suggestion, until, canAsk }: Welcome,
): (readonly [command: string, comment: string])[] {
  const run = (name: string, ...more: string[]) =>
    joinCommand(["ll-loop", "run", makeVisible(name), ...more]);
  const rows: (readonly [string, string])[] = [];
  if (runnable !== null) {
    rows.push(
      [run(runnable, "--dry-run"), "what it would do"],
      [run(runnable), "run it"],
    );
  } else if (loadable !== null) {
    rows.push([
      run(loadable, "--dry-run"),
      "what it would do, and what it needs",
    ]);
  }
  if (loops.length > 0) rows.push(["ll-loop list", "what each loop is for"]);
  const { name, check } = suggestion;
  const given = canAsk ? [] : [name, "-t", "gate", "--check", check];
  return [
    ...rows,
    until.fix === null
      ? [
        joinCommand(["ll-loop", "until", until.check, "--timeout", "10m"]),
        "check until it passes",
      ]
      : [
        joinCommand(["ll-loop", "until", until.check, "--fix", until.fix]),
        "until it passes",
      ],
    ["ll-loop demo", "a loop at work"],
    [joinCommand(["ll-loop", "new", ...given]), "write your own"],
  ];
}

/** Returns as many of the names as fit, and how many more there are. */
function fitNames(names: readonly string[], columns: number): string {
  const rest = (count: number) => ` and ${count} more: ll-loop list`;
  let text = "";
  for (const [index, name] of names.entries()) {
    const shown = makeVisible(name);
    const next = text === "" ? shown : `${text}, ${shown}`;
    const left = names.length - index - 1;
    const tail = left === 0 ? "" : rest(left);
    if (index > 0 && displayWidth(next + tail) > columns) {
      return text + rest(left + 1);
    }
    text = next;
  }
  return text;
}
