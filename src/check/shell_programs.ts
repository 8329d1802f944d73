/**
 * Owns a best-effort reading of shell text: which programs it starts. What is quoted,
 * computed, commented out, defined in the text or part of a here-document is left out.
 */

/** Words after which a command still begins. */
const KEYWORDS: ReadonlySet<string> = new Set([
  "!",
  "{",
  "}",
  "if",
  "then",
  "elif",
  "else",
  "fi",
  "while",
  "until",
  "do",
  "done",
  "time",
  "coproc",
]);

/** Words of the shell that take what follows with them. */
const CLAUSES: ReadonlySet<string> = new Set(["case", "for", "select", "[["]);

/** Programs and builtins that start the command behind them. */
const PREFIXES: ReadonlySet<string> = new Set([
  "builtin",
  "command",
  "env",
  "exec",
  "nice",
  "nohup",
  "setsid",
  "stdbuf",
  "sudo",
  "timeout",
  "xargs",
]);

const BUILTINS: ReadonlySet<string> = new Set([
  ".",
  ":",
  "[",
  "alias",
  "bg",
  "bind",
  "break",
  "builtin",
  "caller",
  "cd",
  "command",
  "compgen",
  "complete",
  "continue",
  "declare",
  "dirs",
  "disown",
  "echo",
  "enable",
  "eval",
  "exec",
  "exit",
  "export",
  "false",
  "fc",
  "fg",
  "getopts",
  "hash",
  "help",
  "history",
  "in",
  "jobs",
  "kill",
  "let",
  "local",
  "logout",
  "mapfile",
  "popd",
  "printf",
  "pushd",
  "pwd",
  "read",
  "readarray",
  "readonly",
  "return",
  "set",
  "shift",
  "shopt",
  "source",
  "suspend",
  "test",
  "times",
  "trap",
  "true",
  "type",
  "typeset",
  "ulimit",
  "umask",
  "unalias",
  "unset",
  "wait",
]);

/** Builtins that only ask whether a program is there. */
const PROBES: ReadonlySet<string> = new Set([
  "command",
  "hash",
  "type",
  "which",
]);
const CASE_ENDS: ReadonlySet<string> = new Set([";;", ";&", ";;&"]);
const ASSIGNMENT_REGEXP = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;
const PROGRAM_REGEXP = /^(?:[A-Za-z0-9_][\w.+-]*|\/[\w./+-]+)$/;
const DURATION_REGEXP = /^\d+(?:\.\d+)?[smhd]?$/;

type Token =
  | { readonly kind: "word"; readonly text: string; readonly isPlain: boolean }
  /** Ends a simple command. */
  | { readonly kind: "end"; readonly text: string }
  | { readonly kind: "redirect" };

/**
 * Returns the programs that `text` starts, in order of appearance, each once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(programsOf("cd x && if ! jq . f >out; then make all | tee log; fi"), ["jq", "make", "tee"]);
 * ```
 */
export function programsOf(text: string): string[] {
  const reader = new ShellReader();
  reader.read(text);
  return [...reader.programs].filter((name) => !reader.excluded.has(name));
}

class ShellReader {
  readonly programs = new Set<string>();
  /** Functions of the text, and programs that it asks for before it uses them. */
  readonly excluded = new Set<string>();

  read(text: string): void {
    const { tokens, nested } = tokenize(text);
    this.#commands(tokens);
    for (const inner of nested) this.read(inner);
  }

  #commands(tokens: readonly Token[]): void {
    let command: Token[] = [];
    // One entry for each open `case`: whether a pattern is due, which is no command.
    const cases: boolean[] = [];
    for (const [index, token] of tokens.entries()) {
      if (cases.at(-1) === true) {
        if (isWord(token, "esac")) cases.pop();
        else if (isEnd(token, ")")) cases[cases.length - 1] = false;
        continue;
      }
      if (token.kind !== "end") {
        if (isWord(token, "esac") && command.length === 0) cases.pop();
        else if (isWord(token, "in") && isWord(command[0], "case")) {
          cases[cases.length] = true;
          command = [];
        } else command.push(token);
        continue;
      }
      const [first] = command;
      const isDefinition = token.text === "(" && command.length === 1 &&
        isEnd(tokens[index + 1], ")");
      if (isDefinition && first?.kind === "word") this.excluded.add(first.text);
      else this.#simple(command);
      command = [];
      if (cases.length > 0 && CASE_ENDS.has(token.text)) {
        cases[cases.length - 1] = true;
      }
    }
    this.#simple(command);
  }

  #simple(command: readonly Token[]): void {
    const words: (Token & { kind: "word" })[] = [];
    for (let index = 0; index < command.length; index++) {
      const token = command[index];
      if (token?.kind === "redirect") index++;
      else if (token?.kind === "word") words.push(token);
    }
    let at = 0;
    while (at < words.length && KEYWORDS.has(words[at]?.text ?? "")) at++;
    this.#start(words.slice(at));
  }

  #start(words: readonly (Token & { kind: "word" })[]): void {
    let at = 0;
    while (ASSIGNMENT_REGEXP.test(words[at]?.text ?? "")) at++;
    const word = words[at];
    if (word === undefined || !word.isPlain) return;
    const { text } = word;
    if (CLAUSES.has(text)) return;
    if (text === "function") {
      const name = words[at + 1];
      if (name !== undefined) this.excluded.add(name.text);
      return;
    }
    const rest = words.slice(at + 1);
    if (PROBES.has(text)) {
      const isProbe = text !== "command" || /^-[vV]$/.test(rest[0]?.text ?? "");
      if (isProbe) {
        for (const { text: name } of rest) this.excluded.add(name);
        return;
      }
    }
    if (!BUILTINS.has(text) && !KEYWORDS.has(text)) {
      if (PROGRAM_REGEXP.test(text) && !/^\d+$/.test(text)) {
        this.programs.add(text);
      }
    }
    if (PREFIXES.has(text)) {
      const next = rest.findIndex(({ text: name, isPlain }) =>
        !isPlain ||
        !(name.startsWith("-") || DURATION_REGEXP.test(name) ||
          ASSIGNMENT_REGEXP.test(name))
      );
      if (next >= 0) this.#start(rest.slice(next));
    }
  }
}

function isWord(token: Token | undefined, text: string): boolean {
  // Keywords only count where they are not quoted.
  return token?.kind === "word" && token.isPlain && token.text === text;
}

function isEnd(token: Token | undefined, text: string): boolean {
  return token?.kind === "end" && token.text === text;
}

/** Splits `text`; `nested` are the texts of its command substitutions. */
function tokenize(text: string): { tokens: Token[]; nested: string[] } {
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
      index += match?.[0].length ?? 1;
      tokens.push({ kind: "redirect" });
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
