/** Owns copying a built-in loop into a project, with every file that it is made of. */

import { join } from "@std/path";
import { loadDefinitions } from "../../load/mod.ts";
import {
  BUILTIN_PREFIX,
  displayPath,
  LoopError,
  nearest,
  quoted,
} from "../../model/mod.ts";
import type { Sources } from "../../ports/mod.ts";
import { summariseLoop } from "../loops/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { loopFileOf } from "./loop_name.ts";
import { SCHEMA_LINE, schemaLine } from "./schema_line.ts";
import { type NewFile, writeNewFiles } from "./write_files.ts";
import { missingSchema } from "./write_schema.ts";

/** Libraries and parents of loops; they are copied by name as well. */
const PARTS_FOLDER = "lib/";

/** What was copied. */
export interface Installed {
  /** The loop's own file first. */
  readonly files: readonly InstalledFile[];
  /** Whether it can be run; false for a library or a parent. */
  readonly isLoop: boolean;
}

/** One file of a loop. */
export interface InstalledFile {
  /** Absolute. */
  readonly path: string;
  /** Name of the built-in file: `lib/common.yaml`. */
  readonly builtin: string;
  /** It was there already, the same but for its heading, and was left as it is. */
  readonly isKept: boolean;
}

/**
 * Copies the built-in loop `name` with its parents, libraries and the sub-loops that it names in plain
 * words, so that the copy does not change with ll-loop. Nothing is written unless all of it can be.
 *
 * @throws {LoopError} `not-found`, listing what there is; `cannot-write` when files are in the way or
 * cannot be written
 */
export function installLoop(
  world: Pick<World, "files" | "sources" | "system">,
  project: Pick<Project, "loopsDir">,
  options: { readonly name: string; readonly version: string },
): Installed {
  const { sources, files } = world;
  const root = findBuiltin(sources, options.name);
  const plans = partsOf(sources, root).map((builtin): Plan => {
    const source = textOf(sources, builtin);
    const path = join(project.loopsDir, builtin);
    const isRoot = builtin === root;
    const state = stateOf(world, project, { builtin, source, isRoot });
    const heading = headingOf(builtin, {
      isLoop: isLoop(sources, builtin),
      version: options.version,
    });
    return { path, builtin, text: heading + source, state };
  });
  const inTheWay = plans.flatMap(({ state }) =>
    state.kind === "taken" ? [displayPath(state.by, world.system.cwd)] : []
  );
  if (inTheWay.length > 0) throw taken(options.name, inTheWay);
  const free = plans.filter(({ state }) => state.kind === "free");
  const named = plans.some(({ text }) => text.startsWith(SCHEMA_LINE));
  writeNewFiles(files, [
    ...free,
    ...(named ? missingSchema(world, project) : []),
  ]);
  return {
    isLoop: isLoop(sources, root),
    files: plans.map(({ path, builtin, state }) => ({
      path,
      builtin,
      isKept: state.kind === "kept",
    })),
  };
}

interface Plan extends NewFile {
  readonly builtin: string;
  readonly state: PlaceState;
}

/** What stands where a file shall go. */
type PlaceState =
  | { readonly kind: "free" }
  | { readonly kind: "kept" }
  | { readonly kind: "taken"; readonly by: string };

function findBuiltin(sources: Sources, name: string): string {
  const bare = name.replace(/\.yaml$/, "");
  const known = sources.builtins.filter((file) =>
    file.startsWith(PARTS_FOLDER) || isLoop(sources, file)
  );
  const file = `${bare}.yaml`;
  if (known.includes(file)) return file;
  const names = known.map((each) => each.replace(/\.yaml$/, ""));
  const near = nearest(bare, names);
  const guess = near.length === 0
    ? ""
    : `Did you mean ${near.map(quoted).join(" or ")}? `;
  const loops = names.filter((each) => !each.startsWith(PARTS_FOLDER));
  throw new LoopError("not-found", `Built-in loop not found: ${quoted(name)}`, {
    hint: `${guess}There are: ${loops.join(", ")}`,
  });
}

/** Returns the names of the embedded files that a loop is made of, its own first. */
function partsOf(sources: Sources, root: string): string[] {
  // Without a folder of loops every name stands for an embedded file.
  const { files } = loadDefinitions(`${BUILTIN_PREFIX}${root}`, {
    sources,
    origin: "built-in",
    loopsDir: null,
    cwd: BUILTIN_PREFIX,
  });
  return Object.keys(files)
    .filter((file) => file.startsWith(BUILTIN_PREFIX))
    .map((file) => file.slice(BUILTIN_PREFIX.length));
}

function stateOf(
  world: Pick<World, "files">,
  project: Pick<Project, "loopsDir">,
  part: {
    readonly builtin: string;
    readonly source: string;
    readonly isRoot: boolean;
  },
): PlaceState {
  const name = part.builtin.replace(/\.yaml$/, "");
  const by = loopFileOf(world, project, name);
  if (by === null) return { kind: "free" };
  const isSame = !part.isRoot && isCopy(world, by, part.source);
  return isSame ? { kind: "kept" } : { kind: "taken", by };
}

/** Returns whether a file is a copy: the same below its comments. */
function isCopy(
  { files }: Pick<World, "files">,
  path: string,
  source: string,
): boolean {
  if (files.stat(path)?.isFile !== true) return false;
  const text = files.readText(path);
  const heading = text.slice(0, text.length - source.length);
  return text.endsWith(source) &&
    heading.split("\n").every((line) => line === "" || line.startsWith("#"));
}

function headingOf(
  builtin: string,
  about: { readonly isLoop: boolean; readonly version: string },
): string {
  const { version } = about;
  const name = builtin.replace(/\.yaml$/, "");
  const what = about.isLoop ? "loop" : "file";
  const lines = [
    `# Copied from the built-in ${what} ${
      quoted(name)
    } of ll-loop ${version}. It is this project's own now:`,
    "# change it as you like. Where both are there, the project's is used.",
    "#",
  ];
  // The schema is of whole loops: an editor would miss keys in a library.
  if (about.isLoop) lines.unshift(schemaLine(builtin));
  return lines.map((line) => `${line}\n`).join("");
}

function taken(name: string, paths: readonly string[]): LoopError {
  const [first = ""] = paths;
  const what = paths.length === 1
    ? `${first} is in the way`
    : `${paths.length} files are in the way\n${
      paths.map((path) => `  ${path}`).join("\n")
    }`;
  return new LoopError(
    "cannot-write",
    `Cannot install ${quoted(name)}: ${what}`,
    {
      hint: "Nothing was written. Rename what is there to have a fresh copy; " +
        `\`ll-loop run ${name} --builtin\` runs the built-in one as it is`,
    },
  );
}

function isLoop(sources: Sources, builtin: string): boolean {
  return !builtin.startsWith(PARTS_FOLDER) &&
    summariseLoop(textOf(sources, builtin)) !== null;
}

function textOf(sources: Sources, builtin: string): string {
  const source = sources.read(`${BUILTIN_PREFIX}${builtin}`);
  return source.kind === "text" ? source.text : "";
}
