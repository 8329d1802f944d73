/** Owns questions to people: on stderr, answered on standard input, asked again until they fit. */

import { LoopError } from "../model/mod.ts";
import { makeVisible } from "../view/mod.ts";
import { printLines, type Program } from "./program.ts";

type Reading = { readonly value: string } | { readonly problem: string };

/** A question. */
export interface Question {
  /** Lines printed before it, once. */
  readonly intro?: readonly string[];
  readonly text: string;
  /** What an empty answer means. */
  readonly suggestion: string;
  /** Returns what the answer stands for, or why it stands for nothing. */
  readonly read: (answer: string) => Reading | Promise<Reading>;
}

/** Returns whether somebody is there to answer. */
export function canAsk({ stdin, stderr }: Program): boolean {
  return stdin.isTerminal && stderr.isTerminal;
}

/** Returns the answer to a question. @throws {LoopError} `usage` when the input ends before it */
export async function ask(
  { stdin, stderr }: Program,
  question: Question,
): Promise<string> {
  printLines(stderr, question.intro ?? []);
  const { text, suggestion } = question;
  while (true) {
    stderr.write(`${text} [${makeVisible(suggestion)}]: `);
    const line = await stdin.readLine();
    if (line === null) {
      stderr.write("\n");
      throw new LoopError("usage", "The input ended before the last answer", {
        hint: "Nothing was written",
      });
    }
    const answer = line.trim();
    const read = await question.read(answer === "" ? suggestion : answer);
    if ("value" in read) return read.value;
    printLines(stderr, [read.problem]);
  }
}
