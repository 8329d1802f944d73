/**
 * Owns a best-effort reading of shell text: which programs it starts. What is quoted,
 * computed, commented out, defined in the text or part of a here-document is left out.
 */

import { type Token, tokenize } from "./shell_tokens.ts";

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
      const body = words.slice(at + 2);
      const first = body.findIndex(({ text: next }) => !KEYWORDS.has(next));
      if (first >= 0) this.#start(body.slice(first));
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
