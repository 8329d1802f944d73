/** Owns `validate`: every problem of the given loops at once, nothing run. */

import {
  locateLoop,
  placeFindings,
  type Project,
  proofOf,
} from "../../app/mod.ts";
import {
  EXIT,
  LoopError,
  PART_RULES,
  SCHEMA_VERSION,
} from "../../model/mod.ts";
import {
  displayPath,
  formatLoopError,
  formatValidation,
  isValid,
  validationJson,
  type ValidationReport,
} from "../../view/mod.ts";
import { hiddenFindings } from "../namesake.ts";
import { FINDING_FORMATS } from "../common_options.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";

/** What checking one loop gave: a report, or why there is none. */
type Checked =
  | { readonly argument: string; readonly report: ValidationReport }
  | { readonly argument: string; readonly error: LoopError };

/** Prints what is wrong; returns 1 when a loop is not valid, 65 when one cannot be found. */
export async function validate(session: Session): Promise<number> {
  const { options, stdout, stderr, world } = session;
  const project = await openProject(session);
  const format = options.flag("json")
    ? "json"
    : options.choice("format", FINDING_FORMATS) ?? "text";
  const showPath = (file: string) => displayPath(file, world.system.cwd);
  const checked: Checked[] = [];
  for (const argument of session.positionals) {
    const each = await check(session, project, argument);
    checked.push(each);
    if (format === "json") continue;
    if ("error" in each) {
      printLines(
        stderr,
        formatLoopError(each.error, sessionStyle(session, stderr)),
      );
      continue;
    }
    printLines(
      stdout,
      formatValidation(each.report, {
        style: sessionStyle(session, stdout, project),
        format,
        displayPath: showPath,
      }),
    );
  }
  if (format === "json") {
    const values = checked.map((each) =>
      "error" in each
        ? notFoundJson(each.argument, each.error)
        : validationJson(each.report, { displayPath: showPath })
    );
    printJson(stdout, values.length === 1 ? values[0] : values);
  }
  if (session.unguarded !== undefined) await annotate(session, checked);
  if (checked.some((each) => "error" in each)) return EXIT.invalid;
  const areValid = checked.every((each) =>
    "report" in each && isValid(each.report)
  );
  return areValid ? EXIT.ok : EXIT.stopped;
}

/** Everything that was found in one go, so that what is worst in any file comes first. */
async function annotate(
  session: Session,
  checked: readonly Checked[],
): Promise<void> {
  const { annotateError, annotateFindings } = await import(
    "../github/mod.ts"
  );
  const findings = checked.flatMap((each) =>
    "report" in each ? each.report.findings : []
  );
  annotateFindings(session, findings, {
    more: "the log of the step lists them",
  });
  for (const each of checked) {
    if ("error" in each) await annotateError(session, each.error);
  }
}

async function check(
  session: Session,
  project: Project,
  argument: string,
): Promise<Checked> {
  try {
    const located = locateLoop(session.world, project, argument);
    const { file, definitions, results, texts } = located;
    const part = results.get(file)?.part ?? null;
    // A part of other loops is no mistake in itself: only running it would be.
    const found = located.findings.filter(({ rule, at }) =>
      part === null || !PART_RULES.has(rule) || at.file !== file
    );
    const findings = [...found, ...hiddenFindings(project, file)];
    if (session.options.flag("portable")) {
      const { portabilityFindings } = await import(
        "../../app/portability/mod.ts"
      );
      findings.push(...await portabilityFindings(session.world, located));
    }
    return {
      argument,
      report: {
        argument,
        loop: definitions?.loops[definitions.root] ?? null,
        part,
        findings: await placeFindings(findings, texts),
        proof: proofOf(located),
        isStrict: session.options.flag("strict"),
        isPortable: session.options.flag("portable"),
      },
    };
  } catch (error) {
    if (error instanceof LoopError && error.code !== "internal") {
      return { argument, error };
    }
    throw error;
  }
}

function notFoundJson(argument: string, error: LoopError): object {
  return {
    schema_version: SCHEMA_VERSION,
    loop: argument,
    valid: false,
    violations: [{ severity: "error", path: "<root>", message: error.message }],
  };
}
