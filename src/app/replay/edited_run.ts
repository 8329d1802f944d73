/** Owns what an edited loop is told where the recorded one began, or went on. */

import {
  type Input,
  type JsonObject,
  type Loop,
  own,
} from "../../model/mod.ts";
import { isSameJson } from "./is_same_json.ts";

/** Both loops, and what the edited one may see of the environment. */
export interface EditedRun {
  readonly recorded: Loop;
  readonly edited: Loop;
  readonly env: JsonObject;
}

/**
 * Returns what the edited loop is told in place of an input: values that nobody gave are those of
 * its own file, and definitions that a resume brought along are not taken.
 */
export function translateInput(run: EditedRun, input: Input): Input {
  if (input.input !== "start" && input.input !== "resume") return input;
  const { definitions: _definitions, ...told } = input as typeof input & {
    readonly definitions?: unknown;
  };
  if (told.input !== "start") return told;
  return {
    ...told,
    context: contextOf(run, told.context),
    env: { ...run.env, ...told.env },
  };
}

function contextOf(
  { recorded, edited }: EditedRun,
  context: JsonObject,
): JsonObject {
  const before = defaultsOf(recorded);
  const given = Object.entries(context).filter(([key, value]) => {
    const was = own(before, key);
    return was === undefined || !isSameJson(was, value);
  });
  return { ...defaultsOf(edited), ...Object.fromEntries(given) };
}

/** What a loop gives itself, the caps that are added included. */
function defaultsOf(loop: Loop): JsonObject {
  return {
    max_steps: loop.maxSteps,
    max_iterations: loop.maxIterations,
    ...loop.context,
  };
}
