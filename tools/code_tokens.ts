/** Owns cutting JavaScript, as the bundler prints it, into what is code and what is text. */

/** A piece of code; together they are the whole. */
export interface CodeToken {
  /** `text` is inside of quotes, regular expressions and comments, where every character counts. */
  readonly kind: "name" | "text" | "blank" | "other";
  readonly start: number;
  readonly end: number;
}

const NAME_REGEXP = /[A-Za-z_$][\w$]*/y;
const BLANK_REGEXP = /\s+/y;
const NUMBER_REGEXP = /\d[\w.]*/y;
const QUOTED_REGEXP = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y;
const COMMENT_REGEXP = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const PATTERN_REGEXP =
  /\/(?![*/])(?:[^[\\/\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const TEMPLATE_REGEXP = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;

/** Words after which a slash begins a regular expression. */
const BEFORE_PATTERN: ReadonlySet<string> = new Set([
  "await",
  "case",
  "of",
  "return",
  "typeof",
  "yield",
]);

/**
 * Returns the pieces of `code`.
 *
 * @throws {Error} when a text in it does not end
 */
export function codeTokens(code: string): CodeToken[] {
  const tokens: CodeToken[] = [];
  /** Open braces, and what they are in. */
  const braces: ("code" | "template")[] = [];
  let last = "";
  let at = 0;
  const take = (regexp: RegExp, from = at): number => {
    regexp.lastIndex = from;
    return regexp.test(code) ? regexp.lastIndex : -1;
  };
  const add = (kind: CodeToken["kind"], end: number): void => {
    if (end < 0) {
      throw new Error(`No end of what begins with ${code.slice(at, at + 40)}`);
    }
    if (kind !== "blank") last = code.slice(at, end);
    tokens.push({ kind, start: at, end });
    at = end;
  };
  const addTemplate = (): void => {
    add("text", take(TEMPLATE_REGEXP, at + 1));
    if (last.endsWith("${")) braces.push("template");
  };
  while (at < code.length) {
    const char = code.charAt(at);
    if (/\s/.test(char)) add("blank", take(BLANK_REGEXP));
    else if (/[A-Za-z_$]/.test(char)) add("name", take(NAME_REGEXP));
    else if (/\d/.test(char)) add("other", take(NUMBER_REGEXP));
    else if (char === '"' || char === "'") add("text", take(QUOTED_REGEXP));
    else if (char === "`") addTemplate();
    else if (char === "}" && braces.pop() === "template") addTemplate();
    else if (char === "/" && /[/*]/.test(code.charAt(at + 1))) {
      const before = last;
      add("text", take(COMMENT_REGEXP));
      last = before;
    } else if (char === "/" && mayBeginPattern(last)) {
      add("text", take(PATTERN_REGEXP));
    } else {
      if (char === "{") braces.push("code");
      add("other", at + 1);
    }
  }
  return tokens;
}

/** After a value a slash divides. */
function mayBeginPattern(last: string): boolean {
  return BEFORE_PATTERN.has(last) || !/[\w$)\]}"'`]$/.test(last);
}
