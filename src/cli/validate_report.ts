/** Owns printing what `validate` has found, in each of its formats. */

import type { Project } from "../app/mod.ts";
import {
  type Checked,
  type CheckedLoop,
  type FixedText,
  listRules,
} from "../app/validate/mod.ts";
import {
  type JsonObject,
  type LoopError,
  type PlacedFinding,
  SCHEMA_VERSION,
  unreachable,
} from "../model/mod.ts";
import type { Stream } from "../ports/mod.ts";
import {
  count,
  type FindingsOptions,
  formatLoopError,
  formatValidation,
  isValid,
  sarifLog,
  validationJson,
} from "../view/mod.ts";
import type { FINDING_FORMATS } from "./common_options.ts";
import {
  dataStream,
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "./program.ts";

/** How findings are printed. */
export interface Reporting {
  readonly format: typeof FINDING_FORMATS[number];
  readonly isStrict: boolean;
  readonly isPortable: boolean;
  readonly project: Project;
  displayPath(file: string): string;
}

/** What was changed, and what that leaves for the report to say. */
export interface Fixing {
  /** `null` where nothing was to be fixed. */
  readonly fixes: readonly FixedText[] | null;
  /** The changes as a difference, where they were only shown. */
  readonly diff?: string;
  /** Where text for people goes. @default stdout */
  readonly out?: Stream;
}

/** Prints everything that was found, each finding once, and annotates it in GitHub Actions. */
export async function reportChecked(
  session: Session,
  checked: readonly Checked[],
  reporting: Reporting & Fixing,
): Promise<void> {
  const { format } = reporting;
  const { stdout } = session;
  switch (format) {
    case "json":
      printJson(
        stdout,
        oneOrAll(checked.map((each) => toJson(each, reporting))),
      );
      break;
    case "sarif":
      printJson(stdout, await toSarif(session, checked, reporting));
      break;
    case "github":
      await printCommands(session, checked, reporting);
      break;
    case "text":
    case "line":
      printText(session, checked, reporting);
      break;
    default:
      unreachable(format);
  }
  if (session.unguarded !== undefined && format !== "github") {
    await annotate(session, checked);
  }
}

function oneOrAll(values: readonly JsonObject[]): unknown {
  return values.length === 1 ? values[0] : values;
}

function printText(
  session: Session,
  checked: readonly Checked[],
  reporting: Reporting & Fixing,
): void {
  const { stdout, stderr } = session;
  const { isStrict, isPortable, fixes, diff, displayPath, project } = reporting;
  const format = reporting.format === "line" ? "line" : "text";
  // Where only a difference was asked for, it alone is data.
  const out = reporting.out ?? (diff === undefined ? stdout : stderr);
  const drawing: FindingsOptions = {
    style: sessionStyle(session, out, project),
    format,
    displayPath,
  };
  // A difference alone is all that there is to say of loops that are well.
  const isQuiet = diff !== undefined && format === "text" &&
    checked.every((each) =>
      !("error" in each) && isValid({ ...each, isStrict })
    );
  const seen = new Set<string>();
  for (const each of isQuiet ? [] : checked) {
    if ("error" in each) {
      const style = sessionStyle(session, stderr);
      printLines(stderr, formatLoopError(each.error, style));
      continue;
    }
    const shown = each.findings.filter((finding) => !seen.has(keyOf(finding)));
    for (const finding of each.findings) seen.add(keyOf(finding));
    printLines(
      out,
      formatValidation({ ...each, isStrict, isPortable }, {
        ...drawing,
        shown,
      }),
    );
  }
  if (format === "line" || fixes === null) return;
  if (isQuiet && fixes.length === 0) return;
  printLines(
    out === stdout ? out : stderr,
    fixes.length === 0
      ? ["Nothing to fix"]
      : fixes.map(({ file, edits }) =>
        `${diff === undefined ? "Changed" : "Would change"} ${
          count(edits, "place")
        } in ${displayPath(file)}`
      ),
  );
}

function toJson(
  each: Checked,
  { isStrict, displayPath, fixes, diff }: Reporting & Fixing,
): JsonObject {
  if ("error" in each) return notFoundJson(each.argument, each.error);
  const own = fixes?.filter(({ file }) => Object.hasOwn(each.texts, file)) ??
    [];
  return {
    ...validationJson({ ...each, isStrict }, { displayPath }),
    ...(own.length === 0 ? {} : {
      fixed: own.map(({ file, edits }) => ({ file: displayPath(file), edits })),
    }),
    ...(diff === undefined ? {} : { diff }),
  };
}

async function toSarif(
  { version, world }: Session,
  checked: readonly Checked[],
  { displayPath }: Reporting,
): Promise<JsonObject> {
  return sarifLog(allOf(checked), {
    version,
    rules: await listRules(),
    root: world.system.cwd,
    displayPath,
    failures: checked.flatMap((each) =>
      "error" in each ? [each.error.message] : []
    ),
  });
}

/** As in a step of GitHub Actions, for whoever hands them on. */
async function printCommands(
  session: Session,
  checked: readonly Checked[],
  { displayPath }: Reporting,
): Promise<void> {
  const { findingCommands } = await import("../view/github/mod.ts");
  const stream = dataStream(session);
  const lines = findingCommands(allOf(checked), displayPath);
  stream.write(lines.map((line) => `${line}\n`).join(""));
  for (const each of checked) {
    if ("error" in each) {
      printLines(
        session.stderr,
        formatLoopError(each.error, sessionStyle(session, session.stderr)),
      );
    }
  }
}

/** Everything that was found in one go, so that what is worst in any file comes first. */
async function annotate(
  session: Session,
  checked: readonly Checked[],
): Promise<void> {
  const { annotateError, annotateFindings } = await import("./github/mod.ts");
  annotateFindings(session, allOf(checked), {
    more: "the log of the step lists them",
  });
  for (const each of checked) {
    if ("error" in each) await annotateError(session, each.error);
  }
}

/** Returns the findings of all loops, those of files that several of them use once. */
function allOf(checked: readonly Checked[]): readonly PlacedFinding[] {
  const seen = new Map<string, PlacedFinding>();
  const isLoop = (each: Checked): each is CheckedLoop => !("error" in each);
  for (const finding of checked.filter(isLoop).flatMap((one) => one.findings)) {
    if (!seen.has(keyOf(finding))) seen.set(keyOf(finding), finding);
  }
  return [...seen.values()];
}

function keyOf({ at, position, rule, message }: PlacedFinding): string {
  return [at.file, position.line, position.column, rule, message].join("\0");
}

function notFoundJson(argument: string, error: LoopError): JsonObject {
  return {
    schema_version: SCHEMA_VERSION,
    loop: argument,
    valid: false,
    violations: [{ severity: "error", path: "<root>", message: error.message }],
  };
}
