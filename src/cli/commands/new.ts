/** Owns `new`: from answers, typed now or before, to a loop file. */

import {
  newLoop,
  type Project,
  requireNewName,
  suggestName,
  suggestValue,
} from "../../app/mod.ts";
import {
  BUILTIN_PREFIX,
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
  joinCommand,
  quote,
  writtenJson,
  type WrittenLoop,
} from "../../view/mod.ts";
import { ask, canAsk, type Question } from "../ask.ts";
import { findCommand } from "../command_table.ts";
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
  printLines(stderr, warningsOf(session, answers.name));
  return EXIT.ok;
}

/** Returns the command line that runs a loop of this session's folder. */
function runCommand(
  { options }: Session,
  name: string,
  ...more: readonly string[]
): string {
  const folder = options.text("loops-dir");
  const where = folder === null ? [] : ["--loops-dir", folder];
  return joinCommand(["ll-loop", "run", name, ...where, ...more]);
}

function warningsOf(session: Session, name: string): string[] {
  const warnings: string[] = [];
  if (findCommand(name) !== null) {
    warnings.push(
      `warning: "${name}" is a command of ll-loop: this loop runs with \`${
        runCommand(session, name)
      }\``,
    );
  }
  const builtin = session.world.sources.read(`${BUILTIN_PREFIX}${name}.yaml`);
  if (builtin.kind === "text") {
    warnings.push(
      `warning: The built-in loop "${name}" is hidden by this one: ` +
        `it runs with \`${runCommand(session, name, "--builtin")}\``,
    );
  }
  return warnings;
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
    { hint: `It takes ${taken.map((name) => `--${name}`).join(", ")}` },
  );
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
    read: (answer) => {
      try {
        requireNewName(world, project, answer);
        return { value: answer };
      } catch (error) {
        if (!(error instanceof LoopError)) throw error;
        return { problem: [error.message, error.hint].join("\n") };
      }
    },
  });
  const template = given.template ??
    templateOf(await ask(session, TEMPLATE_QUESTION)) ?? "gate";
  refuseOthers(template, given.values);
  let { values } = given;
  for (const value of TEMPLATES[template].values) {
    if (values[value] !== undefined) continue;
    const answer = await ask(session, {
      text: TEMPLATE_VALUES[value].question,
      suggestion: suggestValue(world, project, { name: value, values }),
      read: (text) => ({ value: text }),
    });
    values = { ...values, [value]: answer };
  }
  return { name, template, values };
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
    `Command "new" needs ${
      names.join(" and ")
    }: there is no terminal to ask on`,
    { hint: lines.join("\n") },
  );
}
