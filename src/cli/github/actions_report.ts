/**
 * Owns telling GitHub Actions of a run: what is printed meanwhile is no command, and its end
 * is an annotation, a summary on the job's page and outputs of the step.
 */

import {
  lineOf,
  type Prepared,
  type RunFolder,
  type RunListener,
} from "../../app/mod.ts";
import { LoopError, own, type RunEvent } from "../../model/mod.ts";
import type { Stream } from "../../ports/mod.ts";
import {
  failedStep,
  formatAnnotations,
  formatJobSummary,
  JOB_SUMMARY_BYTES_MAX,
  outputEntry,
  resumeCommands,
  runAnnotation,
  stopCommands,
} from "../../view/github/mod.ts";
import { type FailedStep, RunPath, type RunSummary } from "../../view/mod.ts";
import type { Program } from "../program.ts";
import { pathsIn } from "./annotate.ts";

const TOKEN_BYTES = 16;

/** What a child may still write to the summary after its size was looked at. */
const SPARE_BYTES = 1024;

/** Tells of one run. */
export class ActionsReport implements RunListener {
  readonly #program: Pick<Program, "world" | "stderr">;
  readonly #prepared: Prepared;
  /** Where the run is shown, unguarded: commands keep their order with it. */
  readonly #stream: Stream;
  readonly #token: string;
  readonly #path = new RunPath();
  #runDir = "";
  #summary: RunSummary | null = null;
  #isStopped = false;

  constructor(
    program: Pick<Program, "world" | "stderr">,
    prepared: Prepared,
    { stream }: { readonly stream: Stream },
  ) {
    this.#program = program;
    this.#prepared = prepared;
    this.#stream = stream;
    this.#token = program.world.system.randomBytes(TOKEN_BYTES).toHex();
  }

  /** From here to {@linkcode finish} the runner takes no line for a command. */
  onStart(folder: RunFolder): void {
    this.#runDir = folder.path;
    this.#stream.write(`${stopCommands(this.#token)}\n`);
    this.#isStopped = true;
  }

  onEvents(events: readonly RunEvent[]): void {
    for (const event of events) this.#path.push(event);
  }

  onEnd(summary: RunSummary): void {
    this.#summary = summary;
    this.#append("GITHUB_OUTPUT", () => this.#outputs(summary));
    this.#append("GITHUB_STEP_SUMMARY", (sizeBytes) =>
      formatJobSummary({
        summary,
        loop: this.#prepared.loop,
        path: this.#path,
      }, { bytesMax: JOB_SUMMARY_BYTES_MAX - SPARE_BYTES - sizeBytes }));
  }

  /** Lets the runner listen again, and annotates the end of the run. */
  async finish(): Promise<void> {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#stream.write(`${resumeCommands(this.#token)}\n`);
    const summary = this.#summary;
    if (summary === null) return;
    const step = failedStep(summary, this.#path);
    const place = await this.#place(summary, step);
    const annotation = runAnnotation(summary, { step, place });
    if (annotation === null) return;
    const lines = formatAnnotations([annotation], { more: "" });
    this.#stream.write(lines.map((line) => `${line}\n`).join(""));
  }

  /** Where the state is defined that failed, in whichever loop; else the final one. */
  async #place(
    { end }: RunSummary,
    step: FailedStep | null,
  ): Promise<{ readonly file: string; readonly line: number | null } | null> {
    const { loop, definitions } = this.#prepared;
    // A state that no rule leads on from has failed by that, however its action ended.
    const isStuck = step === null || end.terminatedBy === "error";
    const owner = isStuck
      ? loop
      : Object.values(definitions.loops).find(({ name }) => name === step.loop);
    const at = own(
      owner?.states ?? {},
      isStuck ? end.finalState : step.state,
    )?.at;
    if (at === undefined) return null;
    const file = pathsIn(this.#program)(at.file);
    return file === null
      ? null
      : { file, line: await lineOf(this.#prepared, at) };
  }

  #outputs({ end, exitStatus, runId }: RunSummary): string {
    const values: [name: string, value: string][] = [
      ["status", String(exitStatus)],
      ["final-state", end.finalState],
      ["terminated-by", end.terminatedBy],
      ["steps", String(end.steps)],
      ["run-id", runId],
      ["run-dir", this.#runDir],
    ];
    const delimiter = `ll-loop-${this.#token}`;
    return values.map(([name, value]) => outputEntry(name, value, delimiter))
      .join("");
  }

  /** Appends to a file of the step; where that fails, the run has ended all the same. */
  #append(variable: string, textAfter: (sizeBytes: number) => string): void {
    const { world, stderr } = this.#program;
    const path = world.system.env(variable) ?? "";
    if (path === "") return;
    try {
      const sizeBytes = world.files.stat(path)?.sizeBytes ?? 0;
      const text = textAfter(sizeBytes);
      if (text === "") return;
      const file = world.files.openAppend(path);
      try {
        // What stands there need not end with a line.
        file.write(sizeBytes === 0 ? text : `\n\n${text}`);
      } finally {
        file.close();
      }
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      stderr.write(`warning: ${variable} is not written: ${error.message}\n`);
    }
  }
}
