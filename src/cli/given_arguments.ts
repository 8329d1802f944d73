/** Owns telling which of the arguments hold a value that may be secret. */

import type { GivenArgument } from "../app/mod.ts";
import type { TypedArgument } from "./normalize_arguments.ts";
import type { Session } from "./program.ts";

const CONTEXT = "--context=";
/** Number of the positional that is the input of a run: the loop's name stands before it. */
const INPUT = 1;

/** Returns the arguments of a session as a run records them. */
export function givenArguments(
  session: Pick<Session, "typed">,
): readonly GivenArgument[] {
  return session.typed.map((argument) => ({
    text: argument.text,
    gives: valueIn(argument),
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
