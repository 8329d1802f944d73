/** Owns `until` in the command table. */

import { commandSpec, type OptionSpec } from "../command_spec.ts";
import { DURATION_MS_MAX, FIXES_DEFAULT } from "../common_options.ts";
import { runOptions } from "../run_options.ts";

/** Most fixes or checks that can be asked for. */
const TIMES_MAX = 100_000;
/** Anything shorter would only keep the machine busy. */
const EVERY_MS_MIN = 100;

function ownOptions(): readonly OptionSpec[] {
  return [
    {
      name: "fix",
      value: { kind: "text", placeholder: "CMD2" },
      summary: "Run CMD2 after each failed check, then check again",
      details:
        "It gets what the check printed on its standard input, and in the file that LL_LAST_OUTPUT names.",
      category: "Fixing",
    },
    {
      name: "agent",
      value: { kind: "optional-text", placeholder: "HOST" },
      summary: "Let an agent fix it: claude, codex, gemini or command",
      details:
        "Without =HOST the one of LL_HOST_CLI, of the configuration, or the first that is on PATH. It is told the end of what the check printed. Test files that it changes end the run, unless --allow-test-edits is given.",
      category: "Fixing",
    },
    {
      name: "times",
      value: { kind: "integer", placeholder: "N", min: 1, max: TIMES_MAX },
      summary: "Fix, or without --fix check again, at most N times",
      details:
        `The default is ${FIXES_DEFAULT} fixes; without --fix there is no such limit.`,
      category: "Fixing",
    },
    {
      name: "every",
      value: {
        kind: "duration",
        placeholder: "DURATION",
        minMs: EVERY_MS_MIN,
        maxMs: DURATION_MS_MAX,
      },
      summary: "Wait that long before checking again",
      details:
        "Without it there is no pause after a fix, and without --fix one that grows from 1 s to 1 min.",
      category: "Fixing",
    },
    {
      name: "timeout",
      value: {
        kind: "duration",
        placeholder: "DURATION",
        minMs: 100,
        maxMs: DURATION_MS_MAX,
      },
      summary: "Stop after that long, whatever it does then",
      details:
        "Such as 30, 30s, 5m or 1h30m. The default is none with --fix, and a day without.",
      category: "Limits",
    },
    {
      name: "save",
      value: { kind: "text", placeholder: "NAME" },
      summary: "Write it as the loop NAME to .loops, and run nothing",
      details: "Nothing is overwritten. With --dry-run the file is printed.",
      category: "Definition",
    },
  ];
}

/** `ll-loop until`. */
export const UNTIL = commandSpec({
  name: "until",
  aliases: [],
  isCommon: true,
  summary: "Run a command until it passes, fixing what fails",
  usageOptions: "[--fix CMD2 | --agent[=HOST]]",
  status: "ready",
  origin: "own",
}, () => ({
  details:
    "Checks first: when CMD passes at once, nothing else is run. CMD and CMD2 are bash " +
    "commands; quote them. A program that is missing ends it at once. It is a run like every " +
    "other one, with its log and journal in .loops/runs; no other file is needed, nor git.",
  positionals: [{
    name: "CMD",
    summary: "The command that shall pass, in quotes",
    completes: "nothing",
  }],
  options: [
    ...ownOptions(),
    ...runOptions(["dry-run"]),
    ...runOptions([
      "max-cost",
      "max-tokens",
      "max-calls",
      "model",
      "effort",
      "allow-test-edits",
    ]).map((option) => ({ ...option, worksWith: "agent" })),
    ...runOptions([
      "queue",
      "queue-timeout",
      "no-lock",
      "durability",
      "grace",
      "quiet",
      "verbose",
      "follow",
      "clear",
      "json",
    ]),
  ],
  examples: [
    {
      command: "ll-loop until 'npm test' --agent --max-cost 2",
      summary: "an agent works until the tests pass, for $2 at most",
    },
    {
      command:
        `ll-loop until 'npm test' --fix 'claude -p "make the tests pass"'`,
      summary: "an agent works until the tests pass",
    },
    {
      command: "ll-loop until 'test -e ready' --every 2s --timeout 10m",
      summary: "wait for something",
    },
    {
      command: "ll-loop until 'make lint' --fix 'make format' --save lint",
      summary: "keep it as .loops/lint.yaml",
    },
  ],
  statuses: [0, 1, 2, 64, 65, 69, 73, 75, 130],
}));
