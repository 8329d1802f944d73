/** Owns writing a loop from a template. */

import {
  LoopError,
  TEMPLATE_PREFIX,
  type TemplateName,
  type TemplateValues,
} from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { fillTemplate } from "./fill_template.ts";
import { writeLoop } from "./write_loop.ts";

/** What to write. */
export interface NewLoopRequest {
  readonly name: string;
  readonly template: TemplateName;
  /** At least those that the template takes. */
  readonly values: TemplateValues;
}

/**
 * Writes the loop into the folder of loops and returns the path of its file.
 *
 * @throws {LoopError} `usage` for a bad name; `cannot-write` when there is such a loop already, or when
 * the file cannot be written
 */
export function newLoop(
  world: Pick<World, "files" | "sources" | "system">,
  project: Pick<Project, "loopsDir">,
  { name, template, values }: NewLoopRequest,
): string {
  const source = world.sources.read(`${TEMPLATE_PREFIX}${template}.yaml`);
  if (source.kind !== "text") {
    throw new LoopError("internal", `No text of the template "${template}"`);
  }
  const text = fillTemplate(source.text, { ...values, name });
  return writeLoop(world, project, { name, text });
}
