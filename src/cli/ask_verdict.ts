/** Owns asking a person how a simulated state turns out. */

import type { Question } from "../app/simulate/mod.ts";
import type { LineInput, Stream } from "../ports/mod.ts";
import {
  makeVisible,
  painter,
  quote,
  type Style,
  symbolsOf,
  verdictTone,
} from "../view/mod.ts";
import { printLines } from "./program.ts";

/**
 * Prints what can be chosen and resolves with the verdict that was typed, by number or by
 * name; an empty line is the first one. Asks again until it understands; `null` at the end
 * of input.
 */
export async function askVerdict(
  question: Question,
  options: {
    readonly stdin: LineInput;
    readonly stream: Stream;
    readonly style: Style;
  },
): Promise<string | null> {
  const { stdin, stream, style } = options;
  const indent = " ".repeat(question.depth * 2 + 4);
  printLines(
    stream,
    questionLines(question, style).map((line) => indent + line),
  );
  while (true) {
    stream.write(`${indent}> `);
    const line = await stdin.readLine();
    if (line === null) {
      stream.write("\n");
      return null;
    }
    const verdict = readAnswer(question, line.trim());
    if (verdict !== null) return verdict;
    const count = question.turnouts.length;
    printLines(stream, [
      `${indent}${
        quote(line.trim())
      } is not one of them: type a number from 1 to ` +
      `${count}, or a verdict`,
    ]);
  }
}

/**
 * Returns the verdict that an answer means, or `null`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const turnouts = ["yes", "no"].map((verdict) => (
 *   { verdict, exitCode: 0, target: "a", by: `on_${verdict}` }
 * ));
 * const answers = ["", "2", "no", "3"].map((line) => readAnswer({ turnouts, isOpen: false }, line));
 * assertEquals(answers, ["yes", "no", "no", null]);
 * ```
 */
export function readAnswer(
  { turnouts, isOpen }: Pick<Question, "turnouts" | "isOpen">,
  line: string,
): string | null {
  if (line === "") return turnouts[0]?.verdict ?? null;
  if (turnouts.some(({ verdict }) => verdict === line)) return line;
  if (/^\d+$/.test(line)) return turnouts[Number(line) - 1]?.verdict ?? null;
  return isOpen ? line : null;
}

function questionLines(
  { turnouts, isOpen }: Question,
  style: Style,
): readonly string[] {
  const paint = painter(style);
  const { arrow } = symbolsOf(style);
  const lines = turnouts.map(({ verdict, target }, index) => {
    const name = paint(verdictTone(verdict), makeVisible(verdict));
    const way = target === null
      ? "has no route"
      : `${arrow} ${makeVisible(target)}`;
    const mark = index === 0 ? paint("secondary", "  [default]") : "";
    return `${index + 1}) ${name} ${way}${mark}`;
  });
  return isOpen ? [...lines, "or any other verdict"] : lines;
}
