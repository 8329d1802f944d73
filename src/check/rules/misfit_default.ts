/** Owns the rule `misfit-default`. */

import type { Json, Parameter } from "../../model/mod.ts";
import { quote, suggest } from "../../load/mod.ts";
import { misfit } from "../parameter_types.ts";
import type { Report, Rule } from "../rule.ts";

/** A default that the declared type of its parameter does not allow. A run takes it all the same. */
export const misfitDefault: Rule = {
  name: "misfit-default",
  severity: "warning",
  description: "A default of a parameter that does not fit its type",
  needs: "value",
  loop({ loop }, report) {
    checkDefaults(loop.parameters, "parameters", report);
  },
  state({ state }, report) {
    checkDefaults(state.bindingParameters, "fragment_parameters", report);
  },
};

function checkDefaults(
  parameters: Readonly<Record<string, Parameter>>,
  key: string,
  report: Report,
): void {
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = parameter.default;
    // Whether a path is one is only known where it is used; a text it is.
    const type = parameter.type === "path" ? "string" : parameter.type;
    const problem = value === null
      ? null
      : misfit({ ...parameter, type }, value);
    if (problem === null) continue;
    report([key, name, "default"], {
      message: `The default of parameter ${quote(name)}: ${problem}`,
      ...instead(parameter, value),
    });
  }
}

function instead(
  { type, values }: Parameter,
  value: Json,
): ReturnType<typeof suggest> {
  if (typeof value !== "string") return {};
  if (type === "enum") return suggest(value, values.map(String), { max: 1 });
  const isNumber = type === "integer" || type === "number";
  return (isNumber && /^-?\d+(?:\.\d+)?$/.test(value)) ||
      (type === "boolean" && /^(?:true|false)$/.test(value))
    ? { hint: `Drop the quotes: default: ${value}` }
    : {};
}
