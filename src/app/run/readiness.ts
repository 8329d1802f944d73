/** Owns refusing a run that is known to fail: missing values, missing parts, a missing shell. */

import {
  type Abilities,
  unsupported,
  type UnsupportedState,
} from "../../check/mod.ts";
import { placeFindings } from "../../load/mod.ts";
import { LoopError, type Origin } from "../../model/mod.ts";
import type { World } from "../world.ts";
import type { Prepared } from "./prepare.ts";

/** One value that has to be given before a run can start. */
export interface MissingValue {
  readonly name: string;
  /** What to add, such as `--context name=VALUE`. */
  readonly add: string;
  /** The place that needs it, such as `states.a.action`. */
  readonly usedBy: string;
}

/** Returns the values that are missing, required inputs first, each once. */
export function missingValues(prepared: Prepared): readonly MissingValue[] {
  const { loop } = prepared;
  const required = emptyInputs(prepared).map((key): MissingValue => ({
    name: key,
    add: key === loop.inputKey
      ? "an INPUT after the loop's name"
      : `--context ${key}=VALUE`,
    usedBy: "required_inputs",
  }));
  const known = new Set(required.map(({ name }) => name));
  const used = prepared.missing.filter(({ name }) => !known.has(name))
    .map(({ name, add, usedBy }): MissingValue => ({ name, add, usedBy }));
  return [...required, ...used];
}

/**
 * Does nothing when whoever has these abilities can start the run.
 *
 * @throws {LoopError} `unsupported`, `missing-context` or `missing-program`, naming all of it
 */
export async function requireReady(
  world: Pick<World, "processes" | "system">,
  prepared: Prepared,
  can: Abilities,
): Promise<void> {
  await requireSupported(world, prepared, can);
  const { request } = prepared;
  const missing = missingValues(prepared);
  if (missing.length > 0) {
    const lines = missing.map(({ name, add, usedBy }) =>
      `  "${name}" (${usedBy}): add ${add}`
    );
    const what = missing.length === 1
      ? "a value is"
      : `${missing.length} values are`;
    throw new LoopError(
      "missing-context",
      `Cannot run loop "${request.loop}": ${what} missing\n${lines.join("\n")}`,
    );
  }
  if (can.shell !== null) requireShell(world, prepared, can.shell);
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

async function requireSupported(
  world: Pick<World, "system">,
  prepared: Prepared,
  can: Abilities,
): Promise<void> {
  const { request } = prepared;
  const states = unsupportedStates(prepared, can);
  if (states.length === 0) return;
  const { cwd } = world.system;
  const lines: string[] = [];
  for (const { state, at, reason } of states) {
    const line = await lineOf(prepared, at) ?? 1;
    const file = at.file.startsWith(`${cwd}/`)
      ? at.file.slice(cwd.length + 1)
      : at.file;
    lines.push(`  ${file}:${line}: state "${state}" ${reason}`);
  }
  throw new LoopError(
    "unsupported",
    `Cannot run loop "${request.loop}": it needs what this version does not do yet\n` +
      lines.join("\n"),
    {
      hint:
        `\`ll-loop run ${request.loop} --dry-run\` shows all that it would do`,
    },
  );
}

function requireShell(
  world: Pick<World, "processes">,
  prepared: Prepared,
  shell: string,
): void {
  if (world.processes.find(shell) !== null) return;
  for (const loop of Object.values(prepared.definitions.loops)) {
    const summaries = [loop.onMaxSteps, loop.onMaxIterations];
    const state = Object.values(loop.states).find(({ kind, terminal, name }) =>
      kind === "shell" && (!terminal || summaries.includes(name))
    );
    if (state === undefined) continue;
    throw new LoopError(
      "missing-program",
      `Cannot run loop "${prepared.loop.name}": program "${shell}" was not found on PATH, ` +
        `and state "${state.name}" runs a shell action`,
      { hint: `Install ${shell}, or add its folder to PATH` },
    );
  }
}

function emptyInputs(prepared: Pick<Prepared, "loop" | "values">): string[] {
  const values = new Map(prepared.values.map(({ key, value }) => [key, value]));
  return prepared.loop.requiredInputs.filter((key) => {
    const value = values.get(key);
    return value === undefined || value === null || value === "" ||
      value === false || value === 0 ||
      (Array.isArray(value) && value.length === 0);
  });
}
