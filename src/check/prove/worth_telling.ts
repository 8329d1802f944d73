/** Owns which verdicts without a target somebody should hear of: those that come in practice. */

import { judgeOf, type State } from "../../model/mod.ts";
import { tokenize } from "../shell_tokens.ts";

/**
 * Returns whether it helps to know that `verdict` has no target. `null` stands for any word that
 * the state does not name.
 */
export function isWorthTelling(state: State, verdict: string | null): boolean {
  // Either of its keys takes whatever is not proven, and a rule of its own asks for one of them.
  if (state.kind === "learning") return false;
  const judge = judgeOf(state);
  // The question that a judge gets by default never offers these (EXEC 4.6).
  if (judge === "llm_structured" && (state.evaluate?.schema ?? null) === null) {
    if (verdict === "blocked" || verdict === "cannot_judge") return false;
  }
  if (verdict !== "error") return true;
  if (state.kind === "none") {
    if (STEADY_JUDGES.has(judge ?? "")) return false;
    // What is searched is a text that is there: only an endless search would fail.
    if (judge === "output_contains") {
      return (state.evaluate?.errorPatterns.length ?? 0) > 0;
    }
  }
  return judge !== "exit_code" || state.kind !== "shell" ||
    !answersYesOrNo(state.action ?? "");
}

/** Without an action they only fail where a file is there and cannot be read. */
const STEADY_JUDGES: ReadonlySet<string> = new Set([
  "action_stall",
  "open_question_stall",
  "score_stall",
]);

/** Commands that end with 0 or 1 unless they are miswritten. */
const QUESTIONS: ReadonlySet<string> = new Set([
  ":",
  "[",
  "[[",
  "false",
  "test",
  "true",
]);

/**
 * Returns whether a shell text only asks: nothing in it can end with a status above 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(answersYesOrNo('test -n "$A" && ! [ -f b ] || exit 1'), true);
 * assertEquals(answersYesOrNo("test -f a && make"), false);
 * ```
 */
export function answersYesOrNo(text: string): boolean {
  const commands: string[][] = [[]];
  let isRedirected = false;
  for (const token of tokenize(text).tokens) {
    if (token.kind === "end") commands.push([]);
    else if (token.kind === "redirect") isRedirected = true;
    else if (!token.isPlain && commands.at(-1)?.length === 0) return false;
    else commands.at(-1)?.push(token.text);
  }
  return !isRedirected &&
    commands.filter((words) => words.length > 0).every((words) => {
      const [first = "", second] = words[0] === "!" ? words.slice(1) : words;
      return QUESTIONS.has(first) ||
        (first === "exit" && (second === "0" || second === "1"));
    });
}
