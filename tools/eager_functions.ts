/**
 * Owns which functions of the bundle are compiled when it is loaded for the first time. The
 * runtime keeps what is compiled then for every later start, and nothing that is compiled
 * afterwards. The engine compiles at once what stands in parentheses, since that is mostly
 * called at once.
 */

/** A function that was called, by its place in the text. */
export interface CalledFunction {
  readonly start: number;
  readonly end: number;
}

const DECLARATION_REGEXP = /^(?:async )?function\*? ?([\w$]+)\(/;
const ARROW_REGEXP = /^(?:async )?(?:\([^()]*\)|[\w$]+) => /;
/** The function that evaluates a module, which is printed as a method named like its file. */
const MODULE_REGEXP = /^"[^"\n]+"(?=\(\) \{)/;

/** What stands instead of the beginning of a function; behind its end comes a parenthesis. */
interface Opening {
  readonly start: number;
  /** Length of what it replaces. */
  readonly length: number;
  readonly text: string;
}

interface Edit extends Opening {
  readonly isEnd: boolean;
}

/**
 * Returns the program with `called` compiled at once. A declaration becomes a variable at the
 * top, below the comments there, and so is there before anything is evaluated, as it was.
 * Methods stay as they are.
 *
 * @param program as the bundler prints it
 */
export function compileAtOnce(
  program: string,
  called: readonly CalledFunction[],
): string {
  const edits: Edit[] = [];
  const declared: (CalledFunction & { readonly name: string })[] = [];
  for (const each of called) {
    const name = declaredName(program, each);
    const opening = name === null ? openingOf(program, each) : null;
    if (name !== null) declared.push({ ...each, name });
    if (opening === null) continue;
    edits.push({ ...opening, isEnd: false });
    edits.push({ start: each.end, length: 0, text: ")", isEnd: true });
  }
  edits.sort((a, b) => a.start - b.start || Number(b.isEnd) - Number(a.isEnd));
  const render = (from: number, to: number): string => {
    let text = "";
    let at = from;
    for (const edit of edits) {
      const isInside = edit.isEnd
        ? edit.start > from && edit.start <= to
        : edit.start >= from && edit.start < to;
      if (!isInside) continue;
      text += program.slice(at, edit.start) + edit.text;
      at = edit.start + edit.length;
    }
    return text + program.slice(at, to);
  };
  declared.sort((a, b) => a.start - b.start);
  let at = /^(?:\/\/.*\n)*/.exec(program)?.[0].length ?? 0;
  let top = program.slice(0, at);
  let rest = "";
  for (const { start, end, name } of declared) {
    rest += render(at, start);
    top += `var ${name} = (${render(start, end)});\n`;
    at = end;
  }
  return top + rest + render(at, program.length);
}

/** Returns the name of a function that is declared outside of all others; else `null`. */
function declaredName(
  program: string,
  { start, end }: CalledFunction,
): string | null {
  if (program[start - 1] !== "\n") return null;
  return DECLARATION_REGEXP.exec(program.slice(start, end))?.[1] ?? null;
}

function openingOf(
  program: string,
  { start, end }: CalledFunction,
): Opening | null {
  const text = program.slice(start, end);
  if (ARROW_REGEXP.test(text)) return { start, length: 0, text: "(" };
  const [key] = MODULE_REGEXP.exec(text) ?? [];
  return key === undefined
    ? null
    : { start, length: key.length, text: `${key}: (function` };
}
