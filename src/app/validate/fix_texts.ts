/**
 * Owns making the edits of findings: in rounds, since one may bring another one to light, and
 * each only where the file is YAML as before. What is not changed stays byte for byte.
 */

import type { PlacedFinding, TextChange } from "../../model/mod.ts";
import type { Sources } from "../../ports/mod.ts";
import { overlaySources } from "./overlay_sources.ts";

/** A file that edits have changed. */
export interface FixedText {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** How many edits were made. */
  readonly edits: number;
}

/** What {@linkcode fixTexts} needs. */
export interface FixOptions {
  readonly sources: Sources;
  /** Returns everything that is found in what `sources` hold. */
  check(sources: Sources): Promise<readonly PlacedFinding[]>;
  /** Returns whether a file may be changed. */
  mayChange(file: string): boolean;
}

const ROUNDS_MAX = 50;
/** What a change must not bring about. */
const BROKEN_RULES: ReadonlySet<string> = new Set([
  "complex-key",
  "duplicate-key",
  "yaml-limit",
  "yaml-merge",
  "yaml-syntax",
]);

/** Returns the files that change when the edits of all findings are made, and of those that come to light. */
export async function fixTexts(options: FixOptions): Promise<FixedText[]> {
  const { sources } = options;
  const texts = new Map<string, string>();
  const counts = new Map<string, number>();
  const refused = new Set<string>();
  const look = () => options.check(overlaySources(sources, texts));
  let findings = await look();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const changes = changesIn(findings, options)
      .filter((change) => !refused.has(keyOf(change)));
    if (changes.length === 0) break;
    const before = new Map(texts);
    const damage = damageIn(findings);
    apply(changes, { sources, texts });
    let made = changes;
    let next = await look();
    if (damageIn(next) > damage || isStuck(made, next)) {
      // One at a time, to find the one that does not do.
      restore(texts, before);
      const [first] = changes;
      if (first === undefined) break;
      made = [first];
      apply(made, { sources, texts });
      next = await look();
      if (damageIn(next) > damage || isStuck(made, next)) {
        restore(texts, before);
        refused.add(keyOf(first));
        made = [];
        next = findings;
      }
    }
    for (const { file } of made) counts.set(file, (counts.get(file) ?? 0) + 1);
    findings = next;
  }
  return [...texts].sort(([a], [b]) => a < b ? -1 : 1).map(([file, after]) => ({
    file,
    before: textOf(file, { sources, texts: new Map() }),
    after,
    edits: counts.get(file) ?? 0,
  })).filter(({ before, after }) => before !== after);
}

function restore(
  texts: Map<string, string>,
  before: ReadonlyMap<string, string>,
): void {
  texts.clear();
  for (const [file, text] of before) texts.set(file, text);
}

/** Changes that do not touch one another, in the order of the files. */
function changesIn(
  findings: readonly PlacedFinding[],
  { mayChange }: Pick<FixOptions, "mayChange">,
): TextChange[] {
  const changes = findings
    .flatMap(({ change }) => change === undefined ? [] : [change])
    .filter(({ file }) => mayChange(file))
    .sort((a, b) =>
      a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start
    );
  const kept: TextChange[] = [];
  for (const change of changes) {
    const last = kept.at(-1);
    const touches = last !== undefined && last.file === change.file &&
      (change.start < last.end || change.start === last.start);
    if (!touches) kept.push(change);
  }
  return kept;
}

function apply(
  changes: readonly TextChange[],
  held: { readonly sources: Sources; readonly texts: Map<string, string> },
): void {
  // From the end, so that the places of the others stay.
  for (const { file, start, end, text } of changes.toReversed()) {
    const before = textOf(file, held);
    held.texts.set(file, before.slice(0, start) + text + before.slice(end));
  }
}

function textOf(
  file: string,
  { sources, texts }: {
    readonly sources: Sources;
    readonly texts: ReadonlyMap<string, string>;
  },
): string {
  const known = texts.get(file);
  if (known !== undefined) return known;
  const source = sources.read(file);
  return source.kind === "text" ? source.text.replace(/^\ufeff/, "") : "";
}

function damageIn(findings: readonly PlacedFinding[]): number {
  return findings.filter(({ rule }) => BROKEN_RULES.has(rule)).length;
}

/** Returns whether one of the changes would be made again in the same place: it did not help. */
function isStuck(
  made: readonly TextChange[],
  findings: readonly PlacedFinding[],
): boolean {
  const places = new Set<string>();
  let shift = 0;
  let file = "";
  for (const change of made) {
    if (change.file !== file) shift = 0;
    file = change.file;
    places.add(`${file}\0${change.start + shift}\0${change.text}`);
    shift += change.text.length - (change.end - change.start);
  }
  return findings.some(({ change }) =>
    change !== undefined &&
    places.has(`${change.file}\0${change.start}\0${change.text}`)
  );
}

function keyOf({ file, start, end, text }: TextChange): string {
  return `${file}\0${start}\0${end}\0${text}`;
}
