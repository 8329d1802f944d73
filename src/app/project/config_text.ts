/** Owns turning the text of a configuration file into a value, or into the one finding that says why not. */

import { parseYamlValue, YamlSyntaxError } from "../../load/mod.ts";
import type { Finding, Position } from "../../model/mod.ts";
import { findJsonError } from "./json_error.ts";

/** The value of a text, or why it has none. */
export type Parsed =
  | { readonly value: unknown }
  | { readonly finding: Finding };

/** Returns the value of a YAML text. */
export function parseYamlConfig(file: string, text: string): Parsed {
  try {
    return { value: parseYamlValue(stripMark(text), { schema: "core" }) };
  } catch (error) {
    if (!(error instanceof YamlSyntaxError)) {
      const reason = error instanceof Error ? error.message : String(error);
      return { finding: broken(file, `Not YAML: ${firstLine(reason)}`) };
    }
    const position = placeAt(text, error);
    const reason = firstLine(error.message)
      .replace(/ at line \d+, column \d+:?$/, "")
      .replace(/^.*duplicated key$/, "the key is there twice");
    return { finding: broken(file, `Not YAML: ${reason}`, position) };
  }
}

/** Returns the value of a JSON text. */
export function parseJsonConfig(file: string, text: string): Parsed {
  const json = stripMark(text);
  const error = findJsonError(json);
  if (error === null) return { value: JSON.parse(json) };
  const before = json.slice(0, error.offset);
  const position = placeAt(json, {
    line: before.split("\n").length,
    column: error.offset - before.lastIndexOf("\n"),
  });
  const [rest = ""] = /^[^\s,:{}[\]]{1,20}|^\S/.exec(
    json.slice(error.offset),
  ) ?? [];
  const got = rest === "" ? "the end of the file" : `"${rest}"`;
  return {
    finding: broken(
      file,
      `Not JSON: ${got} where ${error.expected} is needed`,
      position,
    ),
  };
}

function broken(file: string, message: string, position?: Position): Finding {
  return {
    rule: "configuration",
    severity: "error",
    message,
    at: { file, path: [] },
    ...(position === undefined ? {} : { position }),
    hint: "Correct the file or remove it",
  };
}

// A parser that needs more may point behind the last line.
function placeAt(
  text: string,
  place: { readonly line: number; readonly column: number },
): Position {
  const lines = text.replace(/\n$/, "").split("\n");
  const isBehind = place.line > lines.length;
  const line = Math.min(place.line, lines.length);
  const length = lines[line - 1]?.length ?? 0;
  const column = isBehind ? length + 1 : Math.min(place.column, length + 1);
  return { line, column, endLine: line, endColumn: column + 1 };
}

// Editors of some systems begin files with a mark.
function stripMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
