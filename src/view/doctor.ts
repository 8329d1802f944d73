/** Owns how `doctor` reads: the program, the machine, the project, and a verdict for each loop. */

import {
  type ConfigurationFile,
  type Examination,
  type FolderTrial,
  type FoundCopy,
  type FoundTool,
  joinCommand,
  unreachable,
} from "../model/mod.ts";
import { count } from "./count.ts";
import type { PlanNeed } from "./plan_parts.ts";
import { painter, type Style, symbolsOf, type Tone } from "./style.ts";
import { formatVerdict, type Verdict, wantedParts } from "./verdict.ts";
import { makeVisible } from "./visible.ts";

/** One loop and its verdict. */
export interface DoctorLoop {
  /** What was typed or listed. */
  readonly name: string;
  /** As it shall be shown; `null` when the loop could not be loaded. */
  readonly file: string | null;
  /** `null` when the loop could not be loaded. */
  readonly verdict: Verdict | null;
  /** Why it could not be loaded; `null` when it was. */
  readonly problem: string | null;
  readonly needs: readonly PlanNeed[];
  /** Whether it runs here, once it is given its values. */
  readonly canRun: boolean;
}

/** Everything that `doctor` found. */
export interface DoctorReport {
  readonly examination: Examination;
  readonly loops: readonly DoctorLoop[];
  /** Whether nothing stands in the way of a run. */
  readonly isReady: boolean;
}

/** How a report is shown. */
export interface DoctorOptions {
  readonly style: Style;
  /** Whether everything that a loop needs is listed, not only what is missing. */
  readonly hasNeeds: boolean;
}

/** States of a need that are named before the rest is counted. */
const STATES_MAX = 3;

/** Returns a report as lines. */
export function formatDoctor(
  report: DoctorReport,
  options: DoctorOptions,
): readonly string[] {
  const { examination } = report;
  const rows = new Rows(options.style);
  programRows(rows, examination);
  machineRows(rows, examination);
  projectRows(rows, examination);
  loopRows(rows, report.loops, options);
  return rows.lines;
}

/** What a row says: that something is there, that something is missing, or neither. */
type Mark = "good" | "bad" | "note";

const TONE_OF: { readonly [mark in Mark]: Tone } = {
  good: "success",
  bad: "failure",
  note: "warning",
};

class Rows {
  readonly lines: string[] = [];
  readonly #style: Style;

  constructor(style: Style) {
    this.#style = style;
  }

  title(text: string): void {
    if (this.lines.length > 0) this.lines.push("");
    this.lines.push(text);
  }

  row(mark: Mark, text: string): void {
    const { good, bad, neutral } = symbolsOf(this.#style);
    const symbol = { good, bad, note: neutral }[mark];
    const paint = painter(this.#style);
    this.lines.push(`  ${paint(TONE_OF[mark], symbol)} ${makeVisible(text)}`);
  }

  detail(text: string): void {
    this.lines.push(`      ${makeVisible(text)}`);
  }
}

function programRows(rows: Rows, examination: Examination): void {
  const { version, runtime, command, copies } = examination;
  rows.title(
    `ll-loop ${version} (${runtime}), an independent implementation of the ll-loop of little-loops`,
  );
  rows.row("good", `started by: ${joinCommand(command)}`);
  for (const [index, copy] of copies.entries()) {
    rows.row(markOfCopy(copy), `${ordinal(index)} on PATH: ${copyText(copy)}`);
  }
  if (copies.length === 0) rows.row("note", "no ll-loop on PATH");
  else if (copies[0]?.kind !== "this") {
    rows.detail(
      "children of a run find the program that runs it all the same, and LL_LOOP_BIN names it",
    );
  }
}

function ordinal(index: number): string {
  return index === 0 ? "first" : index === 1 ? "second" : `number ${index + 1}`;
}

function markOfCopy({ kind }: FoundCopy): Mark {
  return kind === "this" || kind === "ours" ? "good" : "note";
}

function copyText({ path, kind, version, evidence }: FoundCopy): string {
  const shown = version === null ? "" : ` ${version}`;
  switch (kind) {
    case "this":
      return `${path}: ${evidence}`;
    case "ours":
      return `${path}: another copy of this program,${shown} (${evidence})`;
    case "reference":
      return `${path}: the reference, little-loops${shown} (${evidence})`;
    case "unknown":
      return `${path}: not known (${evidence})`;
    default:
      return unreachable(kind);
  }
}

function machineRows(rows: Rows, { machine }: Examination): void {
  const { os, bash, setsid, git, agents, canSeeAll, isGuarded } = machine;
  rows.title(`This machine (${os}):`);
  if (os === "windows") {
    rows.row("bad", "Windows has no process groups: actions are not started");
    rows.detail("install WSL (wsl --install) and run ll-loop inside of it");
    return;
  }
  rows.row(bash.path === null ? "bad" : "good", toolText(bash));
  if (bash.path === null) rows.detail("every action needs it");
  if (isOldBash(bash)) {
    rows.detail(
      "older than 4.0: no declare -A, mapfile, ${x^^}, |& or &>> in actions",
    );
  }
  rows.row(setsid.path === null ? "note" : "good", toolText(setsid));
  if (setsid.path === null) {
    rows.detail("the runtime makes sessions itself; each step takes longer");
  }
  rows.row(git.path === null ? "note" : "good", toolText(git));
  if (git.path === null) {
    rows.detail("diff_stall, worktrees and some built-in loops need it");
  }
  rows.row(
    canSeeAll ? "good" : "note",
    canSeeAll
      ? "/proc can be read: what leaves its process group is found and ended, too"
      : "no /proc: what leaves its process group is not found at the end of a run",
  );
  rows.row(
    isGuarded ? "good" : "note",
    isGuarded
      ? "a guardian ends a run's processes when its runner is killed with kill -9"
      : "no guardian: when a runner is killed with kill -9 its processes live on",
  );
  agentRows(rows, agents);
}

function agentRows(rows: Rows, agents: readonly FoundTool[]): void {
  for (const agent of agents) {
    if (agent.path !== null) rows.row("good", `agent ${toolText(agent)}`);
  }
  const missing = agents.filter(({ path }) => path === null)
    .map(({ name }) => name);
  if (missing.length === 0) return;
  rows.row(
    "note",
    missing.length === agents.length
      ? `no agent CLI: none of ${missing.join(", ")}`
      : `other agent CLIs, not found: ${missing.join(", ")}`,
  );
}

/** Returns whether a shell lacks what bash 4 brought; false where the version is not known. */
function isOldBash({ version }: FoundTool): boolean {
  return version !== null && Number(version.split(".")[0]) < 4;
}

function toolText({ name, path, version }: FoundTool): string {
  if (path === null) return `${name}: not found`;
  return version === null ? `${name}: ${path}` : `${name} ${version}: ${path}`;
}

function projectRows(rows: Rows, examination: Examination): void {
  const { root, configuration, folders } = examination;
  rows.title(`This project (${makeVisible(root)}):`);
  if (configuration.length === 0) rows.row("note", "no configuration file");
  for (const file of configuration) configurationRows(rows, file);
  for (const folder of folders) folderRow(rows, folder);
}

function configurationRows(rows: Rows, file: ConfigurationFile): void {
  const { isRead, ignoredKeys, problems } = file;
  const isBroken = problems.some(({ severity }) => severity === "error");
  const isWhole = isRead && ignoredKeys.length === 0 && problems.length === 0;
  rows.row(
    isBroken ? "bad" : isWhole ? "good" : "note",
    `${file.file}: ${
      isBroken ? "cannot be used" : isRead ? "read" : "not read"
    }`,
  );
  if (ignoredKeys.length > 0) {
    rows.detail(`without effect here: ${ignoredKeys.join(", ")}`);
  }
  for (const { severity, line, message } of problems) {
    rows.detail(`line ${line}: ${severity}: ${message}`);
  }
}

function folderRow(
  rows: Rows,
  { path, exists, isWritable, hasLocks, problem }: FolderTrial,
): void {
  const name = exists ? path : `${path} (not there yet)`;
  const verdict = hasLocks
    ? "can be written, locks work"
    : isWritable
    ? `can be written, but locks do not work: ${problem}`
    : `cannot be written: ${problem}`;
  rows.row(hasLocks ? "good" : "bad", `${name}: ${verdict}`);
}

function loopRows(
  rows: Rows,
  loops: readonly DoctorLoop[],
  options: DoctorOptions,
): void {
  if (loops.length === 0) {
    rows.title(
      "No loops in this project; `ll-loop list` shows the built-in ones",
    );
    return;
  }
  const ready = loops.filter(({ canRun }) => canRun).length;
  rows.title(
    `Loops, ${ready} of ${loops.length} can run (best effort: programs as far as the text of ` +
      "an action shows them):",
  );
  for (const loop of loops) oneLoop(rows, loop, options);
}

function oneLoop(rows: Rows, loop: DoctorLoop, options: DoctorOptions): void {
  const { name, verdict, problem, needs, canRun } = loop;
  if (verdict === null) {
    rows.row("bad", `${name}: does not run: ${problem}`);
    return;
  }
  const isReady = verdict.kind === "runs";
  rows.row(
    isReady ? "good" : canRun ? "note" : "bad",
    `${name}: ${formatVerdict(verdict)}`,
  );
  const wanted = wantedParts(verdict);
  if (verdict.kind === "does-not-run" && wanted.length > 0) {
    rows.detail(`it would also need ${wanted.join(", ")}`);
  }
  if (options.hasNeeds) {
    for (const need of needs) {
      rows.detail(needText(need));
      if (need.hint !== undefined) rows.detail(`  hint: ${need.hint}`);
    }
    return;
  }
  const unknown = needs.filter(({ isFound }) => isFound === null)
    .map(({ kind, name }) =>
      kind === "slash command" ? name : `${kind} ${name}`
    );
  if (unknown.length > 0) {
    rows.detail(`known only during the run: ${unknown.join(", ")}`);
  }
}

function needText(need: PlanNeed): string {
  const { kind, name, isFound, where, why, states, isOfReference } = need;
  const found = isFound === null
    ? "known only during the run"
    : isFound
    ? where ?? "found"
    : why ?? `not found${where === null ? "" : ` in ${where}`}`;
  const origin = isOfReference ? ", of little-loops" : "";
  const rest = states.length - STATES_MAX;
  const users = [
    ...states.slice(0, STATES_MAX),
    ...(rest > 0 ? [`${count(rest, "more state")}`] : []),
  ];
  const place = users.length === 0 ? "" : ` (${users.join(", ")})`;
  return `${kind} ${name}${origin}: ${found}${place}`;
}
