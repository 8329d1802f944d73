/** Owns `schema` in the command table. */

import { commandSpec } from "../command_spec.ts";

/** `ll-loop schema`. */
export const SCHEMA = commandSpec({
  name: "schema",
  aliases: [],
  summary: "Print the JSON schema of loop files, for editors",
  status: "ready",
  origin: "own",
}, () => ({
  details:
    "Editors that read the line `# yaml-language-server: $schema=./loop.schema.json` " +
    "of a loop complete its keys. `new`, `install` and `until --save` write that line " +
    "and the schema; with --write this does for loops that were there before, and " +
    "after an upgrade.",
  positionals: [],
  options: [{
    name: "write",
    value: { kind: "flag" },
    summary: "Write it into the folder of loops, as loop.schema.json",
    category: "Output",
  }],
  examples: [
    { command: "ll-loop schema", summary: "the schema" },
    {
      command: "ll-loop schema --write",
      summary: "the schema beside the loops",
    },
  ],
  statuses: [0, 64, 73],
}));
