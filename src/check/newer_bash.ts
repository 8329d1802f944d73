/**
 * Owns a best-effort reading of shell text: what in it bash 3.2 does not have, the bash that macOS
 * comes with. Quoted scripts of other languages and here-documents are left out.
 */

import { type Token, tokenize } from "./shell_tokens.ts";

/** Something that older releases of bash do not have. */
export interface NewerSyntax {
  /** As it stands in the text, to be found there again. */
  readonly text: string;
  /** First release that has it. */
  readonly since: string;
}

/** A pattern over the text of a word, single quotes aside. */
const EXPANSIONS: readonly (readonly [pattern: RegExp, since: string])[] = [
  // Upper and lower case, with an optional pattern of what to change.
  [/\$\{\w+(?:\[[^\]]*\])?(?:\^\^?|,,?)[^}]*\}/g, "4.0"],
  [/\$\{\w+(?:\[[^\]]*\])?@[A-Za-z]\}/g, "4.4"],
  [/\$\{\w+\[-\d+\][^}]*\}/g, "4.2"],
  // A length that counts from the end; an offset may, in every release.
  [/\$\{\w+:[^:}]*:\s*-\d+\}/g, "4.2"],
  [/\{-?\d+\.\.-?\d+\.\.-?\d+\}/g, "4.0"],
  [/\{0\d+\.\.\d+\}/g, "4.0"],
  [/\$\{?BASHPID\b\}?/g, "4.0"],
  [/\$\{?EPOCH(?:SECONDS|REALTIME)\b\}?/g, "5.0"],
];

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["|&", "4.0"],
  [";&", "4.0"],
  [";;&", "4.0"],
  ["&>>", "4.0"],
]);

/** Builtins that are new as a whole. */
const BUILTINS: ReadonlyMap<string, string> = new Map([
  ["coproc", "4.0"],
  ["mapfile", "4.0"],
  ["readarray", "4.0"],
]);

const DECLARING: ReadonlySet<string> = new Set([
  "declare",
  "local",
  "typeset",
  "readonly",
]);

/** Letters among the options of a builtin that declares. */
const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ["A", "4.0"],
  ["l", "4.0"],
  ["u", "4.0"],
  ["g", "4.2"],
  ["n", "4.3"],
]);

/** First arguments of other builtins: builtin, pattern of the argument, release. */
const ARGUMENTS: readonly (readonly [
  builtin: string,
  pattern: RegExp,
  since: string,
])[] = [
  ["wait", /^-n$/, "4.3"],
  ["wait", /^-p$/, "5.1"],
  ["read", /^-[a-zA-Z]*[iN]$/, "4.1"],
  ["shopt", /^globstar$/, "4.0"],
  ["shopt", /^lastpipe$/, "4.2"],
  ["shopt", /^inherit_errexit$/, "4.4"],
  ["printf", /%\([^)]*\)T/, "4.2"],
  ["[[", /^-v$/, "4.2"],
  ["[", /^-v$/, "4.2"],
  ["test", /^-v$/, "4.2"],
];

/** Words after which a command still begins. */
const KEYWORD_REGEXP =
  /^(?:!|\{|if|then|elif|else|while|until|do|time|[A-Za-z_]\w*\+?=.*)$/s;

/**
 * Returns what `text` has that bash 3.2 lacks, in order of appearance, each once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(newerSyntax('declare -A seen; echo "${name^^}" |& tee log'), [
 *   { text: "declare -A", since: "4.0" },
 *   { text: "${name^^}", since: "4.0" },
 *   { text: "|&", since: "4.0" },
 * ]);
 * ```
 */
export function newerSyntax(text: string): NewerSyntax[] {
  const found = new Map<string, string>();
  read(text, (piece, since) => {
    if (!found.has(piece)) found.set(piece, since);
  });
  return [...found].map(([piece, since]) => ({ text: piece, since }));
}

/** Returns the latest of some releases: `4.10` is later than `4.9`. */
export function latestRelease(releases: readonly string[]): string | null {
  const value = (release: string): number => {
    const [major = 0, minor = 0] = release.split(".").map(Number);
    return major * 1000 + minor;
  };
  return releases.reduce<string | null>(
    (latest, each) =>
      latest === null || value(each) > value(latest) ? each : latest,
    null,
  );
}

type Add = (piece: string, since: string) => void;

function read(text: string, add: Add): void {
  const { tokens, nested } = tokenize(text);
  let command: string[] = [];
  for (const token of tokens) {
    const sign = signOf(token);
    if (sign !== null) {
      const since = OPERATORS.get(sign);
      if (since !== undefined) add(sign, since);
    }
    if (token.kind === "end") {
      readCommand(command, add);
      command = [];
    } else if (token.kind === "word") {
      command.push(token.text);
      readExpansions(token.text, add);
    }
  }
  readCommand(command, add);
  for (const inner of nested) read(inner, add);
}

function signOf(token: Token): string | null {
  return token.kind === "word" ? null : token.text;
}

function readCommand(words: readonly string[], add: Add): void {
  const at = words.findIndex((word) => !KEYWORD_REGEXP.test(word));
  const [name, ...rest] = at < 0 ? [] : words.slice(at);
  if (name === undefined) return;
  const since = BUILTINS.get(name);
  if (since !== undefined) add(name, since);
  if (DECLARING.has(name)) {
    for (const option of rest) {
      if (!/^-[A-Za-z]+$/.test(option)) break;
      for (const [letter, release] of ATTRIBUTES) {
        if (option.includes(letter)) add(`${name} ${option}`, release);
      }
    }
  }
  for (const [builtin, pattern, release] of ARGUMENTS) {
    if (builtin !== name) continue;
    const argument = rest.find((word) => pattern.test(word));
    if (argument === undefined) continue;
    add(rest[0] === argument ? `${name} ${argument}` : argument, release);
  }
}

function readExpansions(word: string, add: Add): void {
  const open = withoutSingleQuotes(word);
  for (const [pattern, since] of EXPANSIONS) {
    for (const [piece] of open.matchAll(pattern)) add(piece, since);
  }
}

/** What stands in single quotes is not expanded; inside of double quotes they are plain letters. */
function withoutSingleQuotes(word: string): string {
  let open = "";
  let isDouble = false;
  for (let index = 0; index < word.length; index++) {
    const character = word[index] ?? "";
    if (character === "\\") {
      index++;
      continue;
    }
    if (character === '"') isDouble = !isDouble;
    if (character !== "'" || isDouble) {
      open += character;
      continue;
    }
    const end = word.indexOf("'", index + 1);
    index = end < 0 ? word.length : end;
  }
  return open;
}
