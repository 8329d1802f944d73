/** Owns whether a run's loop is another one by now, and whether the run can take it. */

import {
  BUILTIN_PREFIX,
  COMMAND_PREFIX,
  type Definitions,
  displayPath,
  hasErrors,
  type Input,
  joinCommand,
  LoopError,
  own,
  type Snapshot,
} from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import { definitionHash, loadLocated, type Located } from "../run/mod.ts";
import type { StoredRun } from "../runs/mod.ts";
import { maskText, type Vault } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import type { Progress } from "./read_progress.ts";

/** How the loop of a run stands today. */
export type Today =
  | { readonly kind: "gone" }
  /** What it does is the same; its texts may be laid out anew. */
  | { readonly kind: "same"; readonly texts: Located["texts"] }
  /** It is another one; `definitions` is `null` where it is not valid. */
  | {
    readonly kind: "changed";
    readonly located: Located;
    /** With secrets as references. */
    readonly definitions: Definitions | null;
    readonly hash: string;
  };

/** Returns how the loop in `file` stands beside the one that a run runs; teaches `vault` its secrets. */
export function lookAtToday(
  world: Pick<World, "sources" | "system">,
  project: Project,
  given: {
    readonly run: StoredRun;
    readonly file: string;
    readonly progress: Progress;
    readonly vault: Vault;
  },
): Today {
  const { run, file, progress, vault } = given;
  // What a command made was never a file.
  if (file.startsWith(COMMAND_PREFIX)) {
    return { kind: "same", texts: progress.texts };
  }
  const kind = world.sources.read(file).kind;
  if (kind === "missing" || kind === "directory") return { kind: "gone" };
  const located = loadLocated(world, project, {
    file,
    origin: originOf(file, project),
  });
  const definitions = located.definitions === null ? null : {
    ...located.definitions,
    loops: vault.hideLoops(located.definitions.loops),
  };
  const hash = definitions === null
    ? ""
    : definitionHash(world.system, definitions, project.root);
  const taken = takenHash(progress.inputs);
  const isSame = hash === (taken ?? run.record.definition_hash) ||
    // Another version of this program may read the same files in another way.
    taken === null && haveSameTexts(progress.texts, located.texts, vault);
  if (isSame) return { kind: "same", texts: located.texts };
  const isValid = !hasErrors(located.findings);
  return {
    kind: "changed",
    located,
    definitions: isValid ? definitions : null,
    hash,
  };
}

/** Returns where a loop of this file comes from. */
export function originOf(
  file: string,
  { loopsDir }: Pick<Project, "loopsDir">,
): Located["origin"] {
  if (file.startsWith(BUILTIN_PREFIX)) return "built-in";
  if (file.startsWith(COMMAND_PREFIX)) return "command";
  return file.startsWith(`${loopsDir}/`) ? "project" : "path";
}

/** Returns the hash of the last definition that a run took on its way; `null` when it took none. */
function takenHash(inputs: readonly Input[]): string | null {
  for (const input of inputs.toReversed()) {
    const hash = "definition_hash" in input ? input.definition_hash : undefined;
    if (hash !== undefined) return hash;
  }
  return null;
}

function haveSameTexts(
  stored: Progress["texts"],
  now: Progress["texts"],
  vault: Vault,
): boolean {
  const files = Object.keys(now);
  return files.length === Object.keys(stored).length &&
    files.every((file) =>
      own(stored, file) === maskText(vault.mask, now[file] ?? "")
    );
}

/**
 * Returns the definitions of today for a run to go on with.
 *
 * @throws {LoopError} `invalid` where they are not valid, or lack what the run stands on
 */
export function takeToday(
  world: Pick<World, "system">,
  today: Extract<Today, { kind: "changed" }>,
  from: { readonly run: StoredRun; readonly snapshot: Snapshot },
): Definitions {
  const { definitions, located } = today;
  const { run, snapshot } = from;
  const file = displayPath(located.file, world.system.cwd);
  const again = joinCommand(["ll-loop", "validate", file]);
  if (definitions === null) {
    throw new LoopError(
      "invalid",
      `Cannot take the changed loop "${run.record.loop}": its definition has errors`,
      {
        findings: located.findings.filter(({ severity }) =>
          severity === "error"
        ),
        texts: located.texts,
        hint: `\`${again}\` checks it again`,
      },
    );
  }
  for (const frame of Object.values(snapshot.frames)) {
    const loop = own(definitions.loops, frame.loop) ??
      own(snapshot.loops, frame.loop);
    if (own(loop?.states, frame.state) !== undefined) continue;
    const where = loop === undefined
      ? `sub-loop "${displayPath(frame.loop, world.system.cwd)}"`
      : `state "${frame.state}"`;
    throw new LoopError(
      "invalid",
      `Cannot take the changed loop "${run.record.loop}": the run stands in ${where}, which ` +
        "is not there any more",
      {
        hint:
          "Put it back, or go back to another state with --from, or leave out --accept-changes",
      },
    );
  }
  return definitions;
}
