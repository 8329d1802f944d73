/** Owns the one annotation that a run ends with. */

import { EXIT } from "../../model/mod.ts";
import { showVerdict } from "../evaluation.ts";
import { formatReason, nextCommands } from "../run_end/mod.ts";
import type { FailedStep } from "../run_path.ts";
import { isSuccess, type RunSummary } from "../run_summary.ts";
import type { Annotation } from "./annotation.ts";

/** Lines of the failing output in an annotation. */
const TAIL_LINES = 10;

/**
 * Returns what a run is annotated with: nothing after a success, a notice where it is paused, else
 * an error at the place of the state that failed.
 */
export function runAnnotation(
  summary: RunSummary,
  failure: {
    readonly step: FailedStep | null;
    /** Relative to the workspace. */
    readonly place:
      | { readonly file: string; readonly line: number | null }
      | null;
  },
): Annotation | null {
  if (isSuccess(summary.end)) return null;
  const { step, place } = failure;
  return {
    level: summary.exitStatus === EXIT.paused ? "notice" : "error",
    title: `ll-loop ${summary.loop}`,
    message: [
      formatReason(summary),
      ...(step === null ? [] : stepLines(step)),
      ...nextCommands(summary).map((command, index) =>
        `${index === 0 ? "next" : "then"}: ${command}`
      ),
    ].join("\n"),
    place: place === null ? null : {
      ...place,
      column: null,
      endLine: null,
      endColumn: null,
    },
  };
}

function stepLines(
  { state, exit, verdict, stdout, stderr }: FailedStep,
): string[] {
  const how = [exit, verdict === null ? "" : `verdict ${showVerdict(verdict)}`]
    .filter((part) => part !== "").join(", ");
  const lines = [stdout, stderr].flatMap((text) => text.trimEnd().split("\n"))
    .filter((line) => line.trim() !== "");
  return [
    `State "${state}"${how === "" ? "" : `: ${how}`}`,
    ...lines.slice(-TAIL_LINES).map((line) => `  ${line}`),
  ];
}
