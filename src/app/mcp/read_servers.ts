/** Owns reading the file in which a project lists its MCP servers. */

import { join } from "@std/path";
import { isJsonObject, type Json, LoopError } from "../../model/mod.ts";
import { foreignOwner, parseJsonConfig } from "../project/mod.ts";
import type { World } from "../world.ts";

/** Name of the file in the project root; agent command lines read the same. */
export const SERVERS_FILE = ".mcp.json";

/** The servers of a project. */
export interface Servers {
  /** Path of the file. */
  readonly file: string;
  /** What it says about each, by name; empty where it cannot be read. */
  readonly entries: { readonly [name: string]: Json };
  /** Why there are none: there is no such file, or it is not what it should be. */
  readonly problem:
    | { readonly kind: "missing" }
    | { readonly kind: "broken"; readonly reason: string }
    | null;
}

/**
 * Returns the servers of the project at `root`. Never throws. A file of another user than this one
 * and root is not used: it says what is started.
 */
export function readServers(
  world: Pick<World, "files" | "system">,
  root: string,
): Servers {
  const file = join(root, SERVERS_FILE);
  const broken = (reason: string): Servers => ({
    file,
    entries: {},
    problem: { kind: "broken", reason },
  });
  const uid = foreignOwner(world, file);
  if (uid !== null) return broken(`it belongs to another user (uid ${uid})`);
  let text: string | null;
  try {
    text = world.files.readTextIfExists(file);
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    return broken(error.message);
  }
  if (text === null) {
    return { file, entries: {}, problem: { kind: "missing" } };
  }
  const parsed = parseJsonConfig(file, text);
  if ("finding" in parsed) {
    const { message, position } = parsed.finding;
    const place = position === undefined
      ? ""
      : ` (line ${position.line}, column ${position.column})`;
    return broken(`${message}${place}`);
  }
  const value = parsed.value as Json;
  const entries = isJsonObject(value) && Object.hasOwn(value, "mcpServers")
    ? value["mcpServers"] as Json
    : null;
  return isJsonObject(entries)
    ? { file, entries, problem: null }
    : broken('it has no object "mcpServers" with a server under each name');
}
