/** Owns telling which of the arguments hold a value that may be secret, and which set a cap. */

import type { GivenArgument } from "../app/mod.ts";
import type { TypedArgument } from "./normalize_arguments.ts";
import type { Session } from "./program.ts";
import { allRunOptions } from "./run_options.ts";

const CONTEXT = "--context=";
/** Number of the positional that is the input of a run: the loop's name stands before it. */
const INPUT = 1;
const CAPS = ["max-steps", "max-iterations"] as const;

/** Returns the arguments of a session as a run records them. */
export function givenArguments(
  { typed }: Pick<Session, "typed">,
): readonly GivenArgument[] {
  return typed.map((argument, index) => ({
    text: argument.text,
    gives: valueIn(argument) ?? capIn(argument, typed[index + 1]),
  }));
}

function valueIn(
  { option, positional }: TypedArgument,
): GivenArgument["gives"] {
  if (positional === INPUT) return { what: "input" };
  if (option === null || !option.startsWith(CONTEXT)) return null;
  const pair = option.slice(CONTEXT.length);
  const equals = pair.indexOf("=");
  return {
    what: "context",
    key: pair.slice(0, equals).trim(),
    characters: pair.length - equals - 1,
  };
}

function capIn(
  { text, option, positional }: TypedArgument,
  next: TypedArgument | undefined,
): GivenArgument["gives"] {
  if (positional !== null || text === "--") return null;
  // An option whose value is the next argument is named there.
  const plain = option ?? next?.option ?? null;
  const name = CAPS.find((each) => plain?.startsWith(`--${each}=`));
  return name === undefined
    ? null
    : { what: "cap", name, rest: withoutLetter(text, name) };
}

/** Returns the short options before that of a cap, in an argument such as `-qn5`; else nothing. */
function withoutLetter(text: string, name: string): string {
  const letter = allRunOptions().find((option) => option.name === name)?.short;
  if (letter === undefined || !/^-[^-]/.test(text)) return "";
  const rest = text.slice(0, text.indexOf(letter));
  return rest === "-" ? "" : rest;
}
