/** Owns comparing what is bound with the parameters that a loop or a fragment declares. */

import { type JsonObject, nearest, type Parameter } from "../model/mod.ts";
import { quote, quoteAll } from "../load/mod.ts";
import { misfit } from "./parameter_types.ts";
import type { Report } from "./rule.ts";

/** Fragment parameters that need no binding. */
export const GIVEN_PARAMETERS: readonly string[] = [
  "input_hash",
  "loop_name",
  "run_dir",
  "started_at",
];

/** What {@linkcode checkBindings} compares. */
export interface Bindings {
  readonly values: JsonObject;
  readonly parameters: { readonly [name: string]: Parameter };
  /** Required ones that need no binding. */
  readonly given: readonly string[];
  /** Whose parameters they are, for messages. */
  readonly owner: string;
}

/** Reports bindings that are not declared, missing, or of the wrong type; paths are below the state. */
export function checkBindings(bindings: Bindings, report: Report): void {
  const { values, parameters, given, owner } = bindings;
  const names = Object.keys(parameters);
  if (names.length === 0) return;
  for (const [name, value] of Object.entries(values)) {
    const parameter = Object.hasOwn(parameters, name)
      ? parameters[name]
      : undefined;
    if (parameter === undefined) {
      const [near] = nearest(name, names, 1);
      report(["with", name], {
        message: `${quote(name)} is not a parameter of ${owner}`,
        hint: (near === undefined ? "" : `Did you mean ${quote(near)}? `) +
          `Declared: ${quoteAll(names.sort())}`,
        onKey: true,
      });
      continue;
    }
    const problem = misfit(parameter, value);
    if (problem !== null) {
      report(["with", name], {
        message: `Parameter ${quote(name)} of ${owner}: ${problem}`,
      });
    }
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    if (
      !parameter.required || given.includes(name) || Object.hasOwn(values, name)
    ) continue;
    report(["with"], {
      message: `The required parameter ${quote(name)} of ${owner} is not bound`,
      hint: `Add below "with": ${name}: …`,
      onKey: true,
    });
  }
}
