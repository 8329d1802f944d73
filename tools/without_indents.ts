/** Owns leaving out of code what only indents it. */

import { type Comment, parse, type Token } from "acorn";

/**
 * Returns code with its lines and names as they are, a seventh shorter: each start reads all of it.
 *
 * @throws {SyntaxError} when it is no module
 */
export function withoutIndents(code: string): string {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  parse(code, {
    ecmaVersion: "latest",
    sourceType: "module",
    onToken: tokens,
    onComment: comments,
  });
  const pieces = [...tokens, ...comments].sort((a, b) => a.start - b.start);
  let at = 0;
  let result = "";
  for (const { start, end } of pieces) {
    result += code.slice(at, start).replace(/\n\s*/, "\n") +
      code.slice(start, end);
    at = end;
  }
  return result + code.slice(at).replace(/\n\s*/, "\n");
}
