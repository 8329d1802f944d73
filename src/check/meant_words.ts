/** Owns words that mean something elsewhere, and what they are called here. */

import { type Finding, own } from "../model/mod.ts";
import { didYouMean, suggest } from "../load/mod.ts";

/** Words in small letters without the signs between them. */
type Words = Readonly<Record<string, string>>;

/** Keys of a state as other tools call them, or as they are called in prose. */
export const STATE_WORDS: Words = {
  cmd: "run",
  command: "run",
  environment: "env",
  exec: "run",
  goto: "next",
  input: "stdin",
  inputs: "with",
  llm: "prompt",
  retries: "max_retries",
  retry: "max_retries",
  script: "run",
  sh: "run",
  shell: "run",
  subloop: "loop",
  then: "next",
  variables: "env",
  vars: "env",
};

/** Keys at the top of the file, likewise. */
export const LOOP_WORDS: Words = {
  entry: "initial",
  environment: "env",
  extends: "from",
  include: "import",
  includes: "import",
  inherits: "from",
  jobs: "states",
  params: "parameters",
  parent: "from",
  start: "initial",
  steps: "states",
  tasks: "states",
  variables: "context",
  vars: "context",
};

/** Fields of a capture and of the last result, likewise. */
export const FIELD_WORDS: Words = {
  code: "exit_code",
  err: "stderr",
  errors: "stderr",
  exit: "exit_code",
  result: "output",
  returncode: "exit_code",
  status: "exit_code",
  stdout: "output",
  text: "output",
  value: "output",
};

/** Returns the word for `name` where there is one, else what `suggest` does: a word that is only near is not meant then. */
export function suggestMeant(
  name: string,
  candidates: readonly string[],
  options: Parameters<typeof suggest>[2] & { readonly words: Words },
): Pick<Finding, "hint" | "edit"> {
  const { words, ...rest } = options;
  const meant = own(words, name.toLowerCase().replaceAll(/[-_]/g, ""));
  return meant !== undefined && candidates.includes(meant)
    ? didYouMean([meant])
    : suggest(name, candidates, rest);
}
