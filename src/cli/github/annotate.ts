/** Owns annotating findings and errors, where the program runs in GitHub Actions. */

import { placeFindings } from "../../app/mod.ts";
import { LoopError, type PlacedFinding } from "../../model/mod.ts";
import type { Stream } from "../../ports/mod.ts";
import {
  type Annotation,
  findingAnnotation,
  formatAnnotations,
  workspacePath,
} from "../../view/github/mod.ts";
import type { Program } from "../program.ts";
import type { Found } from "../report.ts";

/** What is needed of the program. */
type Here = Pick<Program, "world" | "unguarded">;

/** How annotations are printed. */
interface AnnotateOptions {
  /** Says where those are that have no room. */
  readonly more: string;
  /** A stream as it is. @default stderr: stdout may be for a program */
  readonly stream?: Stream;
}

/** Annotates findings, the errors first. */
export function annotateFindings(
  here: Here,
  findings: readonly PlacedFinding[],
  options: AnnotateOptions,
): void {
  const showPath = pathsIn(here);
  print(
    here,
    findings.map((each) => findingAnnotation(each, showPath)),
    options,
  );
}

/** Annotates findings whose places are still to be looked up. */
export async function annotateFound(
  here: Here,
  { findings, texts }: Found,
  options: AnnotateOptions,
): Promise<void> {
  annotateFindings(here, await placeFindings(findings, texts), options);
}

/** Annotates whatever was thrown: its findings, or itself where it has none. */
export async function annotateError(here: Here, error: unknown): Promise<void> {
  const more = "the log of the step lists them";
  if (error instanceof LoopError && error.findings.length > 0) {
    await annotateFound(here, error, { more });
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof LoopError ? error.hint : null;
  print(here, [{
    level: "error",
    title: "ll-loop",
    message: hint === null ? message : `${message}\nhint: ${hint}`,
    place: null,
  }], { more });
}

/** Returns how files are named: relative to the workspace of the job. */
export function pathsIn(
  { world }: Pick<Here, "world">,
): (file: string) => string | null {
  const { system, files } = world;
  // Files are known by their real paths.
  const workspace = files.realPath(
    system.env("GITHUB_WORKSPACE") || system.cwd,
  );
  return (file) => workspacePath(file, workspace);
}

function print(
  { unguarded }: Here,
  annotations: readonly Annotation[],
  options: AnnotateOptions,
): void {
  if (unguarded === undefined) return;
  const lines = formatAnnotations(annotations, options);
  const { stream = unguarded.stderr } = options;
  stream.write(lines.map((line) => `${line}\n`).join(""));
}
