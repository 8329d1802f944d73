/** Owns the rules on declared parameters and on what is bound to those of a fragment. */

import { nearest, type Parameter } from "../../model/mod.ts";
import { entry, quote, quoteAll, suggest } from "../../load/mod.ts";
import type { JsonObject } from "../../model/mod.ts";
import { misfit, PARAMETER_TYPES } from "../parameter_types.ts";
import type { Report, Rule } from "../rule.ts";

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

/** Rules on parameters. */
export const parameterRules: readonly Rule[] = [
  {
    name: "bad-parameter",
    severity: "error",
    description: "A parameter whose declaration contradicts itself",
    loop({ loop, document }, report) {
      for (const [name, parameter] of Object.entries(loop.parameters)) {
        const path = ["parameters", name];
        if (!PARAMETER_TYPES.includes(parameter.type)) {
          report([...path, "type"], {
            message: `Parameter ${quote(name)} has the unknown type ${
              quote(parameter.type)
            }: expected one of ${quoteAll(PARAMETER_TYPES)}`,
            ...suggest(parameter.type, PARAMETER_TYPES, { max: 1 }),
          });
        }
        if (parameter.type === "enum" && parameter.values.length === 0) {
          report(path, {
            message: `Parameter ${
              quote(name)
            } is an enum and needs at least one entry in "values"`,
            onKey: true,
          });
        }
        if (parameter.required && parameter.default !== null) {
          report([...path, "default"], {
            message: `Parameter ${
              quote(name)
            } cannot be required and have a default`,
            hint: 'Remove "required" or "default"',
            onKey: entry(document, "parameters") !== undefined,
          });
        }
      }
    },
  },
  {
    name: "bad-fragment-binding",
    severity: "error",
    description: "A value for a fragment that the fragment does not take",
    state({ state }, report) {
      checkBindings({
        values: state.bindings,
        parameters: state.bindingParameters,
        given: GIVEN_PARAMETERS,
        owner: "the fragment",
      }, report);
    },
  },
];
