/**
 * Owns refusing a run that is known to fail: missing values, missing parts, a missing shell, a
 * system without process groups, a project too large to guard its tests.
 */

import {
  type Abilities,
  unsupported,
  type UnsupportedState,
} from "../../check/mod.ts";
import { placeFindings } from "../../load/mod.ts";
import {
  commandAgain,
  displayPath,
  joinCommand,
  lackedInputs,
  LoopError,
  type Origin,
} from "../../model/mod.ts";
import type { World } from "../world.ts";
import { requireHosts } from "./agent_hosts.ts";
import { guardObstacle } from "./guard_obstacle.ts";
import type { Prepared } from "./prepare.ts";
import type { GivenArgument } from "./request.ts";
import { maskArguments } from "./run_folder.ts";
import { findStrayContext } from "./stray_context.ts";
import {
  firstShellState,
  type Obstructed,
  systemObstacle,
} from "./system_obstacle.ts";

/** One value that has to be given before a run can start. */
export interface MissingValue {
  readonly name: string;
  /** What to add, such as `--context name=VALUE`. */
  readonly add: string;
  /** The place that needs it, such as `states.a.action`. */
  readonly usedBy: string;
  readonly at: Origin;
  /** The words that give it on the command line; none where the file has to be changed. */
  readonly words: readonly string[];
}

/** Returns the values that are missing, required inputs first, each once. */
export function missingValues(prepared: Prepared): readonly MissingValue[] {
  const { loop, request } = prepared;
  const required = emptyInputs(prepared).map((key): MissingValue => {
    const isInput = key === loop.inputKey && request.input === null;
    return {
      name: key,
      add: isInput
        ? "an INPUT after the loop's name"
        : `--context ${key}=VALUE`,
      usedBy: "required_inputs",
      at: { file: loop.at.file, path: ["required_inputs"] },
      words: isInput ? ["INPUT"] : ["--context", `${key}=VALUE`],
    };
  });
  const known = new Set(required.map(({ name }) => name));
  const lacksInput = known.has(loop.inputKey) ||
    prepared.missing.some(({ name }) => name === loop.inputKey);
  // The input brings its hash along.
  if (lacksInput) known.add("input_hash");
  const used = prepared.missing.filter(({ name }) => !known.has(name))
    .map(({ name, source, add, words, usedBy, at }): MissingValue => ({
      name: name === "" ? source : name,
      add,
      words,
      usedBy,
      at,
    }));
  return [...required, ...used];
}

/**
 * Does nothing when whoever has these abilities can start the run.
 *
 * @throws {LoopError} `unsupported`, `missing-context` or `missing-program`, naming all of it
 */
export async function requireReady(
  world: Pick<World, "processes" | "system" | "files">,
  prepared: Prepared,
  can: Abilities,
): Promise<void> {
  await requireSupported(world, prepared, can);
  const what = `run loop "${prepared.loop.name}"`;
  if (can.shell !== null) requireSystem(world, prepared, what);
  await requireValues(world, prepared, {
    what: `run loop "${prepared.request.loop}"`,
    missing: missingValues(prepared),
  });
  if (can.shell !== null) {
    requireShell(world, prepared, { what, shell: can.shell });
    await requireHosts(world, prepared, what);
    requireSight(world, prepared, what);
  }
}

/**
 * Does nothing when no value is missing.
 *
 * @throws {LoopError} `missing-context`, naming all of them: `Cannot WHAT: …`
 */
export async function requireValues(
  world: Pick<World, "system">,
  prepared: Prepared,
  options: {
    readonly what: string;
    readonly missing: readonly MissingValue[];
  },
): Promise<void> {
  const { what, missing } = options;
  if (missing.length === 0) return;
  const lines: string[] = [];
  for (const { name, add, usedBy, at } of missing) {
    const place = await placeOf(world, prepared, at);
    lines.push(`  "${name}" (${usedBy} at ${place}): add ${add}`);
  }
  const words = missing.flatMap((value) => value.words);
  const values = missing.length === 1
    ? "a value is"
    : `${missing.length} values are`;
  throw new LoopError(
    "missing-context",
    `Cannot ${what}: ${values} missing\n${lines.join("\n")}`,
    words.length === 0
      ? {}
      : { hint: commandAgain(argumentsAgain(prepared, missing), words) },
  );
}

/** Returns the arguments without those that give a missing value as an empty text, or under a mistyped key. */
function argumentsAgain(
  prepared: Prepared,
  missing: readonly MissingValue[],
): string[] {
  const { request } = prepared;
  const names = new Set(missing.map(({ name }) => name));
  const mistyped = new Set(
    findStrayContext(prepared).filter(({ near }) => names.has(near))
      .map(({ key }) => key),
  );
  const isInVain = (argument: GivenArgument | undefined): boolean =>
    argument?.gives?.what === "context" &&
    (mistyped.has(argument.gives.key) ||
      argument.gives.characters === 0 && names.has(argument.gives.key));
  const args = request.args.filter((argument, index) => {
    const next = request.args[index + 1];
    // The option stands before a value that is an argument of its own.
    const isOptionOfNext = argument.gives === null && isInVain(next) &&
      next?.text.startsWith("-") === false;
    return !isInVain(argument) && !isOptionOfNext;
  });
  return maskArguments({ ...prepared, request: { ...request, args } });
}

/** Returns the states that nobody with these abilities can run, those of the root loop first. */
export function unsupportedStates(
  prepared: Pick<Prepared, "definitions">,
  can: Abilities,
): readonly UnsupportedState[] {
  return unsupported(prepared.definitions, can);
}

/** Returns the 1-based line of a node in the files of a run; `null` when it is not there. */
export async function lineOf(
  prepared: Pick<Prepared, "texts">,
  at: Origin,
): Promise<number | null> {
  if (!Object.hasOwn(prepared.texts, at.file)) return null;
  const [placed] = await placeFindings([{
    rule: "place",
    severity: "warning",
    message: "",
    at,
    onKey: true,
  }], prepared.texts);
  return placed?.position.line ?? null;
}

/** Returns `FILE:LINE` as it is shown. */
async function placeOf(
  world: Pick<World, "system">,
  prepared: Pick<Prepared, "texts">,
  at: Origin,
): Promise<string> {
  const line = await lineOf(prepared, at) ?? 1;
  return `${displayPath(at.file, world.system.cwd)}:${line}`;
}

async function requireSupported(
  world: Pick<World, "system">,
  prepared: Prepared,
  can: Abilities,
): Promise<void> {
  const { request } = prepared;
  const states = unsupportedStates(prepared, can);
  if (states.length === 0) return;
  const lines: string[] = [];
  for (const { state, at, reason } of states) {
    const place = await placeOf(world, prepared, at);
    lines.push(`  ${place}: state "${state}" ${reason}`);
  }
  throw new LoopError(
    "unsupported",
    `Cannot run loop "${request.loop}": it needs what this version does not do yet\n` +
      lines.join("\n"),
    {
      hint: `\`${
        joinCommand(["ll-loop", "run", request.loop, "--dry-run"])
      }\` shows all that it would do`,
    },
  );
}

/**
 * Does nothing where this system can run the actions of the definitions.
 *
 * @throws {LoopError} `missing-program`: `Cannot WHAT on this system: …`
 */
export function requireSystem(
  world: Pick<World, "system" | "files">,
  prepared: Obstructed,
  what: string,
): void {
  const obstacle = systemObstacle(world, prepared);
  if (obstacle === null) return;
  const { state, reason, hint } = obstacle;
  throw new LoopError(
    "missing-program",
    `Cannot ${what} on this system: state "${state}" ${reason}`,
    { hint },
  );
}

/**
 * Does nothing where the shell is there, or no state runs a shell action.
 *
 * @throws {LoopError} `missing-program`: `Cannot WHAT: …`
 */
export function requireShell(
  world: Pick<World, "processes">,
  prepared: Pick<Prepared, "definitions">,
  needed: { readonly what: string; readonly shell: string },
): void {
  const { what, shell } = needed;
  if (world.processes.find(shell) !== null) return;
  const state = firstShellState(prepared);
  if (state === null) return;
  throw new LoopError(
    "missing-program",
    `Cannot ${what}: program "${shell}" was not found on PATH, and state "${state.name}" ` +
      "runs a shell action",
    { hint: `Install ${shell}, or add its folder to PATH` },
  );
}

function requireSight(
  world: Pick<World, "files">,
  prepared: Obstructed,
  what: string,
): void {
  const obstacle = guardObstacle(world, prepared);
  if (obstacle === null) return;
  const { state, reason, hint } = obstacle;
  throw new LoopError(
    "unsupported",
    `Cannot ${what} here: state "${state}" ${reason}`,
    { hint },
  );
}

function emptyInputs(prepared: Pick<Prepared, "loop" | "values">): string[] {
  const values = new Map(prepared.values.map(({ key, value }) => [key, value]));
  return lackedInputs(prepared.loop, (key) => values.get(key));
}
