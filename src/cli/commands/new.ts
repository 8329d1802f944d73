/** Owns `new`: from answers, typed now or before, to a loop file. */

import {
  newLoop,
  type Project,
  requireNewName,
  suggestName,
  suggestValue,
} from "../../app/mod.ts";
import { requireReadable } from "../../app/until/mod.ts";
import {
  EXIT,
  LoopError,
  nearest,
  TEMPLATE_NAMES,
  TEMPLATE_VALUES,
  type TemplateName,
  TEMPLATES,
  type TemplateValueName,
  type TemplateValues,
} from "../../model/mod.ts";
import {
  formatWritten,
  quote,
  writtenJson,
  type WrittenLoop,
} from "../../view/mod.ts";
import { ask, canAsk, type Question } from "../ask.ts";
import { nameWarnings, runCommand } from "../name_warnings.ts";
import { openProject } from "../open_project.ts";
import {
  displayPath,
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";

/** What was typed on the command line. */
interface Given {
  readonly name: string | null;
  readonly template: TemplateName | null;
  readonly values: TemplateValues;
}

/** Everything that a loop is written from. */
interface Answers {
  readonly name: string;
  readonly template: TemplateName;
  readonly values: TemplateValues;
}

/** Writes the loop, after asking for what is missing where somebody can answer. */
export async function writeNew(session: Session): Promise<number> {
  const { world, stdout, stderr, options } = session;
  const project = await openProject(session, { mayMakeFolder: true });
  const given = givenOf(session);
  if (given.name !== null) requireNewName(world, project, given.name);
  const answers = await complete(session, project, given);
  const path = newLoop(world, project, answers);
  const written: WrittenLoop = {
    name: answers.name,
    source: `template ${answers.template}`,
    files: [{ path: displayPath(path, world.system.cwd), isKept: false }],
    next: [
      [runCommand(session, answers.name, "--dry-run"), "what it would do"],
      [runCommand(session, answers.name), "run it"],
    ],
  };
  if (options.flag("json")) printJson(stdout, writtenJson(written));
  else {
    const style = sessionStyle(session, stdout, project);
    printLines(stdout, formatWritten(written, style));
  }
  printLines(stderr, nameWarnings(session, answers.name));
  return EXIT.ok;
}

function givenOf({ options, positionals }: Session): Given {
  const template = templateOf(options.text("template"));
  const names = Object.keys(TEMPLATE_VALUES) as TemplateValueName[];
  const values = Object.fromEntries(
    names.flatMap((name) => {
      const value = options.text(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  if (template !== null) refuseOthers(template, values);
  return { name: positionals[0] ?? null, template, values };
}

function templateOf(text: string | null): TemplateName | null {
  return TEMPLATE_NAMES.find((name) => name === text) ?? null;
}

function refuseOthers(template: TemplateName, values: TemplateValues): void {
  const taken = TEMPLATES[template].values;
  const other = Object.keys(values)
    .find((name) => !(taken as readonly string[]).includes(name));
  if (other === undefined) return;
  throw new LoopError(
    "usage",
    `Template "${template}" takes no "--${other}"`,
    { hint: `It takes ${optionsOf(taken)}${whoTakes(other)}` },
  );
}

function optionsOf(names: readonly TemplateValueName[]): string {
  return names.map((name) => `--${name}`).join(", ");
}

/** Names the first template that has a use for a value. */
function whoTakes(value: string): string {
  const template = TEMPLATE_NAMES.find((name) =>
    (TEMPLATES[name].values as readonly string[]).includes(value)
  );
  return template === undefined
    ? ""
    : `; template "${template}" takes ${optionsOf(TEMPLATES[template].values)}`;
}

/** Does nothing where every command is one that bash can read. @throws {LoopError} `usage` */
async function requireCommands(
  { world }: Session,
  { template, values }: Pick<Answers, "template" | "values">,
): Promise<void> {
  for (const name of TEMPLATES[template].values) {
    const text = values[name];
    if (text === undefined || !isCommand(name)) continue;
    await requireReadable(world, { what: `--${name}`, text });
  }
}

function isCommand(name: TemplateValueName): boolean {
  return TEMPLATE_VALUES[name].placeholder === "COMMAND";
}

async function complete(
  session: Session,
  project: Project,
  given: Given,
): Promise<Answers> {
  const { name, template, values } = given;
  const missing = template === null
    ? []
    : TEMPLATES[template].values.filter((each) => values[each] === undefined);
  if (name !== null && template !== null && missing.length === 0) {
    await requireCommands(session, { template, values });
    return { name, template, values };
  }
  if (session.options.flag("json") || !canAsk(session)) {
    throw lacking(given, missing);
  }
  return await askFor(session, project, given);
}

async function askFor(
  session: Session,
  project: Project,
  given: Given,
): Promise<Answers> {
  const { world } = session;
  const name = given.name ?? await ask(session, {
    text: "Name of the loop",
    suggestion: suggestName(world, project),
    read: (answer) =>
      attempt(() => {
        requireNewName(world, project, answer);
        return answer;
      }),
  });
  const template = given.template ??
    templateOf(await ask(session, TEMPLATE_QUESTION)) ?? "gate";
  refuseOthers(template, given.values);
  await requireCommands(session, { template, values: given.values });
  let { values } = given;
  for (const value of TEMPLATES[template].values) {
    if (values[value] !== undefined) continue;
    const answer = await ask(session, {
      text: TEMPLATE_VALUES[value].question,
      suggestion: suggestValue(world, project, { name: value, values }),
      read: (text) =>
        attempt(async () => {
          await requireCommands(session, {
            template,
            values: { [value]: text },
          });
          return text;
        }),
    });
    values = { ...values, [value]: answer };
  }
  return { name, template, values };
}

/** Returns what `read` takes an answer for, or its refusal as the problem with it. */
async function attempt(
  read: () => string | Promise<string>,
): Promise<{ readonly value: string } | { readonly problem: string }> {
  try {
    return { value: await read() };
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    return { problem: [error.message, error.hint].join("\n") };
  }
}

const TEMPLATE_QUESTION: Question = {
  intro: [
    "What is it for?",
    ...TEMPLATE_NAMES.map((name, index) =>
      `  ${index + 1}  ${name.padEnd(14)}  ${TEMPLATES[name].summary}`
    ),
  ],
  text: "Number or name",
  suggestion: "1",
  read: (answer) => {
    const byNumber = TEMPLATE_NAMES[Number(answer) - 1];
    const name = byNumber ?? templateOf(answer);
    if (name !== null) return { value: name };
    const [near] = nearest(answer, TEMPLATE_NAMES, 1);
    const guess = near === undefined ? "" : `; did you mean "${near}"?`;
    return { problem: `There is no template ${quote(answer)}${guess}` };
  },
};

/** Returns the error that names every option to add. */
function lacking(
  given: Given,
  missing: readonly TemplateValueName[],
): LoopError {
  const names = [
    ...(given.name === null ? ["a NAME"] : []),
    ...(given.template === null ? ["--template"] : []),
    ...missing.map((name) => `--${name}`),
  ];
  const templates = given.template === null ? TEMPLATE_NAMES : [given.template];
  const lines = templates.map((template) => {
    const values = TEMPLATES[template].values.map((name) =>
      ` --${name} ${TEMPLATE_VALUES[name].placeholder}`
    );
    const name = given.name ?? "NAME";
    return `ll-loop new ${name} --template ${template}${values.join("")}`;
  });
  return new LoopError(
    "usage",
    `Command "new" needs ${listed(names)}: there is no terminal to ask on`,
    { hint: lines.join("\n") },
  );
}

/** Returns words in a row: `a, b and c`. */
function listed(words: readonly string[]): string {
  const [last = "", ...others] = words.toReversed();
  return others.length === 0
    ? last
    : `${others.toReversed().join(", ")} and ${last}`;
}
