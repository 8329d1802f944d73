/** Owns where in a script its references stand: what a value in their place would be to the shell. */

/**
 * `bare`: outside of quotes, where a word may stand. `alone`: the only thing between double quotes
 * that stand there. `other`: within a longer quoted text, a document, arithmetic, or wherever it is
 * not known for certain.
 */
export type ShellPlace = "bare" | "alone" | "other";

type Frame = "bare" | "double" | "arithmetic";

const REFERENCE_REGEXP = /\$\{[^{}]+\}/y;
const HEREDOC_REGEXP =
  /<<(-?)[ \t]*(?:'([^'\n]*)'|"([^"\n]*)"|\\?([^\s;&|<>()'"\\]+))/y;
/** Back quotes nest by backslashes, and the patterns of `case` close more brackets than they open. */
const UNCERTAIN_REGEXP = /`|\bcase\b/;

/**
 * Returns the places of references by their offsets in the script.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const script = `echo \${context.a} "\${context.b}" "is \${context.c}"`;
 * assertEquals([...shellPlaces(script).values()], ["bare", "alone", "other"]);
 * ```
 */
export function shellPlaces(script: string): ReadonlyMap<number, ShellPlace> {
  const places = new Map<number, ShellPlace>();
  if (UNCERTAIN_REGEXP.test(script)) return places;
  const frames: Frame[] = ["bare"];
  const documents: { mark: string; stripsTabs: boolean }[] = [];
  let index = 0;
  const pop = () => {
    if (frames.length > 1) frames.pop();
  };
  while (index < script.length) {
    const frame = frames.at(-1);
    const character = script[index];
    const match = matchAt(REFERENCE_REGEXP, script, index);
    if (match !== null && script[index - 1] !== "$") {
      const end = index + match[0].length;
      const isAlone = frame === "double" && frames.at(-2) === "bare" &&
        script[index - 1] === '"' && script[end] === '"';
      places.set(
        index,
        frame === "bare" ? "bare" : isAlone ? "alone" : "other",
      );
      index = end;
    } else if (character === "\\") index += 2;
    else if (script.startsWith("$((", index)) {
      frames.push("arithmetic", "arithmetic");
      index += 3;
    } else if (script.startsWith("$(", index)) {
      frames.push("bare");
      index += 2;
    } else if (frame === "double") {
      if (character === '"') pop();
      index++;
    } else if (character === "(") {
      const isNested = frame === "arithmetic" || script[index + 1] === "(";
      frames.push(isNested ? "arithmetic" : "bare");
      index++;
    } else if (character === ")") {
      pop();
      index++;
    } else if (frame === "arithmetic") index++;
    else if (character === '"') {
      frames.push("double");
      index++;
    } else if (character === "'") index = endOfQuote(script, index);
    else if (
      character === "#" && /^$|[\s;&|()]/.test(script[index - 1] ?? "")
    ) {
      const end = script.indexOf("\n", index);
      index = end < 0 ? script.length : end;
    } else if (script.startsWith("<<<", index)) index += 3;
    else if (script.startsWith("<<", index)) {
      const start = matchAt(HEREDOC_REGEXP, script, index);
      if (start !== null) {
        documents.push({
          mark: start[2] ?? start[3] ?? start[4] ?? "",
          stripsTabs: start[1] === "-",
        });
      }
      index += start?.[0].length ?? 2;
    } else if (character === "\n") {
      index++;
      for (const document of documents.splice(0)) {
        index = endOfDocument(script, index, document);
      }
    } else index++;
  }
  return places;
}

function matchAt(
  regexp: RegExp,
  text: string,
  index: number,
): RegExpExecArray | null {
  regexp.lastIndex = index;
  return regexp.exec(text);
}

function endOfQuote(script: string, start: number): number {
  // In $'…' a backslash keeps a quote from ending it.
  const isAnsi = script[start - 1] === "$";
  let index = start + 1;
  while (index < script.length && script[index] !== "'") {
    index += isAnsi && script[index] === "\\" ? 2 : 1;
  }
  return index + 1;
}

function endOfDocument(
  script: string,
  start: number,
  { mark, stripsTabs }: {
    readonly mark: string;
    readonly stripsTabs: boolean;
  },
): number {
  let index = start;
  while (index < script.length) {
    const lineEnd = script.indexOf("\n", index);
    const end = lineEnd < 0 ? script.length : lineEnd;
    const line = script.slice(index, end);
    index = end + 1;
    if ((stripsTabs ? line.replace(/^\t+/, "") : line) === mark) break;
  }
  return index;
}
