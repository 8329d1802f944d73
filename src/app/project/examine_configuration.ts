/** Owns telling which configuration files there are, which count, and which of their keys do nothing here. */

import { join } from "@std/path";
import { placeFindings } from "../../load/mod.ts";
import { type ConfigurationFile, LoopError } from "../../model/mod.ts";
import type { World } from "../world.ts";
import { parseJsonConfig } from "./config_text.ts";
import { OUR_FILE, type Project, REFERENCE_FILES } from "./find_project.ts";
import { referenceKeys } from "./read_settings.ts";

/** Parts of the reference's file that are about loops; the others are for its other tools. */
const LOOP_SECTIONS = [
  "loops",
  "cli",
  "commands",
  "events",
  "extensions",
  "orchestration",
];

/** Files of the reference that change what its loops do, and are not read here. */
const UNREAD_FILES = [".ll/ll.local.md", ".ll/program.md"];

/** Keys below this depth are told as a whole. */
const DEPTH_MAX = 3;

/** Returns the configuration files of a project that exist, ours first. */
export async function examineConfiguration(
  world: Pick<World, "files">,
  project: Pick<Project, "root" | "loopsDir" | "findings">,
): Promise<readonly ConfigurationFile[]> {
  const { root, loopsDir } = project;
  const isThere = (file: string) => world.files.stat(file) !== null;
  const found: ConfigurationFile[] = [];
  const ours = join(loopsDir, OUR_FILE);
  if (isThere(ours)) {
    found.push(
      await describe(world, project, {
        file: ours,
        owner: "ll-loop",
        isRead: true,
      }),
    );
  }
  const theirs = REFERENCE_FILES.map((name) => join(root, name))
    .filter(isThere);
  for (const [index, file] of theirs.entries()) {
    const isRead = index === 0;
    found.push(
      await describe(world, project, { file, owner: "little-loops", isRead }),
    );
  }
  for (const file of UNREAD_FILES.map((name) => join(root, name))) {
    if (!isThere(file)) continue;
    found.push({
      file,
      owner: "little-loops",
      isRead: false,
      ignoredKeys: [],
      problems: [],
    });
  }
  return found;
}

async function describe(
  world: Pick<World, "files">,
  project: Pick<Project, "findings">,
  known: Pick<ConfigurationFile, "file" | "owner" | "isRead">,
): Promise<ConfigurationFile> {
  const { file, owner, isRead } = known;
  const text = readQuietly(world, file);
  const placed = await placeFindings(
    project.findings.filter(({ at }) => at.file === file),
    { [file]: text },
  );
  return {
    ...known,
    ignoredKeys: owner === "little-loops" && isRead
      ? ignoredKeys(file, text)
      : [],
    problems: placed.map(({ severity, message, position }) => ({
      severity,
      message,
      line: position.line,
    })),
  };
}

/** What cannot be read is a finding of the project already. */
function readQuietly(world: Pick<World, "files">, file: string): string {
  try {
    return world.files.readTextIfExists(file) ?? "";
  } catch (error) {
    if (error instanceof LoopError) return "";
    throw error;
  }
}

function ignoredKeys(file: string, text: string): string[] {
  const parsed = parseJsonConfig(file, text);
  if ("finding" in parsed) return [];
  const keys: string[] = [];
  const known = referenceKeys();
  const visit = (value: unknown, path: readonly string[]): void => {
    const name = path.join(".");
    if (known.includes(name)) return;
    const isMapping = typeof value === "object" && value !== null &&
      !Array.isArray(value);
    if (!isMapping || path.length === DEPTH_MAX) {
      keys.push(name);
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      visit(inner, [...path, key]);
    }
  };
  const { value } = parsed;
  if (typeof value !== "object" || value === null) return [];
  for (const section of LOOP_SECTIONS) {
    if (!Object.hasOwn(value, section)) continue;
    visit((value as Record<string, unknown>)[section], [section]);
  }
  return keys;
}
