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
/** How the bundler begins and ends the function that evaluates a module. */
const MODULE_START_REGEXP = /^"[^"\n]+"(?=\(\) \{$)/;

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
  const edits: { at: number; text: string; isEnd: boolean }[] = [];
  const declared: { start: number; end: number; name: string }[] = [];
  const wrap = (start: number, end: number, before = "("): void => {
    edits.push({ at: start, text: before, isEnd: false });
    edits.push({ at: end, text: ")", isEnd: true });
  };
  for (const { start, end } of called) {
    const text = program.slice(start, end);
    const isAtTop = program[start - 1] === "\n";
    const declaration = isAtTop ? DECLARATION_REGEXP.exec(text) : null;
    if (declaration !== null) {
      const [, name = ""] = declaration;
      declared.push({ start, end, name });
    } else if (ARROW_REGEXP.test(text)) wrap(start, end);
    else {
      const line = program.lastIndexOf("\n", start) + 1;
      const [key] = MODULE_START_REGEXP.exec(
        program.slice(line, program.indexOf("\n", line)).trim(),
      ) ?? [];
      // The range of such a function begins with its name.
      if (key !== undefined && program.slice(line, start).trim() === "") {
        wrap(start + key.length, end, ": (function");
      }
    }
  }
  edits.sort((a, b) => a.at - b.at || Number(b.isEnd) - Number(a.isEnd));
  const render = (from: number, to: number): string => {
    let text = "";
    let at = from;
    for (const edit of edits) {
      const isInside = edit.isEnd
        ? edit.at > from && edit.at <= to
        : edit.at >= from && edit.at < to;
      if (!isInside) continue;
      text += program.slice(at, edit.at) + edit.text;
      at = edit.at;
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
