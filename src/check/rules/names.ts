// deno-lint-ignore-file no-control-regex -- control characters are what this file is about
/** Owns the rule on names: they stand in lines of the terminal, in logs and in files. */

import type { DocumentPath } from "../../model/mod.ts";
import { quote } from "../../load/mod.ts";
import type { Report, Rule } from "../rule.ts";

/** Control characters, line separators, and what turns the direction of a line. */
const UNPRINTABLE_REGEXP =
  /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** A name, and where it stands. */
interface Named {
  /** What it names, to begin a message. */
  readonly what: string;
  readonly name: string | null;
  readonly path: DocumentPath;
}

function checkNames(report: Report, names: readonly Named[]): void {
  for (const { what, name, path } of names) {
    if (name === null || !UNPRINTABLE_REGEXP.test(name)) continue;
    report(path, {
      message: `${what} ${quote(name)} holds a control character`,
      hint: "Names are one line of printable characters: others could pass " +
        "for what ll-loop itself says",
      onKey: path.at(-1) === name,
    });
  }
}

function keysOf(what: string, key: string, map: object | null): Named[] {
  return Object.keys(map ?? {}).map((name) => ({
    what,
    name,
    path: [key, name],
  }));
}

/** Rules on names. */
export const nameRules: readonly Rule[] = [{
  name: "unprintable-name",
  severity: "error",
  description: "A name with a line break or a control character",
  needs: "value",
  loop({ loop }, report) {
    checkNames(report, [
      { what: "Loop name", name: loop.name, path: ["name"] },
      ...keysOf("State", "states", loop.states),
      ...keysOf("Context key", "context", loop.context),
      ...keysOf("Parameter", "parameters", loop.parameters),
      ...loop.scope.map((name) => ({
        what: "Scope",
        name,
        path: ["scope"],
      })),
    ]);
  },
  state({ state }, report) {
    checkNames(report, [
      { what: "Capture", name: state.capture, path: ["capture"] },
      ...keysOf("Verdict", "route", state.route),
      ...Object.keys(state.on).map((name) => ({
        what: "Verdict",
        name,
        path: [`on_${name}`],
      })),
    ]);
  },
}];
