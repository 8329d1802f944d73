/** Owns `validate`: every problem of the given loops at once, nothing run. */

import type { Project } from "../../app/mod.ts";
import {
  type Checked,
  checkLoopFile,
  findLoopFiles,
  type FixedText,
  fixTexts,
  orError,
  overlaySources,
  sourceReason,
  writeFixes,
} from "../../app/validate/mod.ts";
import { EXIT, LoopError } from "../../model/mod.ts";
import type { Sources } from "../../ports/mod.ts";
import { displayPath, isValid, unifiedDiff } from "../../view/mod.ts";
import { FINDING_FORMATS } from "../common_options.ts";
import { hiddenFindings } from "../namesake.ts";
import { openProject } from "../open_project.ts";
import { dataStream, type Session } from "../program.ts";
import { reportChecked, type Reporting } from "../validate_report.ts";

/** The argument that stands for standard input. */
const STDIN = "-";
/** Its name: whatever it refers to is looked for beside a file of that name in the working folder. */
const STDIN_NAME = "<stdin>";

/** Prints what is wrong; returns 1 when a loop is not valid, 65 when one cannot be found. */
export async function validate(session: Session): Promise<number> {
  const { options, world } = session;
  const project = await openProject(session);
  const reporting: Reporting = {
    format: options.flag("json")
      ? "json"
      : options.choice("format", FINDING_FORMATS) ?? "text",
    isStrict: options.flag("strict"),
    isPortable: options.flag("portable"),
    displayPath: (file) =>
      file === stdinFile ? STDIN_NAME : displayPath(file, world.system.cwd),
    project,
  };
  const stdinFile = `${world.system.cwd}/${STDIN_NAME}`;
  const given = await readStdin(session);
  const sources = given === null
    ? world.sources
    : overlaySources(world.sources, new Map([[stdinFile, given]]));
  const isDry = options.flag("dry-run");
  if (isDry && !options.flag("fix")) {
    throw new LoopError("usage", '"--dry-run" is only for "--fix"', {
      hint: "Without --fix nothing is written anyway",
    });
  }
  const check = (from: Sources) =>
    checkAll({ ...session, world: { ...world, sources: from } }, {
      project,
      stdinFile,
    });
  let checked: readonly Checked[];
  let fixes: readonly FixedText[] | null = null;
  if (options.flag("fix")) {
    fixes = await fixTexts({
      sources,
      check: async (from) =>
        (await check(from)).flatMap((each) =>
          "error" in each ? [] : each.findings
        ),
      mayChange: (file) => file.startsWith("/"),
    });
    const after = new Map(fixes.map((fix) => [fix.file, fix.after]));
    checked = await check(overlaySources(sources, after));
    if (!isDry) {
      writeFixes(world, fixes.filter(({ file }) => file !== stdinFile));
    }
  } else checked = await check(sources);
  // What is asked for is the text: findings go beside it.
  const out = given !== null && options.flag("fix")
    ? session.stderr
    : undefined;
  const diff = isDry
    ? fixes?.map(({ file, before, after }) =>
      unifiedDiff(before, after, { path: reporting.displayPath(file) })
    ).join("") ?? ""
    : null;
  if (diff !== null && reporting.format === "text") {
    dataStream(session).write(diff);
  } else if (given !== null && options.flag("fix") && !isDry) {
    const fixed = fixes?.find(({ file }) => file === stdinFile)?.after;
    dataStream(session).write(fixed ?? given);
  }
  await reportChecked(session, checked, {
    ...reporting,
    fixes,
    ...(diff === null ? {} : { diff }),
    ...(out === undefined ? {} : { out }),
  });
  if (checked.some((each) => "error" in each)) return EXIT.invalid;
  const areValid = checked.every((each) =>
    !("error" in each) &&
    isValid({ ...each, isStrict: reporting.isStrict })
  );
  return areValid ? EXIT.ok : EXIT.stopped;
}

/** Returns the text on standard input; `null` where none was asked for. */
async function readStdin(
  { positionals, stdin }: Session,
): Promise<string | null> {
  if (!positionals.includes(STDIN)) return null;
  const source = await stdin.readSource();
  if (source.kind === "text") return source.text;
  throw new LoopError(
    "not-found",
    `Cannot read standard input: ${sourceReason(source)}`,
  );
}

/** Checks everything that the arguments stand for, each file once. */
async function checkAll(
  session: Session,
  { project, stdinFile }: {
    readonly project: Project;
    readonly stdinFile: string;
  },
): Promise<readonly Checked[]> {
  const { world, positionals, options } = session;
  const checked: Checked[] = [];
  const request = {
    isPortable: options.flag("portable"),
    also: (file: string) => hiddenFindings(project, file),
  };
  for (const argument of positionals) {
    if (argument === STDIN) {
      checked.push(
        await checkLoopFile(world, project, {
          ...request,
          argument: STDIN_NAME,
          file: stdinFile,
        }),
      );
      continue;
    }
    let names: readonly string[];
    try {
      names = findLoopFiles(world, project, argument);
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      checked.push({ argument, error });
      continue;
    }
    for (const name of names) {
      checked.push(
        await orError(
          name,
          () => checkLoopFile(world, project, { ...request, argument: name }),
        ),
      );
    }
  }
  return checked;
}
