/**
 * Killing the runner at a given operation, and what must hold afterwards: the run goes on to the
 * same end by the same verdicts with the same captures, nothing that was recorded as done is done
 * again, and nothing is left running or stuck.
 */

import { assert, assertEquals } from "@std/assert";
import type { JournalLine, Json } from "../../src/model/mod.ts";
import { type Project, type Run, withProject } from "./ll_loop.ts";
import { processesWith } from "./processes.ts";
import { waitUntil } from "./scratch.ts";

/** State, and line in the ledger, whose `on_resume` can tell whether it was done. */
const GUARDED = "guarded";

/** Each action leaves a line in `ledger`, so that one that runs twice is seen. */
export const REFERENCE: Readonly<Record<string, string>> = {
  ".loops/reference.yaml": `name: reference
description: A little of everything
scope: ["."]
initial: first
max_steps: 20
timeout: 3600
context: { word: hello, computed: small }
states:
  first:
    action: echo first >> ledger; echo "\${context.word}"
    capture: first
    append_to_messages: "\${captured.first.output}"
    next: inner
  inner:
    loop: part
    with: { given: "\${captured.first.output}" }
    on_yes: long
    on_no: bad
    on_error: bad
  long:
    action: echo long >> ledger; head -c 70000 /dev/zero | tr '\\0' x; echo done >&2
    capture: long
    on_yes: count
    on_no: bad
    on_error: bad
  count:
    action: echo count >> ledger; echo $((\${captured.number.output:default=0} + 1))
    capture: number
    evaluate: { type: output_numeric, operator: ge, target: 2 }
    on_yes: guarded
    on_no: count
    on_error: bad
  guarded:
    action: echo guarded >> ledger
    on_resume: { check: grep -qx guarded ledger }
    on_yes: script
    on_no: bad
    on_error: bad
  script:
    action: 'echo script >> ledger; : \${captured.long.output} \${captured.long.output}'
    on_yes: computed
    on_no: bad
    on_error: bad
  computed:
    loop: "\${context.computed}"
    on_yes: done
    on_no: bad
    on_error: bad
  done: { terminal: true }
  bad: { terminal: true, failure: true }
`,
  ".loops/small.yaml": `name: small
description: A sub-loop that is found while running
initial: only
states:
  only:
    action: echo small >> ledger
    next: fine
  fine: { terminal: true }
`,
  ".loops/part.yaml": `name: part
description: A sub-loop
initial: fails
context: { given: "" }
states:
  fails:
    action: echo fails >> ledger; echo "got \${context.given}"; exit 1
    capture: said
    on_yes: bad
    on_no: mends
    on_error: bad
  mends:
    action: echo mends >> ledger; (sleep 1000 &) ; true
    on_yes: fine
    on_no: bad
    on_error: bad
  fine: { terminal: true }
  bad: { terminal: true, failure: true }
`,
  ".loops/other.yaml":
    "name: other\ninitial: a\nstates: { a: { terminal: true } }\n",
};

/** What a run of the loop comes to, however often it is cut off. */
export interface Course {
  readonly end: readonly (Json | undefined)[];
  readonly verdicts: readonly string[];
  readonly captured: Json;
  /** Lines of the ledger of a run that was not cut off. */
  readonly ledger: readonly string[];
}

/** Where the runner is killed. */
export interface Point {
  /** Number of the operation in whose place it dies. */
  readonly at: number;
  /** Dies in the middle of a write. */
  readonly isHalf: boolean;
  /** It is one that a full or read-only disk refuses. */
  readonly isWrite: boolean;
  /** What it is, for people. */
  readonly name: string;
}

const DYING = decodeURIComponent(
  new URL("programs/dying.ts", import.meta.url).pathname,
);

/** Starts `program` so that it may kill itself; returns how it ended. */
export async function startDying(
  project: Project,
  args: readonly string[],
  options: {
    /** URL of the program. */
    readonly program: string;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<{ readonly status: number; readonly stderr: string }> {
  const { program, env } = options;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", DYING, ...args],
    cwd: project.root,
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      DENO_DIR: Deno.env.get("DENO_DIR") ??
        `${Deno.env.get("HOME")}/.cache/deno`,
      HOME: project.home,
      NO_COLOR: "1",
      DIE_PROGRAM: program,
      ...env,
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return { status: code, stderr: new TextDecoder().decode(stderr) };
}

/** Runs the loop as it is; returns what it comes to, and the points at which it can be killed. */
export async function takeCourse(
  program: string,
): Promise<{ readonly course: Course; readonly points: readonly Point[] }> {
  return await withProject(REFERENCE, async (project) => {
    const note = `${project.home}/note`;
    const { status, stderr } = await startDying(project, [
      ...["run", "reference", "-q"],
    ], { program, env: { DIE_NOTE: note } });
    assertEquals([status, stderr], [0, ""]);
    const points = (project.read(note) ?? "").trimEnd().split("\n")
      .flatMap((line): Point[] => {
        const [at = "", kind = "", name = "", path = ""] = line.split(" ");
        const file = path.split("/").at(-1);
        const point = {
          at: Number(at),
          isHalf: false,
          isWrite: kind === "write",
          name: `${name} ${file}`,
        };
        return name === "writeSync"
          ? [point, { ...point, isHalf: true, name: `half of ${point.name}` }]
          : [point];
      });
    return { course: courseOf(project, project.run()), points };
  });
}

/** Kills the runner of a fresh project at a point, resumes the run, and compares. */
export async function dieAndResume(
  point: Point,
  options: {
    readonly program: string;
    readonly course: Course;
    readonly env?: Readonly<Record<string, string>>;
    /** Where the first resume is killed; nowhere by default. */
    readonly again?: Point;
  },
): Promise<void> {
  const { program, course, env = {}, again } = options;
  const die = (
    project: Project,
    args: readonly string[],
    { at, isHalf }: Point,
  ) =>
    startDying(project, args, {
      program,
      env: {
        ...env,
        DIE_AT: String(at),
        ...(isHalf ? { DIE_HALF: "1" } : {}),
      },
    });
  await withProject(REFERENCE, async (project) => {
    try {
      await die(project, ["run", "reference", "-q"], point);
      if (again !== undefined && runsOf(project).length > 0) {
        await die(project, ["resume", "reference", "-q"], again);
      }
      await settled(project);
      const before = seen(project);
      await goOn(project);
      // What a dead runner held keeps nobody from starting, and goes with the next start.
      await project.ll(["run", "other", "-q"]);
      compare(project, { course, before, cuts: again === undefined ? 1 : 2 });
    } catch (error) {
      const where = again === undefined
        ? ""
        : `, then at ${again.at}: ${again.name}`;
      throw new Error(`Killed at ${point.at}: ${point.name}${where}`, {
        cause: error,
      });
    }
  });
}

/** Resolves once nothing is left of a runner that killed itself: an action outlives it by a moment, the guardian by another. */
async function settled(project: Project): Promise<void> {
  const ids = runsOf(project).map((file) => file.split("/").at(-2) ?? "");
  await waitUntil(
    "what it ran is gone",
    () =>
      processesWith(project.home, "environ").length === 0 &&
      ids.every((id) => processesWith(id, "cmdline").length === 0),
  );
}

/** Compares what a run came to that was cut off with what it comes to. */
export function compare(
  project: Project,
  options: {
    readonly course: Course;
    /** What was there when it was cut off the last time. */
    readonly before: Seen;
    /** How often it was cut off. */
    readonly cuts: number;
  },
): void {
  const { course, before, cuts } = options;
  const [run, ...others] = project.runs()
    .filter(({ record }) => record.loop === "reference");
  assert(run !== undefined && others.length === 0, "not one run");
  const after = courseOf(project, run);
  assertEquals(after.end, course.end);
  assertEquals(after.verdicts, course.verdicts);
  assertEquals(after.captured, course.captured);
  // What was going on when it was cut off runs again, and nothing else.
  const twice = before.lines.length - before.recorded;
  assert(twice <= cuts, `${twice} actions at once`);
  assertEquals(
    unguarded(after.ledger).length,
    unguarded(course.ledger).length + twice,
  );
  // A state that can tell that it was done never does it twice.
  assertEquals(after.ledger.filter((line) => line === GUARDED), [GUARDED]);
  assertEquals(withoutRepeats(after.ledger), withoutRepeats(course.ledger));
  assertEquals(processesWith(project.home, "environ"), []);
  assertEquals(processesWith(run.id, "cmdline"), []);
  const locks = Object.keys(project.tree())
    .filter((name) => /\.loops\/\.(running|queue)\/[^.]/.test(name));
  assertEquals(locks, []);
}

/** Resumes the run; starts it where it was cut off before it was one. */
export async function goOn(project: Project): Promise<void> {
  const isThere = runsOf(project).length > 0;
  const args = isThere
    ? ["resume", "reference", "-q"]
    : ["run", "reference", "-q"];
  const { status, stderr } = await project.ll(args, {
    status: "any",
    stderr: [],
  });
  if (status === 0) return;
  // Cut off after its last word.
  assertEquals([status, isThere], [1, true], stderr);
  assert(stderr.includes("it has ended (completed, "), stderr);
}

/** Names of the folders that a run can be read from. */
function runsOf(project: Project): string[] {
  return Object.keys(project.tree())
    .filter((name) => /^\.loops\/runs\/[^/.]+\/run\.json$/.test(name));
}

/** What had been done, and what of it had been recorded; the guarded state aside. */
export interface Seen {
  /** Lines of the ledger. */
  readonly lines: readonly string[];
  /** Outcomes of actions in the journal. */
  readonly recorded: number;
}

/** Returns what had been done, and what had been recorded as done. */
export function seen(project: Project): Seen {
  const [file] = runsOf(project);
  const journal = file?.replace("run.json", "events.jsonl") ?? "none";
  // The last line may be torn.
  const lines = linesOf(project, journal).map((line) => JSON.parse(line));
  const guarded = new Set(
    lines.filter(({ event, state }) =>
      event === "action_start" && state === GUARDED
    ).map(({ effect }) => effect),
  );
  const recorded = lines.filter(({ outcome, effect }) =>
    outcome?.kind === "action" && !outcome.isCancelled && !guarded.has(effect)
  );
  return {
    lines: unguarded(linesOf(project, "ledger")),
    recorded: recorded.length,
  };
}

function unguarded(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line !== GUARDED);
}

/** Returns the whole lines of a file; none where there is no file. */
function linesOf(project: Project, path: string): string[] {
  return (project.read(path) ?? "").split("\n").slice(0, -1);
}

function withoutRepeats(lines: readonly string[]): readonly string[] {
  return lines.filter((line, index) => line !== lines[index - 1]);
}

/** Returns what a run has come to. */
export function courseOf(project: Project, run: Run): Course {
  const { state, lines } = run;
  assertEquals(lines.map(({ seq }) => seq), lines.map((_, at) => at + 1));
  return {
    end: [state.status, state.current_state, state.exit_status],
    verdicts: lines.flatMap(verdictsIn),
    captured: withoutTimes(state.captured),
    ledger: linesOf(project, "ledger"),
  };
}

function verdictsIn(line: JournalLine): string[] {
  return "event" in line && line.event === "evaluate"
    ? [`${line.frame ?? "0"} ${line.state} ${line.verdict}`]
    : [];
}

function withoutTimes(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(
      value,
      (key, item) => key === "duration_ms" ? undefined : item,
    ),
  );
}
