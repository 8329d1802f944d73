/** Owns one act of loading: what is read, what is remembered of it, what is found wrong. */

import type { Finding, Origin } from "../model/mod.ts";
import type { Sources } from "../ports/mod.ts";
import type { Node, Place } from "./located.ts";
import { originAt } from "./located.ts";
import { parseYaml } from "./parse_yaml.ts";
import type { Problem } from "./problem.ts";
import { expandShorthand } from "./shorthand.ts";
import { sourceExists } from "./source_exists.ts";
import { type NoText, sourceReason } from "./source_reason.ts";

/** Reads files once, keeps their texts, and collects findings. */
export class Reading {
  readonly findings: Finding[] = [];
  readonly files: Record<string, string> = {};
  /** Where each file but the first was asked for. */
  readonly askedAt: Record<string, Origin> = {};
  readonly #sources: Sources;
  readonly #trees = new Map<string, Node | null>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Adds a finding at `at`. */
  report(problem: Problem, at: Origin | Place): void {
    this.findings.push({
      severity: "error",
      ...problem,
      at: "parent" in at ? originAt(at) : at,
    });
  }

  /** Returns whether something is to be read at `file`, however badly. */
  exists(file: string): boolean {
    return sourceExists(this.#sources, file);
  }

  /**
   * Returns the tree of `file`, its short keys spelled out; `null` when there is none, which has been reported: at
   * the file's own lines, or at `askedAt` when the file cannot be read at all.
   */
  tree(file: string, askedAt: Origin): Node | null {
    const known = this.#trees.get(file);
    if (known !== undefined) return known;
    if (askedAt.file !== file) this.askedAt[file] = askedAt;
    const source = this.#sources.read(file);
    let root: Node | null = null;
    if (source.kind === "text") {
      const text = source.text.replace(/^\ufeff/, "");
      this.files[file] = text;
      const parsed = parseYaml(text, file);
      this.findings.push(...parsed.findings);
      root = parsed.root === null ? null : expandShorthand(
        parsed.root,
        (problem, at) => this.report(problem, at),
      );
    } else {
      const name = askedAt.file === file ? "the file" : `"${file}"`;
      this.report(explainSource(name, source), askedAt);
    }
    this.#trees.set(file, root);
    return root;
  }
}

const RULE_OF: { readonly [kind in NoText["kind"]]: string } = {
  missing: "file-not-found",
  dangling: "file-not-found",
  directory: "file-unreadable",
  "too-large": "file-too-large",
  unreadable: "file-unreadable",
};

function explainSource(name: string, source: NoText): Problem {
  return {
    rule: RULE_OF[source.kind],
    message: `Cannot read ${name}: ${sourceReason(source)}`,
    ...(source.kind === "too-large"
      ? { hint: "Put long texts into files that the actions read" }
      : {}),
  };
}
