/** Owns what `validate` says of one loop, as text and JSON (CLI 2.8). */

import {
  hasErrors,
  type JsonObject,
  type Loop,
  type PlacedFinding,
  SCHEMA_VERSION,
} from "../model/mod.ts";
import {
  findingJson,
  type FindingsOptions,
  formatFindings,
  formatFindingSummary,
} from "./findings.ts";
import { painter, symbolsOf } from "./style.ts";

/** What checking one file gave; findings in the order of the file, each once. */
export interface ValidationReport {
  /** What was typed to name the loop. */
  readonly argument: string;
  /** `null` when the file did not load. */
  readonly loop: Loop | null;
  readonly findings: readonly PlacedFinding[];
  /** Whether warnings fail, too. */
  readonly isStrict: boolean;
}

/** Returns whether the loop passes: no errors, and in a strict check no warnings. */
export function isValid(report: ValidationReport): boolean {
  return report.isStrict
    ? report.findings.length === 0
    : !hasErrors(report.findings);
}

/** Returns the findings and then the verdict, as lines. With format `line` there are only findings. */
export function formatValidation(
  report: ValidationReport,
  options: FindingsOptions,
): readonly string[] {
  const { style } = options;
  const { findings } = report;
  const text = formatFindings(findings, options);
  const lines = text === "" ? [] : text.split("\n");
  if (options.format === "line") return lines;
  const paint = painter(style);
  const { good, bad } = symbolsOf(style);
  const { argument, loop } = report;
  if (!isValid(report)) {
    lines.push(
      paint("failure", `${bad} ${argument} is not valid`) +
        `: ${formatFindingSummary(findings)}`,
    );
    return lines;
  }
  const count = findings.length === 0
    ? ""
    : `: ${formatFindingSummary(findings)}`;
  lines.push(paint("success", `${good} ${argument} is valid`) + count);
  if (loop === null) return lines;
  lines.push(
    `  States: ${Object.keys(loop.states).join(", ")}`,
    `  Initial: ${loop.initial}`,
    `  Max steps: ${loop.maxSteps}`,
  );
  return lines;
}

/** Returns the report as `validate --json` prints it. */
export function validationJson(
  report: ValidationReport,
  options: Pick<FindingsOptions, "displayPath"> = {},
): JsonObject {
  return {
    schema_version: SCHEMA_VERSION,
    loop: report.argument,
    valid: isValid(report),
    violations: report.findings.map((finding) => ({
      ...findingJson(finding, options),
    })),
  };
}
