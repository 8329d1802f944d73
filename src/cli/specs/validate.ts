/** Owns `validate` in the command table. */

import { commandSpec } from "../command_spec.ts";
import {
  FINDING_FORMATS,
  JSON_OPTION,
  LOOP_POSITIONAL,
} from "../common_options.ts";

/** `ll-loop validate`. */
export const VALIDATE = commandSpec({
  name: "validate",
  aliases: ["val"],
  summary: "Check loops without running them",
  isCommon: true,
  status: "ready",
  origin: "reference",
}, () => ({
  details:
    "Reports every problem at once with its place in the file. A folder stands " +
    "for the loops in it, and - for standard input. With --portable " +
    "whatever the reference would refuse, ignore or read differently is a " +
    "problem, too: short loops, keys of our own, words without quotes. What the " +
    "bash of macOS does not have is a warning then.",
  positionals: [{ ...LOOP_POSITIONAL, isRepeatable: true }],
  options: [
    {
      name: "strict",
      value: { kind: "flag" },
      summary: "Let warnings fail, too",
      category: "Definition",
    },
    {
      name: "portable",
      value: { kind: "flag" },
      summary: "Tell what keeps it from running in the reference",
      category: "Definition",
    },
    {
      name: "fix",
      value: { kind: "flag" },
      summary: "Make the changes that are certain, and nothing else",
      details: "Changes each place whose way out leaves no choice, such as a " +
        "mistyped key, and keeps every other byte. Findings are those that are left.",
      category: "Definition",
    },
    {
      name: "dry-run",
      value: { kind: "flag" },
      summary: "With --fix: print the changes, and write nothing",
      category: "Definition",
    },
    {
      name: "format",
      value: {
        kind: "choice",
        placeholder: "FORMAT",
        choices: FINDING_FORMATS,
      },
      summary: "How findings are printed",
      category: "Output",
    },
    { ...JSON_OPTION, summary: "The same as --format json" },
  ],
  examples: [
    { command: "ll-loop validate fix-types", summary: "check one loop" },
    {
      command: "ll-loop validate .loops/a.yaml .loops/b.yaml --strict",
      summary: "check files in CI",
    },
    {
      command: "ll-loop validate fix-types --portable",
      summary: "does it run in the reference, too?",
    },
    {
      command: "ll-loop validate .loops --fix --dry-run",
      summary: "what could be changed in all of them",
    },
    {
      command: "ll-loop validate .loops --format sarif",
      summary: "for code scanning",
    },
  ],
  statuses: [0, 1, 64, 65, 73],
}));
