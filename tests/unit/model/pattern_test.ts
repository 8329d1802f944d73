import { assertEquals } from "@std/assert";
import { compilePattern } from "../../../src/model/mod.ts";

/** [pattern, text, whether it is found] */
const SEARCHES: readonly (readonly [string, string, boolean])[] = [
  ["PASS", "all PASS\n", true],
  ["pass", "all PASS\n", false],
  ["(?i)pass", "all PASS\n", true],
  ["(?is)a.b", "A\nB", true],
  ["a.b", "a\nb", false],
  ["a.b", "a\rb", true],
  ["(?m)^b$", "a\nb\nc", true],
  ["^b$", "a\nb\nc", false],
  ["done$", "done\n", true],
  ["done$", "done\n\n", false],
  ["done\\Z", "done\n", false],
  ["\\Adone", "done", true],
  ["(?m)\\Ab", "a\nb", false],
  ["(?P<q>['\"])x(?P=q)", "'x'", true],
  ["(?P<q>['\"])x(?P=q)", "'x\"", false],
  ["(?x) a  b # comment\n c", "abc", true],
  ["(?i:A)b", "ab", true],
  ["(?i:A)b", "aB", false],
  ["(?s:a.)b.", "a\nb\n", false],
  ["(?#note)ok", "ok", true],
  ["score (8|9|10)\\b", "score 10.", true],
  ["a{2}", "caab", true],
  ["a{,2}b", "b", true],
  ['{"ok": true}', '{"ok": true}', true],
  ["[]x]", "]", true],
  ["[^]x]", "]", false],
  ["[[]", "[", true],
  ['\\-\\_\\"', '-_"', true],
  ["[\\w.-]+@", "a.b-c@", true],
  ["[🟢🔴]", "🟡", false],
  ["[🟢🔴]", "🔴", true],
  ["\\x41\\101", "AA", true],
  ["(a)\\1", "aa", true],
  ["$x", "$x", false],
  ["", "anything", true],
];

Deno.test("patterns of the other engine find what they found there", () => {
  for (const [pattern, text, isFound] of SEARCHES) {
    assertEquals(
      compilePattern(pattern)?.test(text),
      isFound,
      `${pattern} in ${JSON.stringify(text)}`,
    );
  }
});

Deno.test("comments without an end took minutes to translate", () => {
  assertEquals(compilePattern("(?#".repeat(200_000)), null);
});

Deno.test("text that is no pattern gives null", () => {
  for (
    const pattern of [
      "(",
      "a)",
      "[a",
      "*a",
      "a**",
      "(?P<a",
      "\\",
      "(?<a>x)\\k<b>",
    ]
  ) {
    assertEquals(compilePattern(pattern), null, pattern);
  }
});

Deno.test("a compiled pattern keeps no state between calls", () => {
  const pattern = compilePattern("a");
  assertEquals([pattern?.test("a"), pattern?.test("a")], [true, true]);
});
