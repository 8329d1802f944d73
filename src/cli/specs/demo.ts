/** Owns `demo` in the command table. */

import { commandSpec } from "../command_spec.ts";

/** `ll-loop demo`. */
export const DEMO = commandSpec({
  name: "demo",
  aliases: [],
  summary: "Watch a loop repair a small project, offline",
  status: "ready",
  origin: "own",
}, () => ({
  details:
    "Makes a small git project with a failing check in a temporary folder and " +
    "runs a loop there until the check passes. Needs bash and git; nothing " +
    "outside of that folder is touched.",
  positionals: [],
  options: [
    {
      name: "keep",
      value: { kind: "flag" },
      summary: "Leave the folder behind, to look around",
      category: "Running",
    },
    {
      name: "quiet",
      short: "q",
      value: { kind: "flag" },
      summary: "Print errors only",
      category: "Output",
    },
  ],
  examples: [{ command: "ll-loop demo", summary: "takes a few seconds" }],
  statuses: [0, 1, 64, 69, 130],
}));
