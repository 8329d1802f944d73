/** Owns what the templates are for and which values they take; their texts are data below `loops/templates/`. */

/** What a template is for, and the values that its text has gaps for, in the order they are asked. */
export interface LoopTemplate {
  /** One line, no final period. */
  readonly summary: string;
  readonly values: readonly TemplateValueName[];
}

/** A value that a template may take. */
export interface TemplateValue {
  /** What is asked on a terminal, without the question mark. */
  readonly question: string;
  /** One line for the help, no final period. */
  readonly summary: string;
  /** In capitals, for the help. */
  readonly placeholder: string;
}

/** Name of a template. */
export type TemplateName =
  | "gate"
  | "fix-until"
  | "per-item"
  | "agent-and-gate";

/** Name of a value: of the gap in the text, and of the option that sets it. */
export type TemplateValueName =
  | "check"
  | "fix"
  | "items"
  | "each"
  | "agent"
  | "task";

/** Values by name. */
export type TemplateValues = { readonly [name in TemplateValueName]?: string };

/** The templates, simplest first. A test holds this against the folder. */
export const TEMPLATES: { readonly [name in TemplateName]: LoopTemplate } = {
  gate: {
    summary: "Run a check and say whether it passes",
    values: ["check"],
  },
  "fix-until": {
    summary: "Check, repair and check again until the check passes",
    values: ["check", "fix"],
  },
  "per-item": {
    summary: "Run a command for each line of a list",
    values: ["items", "each"],
  },
  "agent-and-gate": {
    summary: "Let a coding agent work until a check passes",
    values: ["check", "agent", "task"],
  },
};

/** The names of the templates in that order. */
export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as TemplateName[];

/** The values. */
export const TEMPLATE_VALUES: {
  readonly [name in TemplateValueName]: TemplateValue;
} = {
  check: {
    question: "Command that checks",
    summary: "Command that succeeds when all is well",
    placeholder: "COMMAND",
  },
  fix: {
    question: "Command that repairs",
    summary: "Command that repairs what the check found",
    placeholder: "COMMAND",
  },
  items: {
    question: "Command that prints the items, one a line",
    summary: "Command that prints the items, one a line",
    placeholder: "COMMAND",
  },
  each: {
    question: 'Command for each item, which is in "$ITEM"',
    summary: 'Command for each item, which is in "$ITEM"',
    placeholder: "COMMAND",
  },
  agent: {
    question: "Command of the agent, which reads its prompt on standard input",
    summary: "Command of an agent that reads standard input",
    placeholder: "COMMAND",
  },
  task: {
    question: "What shall it do",
    summary: "What the agent shall do, in words",
    placeholder: "TEXT",
  },
};
