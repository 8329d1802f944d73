/** Owns reading the file in which a project lists its MCP servers. */

import { join } from "@std/path";
import { isJsonObject, type Json, parseJson } from "../../model/mod.ts";
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

/** Returns the servers of the project at `root`. Never throws. */
export function readServers(
  { files }: Pick<World, "files">,
  root: string,
): Servers {
  const file = join(root, SERVERS_FILE);
  const broken = (reason: string): Servers => ({
    file,
    entries: {},
    problem: { kind: "broken", reason },
  });
  let value: Json;
  try {
    const text = files.readTextIfExists(file);
    if (text === null) {
      return { file, entries: {}, problem: { kind: "missing" } };
    }
    value = parseJson(text.replace(/^\ufeff/, ""));
  } catch (error) {
    return broken((error as Error).message);
  }
  const entries = isJsonObject(value) && Object.hasOwn(value, "mcpServers")
    ? value["mcpServers"] as Json
    : null;
  return isJsonObject(entries)
    ? { file, entries, problem: null }
    : broken('it has no object "mcpServers" with a server under each name');
}
