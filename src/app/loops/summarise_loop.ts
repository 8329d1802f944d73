/** Owns telling what a file is without loading it: enough for a list of many files. */

import { parseYamlValue } from "../../load/mod.ts";

/** What a list shows of a loop. */
export interface LoopSummary {
  /** Whole description; empty without one. */
  readonly description: string;
  readonly visibility: string;
  /** Whether it names the state to begin with. */
  readonly hasInitial: boolean;
  /** Whether what it lacks may come from a parent. */
  readonly hasParent: boolean;
  /** Why the file could not be read as a loop; `null` when it could. */
  readonly problem: string | null;
}

const TOP_KEY_REGEXP = /^(["']?)([A-Za-z_]\w*)\1[ \t]*:(?:[ \t]+(.*))?$/gm;
/** Keys whose text is shown. */
const SHOWN_KEYS: readonly string[] = ["description", "visibility"];
const BLOCK_SCALAR_REGEXP = /^[|>][-+\d]*(?:\s+#.*)?$/;

/**
 * Returns what a list shows of the loop in `text`; `null` for what is no loop but a part of
 * one: a fragment library, a template that has only ends. Reads the lines of an ordinary
 * file; parses only what is written otherwise.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(
 *   summariseLoop("name: a\ndescription: Does a\ninitial: x\nstates:\n  x: {}\n")?.description,
 *   "Does a",
 * );
 * assertEquals(summariseLoop("fragments:\n  a: {}\n"), null);
 * ```
 */
export function summariseLoop(text: string): LoopSummary | null {
  const keys = new Map<string, string>();
  let match = TOP_KEY_REGEXP.exec(text);
  // Each call goes on where the last one ended, and `matchAll` makes an expression of its own for it.
  for (; match !== null; match = TOP_KEY_REGEXP.exec(text)) {
    const key = match[2] ?? "";
    keys.set(key, SHOWN_KEYS.includes(key) ? valueOf(text, match) : "");
  }
  if (keys.has("fragments") && !keys.has("states") && !keys.has("flow")) {
    return null;
  }
  const isComplete = keys.has("initial") &&
    (keys.has("states") || keys.has("flow"));
  return keys.has("from") || isComplete
    ? summaryOf(keys)
    : summariseParsed(text);
}

function valueOf(text: string, match: RegExpExecArray): string {
  const value = (match[3] ?? "").trim();
  return BLOCK_SCALAR_REGEXP.test(value)
    ? blockText(text, match.index + match[0].length)
    : plainText(value);
}

function summaryOf(keys: ReadonlyMap<string, string>): LoopSummary {
  return {
    description: keys.get("description") ?? "",
    visibility: keys.get("visibility") ?? "public",
    hasInitial: keys.has("initial"),
    hasParent: keys.has("from"),
    problem: null,
  };
}

function summariseParsed(text: string): LoopSummary | null {
  let value: unknown;
  try {
    value = parseYamlValue(text, { allowDuplicateKeys: true });
  } catch {
    return {
      description: "",
      visibility: "public",
      hasInitial: false,
      hasParent: false,
      problem: "not valid YAML",
    };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return null;
  }
  const document = value as Record<string, unknown>;
  const hasInitial = Object.hasOwn(document, "initial");
  const isLoop = Object.hasOwn(document, "flow") ||
    (Object.hasOwn(document, "states") &&
      (hasInitial || doesSomething(document["states"])));
  if (!isLoop) return null;
  const textOf = (key: string, otherwise: string) => {
    const found = document[key];
    return typeof found === "string" ? found : otherwise;
  };
  return {
    description: textOf("description", ""),
    visibility: textOf("visibility", "public"),
    hasInitial,
    hasParent: false,
    problem: null,
  };
}

/** Whether any of the states is no end. */
function doesSomething(states: unknown): boolean {
  return typeof states === "object" && states !== null &&
    Object.values(states).some((state) => state?.terminal !== true);
}

const QUOTED_REGEXP = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*(?:#.*)?$/;

function plainText(value: string): string {
  if (!value.startsWith('"') && !value.startsWith("'")) {
    return value.includes("#") ? value.replace(/\s+#.*$/, "") : value;
  }
  const quoted = QUOTED_REGEXP.exec(value)?.[1];
  // One that goes on in the next line is shown as far as its first.
  if (quoted === undefined) return value.slice(1);
  const inner = quoted.slice(1, -1);
  const hasEscapes = quoted.startsWith("'")
    ? inner.includes("'")
    : inner.includes("\\");
  return hasEscapes ? String(parseQuoted(quoted) ?? inner) : inner;
}

/** Escapes are the parser's: a YAML file has more of them than JSON. */
function parseQuoted(quoted: string): unknown {
  try {
    return parseYamlValue(quoted);
  } catch {
    return null;
  }
}

function blockText(text: string, start: number): string {
  const lines: string[] = [];
  for (const line of text.slice(start + 1).split("\n")) {
    if (line.trim() !== "" && !/^\s/.test(line)) break;
    lines.push(line.trim());
  }
  return lines.join("\n").trim();
}
