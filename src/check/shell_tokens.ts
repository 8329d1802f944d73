/**
 * Owns cutting shell text into words and the marks between commands: quotes, comments,
 * substitutions and here-documents are understood, nothing is expanded.
 */

/** A piece of shell text. */
export type Token =
  | { readonly kind: "word"; readonly text: string; readonly isPlain: boolean }
  /** Ends a simple command. */
  | { readonly kind: "end"; readonly text: string }
  | { readonly kind: "redirect"; readonly text: string };

/** Splits `text`; `nested` are the texts of its command substitutions. */
export function tokenize(text: string): { tokens: Token[]; nested: string[] } {
  const tokens: Token[] = [];
  const nested: string[] = [];
  const heredocs: { word: string; stripsTabs: boolean }[] = [];
  let word = "";
  let hasWord = false;
  let isPlain = true;
  let index = 0;
  const flush = () => {
    if (hasWord) tokens.push({ kind: "word", text: word, isPlain });
    word = "";
    hasWord = false;
    isPlain = true;
  };
  const take = (length: number) => {
    hasWord = true;
    word += text.slice(index, index + length);
    index += length;
  };
  while (index < text.length) {
    const character = text[index] ?? "";
    const two = text.slice(index, index + 2);
    if (two === "\\\n") {
      index += 2;
    } else if (character === "\\") {
      isPlain = false;
      take(2);
    } else if (character === "'") {
      const end = text.indexOf("'", index + 1);
      isPlain = false;
      take((end < 0 ? text.length : end + 1) - index);
    } else if (character === '"') {
      const end = endOfDoubleQuote(text, index, nested);
      isPlain = false;
      take(end - index);
    } else if (
      two === "$(" || character === "`" || two === "<(" || two === ">("
    ) {
      const inner = substitution(text, index);
      if (inner.text !== null) nested.push(inner.text);
      isPlain = false;
      take(inner.end - index);
    } else if (two === "${") {
      const end = text.indexOf("}", index);
      isPlain = false;
      take((end < 0 ? text.length : end + 1) - index);
    } else if (character === "$") {
      isPlain = false;
      take(1);
    } else if (character === "#" && !hasWord) {
      const end = text.indexOf("\n", index);
      index = end < 0 ? text.length : end;
    } else if (character === "\n") {
      flush();
      tokens.push({ kind: "end", text: "\n" });
      index++;
      for (const heredoc of heredocs.splice(0)) {
        index = skipHeredoc(text, index, heredoc);
      }
    } else if (character === " " || character === "\t" || character === "\r") {
      flush();
      index++;
    } else if (
      /^<<-?(?!<)/.test(text.slice(index, index + 4)) && two === "<<" &&
      text[index + 2] !== "<"
    ) {
      flush();
      const match =
        /^<<(-?)[ \t]*(?:'([^'\n]*)'|"([^"\n]*)"|\\?([^\s;&|<>()]+))/
          .exec(text.slice(index, index + 200));
      if (match === null) {
        index += 2;
        continue;
      }
      heredocs.push({
        word: match[2] ?? match[3] ?? match[4] ?? "",
        stripsTabs: match[1] === "-",
      });
      index += match[0].length;
    } else if (character === "<" || character === ">" || two === "&>") {
      // A number right before it is a file descriptor, not a word.
      if (/^\d+$/.test(word)) {
        word = "";
        hasWord = false;
      }
      flush();
      const match = /^(?:&>>?|<<<|[<>]&|<>|>>|>\||[<>])/.exec(
        text.slice(index, index + 3),
      );
      const operator = match?.[0] ?? character;
      tokens.push({ kind: "redirect", text: operator });
      index += operator.length;
    } else if (";&|()".includes(character)) {
      flush();
      const match = /^(?:;;&?|;&|&&|\|\||\|&|[;&|()])/.exec(
        text.slice(index, index + 3),
      );
      const operator = match?.[0] ?? character;
      tokens.push({ kind: "end", text: operator });
      index += operator.length;
    } else take(1);
  }
  flush();
  return { tokens, nested };
}

function endOfDoubleQuote(
  text: string,
  start: number,
  nested: string[],
): number {
  let index = start + 1;
  while (index < text.length) {
    const character = text[index];
    if (character === '"') return index + 1;
    if (character === "\\") index += 2;
    else if (text.startsWith("$(", index) || character === "`") {
      const inner = substitution(text, index);
      if (inner.text !== null) nested.push(inner.text);
      index = inner.end;
    } else index++;
  }
  return text.length;
}

/** The command inside of `$(…)`, `<(…)` or back quotes; `null` for arithmetic. */
function substitution(
  text: string,
  start: number,
): { text: string | null; end: number } {
  if (text[start] === "`") {
    const end = text.indexOf("`", start + 1);
    return end < 0
      ? { text: null, end: text.length }
      : { text: text.slice(start + 1, end), end: end + 1 };
  }
  let depth = 0;
  let index = start + 1;
  while (index < text.length) {
    const character = text[index];
    if (character === "\\") index++;
    else if (character === "'") {
      const end = text.indexOf("'", index + 1);
      index = end < 0 ? text.length : end;
    } else if (character === '"') {
      index = endOfDoubleQuote(text, index, []) - 1;
    } else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) {
      const inner = text.slice(start + 2, index);
      return { text: inner.startsWith("(") ? null : inner, end: index + 1 };
    }
    index++;
  }
  return { text: null, end: text.length };
}

function skipHeredoc(
  text: string,
  start: number,
  { word, stripsTabs }: { word: string; stripsTabs: boolean },
): number {
  let index = start;
  while (index < text.length) {
    const lineEnd = text.indexOf("\n", index);
    const end = lineEnd < 0 ? text.length : lineEnd;
    const line = text.slice(index, end);
    index = Math.min(end + 1, text.length);
    if ((stripsTabs ? line.replace(/^\t+/, "") : line) === word) break;
  }
  return index;
}
