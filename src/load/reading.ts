/** Owns one act of loading: what is read, what is remembered of it, what is found wrong. */

import type { Finding, Origin } from "../model/mod.ts";
import type { Sources, SourceText } from "../ports/mod.ts";
import type { Node, Place } from "./located.ts";
import { originAt } from "./located.ts";
import { parseYaml } from "./parse_yaml.ts";
import { expandShorthand } from "./shorthand.ts";

/** A finding as the load steps write it: an error, unless they say otherwise. */
export type Problem =
  & Pick<Finding, "rule" | "message">
  & Partial<Omit<Finding, "rule" | "message" | "at">>;

/** Reads files once, keeps their texts, and collects findings. */
export class Reading {
  readonly findings: Finding[] = [];
  readonly files: Record<string, string> = {};
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
    const { kind } = this.#sources.read(file);
    return kind !== "missing" && kind !== "directory";
  }

  /**
   * Returns the tree of `file`, its short keys spelled out; `null` when there is none, which has been reported: at
   * the file's own lines, or at `askedAt` when the file cannot be read at all.
   */
  tree(file: string, askedAt: Origin): Node | null {
    const known = this.#trees.get(file);
    if (known !== undefined) return known;
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
    } else this.report(explainSource(file, source), askedAt);
    this.#trees.set(file, root);
    return root;
  }
}

function explainSource(
  file: string,
  source: Exclude<SourceText, { kind: "text" }>,
): Problem {
  switch (source.kind) {
    case "missing":
      return {
        rule: "file-not-found",
        message: `Cannot read "${file}": there is no such file`,
      };
    case "directory":
      return {
        rule: "file-unreadable",
        message: `Cannot read "${file}": it is a folder, expected a YAML file`,
      };
    case "too-large":
      return {
        rule: "file-too-large",
        message:
          `Cannot read "${file}": it has ${source.sizeBytes} bytes, at most ${source.maxBytes} are allowed`,
      };
    case "unreadable":
      return {
        rule: "file-unreadable",
        message: `Cannot read "${file}": ${source.reason}`,
      };
  }
}
