/** Makes the page on checks: every rule, an input, and what it really says of it. */

import {
  checkDefinitions,
  checkLoop,
  portableShellRules,
} from "../../src/check/mod.ts";
import { ruleList } from "../../src/check/listing/mod.ts";
import { findUnportable } from "../../src/check/portable/mod.ts";
import {
  loadDefinitions,
  placeFindings,
  type RuleFacts,
} from "../../src/load/mod.ts";
import type { Sources } from "../../src/ports/mod.ts";
import { formatFindings } from "../../src/view/mod.ts";
import {
  CHECK_EXAMPLES,
  type CheckExample,
  WITHOUT_EXAMPLE,
} from "./check_examples.ts";

const INTRODUCTION = `# What is checked

\`ll-loop validate\` finds all of this at once, without running anything; \`run\` refuses a loop with an error in it, with
status 65, and prints the warnings that are about how it runs. Each finding has the name of its rule in brackets, its
place, and where there is one the way out. What a program may change for certain is changed by \`--fix\`, marked *fix* here.

\`\`\`sh
ll-loop validate lint                             # one loop, by its name
ll-loop validate .loops --format sarif            # every loop of a folder, for code scanning
ll-loop validate .loops --fix --dry-run           # what could be changed in them
\`\`\`

\`--strict\` lets warnings fail, too. \`--format line\` prints one line for each finding, \`json\` and \`sarif\` are for programs, \`github\`
for a step of GitHub Actions. A finding in a parent, a library or a sub-loop stands where the text is, and tells through
which loop it was reached. A key such as \`partial_route_ok: true\` at the top of a file silences the rules that name it.

This page is made by \`deno task format\`; a test holds every output against what the program says today.
`;

/** Returns the page. */
export async function checksPage(): Promise<string> {
  const rules = ruleList();
  const parts: string[] = [INTRODUCTION];
  for (const rule of rules) parts.push(await section(rule));
  return parts.join("\n");
}

/** Returns names that have no example and are not excused, and examples of no rule. */
export function missingExamples(): readonly string[] {
  const names = ruleList().map(({ name }) => name);
  return [
    ...names.filter((name) =>
      !Object.hasOwn(CHECK_EXAMPLES, name) && !WITHOUT_EXAMPLE.has(name)
    ),
    ...Object.keys(CHECK_EXAMPLES).filter((name) => !names.includes(name)),
  ];
}

async function section(rule: RuleFacts): Promise<string> {
  const { name, severity, description, unless = [] } = rule;
  const flags = [unless].flat().map((flag) => `\`${flag}\``);
  const example = CHECK_EXAMPLES[name];
  const said = example === undefined ? null : await say(name, example);
  const facts = [
    severity === "error" ? "Error" : "Warning",
    ...(said?.hasFix === true ? ["*fix*"] : []),
    ...(flags.length === 0 ? [] : [`silenced by ${flags.join(" or ")}`]),
  ];
  const head = `## ${name}\n\n${description}. ${facts.join(", ")}.\n`;
  if (example === undefined || said === null) return head;
  const { text, others = {} } = typeof example === "string"
    ? { text: example }
    : example;
  const blocks = [
    block(text),
    ...Object.entries(others).map(([file, body]) =>
      `Beside it, \`${file}\`:\n\n${block(body)}`
    ),
    block(said.text),
  ];
  return `${head}\n${blocks.join("\n\n")}\n`;
}

function block(text: string): string {
  return `\`\`\`\n${text.trimEnd()}\n\`\`\``;
}

const FOLDER = "/loops";

/** Returns what the rule says of its example, and whether some of that can be changed for certain. */
async function say(
  name: string,
  given: string | CheckExample,
): Promise<{ readonly text: string; readonly hasFix: boolean }> {
  const example = typeof given === "string" ? { text: given } : given;
  const root = `${FOLDER}/${example.file ?? "a.yaml"}`;
  const texts = new Map([
    [root, example.text],
    ...Object.entries(example.others ?? {}).map(([file, text]) =>
      [`${FOLDER}/${file}`, text] as const
    ),
  ]);
  const loaded = loadDefinitions(root, {
    sources: sourcesOf(texts),
    origin: "project",
    loopsDir: FOLDER,
    cwd: FOLDER,
  });
  const result = loaded.results.get(root);
  const findings = [
    ...loaded.findings,
    ...checkDefinitions(loaded),
    ...(name.startsWith("portable-")
      ? await findUnportable({ ...loaded, builtins: [] })
      : []),
    ...(result === undefined ? [] : checkLoop(result, {
      rules: portableShellRules,
      conditions: ["old-bash"],
    })),
  ].filter(({ rule }) => rule === name);
  if (findings.length === 0) throw new Error(`"${name}" finds nothing`);
  const placed = await placeFindings(findings, loaded.files);
  const text = formatFindings(placed, {
    style: { color: false, columns: 110 },
    displayPath: (file) => file.replace(`${FOLDER}/`, ""),
  });
  return { text, hasFix: placed.some(({ change }) => change !== undefined) };
}

function sourcesOf(texts: ReadonlyMap<string, string>): Sources {
  return {
    builtins: [],
    list: (folder) =>
      [...texts.keys()].filter((file) => file.startsWith(`${folder}/`))
        .map((file) => file.slice(folder.length + 1)),
    isExecutable: (path) => path === "/bin/ls",
    read(file) {
      const text = texts.get(file);
      return text === undefined ? { kind: "missing" } : { kind: "text", text };
    },
  };
}
