/** Owns `prune`: removing old runs, after a look at them. */

import {
  findPrunable,
  type Project,
  type Prunable,
  type PruneRule,
  type Removal,
  removeLeftovers,
  removeRun,
} from "../../app/mod.ts";
import { commandAgain, count, EXIT, LoopError } from "../../model/mod.ts";
import {
  formatPrunable,
  formatPruned,
  formatRunAmount,
  type Pruned,
  prunedJson,
  type PrunedRun,
} from "../../view/mod.ts";
import { ask, canAsk } from "../ask.ts";
import { openProject } from "../open_project.ts";
import {
  printJson,
  printLines,
  type Session,
  sessionStyle,
} from "../program.ts";

/** Why a run stays that was to be removed. */
const REASONS: {
  readonly [removal in Exclude<Removal, "removed" | "gone">]: string;
} = {
  live: "It goes on again",
  waiting: "It waits for its scope",
};

/** Removes the runs that were asked for. */
export async function prune(session: Session): Promise<number> {
  const { world, options, positionals } = session;
  const project = await openProject(session);
  const [asked = null] = positionals;
  const rule = ruleOf(session, project);
  const found = await findPrunable(world, project, { asked, rule });
  if (options.flag("dry-run") || found.runs.length === 0) {
    tell(session, project, {
      removed: found.runs,
      left: [],
      keptCount: found.keptCount,
      isDryRun: options.flag("dry-run"),
    });
    return EXIT.ok;
  }
  if (!options.flag("yes") && !await isWanted(session, project, found.runs)) {
    printLines(session.stderr, ["Nothing was removed"]);
    return EXIT.ok;
  }
  const { pruned, errors } = await removeAll(session, found);
  removeLeftovers(world, project.loopsDir);
  tell(session, project, pruned);
  printLines(
    session.stderr,
    pruned.left.map(({ run, reason }) =>
      `warning: Run ${run.runId} stays: ${reason}`
    ),
  );
  return errors > 0 ? EXIT.cannotWrite : EXIT.ok;
}

function ruleOf({ options }: Session, project: Project): PruneRule {
  const keep = options.number("keep");
  const olderThanMs = options.milliseconds("older-than");
  const isAllEnded = options.flag("all-ended");
  if (keep === null && olderThanMs === null && !isAllEnded) {
    return { kind: "retention", retention: project.config.retention };
  }
  return { kind: "asked", keep, olderThanMs, isAllEnded };
}

async function isWanted(
  session: Session,
  project: Project,
  runs: readonly PrunedRun[],
): Promise<boolean> {
  const { stderr, options, typed } = session;
  if (options.flag("json") || !canAsk(session)) {
    throw new LoopError(
      "usage",
      'Command "prune" needs "--yes": there is no terminal to ask on',
      {
        hint: `\`${
          commandAgain(typed.map(({ text }) => text), ["--dry-run"])
        }\` shows what would be removed`,
      },
    );
  }
  const answer = await ask(session, {
    intro: formatPrunable(runs, sessionStyle(session, stderr, project)),
    text: `Remove ${formatRunAmount(runs)}? yes or no`,
    suggestion: "no",
    read: (text) => {
      const word = text.toLowerCase();
      if (word === "y" || word === "yes") return { value: "yes" };
      if (word === "n" || word === "no") return { value: "no" };
      return { problem: 'Answer "yes" or "no"' };
    },
  });
  return answer === "yes";
}

async function removeAll(
  { world }: Session,
  { runs, keptCount }: Prunable,
): Promise<{ readonly pruned: Pruned; readonly errors: number }> {
  const removed: PrunedRun[] = [];
  const left: { run: PrunedRun; reason: string }[] = [];
  let errors = 0;
  for (const run of runs) {
    try {
      const removal = await removeRun(world, run.path);
      if (removal === "removed") removed.push(run);
      else if (removal !== "gone") left.push({ run, reason: REASONS[removal] });
    } catch (error) {
      if (!(error instanceof LoopError)) throw error;
      errors++;
      left.push({ run, reason: error.message });
    }
  }
  return {
    pruned: {
      removed,
      left,
      keptCount: keptCount + left.length,
      isDryRun: false,
    },
    errors,
  };
}

function tell(session: Session, project: Project, pruned: Pruned): void {
  const { stdout, options } = session;
  if (options.flag("json")) return printJson(stdout, prunedJson(pruned));
  const style = sessionStyle(session, stdout, project);
  if (pruned.removed.length === 0 && pruned.left.length === 0) {
    return printLines(stdout, [
      `Nothing to prune: ${whyNot(session, project)}`,
    ]);
  }
  printLines(stdout, [
    ...formatPrunable(pruned.removed, style),
    formatPruned(pruned),
  ]);
}

/** Returns what is kept, for somebody who expected more to go. */
function whyNot(session: Session, project: Project): string {
  const rule = ruleOf(session, project);
  if (rule.kind === "asked") return "no run is old by what was asked for";
  const { runs, days } = rule.retention;
  const kept = [
    ...runs > 0 ? [`${count(runs, "run")} of a loop`] : [],
    ...days > 0 ? [count(days, "day")] : [],
  ];
  return kept.length === 0
    ? "the configuration keeps all (--keep, --older-than or --all-ended ask for more)"
    : `the configuration keeps ${
      kept.join(" and ")
    } (--keep, --older-than or --all-ended ask for more)`;
}
