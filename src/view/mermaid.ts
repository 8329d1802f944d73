/** Owns a loop as a Mermaid flowchart, with the way that a run took through it. */

import { CURRENT_TARGET, type Loop } from "../model/mod.ts";
import type { RunPath } from "./run_path.ts";
import { groupByTarget, transitionsOf } from "./transitions.ts";
import { makeVisible } from "./visible.ts";

/** Mermaid draws no more edges, and no longer texts, unless its page says so. */
const EDGES_MAX = 400;
const TEXT_LENGTH_MAX = 40_000;
const LABEL_LENGTH_MAX = 60;

/** What is drawn beside the machine. */
export interface MermaidOptions {
  /** The way of a run: its transitions are thick and counted. @default none */
  readonly path?: Pick<RunPath, "timesOf" | "hasVisited">;
  /** The state that the run ended in. */
  readonly end?: { readonly state: string; readonly isSuccess: boolean };
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly times: number;
}

/**
 * Returns the machine as the lines of a flowchart; with a path that of a large machine is drawn
 * without what was not visited. `null` for one that is still too large for Mermaid.
 *
 * Names are labels only, and everything in them is escaped: none can end the drawing.
 */
export function formatMermaid(
  loop: Pick<Loop, "states" | "initial">,
  options: MermaidOptions = {},
): readonly string[] | null {
  const edges = edgesOf(loop, options);
  const whole = draw(loop, { ...options, edges, states: namesOf(loop) });
  if (isDrawable(whole, edges)) return whole;
  const { path } = options;
  if (path === undefined) return null;
  const taken = edges.filter(({ times }) => times > 0);
  const states = namesOf(loop).filter((name) => path.hasVisited(name));
  const part = draw(loop, { ...options, edges: taken, states });
  return isDrawable(part, taken) ? part : null;
}

function namesOf(loop: Pick<Loop, "states">): readonly string[] {
  return Object.keys(loop.states);
}

function isDrawable(lines: readonly string[], edges: readonly Edge[]): boolean {
  return edges.length <= EDGES_MAX &&
    lines.join("\n").length <= TEXT_LENGTH_MAX;
}

/** Transitions to states that do not exist are left out, those of the run that are no rule of a state come last. */
function edgesOf(
  loop: Pick<Loop, "states">,
  { path }: MermaidOptions,
): readonly Edge[] {
  const names = namesOf(loop);
  const known = new Set(names);
  const edges: Edge[] = [];
  for (const state of Object.values(loop.states)) {
    const ruled = new Set<string>();
    const from = state.name;
    const timesOf = (to: string) => path?.timesOf(from, to) ?? 0;
    for (const { target, labels } of groupByTarget(transitionsOf(state))) {
      const to = target === CURRENT_TARGET ? from : target;
      if (!known.has(to) || ruled.has(to)) continue;
      ruled.add(to);
      edges.push({ from, to, label: labels.join(", "), times: timesOf(to) });
    }
    if (path === undefined || !path.hasVisited(from)) continue;
    for (const to of names) {
      const times = timesOf(to);
      if (times > 0 && !ruled.has(to)) {
        edges.push({ from, to, label: "", times });
      }
    }
  }
  return edges;
}

function draw(
  loop: Pick<Loop, "states" | "initial">,
  drawn: MermaidOptions & {
    readonly edges: readonly Edge[];
    readonly states: readonly string[];
  },
): string[] {
  const { path, end, edges, states } = drawn;
  const ids = new Map(states.map((name, index) => [name, `s${index}`]));
  const idOf = (name: string) => ids.get(name) ?? "";
  const lines = ["flowchart TD"];
  if (ids.has(loop.initial)) {
    lines.push('  start((" "))', `  start --> ${idOf(loop.initial)}`);
  }
  for (const name of states) {
    const label = `"${escapeLabel(name)}"`;
    const isTerminal = loop.states[name]?.terminal === true;
    lines.push(`  ${idOf(name)}${isTerminal ? `([${label}])` : `[${label}]`}`);
  }
  for (const { from, to, label, times } of edges) {
    if (!ids.has(from) || !ids.has(to)) continue;
    const counted = [label, times > 1 ? `×${times}` : ""]
      .filter((part) => part !== "").join(" ");
    const arrow = path === undefined ? "-->" : times > 0 ? "==>" : "-.->";
    const shown = counted === "" ? "" : `|"${escapeLabel(counted)}"|`;
    lines.push(`  ${idOf(from)} ${arrow}${shown} ${idOf(to)}`);
  }
  const visited = states.filter((name) => path?.hasVisited(name) === true);
  if (visited.length > 0) {
    lines.push(
      "  classDef visited stroke-width:3px",
      `  class ${visited.map(idOf).join(",")} visited`,
    );
  }
  if (end !== undefined && ids.has(end.state)) {
    const color = end.isSuccess ? "#1a7f37" : "#cf222e";
    lines.push(
      `  classDef ended stroke:${color},stroke-width:4px`,
      `  class ${idOf(end.state)} ended`,
    );
  }
  return lines;
}

/** Mermaid knows characters by name or number between `#` and `;`. */
function escapeLabel(text: string): string {
  const line = makeVisible(text.replaceAll("\n", "␊"));
  const characters = Array.from(line);
  const cut = characters.length > LABEL_LENGTH_MAX
    ? [...characters.slice(0, LABEL_LENGTH_MAX - 1), "…"].join("")
    : line;
  return cut.replaceAll(
    /[^\p{L}\p{N} _.,×…-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}
