/** Owns keys that are given twice: the parser refuses them, the reference takes the last. */

import { parse, YamlSyntaxError } from "@std/yaml";
import type { Finding } from "../model/mod.ts";
import { quote } from "./describe.ts";
import { positionAt } from "./text_position.ts";

const DUPLICATES_MAX = 20;
const DUPLICATE_MESSAGE = "duplicated key";

// The core schema leaves dates and merge keys alone: both are ours to handle.
const OPTIONS = { schema: "core", allowDuplicateKeys: true } as const;

/**
 * Returns the value of a text, the last of equal keys winning; adds a warning for each key
 * that is given again. @throws {YamlSyntaxError} for what is no YAML
 */
export function parseAllowingDuplicates(
  text: string,
  file: string,
  findings: Finding[],
): unknown {
  let strict = text;
  for (let count = 0; count < DUPLICATES_MAX; count++) {
    try {
      const value = parse(strict, { schema: "core" });
      return count === 0 ? value : parse(text, OPTIONS);
    } catch (error) {
      if (
        !(error instanceof YamlSyntaxError) ||
        !error.message.includes(DUPLICATE_MESSAGE)
      ) {
        // A renamed key may have been an anchor: the text as it is decides.
        if (count > 0) return parse(text, OPTIONS);
        throw error;
      }
      const key = findKey(text, error.offset);
      findings.push({
        rule: "duplicate-key",
        severity: "warning",
        message: `Key ${
          key === null ? "" : `${quote(key.text)} `
        }is given twice in one mapping: the last one wins`,
        at: { file, path: [] },
        position: key === null
          ? positionAt(text, error.offset)
          : positionAt(text, key.offset, key.length),
      });
      if (key === null || key.text === "") break;
      // Renames the key, to find the next one.
      const at = key.offset + (key.isQuoted ? 1 : 0);
      strict = strict.slice(0, at) + String.fromCharCode(0xe000 + count) +
        strict.slice(at + 1);
    }
  }
  return parse(text, OPTIONS);
}

interface KeySpot {
  readonly text: string;
  readonly offset: number;
  readonly length: number;
  readonly isQuoted: boolean;
}

const KEY_REGEXP =
  /(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\n]|'')*)'|([^\s,{}[\]"'][^,{}[\]\n]*?))\s*:(?=\s|$)/y;

/**
 * Returns the second of two keys. The parser stands at its start in a block, and behind
 * its value between braces; `null` when it cannot be told from there.
 */
function findKey(text: string, offset: number): KeySpot | null {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  if (/^\s*(?:[-?]\s+)*$/.test(before)) return keyAt(text, offset);
  const start = Math.max(before.lastIndexOf(","), before.lastIndexOf("{")) + 1;
  const blank = /^\s*/.exec(before.slice(start))?.[0].length ?? 0;
  return start === 0 ? null : keyAt(text, lineStart + start + blank);
}

function keyAt(text: string, offset: number): KeySpot | null {
  KEY_REGEXP.lastIndex = offset;
  const match = KEY_REGEXP.exec(text);
  if (match === null) return null;
  const plain = match[3];
  const name = plain ?? match[1] ?? match[2] ?? "";
  const isQuoted = plain === undefined;
  return {
    text: name,
    offset,
    length: name.length + (isQuoted ? 2 : 0),
    isQuoted,
  };
}
