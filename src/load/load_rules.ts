/** Owns the list of what loading reports by itself, beside the rules over what was loaded. */

import type { Severity } from "../model/mod.ts";

/** What is told of a rule without running it. */
export interface RuleFacts {
  /** Stable kebab-case name. */
  readonly name: string;
  readonly severity: Severity;
  /** What it reports, as a sentence without its end. */
  readonly description: string;
  /** A true value of this key, or of one of these, at the top of the file silences it. */
  readonly unless?: string | readonly string[];
}

/** Everything that loading reports, in alphabetical order. */
export const LOAD_RULES: readonly RuleFacts[] = [
  error("bad-flow", 'A "flow" that is no list of states'),
  error("bad-fragment", "A fragment that is no mapping"),
  error("bad-import", 'An "import" that is no list of files'),
  error("bad-parent", 'A "from" that names no loop'),
  error("bad-value", "A value of the wrong type"),
  error("circular-parent", "Loops that inherit from one another in a circle"),
  error("complex-key", "A key that is a mapping or a list"),
  warning("duplicate-key", "A key that is given twice in one mapping"),
  error("empty-file", "A file with nothing in it"),
  error("file-not-found", "A file that is not there"),
  error("file-too-large", "A file that is too large to be a definition"),
  error("file-unreadable", "A file that cannot be read as text"),
  error("fragment-library", "A fragment library where a loop is wanted"),
  warning("inexact-number", "A number that is too large to be exact"),
  error("loop-template", "A template where a loop is wanted"),
  error("missing-key", "A key that must be there"),
  error("not-a-mapping", "A file that is no mapping"),
  error("reserved-key", "A key that cannot be used"),
  warning("scope-not-a-list", 'A "scope" that is text'),
  error("two-action-types", "A short key beside another type of action"),
  error("two-actions", '"run", "prompt" or "action" in one state'),
  warning("unknown-action-type", "An action type that does not exist"),
  error("unknown-fragment", "A fragment that does not exist"),
  warning("unknown-handoff", "A reaction to a handoff that does not exist"),
  error("unknown-import", "A library that is not there"),
  error("unknown-loop", "A sub-loop that is not there"),
  error("unknown-parent", "A parent loop that is not there"),
  error("yaml-limit", "A file that unfolds to more than can be held"),
  error("yaml-merge", 'A "<<" that merges no mapping'),
  error("yaml-syntax", "Text that is no YAML"),
  warning(
    "absolute-path-action",
    "A program by its whole path, without a type",
  ),
].sort((a, b) => a.name < b.name ? -1 : 1);

function error(name: string, description: string): RuleFacts {
  return { name, severity: "error", description };
}

function warning(name: string, description: string): RuleFacts {
  return { name, severity: "warning", description };
}
