import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { DURABILITIES, EXIT, LoopError } from "../../../src/model/mod.ts";
import {
  commandNamed,
  COMMANDS,
  findCommand,
  findReady,
  HIDDEN_COMMANDS,
  nearestCommands,
  optionsOf,
  refusalError,
} from "../../../src/cli/command_table.ts";
import type { CommandSpec } from "../../../src/cli/command_spec.ts";
import { CODED_COMMANDS } from "../../../src/cli/carry_out.ts";
import { GLOBAL_OPTIONS } from "../../../src/cli/common_options.ts";
import { EXIT_STATUSES } from "../../../src/cli/exit_statuses.ts";
import { givenArguments } from "../../../src/cli/given_arguments.ts";
import { formatCommandHelp, formatHelp } from "../../../src/cli/help.ts";
import {
  type CommandInvocation,
  type Invocation,
  parseArguments,
} from "../../../src/cli/parse_arguments.ts";
import { refusedCommands } from "../../../src/cli/refused_commands.ts";
import { reportError } from "../../../src/cli/report.ts";
import { allRunOptions } from "../../../src/cli/run_options.ts";
import { captureStream } from "../../support/fakes.ts";

type Parsed = CommandInvocation & Invocation;

/** Every command that is known by name, whether it works or is refused. */
const KNOWN = [...COMMANDS, ...refusedCommands()];

function parse(...args: string[]): Parsed {
  const invocation = parseArguments(args);
  assert(
    invocation.kind === "command",
    `not a command: ${invocation.kind}: ${args.join(" ")}`,
  );
  return invocation;
}

function failure(...args: string[]): LoopError {
  const error = assertThrows<LoopError>(
    () => parseArguments(args),
    LoopError,
  );
  assertEquals(error.exitStatus, EXIT.usage);
  return error;
}

function message(...args: string[]): string {
  return failure(...args).message;
}

/** Splits a line as a shell would, as far as the examples need it. */
function words(line: string): string[] {
  return Array.from(
    line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g),
    ([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"),
  );
}

Deno.test("table: names and aliases are unique over all commands", () => {
  const names = KNOWN.flatMap((one) => [one.name, ...one.aliases]);
  assertEquals(new Set(names).size, names.length);
  assert(!names.includes("c"), "the leftover alias is free");
});

Deno.test("table: every command of the reference is known by name", () => {
  const expected =
    "run r validate val list l status st stop resume res history h test t simulate sim install show s monitor queue audit fragments next-loop audit-meta calibrate-budget diagnose-evaluators promote-baseline edit-routes scaffold-eval scaffold-verify";
  for (const name of expected.split(" ")) {
    assertEquals(findCommand(name)?.origin, "reference", name);
  }
  assertEquals(findReady("val")?.name, "validate");
  assertEquals(findReady("fragments"), null);
  assertEquals(findCommand("no-such"), null);
});

Deno.test("table: every ready command has code, and nothing else has", () => {
  // `help` is answered by the parser's invocation itself.
  const ready = COMMANDS.map((one) => one.name).filter((name) =>
    name !== "help"
  );
  const hidden = HIDDEN_COMMANDS.map((one) => one.name);
  assertEquals([...CODED_COMMANDS].sort(), [...ready, ...hidden].sort());
});

Deno.test("table: options have unique spellings, a category and a line that fits", () => {
  for (const command of KNOWN) {
    const options = optionsOf(command);
    const spellings = options.flatMap((option) => [
      `--${option.name}`,
      ...(option.aliases ?? []).map((alias) => `--${alias}`),
      ...(option.short === undefined ? [] : [`-${option.short}`]),
    ]);
    assertEquals(new Set(spellings).size, spellings.length, command.name);
    for (const option of options) {
      assert(/^[a-z][a-z-]+$/.test(option.name), option.name);
      assert(!option.name.includes("."), option.name);
      assert(option.summary.length > 5, option.name);
      assert(!option.summary.endsWith("."), option.summary);
      if (option.value.kind === "choice") {
        assert(option.value.choices.length > 1, option.name);
      }
    }
  }
});

Deno.test("table: refused commands have a reason, ready ones examples and statuses", () => {
  for (const command of KNOWN) {
    assertEquals(
      command.refusal === undefined,
      command.status === "ready",
      command.name,
    );
    if (command.status !== "ready") continue;
    assert(command.examples.length > 0, command.name);
    assert(command.statuses.includes(EXIT.usage), command.name);
  }
});

Deno.test("help: every line fits 80 columns and every working option is documented", () => {
  for (const command of KNOWN) {
    const help = formatCommandHelp(command);
    for (const line of help.split("\n")) assert(line.length <= 80, line);
    if (command.status !== "ready") {
      assertStringIncludes(help, "Not available: ");
      continue;
    }
    for (const option of optionsOf(command)) {
      assertStringIncludes(help, `--${option.name}`);
    }
  }
});

Deno.test("help: the overview and a prompt fit a screen of 24 lines and 80 columns, with all that will come", () => {
  const all = KNOWN.filter(({ status }) => status !== "refused")
    .map((one): CommandSpec => ({ ...one, status: "ready" }));
  assert(all.length > 24);
  for (const help of [formatHelp(), formatHelp(all)]) {
    const lines = help.split("\n");
    assert(lines.length <= 23, help);
    for (const line of lines) assert(line.length <= 80, line);
    assertEquals(lines[6], "  run, r          Run a loop");
    const shown = new Set(help.match(/[a-z-]+/g));
    for (const { name } of help === formatHelp() ? COMMANDS : all) {
      assert(shown.has(name), name);
    }
  }
});

Deno.test("help: a command from usage to exit status", () => {
  assertEquals(
    formatCommandHelp(commandNamed("validate")),
    `Check loops without running them.

Usage: ll-loop validate LOOP... [OPTIONS]
Alias: val

Reports every problem at once with its place in the file. A folder stands for
the loops in it, and - for standard input. With --portable whatever the
reference would refuse, ignore or read differently is a problem, too: short
loops, keys of our own, words without quotes. What the bash of macOS does not
have is a warning then.

Arguments:
  LOOP                        Name of a loop, or the path of its file

Definition:
      --strict                Let warnings fail, too
      --portable              Tell what keeps it from running in the reference
      --fix                   Make the changes that are certain, and nothing
                              else
                              Changes each place whose way out leaves no choice,
                              such as a mistyped key, and keeps every other
                              byte. Findings are those that are left.
      --dry-run               With --fix: print the changes, and write nothing

Output:
      --format FORMAT         How findings are printed: text, line, json, sarif,
                              github
  -j, --json                  The same as --format json

General:
      --loops-dir DIR         Use DIR instead of the .loops folder
                              Also: the variable LL_LOOPS_DIR.
      --color WHEN            When to use colours: auto, always, never
                              auto, the default, means on a terminal unless
                              NO_COLOR is set; FORCE_COLOR=1 means always.
  -h, --help                  Show this help
  -V, --version               Show the version

Examples:
  # check one loop
  ll-loop validate fix-types
  # check files in CI
  ll-loop validate .loops/a.yaml .loops/b.yaml --strict
  # does it run in the reference, too?
  ll-loop validate fix-types --portable
  # what could be changed in all of them
  ll-loop validate .loops --fix --dry-run
  # for code scanning
  ll-loop validate .loops --format sarif

Exit status:
  0    done; a run ended in a success state
  1    stopped short: a limit, no route, an error; or invalid files
  64   wrong usage of the command line
  65   loop not found or not valid, or values missing: nothing ran
  73   files cannot be written`,
  );
});

Deno.test("help: says of -q what it means elsewhere", () => {
  const help = formatCommandHelp(commandNamed("run")).replaceAll(/\s+/g, " ");
  assertStringIncludes(
    help,
    "Newer releases of the reference mean --queue by -q; here -q keeps its first meaning.",
  );
});

Deno.test("help: every exit status of the program is explained", () => {
  const known = new Set(EXIT_STATUSES.map(([status]) => status));
  for (const status of Object.values(EXIT)) assert(known.has(status));
  for (const command of KNOWN) {
    for (const status of command.statuses) assert(known.has(status));
  }
});

Deno.test("help: every example is a command line that parses", () => {
  for (const command of KNOWN) {
    for (const example of command.examples) {
      const [program, ...args] = words(example.command);
      assertEquals(program, "ll-loop");
      const invocation = parseArguments(args);
      assert(invocation.kind !== "bare", example.command);
      if (invocation.kind === "command") {
        assertEquals(invocation.command, command.name, example.command);
      }
    }
  }
});

Deno.test("parse: a bare name runs a loop, a command name never does", () => {
  const short = parse("fix-types", "src", "-n", "3");
  assertEquals(short.command, "run");
  assert(short.isShorthand);
  assertEquals(short.positionals, ["fix-types", "src"]);
  assertEquals(parse("run", "status").positionals, ["status"]);
  assert(!parse("r", "s").isShorthand);
  assertEquals(parse("c").positionals, ["c"]);
  assertEquals(parse("val", "a", "b").command, "validate");
  assertEquals(parse("st", "x").command, "status");
  assertEquals(parseArguments(["fragments", "x"]).kind, "refused");
});

Deno.test("parse: nothing, help and version", () => {
  assertEquals(parseArguments([]).kind, "bare");
  assertEquals(parseArguments(["--color", "never"]).kind, "bare");
  for (const args of [["--version"], ["-V"], ["run", "x", "--version"]]) {
    assertEquals(parseArguments(args).kind, "version");
  }
  const topics: [string[], string | null][] = [
    [["--help"], null],
    [["-h"], null],
    [["help"], null],
    [["help", "r"], "run"],
    [["run", "--help"], "run"],
    [["run", "x", "--bogus", "-h"], "run"],
    [["run", "x", "-vh"], "run"],
    [["--help", "list"], "list"],
    [["fix-types", "--help"], "run"],
    [["status", "--help"], "status"],
    [["help", "sim"], "simulate"],
  ];
  for (const [args, topic] of topics) {
    const invocation = parseArguments(args);
    assert(invocation.kind === "help", args.join(" "));
    assertEquals(invocation.command?.name ?? null, topic);
  }
  const unknown = parseArguments(["help", "lst"]);
  assert(unknown.kind === "unknown-topic");
  assertEquals(unknown.topic, "lst");
});

Deno.test("parse: options and positionals in any order and every spelling", () => {
  const rows: string[][] = [
    ["run", "x", "-n", "5", "text"],
    ["run", "-n5", "x", "text"],
    ["run", "-n=5", "x", "text"],
    ["run", "x", "text", "--max-steps=5"],
    ["run", "x", "text", "--max-s", "5"],
    ["run", "-n", "1", "x", "-n", "5", "text"],
    ["run", "-n", "5", "--", "x", "text"],
    ["x", "-vn5", "text"],
  ];
  for (const row of rows) {
    const parsed = parse(...row);
    assertEquals(parsed.options.number("max-steps"), 5, row.join(" "));
    assertEquals(parsed.positionals, ["x", "text"], row.join(" "));
  }
  assertEquals(parse("x", "--", "--not-an-option").positionals, [
    "x",
    "--not-an-option",
  ]);
  assertEquals(parse("x", "-5").positionals, ["x", "-5"]);
  assertEquals(parse("x", "-").positionals, ["x", "-"]);
  assertEquals(parse("x", "007").positionals, ["x", "007"]);
  assertEquals(parse("--loops-dir", "d", "x").options.text("loops-dir"), "d");
  assertEquals(
    parse("--color=never", "x", "--color", "always").options.text("color"),
    "always",
  );
});

Deno.test("parse: every kind of value of run", () => {
  const { options } = parse(
    "x",
    "--delay",
    "0.25",
    "--queue-timeout=1e3",
    "-qv",
    "--durability=fast",
    "--handoff-threshold",
    "100",
  );
  assertEquals(options.number("delay"), 0.25);
  assertEquals(options.milliseconds("delay"), 250);
  assertEquals(options.milliseconds("queue-timeout"), 1_000_000);
  assertEquals(options.milliseconds("grace"), null);
  const durations = parse("until", "x", "--every", "1m30s", "--timeout=2")
    .options;
  assertEquals(durations.milliseconds("every"), 90_000);
  assertEquals(durations.milliseconds("timeout"), 2000);
  assertEquals(
    parse("until", "x").options.milliseconds("every"),
    null,
  );
  assertEquals([options.flag("quiet"), options.flag("verbose")], [true, true]);
  assert(parse("x", "--qt").options.flag("quiet"));
  assertEquals(options.choice("durability", DURABILITIES), "fast");
  assertThrows(
    () => options.choice("durability", ["slow"]),
    LoopError,
    'Option "durability" has other choices',
  );
  assertEquals(options.number("handoff-threshold"), 100);
  assertEquals(options.number("max-steps"), null);
  assert(!options.has("llm-model"));
  assertThrows(() => options.flag("max-steps"), LoopError, "is a integer");
  assertThrows(() => options.flag("nothing"), LoopError, "No option");
});

Deno.test("parse: context is split at the first =, the key trimmed, the value kept", () => {
  const { options } = parse(
    "x",
    "--context",
    "a=",
    "--context= b = c=d ",
    "--context",
    "e==",
    "--context",
    "f=two\nlines",
    "--context",
    "n=003",
  );
  assertEquals(options.pairs("context"), [
    ["a", ""],
    ["b", " c=d "],
    ["e", "="],
    ["f", "two\nlines"],
    ["n", "003"],
  ]);
  assertEquals(parse("x").options.pairs("context"), []);
});

Deno.test("bad input: one message each", () => {
  const rows: [string[], string][] = [
    [
      ["x", "-n", "0"],
      'Option "-n" takes a whole number from 1 to 1000000, got "0"',
    ],
    [
      ["x", "-n", "-1"],
      'Option "-n" takes a whole number from 1 to 1000000, got "-1"',
    ],
    [
      ["x", "-qnnan", "--max-iterations=1"],
      'Option "-n" takes a whole number from 1 to 1000000, got "nan"',
    ],
    [
      ["x", "-n1", "--max-st", "nan"],
      'Option "--max-steps" takes a whole number from 1 to 1000000, got "nan"',
    ],
    [
      ["x", "--max-steps", "-1"],
      'Option "--max-steps" takes a whole number from 1 to 1000000, got "-1"',
    ],
    [
      ["x", "-n", "2.5"],
      'Option "-n" takes a whole number from 1 to 1000000, got "2.5"',
    ],
    [
      ["x", "--max-iterations=1000001"],
      'Option "--max-iterations" takes a whole number from 1 to 1000000, got "1000001"',
    ],
    [
      ["x", "--delay", "-5"],
      'Option "--delay" takes a number of seconds from 0 to 1000000, got "-5"',
    ],
    [
      ["x", "--delay", "nan"],
      'Option "--delay" takes a number of seconds from 0 to 1000000, got "nan"',
    ],
    [
      ["x", "--delay", "-inf"],
      'Option "--delay" takes a number of seconds from 0 to 1000000, got "-inf"',
    ],
    [
      ["x", "--delay=1e999"],
      'Option "--delay" takes a number of seconds from 0 to 1000000, got "1e999"',
    ],
    [
      ["x", "--delay="],
      'Option "--delay" takes a number of seconds from 0 to 1000000, got ""',
    ],
    ...["5x", "m", "0", "11d", "-1s", "1 m"].map((
      typed,
    ): [string[], string] => [
      ["until", "x", `--every=${typed}`],
      `Option "--every" takes a duration such as 30s, 5m or 1h30m, from 0.1s to 240h, got "${typed}"`,
    ]),
    [
      ["until", "npm", "test"],
      'Too many arguments for "until": "test" is left over',
    ],
    [
      ["until"],
      'Command "until" needs a CMD: the command that shall pass, in quotes',
    ],
    [
      ["x", "--llm-model", ""],
      'Option "--llm-model" must not be empty',
    ],
    [
      ["x", "--handoff-threshold", "101"],
      'Option "--handoff-threshold" takes a whole number from 1 to 100, got "101"',
    ],
    [
      ["x", "--handoff-threshold", "abc"],
      'Option "--handoff-threshold" takes a whole number from 1 to 100, got "abc"',
    ],
    [
      ["x", "--context", "foo"],
      'Option "--context" takes KEY=VALUE with a key before the =, got "foo"',
    ],
    [
      ["x", "--context", "=v"],
      'Option "--context" takes KEY=VALUE with a key before the =, got "=v"',
    ],
    [
      ["x", "--context", " =v"],
      'Option "--context" takes KEY=VALUE with a key before the =, got " =v"',
    ],
    [
      ["x", "--durability", "slow"],
      'Option "--durability" takes one of full, fast, got "slow"',
    ],
    [["x", "--quiet=yes"], 'Option "--quiet" takes no value, got "yes"'],
    [["x", "-q=yes"], 'Option "-q" takes no value, got "yes"'],
    [
      ["x", "--delay"],
      'Option "--delay" needs a value: a number of seconds from 0 to 1000000',
    ],
    [
      ["x", "--llm-model", "--quiet"],
      'Option "--llm-model" needs a value: a text, got the option "--quiet"',
    ],
    [["x", "--quite"], 'Unknown option "--quite" for "run"'],
    [["x", "-z"], 'Unknown option "-z" for "run"'],
    [["x", "--="], 'Unknown option "--" for "run"'],
    [["x", "--__proto__"], 'Unknown option "--__proto__" for "run"'],
    [["--quiet", "x"], 'Unknown option "--quiet" before a command'],
    [
      ["x", "--max", "3"],
      'Option "--max" is ambiguous: expected one of "--max-calls", "--max-cost", "--max-iterations", "--max-steps", "--max-time", "--max-tokens"',
    ],
    [
      ["run"],
      'Command "run" needs a LOOP: name of a loop, or the path of its file',
    ],
    [["run", ""], "LOOP must not be empty"],
    [["doctor", "a", ""], "LOOP must not be empty"],
    [["run", "a", "b", "c"], 'Too many arguments for "run": "c" is left over'],
    [["list", "a"], 'Too many arguments for "list": "a" is left over'],
    [
      ["validate"],
      'Command "validate" needs a LOOP: name of a loop, or the path of its file',
    ],
  ];
  for (const [args, expected] of rows) {
    assertEquals(message(...args), expected, args.join(" "));
  }
});

Deno.test("bad input: the hint shows the way", () => {
  assertEquals(
    failure("x", "--quite").hint,
    'Did you mean "--quiet"? `ll-loop help run` lists its options',
  );
  assertEquals(
    failure("x", "--llm-model", "-m").hint,
    "If it is the value, write --llm-model=-m",
  );
  assertEquals(failure("x", "-n").hint, "Write it as --max-steps N");
  assertEquals(
    failure("install").hint,
    "`ll-loop list --builtin` shows what there is. Usage: ll-loop install NAME [OPTIONS]",
  );
  assertEquals(
    [failure("resume").message, failure("resume").hint],
    [
      'Command "resume" needs a RUN: id of a run, the start of one, or the name of its loop',
      "`ll-loop history` shows the runs that there are. Usage: ll-loop resume RUN [OPTIONS]",
    ],
  );
  // Neither a number nor an option of the command can be what was meant.
  for (
    const [option, next, hint] of [
      ["--timeout", "--every", "Write it as --timeout DURATION"],
      ["--timeout", "-f", "Write it as --timeout DURATION"],
      ["--fix", "--every", "Write it as --fix CMD2"],
      ["--fix", "--evry", "If it is the value, write --fix=--evry"],
    ] as const
  ) assertEquals(failure("until", "true", option, next).hint, hint);
  const listed = "`ll-loop help until` lists its options";
  for (
    const [words, hint] of [
      ["true -fix x", `Did you mean "--fix"? ${listed}`],
      ["true -timout=5", `Did you mean "--timeout"? ${listed}`],
      [
        "ls -la --fix npm run fix",
        `Quote a command that has options: ll-loop until 'ls -la' --fix 'npm run fix'\n${listed}`,
      ],
      [
        "npm test --times 3 --fix npm run fix",
        "Quote a command that has spaces: ll-loop until 'npm test' --times 3 --fix 'npm run fix'",
      ],
      [
        "a --agent codex",
        'The agent stands behind "=": ll-loop until a --agent=codex',
      ],
      [
        "a --agent codx",
        'The agent stands behind "=": ll-loop until a --agent=codex',
      ],
      [
        "npm test --agent",
        "Quote a command that has spaces: ll-loop until 'npm test' --agent",
      ],
      [
        "a --times=2 b",
        "Usage: ll-loop until CMD [--fix CMD2 | --agent[=HOST]] [OPTIONS]",
      ],
    ] as const
  ) assertEquals(failure("until", ...words.split(" ")).hint, hint);
  assertEquals(
    failure("a", "b", "c").hint,
    "Quote an input that has spaces. Usage: ll-loop run LOOP [INPUT] [OPTIONS]",
  );
  assertEquals(nearestCommands("lst"), ["list"]);
});

Deno.test("reference: every flag of its run works or is refused with reason and way out", () => {
  const working =
    "max-steps max-iterations delay no-llm llm-model dry-run quiet verbose clear queue queue-timeout context builtin handoff-threshold context-limit no-lock follow no-host-guard no-prompt-size-guard prompt-size-warn-chars background model effort";
  const refused =
    "foreground-internal show-diagrams diagram-edge-labels diagram-state-detail diagram-scope worktree program-md host-guard-budget-mb baseline baseline-skill items cross-host cost-output-json instance-id";
  for (const name of working.split(" ")) {
    const option = allRunOptions().find((one) => one.name === name);
    assert(option !== undefined && option.refusal === undefined, name);
  }
  for (const name of refused.split(" ")) {
    for (const spelling of [`--${name}`, `--${name}=x`]) {
      const error = failure("x", spelling);
      assertStringIncludes(
        error.message,
        `Option "--${name}" is not supported: `,
      );
      assert((error.hint ?? "").length > 10, name);
    }
  }
  for (
    const [short, name] of [
      ["n", "max-steps"],
      ["q", "quiet"],
      [
        "v",
        "verbose",
      ],
      ["f", "follow"],
      ["b", "background"],
    ]
  ) {
    assertEquals(
      allRunOptions().find((one) => one.short === short)?.name,
      name,
    );
  }
});

Deno.test("options that do nothing as they were given were taken in silence", () => {
  assertEquals(parse("x", "--queue-timeout", "5").notices, [
    'Option "--queue-timeout" has no effect without "--queue"',
  ]);
  assertEquals(parse("x", "--queue", "--queue-timeout", "5").notices, []);
  assertEquals(parse("x", "-qv").notices, [
    'Option "--verbose" has no effect with "--quiet", which wins',
  ]);
  assertEquals(parse("x", "-v").notices, []);
  assertEquals(parse("until", "ls", "--fix=x", "--max-cost", "1").notices, [
    'Option "--max-cost" has no effect without "--agent"',
  ]);
  assertEquals(parse("until", "ls", "--agent", "--max-cost", "1").notices, []);
  // Each companion is an option of the same command.
  for (const command of KNOWN) {
    const names = optionsOf(command).map(({ name }) => name);
    for (const { worksWith, yieldsTo } of optionsOf(command)) {
      for (const other of [worksWith, yieldsTo]) {
        if (other !== undefined) assert(names.includes(other), other);
      }
    }
  }
});

Deno.test("reference: list refuses what it does not do by name", () => {
  assertEquals(
    message("list", "--grid"),
    'Option "--grid" is not supported: the list cannot be filtered or laid out',
  );
  assert(parse("l", "-j", "--builtin").options.flag("json"));
});

Deno.test("refused command: says why, what instead, and how to run a loop of that name", () => {
  const command: CommandSpec = {
    ...commandNamed("fragments"),
    aliases: ["fr"],
  };
  const plain = refusalError(command, { typed: "fragments", isLoop: false });
  assertEquals(plain.exitStatus, 64);
  assertEquals(
    plain.message,
    'Command "fragments" is not available: it is not part of this version yet',
  );
  assertEquals(
    plain.hint,
    "`ll-loop show NAME --json` prints a loop with its fragments resolved",
  );
  const loop = refusalError(command, { typed: "fr", isLoop: true });
  assertStringIncludes(loop.message, 'Command "fragments" (fr) is not');
  assertStringIncludes(
    loop.hint ?? "",
    "the loop of that name runs with `ll-loop run fr`",
  );
});

Deno.test("values: a time with its unit is milliseconds, nothing else is one", () => {
  const since = (text: string) =>
    parse("history", "--since", text).options.milliseconds("since");
  const cases: [text: string, ms: number][] = [
    ["45s", 45_000],
    ["30m", 1_800_000],
    ["1.5h", 5_400_000],
    ["2d", 172_800_000],
  ];
  for (const [text, ms] of cases) assertEquals(since(text), ms);
  for (const text of ["", "h", "0s", "1w", "1 h", `${"9".repeat(30)}d`]) {
    assertStringIncludes(
      message("history", `--since=${text}`),
      'Option "--since" takes a duration such as 30s, 5m or 1h30m',
    );
  }
});
Deno.test("global options are the same for every command", () => {
  for (const command of COMMANDS) {
    const names = optionsOf(command).map((option) => option.name);
    for (const { name } of GLOBAL_OPTIONS) assert(names.includes(name));
  }
});

Deno.test("arguments as typed, each with the value in it", () => {
  const given = (...args: string[]) =>
    givenArguments(parse(...args)).map(({ text, gives }) =>
      gives === null
        ? text
        : gives.what === "input"
        ? `${text} (input)`
        : gives.what === "cap"
        ? `${text} (${gives.name}, "${gives.rest}")`
        : `${text} (${gives.key}, ${gives.characters})`
    );
  assertEquals(
    given(
      "--color",
      "never",
      "run",
      "--context=a =b=c",
      "-qn",
      "3",
      "k=v",
      "-1",
    ),
    [
      "--color",
      "never",
      "run",
      "--context=a =b=c (a, 3)",
      '-qn (max-steps, "-q")',
      '3 (max-steps, "")',
      "k=v",
      "-1 (input)",
    ],
  );
  assertEquals(
    given("x", "-vqn5", "--max-s=6", "-n", "7", "--max-iterations", "8"),
    [
      "x",
      '-vqn5 (max-steps, "-vq")',
      '--max-s=6 (max-steps, "")',
      '-n (max-steps, "")',
      '7 (max-steps, "")',
      '--max-iterations (max-iterations, "")',
      '8 (max-iterations, "")',
    ],
  );
  assertEquals(given("fix", "--context", "x=", "--", "--in"), [
    "fix",
    "--context",
    "x= (x, 0)",
    "--",
    "--in (input)",
  ]);
});

Deno.test("a bug is told as one, with what to send", async () => {
  const stderr = captureStream();
  const status = await reportError(new TypeError("x is undefined"), {
    stdout: null,
    stream: stderr,
    style: { color: false, columns: 80 },
    cwd: "/p",
    version: "1.2.3",
  });
  assertEquals(status, 70);
  const lines = stderr.text.trimEnd().split("\n");
  assertEquals(lines[0], "error: A bug in ll-loop 1.2.3 ended this command");
  assertEquals(lines[1], "TypeError: x is undefined");
  assertEquals(
    lines.at(-1),
    "Please report it with the lines above and the command that you typed",
  );
});
