/** Owns the shape of one entry of the servers' file. */

import {
  isJsonObject,
  type Json,
  type JsonObject,
  nearest,
} from "../../model/mod.ts";
import type { McpServer } from "../../ports/mod.ts";
import { expandVariables } from "./expand_variables.ts";

/** What an entry says. */
export type ServerEntry =
  | {
    readonly kind: "server";
    readonly server: McpServer;
    /** What it is given that may be secret: names and values, as of an environment. */
    readonly given: Readonly<Record<string, string>>;
  }
  /** It mentions variables that are not set. */
  | { readonly kind: "unset"; readonly names: readonly string[] }
  /** Completes "server X …". */
  | { readonly kind: "bad"; readonly reason: string };

/** Names of the transports over HTTP. */
const HTTP_TYPES: { readonly [type: string]: "http" | "sse" } = {
  http: "http",
  "streamable-http": "http",
  streamableHttp: "http",
  sse: "sse",
};

/** No name of a variable: what it stands for is secret only by its own looks. */
const ARGUMENTS = "the arguments";

/** An entry that is not as it should be. */
class BadEntry extends Error {}

/** Returns what an entry says, with every variable filled in. Never throws. */
export function serverOf(
  entry: Json,
  options: {
    /** Folder in which its program is started. */
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
  },
): ServerEntry {
  const unset = new Set<string>();
  const fill = (text: string) =>
    expandVariables(text, { env: options.env, unset });
  try {
    if (!isJsonObject(entry)) throw new BadEntry("is not an object");
    const kind = kindOf(entry);
    const read = kind === "stdio"
      ? processServer(entry, { fill, cwd: options.cwd })
      : httpServer(entry, { kind, fill, isFilled: () => unset.size === 0 });
    if (unset.size > 0) return { kind: "unset", names: [...unset] };
    return { kind: "server", ...read };
  } catch (error) {
    if (!(error instanceof BadEntry)) throw error;
    return { kind: "bad", reason: error.message };
  }
}

type Read = Pick<
  Extract<ServerEntry, { readonly kind: "server" }>,
  "server" | "given"
>;

function kindOf(entry: JsonObject): McpServer["kind"] {
  const type = own(entry, "type");
  if (type === null) return own(entry, "url") === null ? "stdio" : "http";
  if (type === "stdio") return "stdio";
  const kind = typeof type === "string" && Object.hasOwn(HTTP_TYPES, type)
    ? HTTP_TYPES[type]
    : undefined;
  if (kind !== undefined) return kind;
  throw new BadEntry(
    `has the type ${JSON.stringify(type)}, wanted "stdio", "http" or "sse"`,
  );
}

function processServer(
  entry: JsonObject,
  { fill, cwd }: { fill(text: string): string; readonly cwd: string },
): Read {
  const command = own(entry, "command");
  if (typeof command !== "string" || command === "") {
    const [near] = nearest("command", Object.keys(entry));
    const guess = near === undefined || near === "command"
      ? ""
      : `: did you mean it by ${JSON.stringify(near)}?`;
    throw new BadEntry(
      `has no "command", wanted the name of a program, or "url"${guess}`,
    );
  }
  const args = own(entry, "args") ?? [];
  if (!Array.isArray(args) || args.some((arg) => typeof arg !== "string")) {
    throw new BadEntry('has "args" that are no list of texts');
  }
  const env = textsOf(entry, "env", fill);
  const argv = [command, ...args as string[]].map(fill);
  if ([...argv, ...Object.values(env)].some((text) => text.includes("\0"))) {
    throw new BadEntry("holds a NUL character, which no program can be given");
  }
  return {
    server: { kind: "stdio", argv, cwd, env },
    given: { ...env, [ARGUMENTS]: argv.join(" ") },
  };
}

function httpServer(
  entry: JsonObject,
  { kind, fill, isFilled }: {
    readonly kind: "http" | "sse";
    fill(text: string): string;
    isFilled(): boolean;
  },
): Read {
  const given = own(entry, "url");
  const headers = textsOf(entry, "headers", fill);
  const text = typeof given === "string" ? fill(given) : "";
  if (!isFilled()) {
    return { server: { kind, url: "", headers }, given: {} };
  }
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new BadEntry('has no "url" that begins with http:// or https://');
  }
  try {
    new Headers(headers);
  } catch {
    throw new BadEntry('has "headers" that HTTP cannot carry');
  }
  return {
    server: { kind, url: url.href, headers },
    given: { url: url.href, ...secretsOf(headers), ...parametersOf(url) },
  };
}

/** Names as variables have them: what `X-Api-Key` says, `X_Api_Key` says. */
function secretsOf(
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      // The scheme before a credential is no secret.
      const isCredential = /^(?:proxy-)?authorization$/i.test(name);
      return isCredential
        ? [`${name}_TOKEN`, value.replace(/^\S+\s+/, "")]
        : [name.replaceAll("-", "_"), value];
    }),
  );
}

function parametersOf(url: URL): Record<string, string> {
  return Object.fromEntries(
    [...url.searchParams].map(([name, value]) => [
      name.replaceAll("-", "_"),
      value,
    ]),
  );
}

function textsOf(
  entry: JsonObject,
  key: "env" | "headers",
  fill: (text: string) => string,
): Record<string, string> {
  const value = own(entry, key) ?? {};
  if (!isJsonObject(value)) {
    throw new BadEntry(`has "${key}" that are no object`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (typeof each === "object") {
        throw new BadEntry(`has ${key}: "${name}" is no text`);
      }
      return [name, fill(String(each))];
    }),
  );
}

function own(entry: JsonObject, key: string): Json {
  return Object.hasOwn(entry, key) ? entry[key] as Json : null;
}
