/** Owns the commands that are known by name but not run: the reference's and our own to come. */

import type { CommandSpec } from "./command_spec.ts";

type Row = readonly [
  name: string,
  aliases: readonly string[],
  summary: string,
  reason: string,
  instead: string,
];

const LATER = "It is not part of this version yet";

/** Commands of the reference that will come. */
const REFERENCE_LATER: readonly Row[] = [
  [
    "fragments",
    [],
    "List the fragments of a library",
    LATER,
    "`ll-loop show NAME --json` prints a loop with its fragments resolved",
  ],
];

const NO_STATISTICS = "Statistics over judges and past runs are not made";

/** Commands of the reference that will not come. */
const REFERENCE_REFUSED: readonly Row[] = [
  [
    "next-loop",
    [],
    "Suggest the loop to run next",
    NO_STATISTICS,
    "`ll-loop list` shows what can be run",
  ],
  [
    "audit-meta",
    [],
    "Compare model verdicts with outside verdicts",
    NO_STATISTICS,
    "Every verdict stands in events.jsonl of its run folder",
  ],
  [
    "calibrate-budget",
    [],
    "Tell how much verdicts vary",
    NO_STATISTICS,
    "Every verdict stands in events.jsonl of its run folder",
  ],
  [
    "diagnose-evaluators",
    [],
    "Find evaluators that never tell apart",
    NO_STATISTICS,
    "Every verdict stands in events.jsonl of its run folder",
  ],
  [
    "promote-baseline",
    [],
    "Make the last output the baseline",
    "A comparator keeps its own baseline",
    "`auto_promote: true` in its `evaluate`, or copy the output to output.txt in its `baseline_path`",
  ],
  [
    "edit-routes",
    [],
    "Edit routes as a table",
    "Definitions are edited as YAML",
    "Open the file; `ll-loop show NAME` prints its routes as a table",
  ],
  [
    "scaffold-eval",
    [],
    "Make a loop from an issue file",
    "It belongs to the reference's issue tracker",
    "Write the loop by hand, or start from `ll-loop show NAME --json`",
  ],
  [
    "scaffold-verify",
    [],
    "Make a checking loop from an issue file",
    "It belongs to the reference's issue tracker",
    "Write the loop by hand, or start from `ll-loop show NAME --json`",
  ],
];

/** Returns every command that is refused by name. Made when it is asked for: most starts do not. */
export function refusedCommands(): readonly CommandSpec[] {
  return [
    ...REFERENCE_LATER.map(toSpec("later")),
    ...REFERENCE_REFUSED.map(toSpec("refused")),
  ];
}

function toSpec(status: "later" | "refused"): (row: Row) => CommandSpec {
  return ([name, aliases, summary, reason, instead]) => ({
    name,
    aliases,
    summary,
    positionals: [],
    options: [],
    examples: [],
    statuses: [64],
    status,
    refusal: { reason, instead },
    origin: "reference",
  });
}
