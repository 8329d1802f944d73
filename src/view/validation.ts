/** Owns what `validate` says of one loop, as text and JSON (CLI 2.8). */

import {
  hasErrors,
  type JsonObject,
  type Loop,
  type LoopPart,
  type PlacedFinding,
  type ProofSummary,
  SCHEMA_VERSION,
} from "../model/mod.ts";
import {
  findingJson,
  type FindingsOptions,
  formatFindings,
  formatFindingSummary,
} from "./findings.ts";
import { formatScope } from "./run_header.ts";
import { nameList } from "./name_list.ts";
import { formatProof, proofJson } from "./proof.ts";
import { painter, symbolsOf } from "./style.ts";

/** What checking one file gave; findings in the order of the file, each once. */
export interface ValidationReport {
  /** What was typed to name the loop. */
  readonly argument: string;
  /** `null` when the file did not load. */
  readonly loop: Loop | null;
  /** What the file holds, where that is no loop but a part of others. */
  readonly part: LoopPart | null;
  readonly findings: readonly PlacedFinding[];
  /** What the model check knows; `null` where the loop does not run. @default {null} */
  readonly proof?: ProofSummary | null;
  /** Whether warnings fail, too. */
  readonly isStrict: boolean;
  /** Whether it was asked, too, what keeps the loop from running in the reference. @default {false} */
  readonly isPortable?: boolean;
}

/** What the rules on running in the reference begin with. */
const PORTABLE_PREFIX = "portable-";

/** Returns whether the loop passes: no errors, and in a strict check no warnings. */
export function isValid(
  report: Pick<ValidationReport, "findings" | "isStrict">,
): boolean {
  return report.isStrict
    ? report.findings.length === 0
    : !hasErrors(report.findings);
}

const PART_NAMES: { readonly [kind in LoopPart["kind"]]: string } = {
  "fragment-library": "is a fragment library",
  "loop-template": "is a template for other loops",
};

/** Returns the findings and then the verdict, as lines. With format `line` there are only findings. */
export function formatValidation(
  report: ValidationReport,
  options: FindingsOptions & {
    /** Those that were not printed before. @default {report.findings} */
    readonly shown?: readonly PlacedFinding[];
  },
): readonly string[] {
  const { style } = options;
  const { findings } = report;
  const text = formatFindings(options.shown ?? findings, options);
  const lines = text === "" ? [] : text.split("\n");
  if (options.format === "line") return lines;
  const paint = painter(style);
  const { good, bad } = symbolsOf(style);
  const { argument, loop, part, proof = null } = report;
  if (!isValid(report)) {
    const own = findings.filter(({ rule }) =>
      !rule.startsWith(PORTABLE_PREFIX)
    );
    const verdict = isValid({ ...report, findings: own })
      ? "is valid here, but does not run in the reference as it is"
      : "is not valid";
    lines.push(
      paint("failure", `${bad} ${argument} ${verdict}`) +
        `: ${formatFindingSummary(findings)}`,
    );
    return lines;
  }
  const count = findings.length === 0
    ? ""
    : `: ${formatFindingSummary(findings)}`;
  const where = report.isPortable === true ? ", also in the reference" : "";
  const is = part === null ? "is valid" : PART_NAMES[part.kind];
  lines.push(paint("success", `${good} ${argument} ${is}${where}`) + count);
  if (part?.kind === "fragment-library") {
    lines.push(nameList("  Fragments: ", part.fragments, {
      columns: style.columns,
      all: "--json has all",
    }));
  }
  if (loop === null) return lines;
  lines.push(
    nameList("  States: ", Object.keys(loop.states), {
      columns: style.columns,
      all: "`ll-loop show` lists all",
    }),
    `  Initial: ${loop.initial}`,
    `  Max steps: ${loop.maxSteps}`,
    `  Scope: ${
      formatScope({
        paths: loop.scope,
        isDefault: loop.scope.length === 0,
        isLocked: true,
      })
    }`,
    ...(proof === null ? [] : [`  Proof: ${formatProof(proof)}`]),
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
    ...partJson(report.part),
    ...(report.part === null ? { proof: proofJson(report.proof ?? null) } : {}),
    violations: report.findings.map((finding) => ({
      ...findingJson(finding, options),
    })),
  };
}

function partJson(part: LoopPart | null): JsonObject {
  if (part === null) return {};
  return part.kind === "fragment-library"
    ? { part: part.kind, fragments: part.fragments }
    : { part: part.kind };
}
