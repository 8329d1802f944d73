// deno-lint-ignore-file no-boolean-literal-for-arguments no-sync-fn-in-async-fn -- expected values, and tests may block
import { assertEquals, assertThrows } from "@std/assert";
import { match } from "../../../src/adapters/match/mod.ts";
import { searchFile } from "../../../src/adapters/match/search_file.ts";
import { staysInLine } from "../../../src/adapters/match/stays_in_line.ts";
import { compilePattern } from "../../../src/model/mod.ts";
import { withScratch } from "../../support/scratch.ts";

const PATTERNS = [
  "b",
  "^b",
  "b$",
  "^b$",
  "^$",
  "(?m)^b",
  "(?m)b$",
  "(?m)^$",
  "\\Ab",
  "b\\Z",
  "\\bb\\b",
  "a.*b",
  "(?<!a)b",
  "b(?!c)",
  "b(?=$)",
  "é.é",
  "(a|é)\\1",
  "a\\sb",
  "(?s)a.*b",
  "[^x]b",
  "",
];

const TEXTS = [
  "",
  "\n",
  "b",
  "b\n",
  "b\n\n",
  "a\nb\nc",
  "abc\nabc\nb",
  "aab\n\nbbc\n",
  "\n\nb\n",
  "éaé\nééx\nab c\n",
  "xxxxxxxxxxxxxxxxxxxxb\ny",
  "c\nc\nc\nc\nc\n",
];

Deno.test("a file is found to hold what its whole text holds, however it is cut", () =>
  withScratch((folder) => {
    const path = `${folder}/text`;
    for (const text of TEXTS) {
      Deno.writeTextFileSync(path, text);
      for (const source of PATTERNS) {
        const pattern = compilePattern(source) ?? /never/;
        for (const chunkBytes of [1, 2, 3, 5, 8, 64]) {
          const isFound = searchFile({
            path,
            source: pattern.source,
            flags: pattern.flags,
            isInLine: staysInLine(pattern),
            chunkBytes,
            textMaxLength: 100,
          });
          assertEquals(
            isFound,
            pattern.test(text),
            `${source} in ${JSON.stringify(text)} by ${chunkBytes}`,
          );
        }
      }
    }
    // With a pattern per kind, so that the comparison above is of both ways to search.
    const inLine = PATTERNS.filter((source) =>
      staysInLine(compilePattern(source) ?? /x/)
    );
    assertEquals(PATTERNS.length - inLine.length, 3);
  }));

Deno.test("a search took twice the size of a spill of memory: it takes a bounded part", () =>
  withScratch((folder) => {
    const path = `${folder}/text`;
    Deno.writeTextFileSync(path, `${"x\n".repeat(50)}end`);
    const search = (source: string, isInLine: boolean) => () =>
      searchFile({
        path,
        source,
        flags: "u",
        isInLine,
        chunkBytes: 8,
        textMaxLength: 16,
      });
    assertEquals(search("end", true)(), true);
    assertThrows(
      search("x\\nend", false),
      Error,
      "The output is longer than 0 MiB, and the pattern may match over several lines of it",
    );
    Deno.writeTextFileSync(path, "x".repeat(50));
    assertThrows(
      search("end", true),
      Error,
      "A line of the output is longer than 0 MiB",
    );
  }));

Deno.test("what follows a spill that was cut is searched too, by itself", () =>
  withScratch(async (folder) => {
    const path = `${folder}/spill`;
    Deno.writeTextFileSync(path, "the start\n");
    const find = (source: string, rest: string) =>
      match(new RegExp(source, "u"), { kind: "file", path, rest }, {
        timeoutMs: 30_000,
        signal: new AbortController().signal,
      });
    const matched = (isMatched: boolean) =>
      ({ kind: "matched", isMatched }) as const;
    assertEquals(await find("end", "and the end"), matched(true));
    assertEquals(await find("\\nand", "and the end"), matched(false));
    assertEquals(await find("(?![^])", ""), matched(true));
  }));
