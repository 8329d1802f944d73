/** Owns `new` in the command table. */

import {
  TEMPLATE_NAMES,
  TEMPLATE_VALUES,
  type TemplateValueName,
} from "../../model/mod.ts";
import { commandSpec, type OptionSpec } from "../command_spec.ts";
import { JSON_OPTION } from "../common_options.ts";

/** `ll-loop new`. */
export const NEW = commandSpec({
  name: "new",
  aliases: [],
  summary: "Write a loop from a template",
  isCommon: true,
  status: "ready",
  origin: "own",
}, () => ({
  details:
    "Writes .loops/NAME.yaml, with comments, and never over a file that is " +
    "there. On a terminal it asks for what is left out; anywhere else all of " +
    "it has to be given.",
  positionals: [{
    name: "NAME",
    isOptional: true,
    summary: "Name of the new loop; it may have folders",
    completes: "nothing",
  }],
  options: [
    {
      name: "template",
      short: "t",
      value: {
        kind: "choice",
        placeholder: "TEMPLATE",
        choices: TEMPLATE_NAMES,
      },
      summary: "What the loop is for",
      category: "Definition",
    },
    ...valueOptions(),
    { ...JSON_OPTION, summary: "Print what was written as one JSON object" },
  ],
  examples: [
    {
      command: "ll-loop new tests --template gate --check 'npm test'",
      summary: "a check with a name",
    },
    {
      command: "ll-loop new lint -t fix-until " +
        "--check 'npm run lint' --fix 'npm run fix'",
      summary: "check and repair in turn",
    },
    {
      command: "ll-loop new docs -t per-item " +
        `--items 'ls *.md' --each 'test -s "$ITEM"'`,
      summary: "one command for each line of a list",
    },
  ],
  statuses: [0, 64, 65, 73],
}));

function valueOptions(): OptionSpec[] {
  const names = Object.keys(TEMPLATE_VALUES) as TemplateValueName[];
  return names.map((name) => {
    const { summary, placeholder } = TEMPLATE_VALUES[name];
    return {
      name,
      value: { kind: "text", placeholder },
      summary,
      category: "Values",
    };
  });
}
