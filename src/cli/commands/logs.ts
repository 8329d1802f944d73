/** Owns `logs`: what the log of a run holds, and what comes. */

import {
  followFile,
  LineReader,
  lookAtRun,
  type RecordedRun,
} from "../../app/mod.ts";
import { EXIT, LoopError, SCHEMA_VERSION } from "../../model/mod.ts";
import { displayPath } from "../../view/mod.ts";
import { findOneRun } from "../find_one_run.ts";
import { openProject } from "../open_project.ts";
import { printJson, printLines, type Session } from "../program.ts";
import { untilLeft } from "../until_left.ts";

const FILE = "log";

/** Prints the log of one run. */
export async function logs(session: Session): Promise<number> {
  const { options } = session;
  const isFollowing = options.flag("follow");
  if (isFollowing && options.flag("json")) {
    throw new LoopError(
      "usage",
      'Options "--follow" and "--json" exclude each other: one JSON value has an end',
      { hint: "Leave one of them out" },
    );
  }
  const project = await openProject(session);
  const run = await findOneRun(session, project);
  if (isFollowing) return await follow(session, run);
  await printWhole(session, run);
  return EXIT.ok;
}

async function printWhole(
  session: Session,
  run: RecordedRun,
): Promise<void> {
  const { world, stdout, options } = session;
  const file = `${run.path}/${FILE}`;
  const shown = displayPath(file, world.system.cwd);
  const hasLog = world.files.stat(file) !== null;
  // One that is just starting has none yet.
  if (!hasLog && !(await lookAtRun(world, run.path)).condition.isAlive) {
    throw new LoopError("not-found", `Run ${run.id} has no log: "${shown}"`, {
      hint: "It was cut off before its first step",
    });
  }
  const isJson = options.flag("json");
  const all: string[] = [];
  const tail = new Tail(options.number("tail"), (lines) => {
    if (isJson) all.push(...lines);
    else printLines(stdout, lines);
  });
  const growing = world.files.openGrowing(file);
  const reader = new LineReader();
  for (let text = growing.readMore(); text !== ""; text = growing.readMore()) {
    tail.push(reader.push(text));
  }
  growing.close();
  tail.push(restOf(reader));
  tail.end();
  if (!isJson) return;
  printJson(stdout, {
    schema_version: SCHEMA_VERSION,
    run_id: run.id,
    loop: run.record.loop,
    log_file: shown,
    lines: all,
  });
}

/** A log whose writer was killed may end within a line. */
function restOf(reader: LineReader): readonly string[] {
  const rest = reader.end();
  return rest === "" ? [] : [rest];
}

async function follow(session: Session, run: RecordedRun): Promise<number> {
  const { world, stdout, options } = session;
  const watching = untilLeft(session);
  const reader = new LineReader();
  const tail = new Tail(options.number("tail"), (lines) => {
    printLines(stdout, lines);
    watching.check();
  });
  try {
    const pieces = followFile(world, {
      folder: run.path,
      file: FILE,
      stop: watching.stop,
    });
    for await (const { text, isUpToDate } of pieces) {
      tail.push(reader.push(text));
      if (isUpToDate) tail.end();
    }
    tail.end();
    if (watching.stop.aborted) return watching.leftStatus;
    printLines(stdout, restOf(reader));
    return EXIT.ok;
  } finally {
    watching.close();
  }
}

/** Keeps back all but the last lines of what is there, and nothing of what comes. */
class Tail {
  readonly #count: number | null;
  readonly #print: (lines: readonly string[]) => void;
  #kept: string[] | null;

  /** `count` is how many; `null` keeps nothing back. */
  constructor(
    count: number | null,
    print: (lines: readonly string[]) => void,
  ) {
    this.#count = count;
    this.#print = print;
    this.#kept = count === null ? null : [];
  }

  push(lines: readonly string[]): void {
    if (this.#kept === null) return this.#print(lines);
    const kept = [...this.#kept, ...lines];
    this.#kept = this.#count === 0 ? [] : kept.slice(-(this.#count ?? 0));
  }

  /** All that is there has come. */
  end(): void {
    const kept = this.#kept ?? [];
    this.#kept = null;
    this.#print(kept);
  }
}
