/**
 * Owns the step from a text to a located tree: YAML values as `@std/yaml` gives them,
 * but dates stay text and keys are what was written. Problems are findings with a position.
 */

import type { Finding, Position } from "../model/mod.ts";
import { parseAllowingDuplicates } from "./duplicate_keys.ts";
import { explainSyntax, INDENTING_TAB_REGEXP } from "./explain_syntax.ts";
import { type Node, originAt, rootPlace } from "./located.ts";
import { positionAt } from "./text_position.ts";
import { scalarTexts, TreeLimitError, Walk } from "./walk.ts";

const CONTROL_REGEXP =
  // deno-lint-ignore no-control-regex -- these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;

/** A parsed file. */
export interface ParsedText {
  /** `null` when the text is not one YAML document. An empty document is null as a scalar. */
  readonly root: Node | null;
  readonly findings: readonly Finding[];
}

/** Parses the text of `file`. Never throws. */
export function parseYaml(text: string, file: string): ParsedText {
  const findings: Finding[] = [];
  const control = CONTROL_REGEXP.exec(text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(4, "0");
    return failed(file, {
      message:
        `The file is not text: it holds the character U+${code.toUpperCase()}`,
      position: positionAt(text, control.index),
    });
  }
  const tab = INDENTING_TAB_REGEXP.exec(text);
  if (tab !== null) {
    // The parser would read the line as if it were not indented at all.
    return failed(file, {
      message: "Not valid YAML: a line is indented with a tab",
      hint: "Indent with spaces",
      position: positionAt(text, tab.index, tab[0].length),
    });
  }
  let value: unknown;
  try {
    value = parseAllowingDuplicates(text, file, findings);
  } catch (error) {
    return failed(file, explainSyntax(error, text));
  }
  try {
    const walk = new Walk(file, findings);
    let root = walk.locate(value, rootPlace(file));
    if (walk.needsTexts) {
      findings.length -= walk.added;
      const withTexts = new Walk(file, findings, scalarTexts(text));
      root = withTexts.locate(value, rootPlace(file));
    }
    return { root, findings };
  } catch (error) {
    if (!(error instanceof TreeLimitError)) throw error;
    return {
      root: null,
      findings: [...findings, {
        rule: "yaml-limit",
        severity: "error",
        message: error.message,
        at: originAt(error.place),
        hint: "Look for anchors and aliases that refer to one another",
      }],
    };
  }
}

function failed(
  file: string,
  problem: Pick<Finding, "message" | "hint"> & { readonly position: Position },
): ParsedText {
  return {
    root: null,
    findings: [{
      rule: "yaml-syntax",
      severity: "error",
      at: { file, path: [] },
      ...problem,
    }],
  };
}
