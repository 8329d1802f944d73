/** Looks at files and repositories as the runner does. */

import { createFiles } from "../../../../src/adapters/mod.ts";
import { match } from "../../../../src/adapters/match/mod.ts";
import { makeProcesses } from "../../../../src/adapters/process/mod.ts";
import type { PerformOptions } from "../../../../src/app/run/drive.ts";
import { observe } from "../../../../src/app/run/observe.ts";
import type {
  ObservedOutcome,
  ObserveEffect,
  Subject,
} from "../../../../src/model/mod.ts";

/** A look without its subject. */
export const LOOK = {
  kind: "observe",
  purpose: "evaluator",
  frame: "0",
  effect: 1,
  timeoutMs: 30_000,
  isLoopDeadline: false,
  cwd: null,
} as const;

/** Nobody cancels. */
export const UNDISTURBED: Pick<PerformOptions, "cancel" | "force"> = {
  cancel: new AbortController().signal,
  force: new AbortController().signal,
};

/** Looks in a folder for real. */
export function lookIn(
  folder: string,
  subject: Subject,
  options: { readonly cancel?: AbortSignal } & Partial<ObserveEffect> = {},
): Promise<ObservedOutcome> {
  const { cancel = UNDISTURBED.cancel, ...change } = options;
  return observe(
    {
      world: { files: createFiles(), match },
      processes: makeProcesses(),
      root: folder,
      outputs: `${folder}/outputs`,
      room: () => ({}),
    },
    { ...LOOK, subject, ...change },
    { ...UNDISTURBED, cancel },
  );
}
