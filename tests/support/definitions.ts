/** Definitions for tests: from YAML texts in memory, loaded as the program loads them. */

import { loadDefinitions } from "../../src/load/mod.ts";
import type { Definitions } from "../../src/model/mod.ts";
import { fakeSources } from "./fakes.ts";

/** Where the loops of {@linkcode definitionsOf} live. */
export const LOOPS_DIR = "/p/.loops";

/**
 * Returns the definitions of the loop `a` in `text`, whose sub-loops are in `others` by name.
 * Name, description and a first state called like the first of `states` go without saying.
 *
 * @throws {Error} with every error that loading finds
 */
export function definitionsOf(
  text: string,
  others: Readonly<Record<string, string>> = {},
): Definitions {
  const files: Record<string, string> = {};
  for (const [name, body] of Object.entries({ a: text, ...others })) {
    files[fileOf(name)] = complete(name, body);
  }
  const result = loadDefinitions(fileOf("a"), {
    sources: fakeSources(files),
    origin: "project",
    loopsDir: LOOPS_DIR,
    cwd: "/p",
  });
  if (result.definitions === null) {
    const messages = result.findings.map(({ message, at }) =>
      `${at.file} ${at.path.join(".")}: ${message}`
    );
    throw new Error(messages.join("\n"));
  }
  return result.definitions;
}

/** Returns the id of a loop that {@linkcode definitionsOf} was given. */
export function fileOf(name: string): string {
  return `${LOOPS_DIR}/${name}.yaml`;
}

function complete(name: string, text: string): string {
  const body = /^states:/m.test(text) ? text : `states:\n${indent(text)}`;
  const first = /^states:\s*\n\s+([\w-]+):/m.exec(body)?.[1] ?? "";
  return [
    `name: ${name}`,
    "description: A test",
    ...(/^initial:/m.test(body) ? [] : [`initial: ${first}`]),
    body,
  ].join("\n");
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
