/** Owns reading the file in which a project lists its MCP servers. */

import { join } from "@std/path";
import {
  escapePattern,
  isJsonObject,
  type Json,
  LoopError,
  nearest,
} from "../../model/mod.ts";
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
    | {
      readonly kind: "broken";
      readonly reason: string;
      /** `:LINE:COLUMN` behind the name of the file; empty where it is all of it. */
      readonly place: string;
    }
    | null;
  /** Returns `:LINE` of a server behind the name of the file; empty where it is not seen. */
  placeOf(name: string): string;
}

const KEY = "mcpServers";

/**
 * Returns the servers of the project at `root`. Never throws. A file of another user than this one
 * and root is not used: it says what is started.
 */
export function readServers(
  world: Pick<World, "files" | "system">,
  root: string,
): Servers {
  const file = join(root, SERVERS_FILE);
  const broken = (reason: string, place = ""): Servers => ({
    file,
    entries: {},
    problem: { kind: "broken", reason, place },
    placeOf: () => "",
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
    return {
      file,
      entries: {},
      problem: { kind: "missing" },
      placeOf: () => "",
    };
  }
  const parsed = parseJsonConfig(file, text);
  if ("finding" in parsed) {
    const { message, position } = parsed.finding;
    return broken(
      message,
      position === undefined ? "" : `:${position.line}:${position.column}`,
    );
  }
  const value = parsed.value as Json;
  const entries = isJsonObject(value) && Object.hasOwn(value, KEY)
    ? value[KEY] as Json
    : null;
  if (!isJsonObject(entries)) return broken(wantedIn(value));
  const known = text;
  return {
    file,
    entries,
    problem: null,
    placeOf: (name) => placeIn(known, name),
  };
}

function wantedIn(value: Json): string {
  const [near] = isJsonObject(value)
    ? nearest(KEY, Object.keys(value).filter((key) => key !== KEY))
    : [];
  return `it has no object ${
    JSON.stringify(KEY)
  } with a server under each name` +
    (near === undefined ? "" : `: did you mean it by ${JSON.stringify(near)}?`);
}

/** A name that stands as a key behind that of all servers is the server's, but for texts that are made to look so. */
function placeIn(text: string, name: string): string {
  const from = text.indexOf(JSON.stringify(KEY));
  const key = new RegExp(`${escapePattern(JSON.stringify(name))}\\s*:`, "g");
  key.lastIndex = Math.max(0, from);
  const found = key.exec(text);
  return found === null
    ? ""
    : `:${text.slice(0, found.index).split("\n").length}`;
}
