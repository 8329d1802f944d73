/** Owns turning templates into text: the namespaces of EXEC 3.3 over one frame. */

import {
  formatTimestamp,
  type Frame,
  isJsonObject,
  type Json,
  type JsonObject,
  type Loop,
  NAMESPACES,
  nearest,
  parseTemplate,
  quoteReferences,
  type ReferencePart,
  type State,
  unknownModifier,
} from "../model/mod.ts";

/** Everything that a reference can reach. */
export interface Lookup {
  readonly frame: Frame;
  readonly loop: Loop;
  readonly state: State;
  readonly env: JsonObject;
  readonly nowMs: number;
  /** The verdict and its details; `null` before the state was judged. */
  readonly result:
    | { readonly verdict: string; readonly details: JsonObject }
    | null;
}

/** A reference that leads nowhere. Caught within the engine: it becomes a route or an end. */
export class InterpolationError extends Error {
  override readonly name = "InterpolationError";
  /** The reference as written. */
  readonly source: string;

  constructor(source: string, reason: string) {
    super(`Cannot resolve "${source}": ${reason}`);
    this.source = source;
  }
}

/**
 * Returns `text` with every reference replaced, once, left to right; what is put in is not
 * scanned again.
 *
 * @throws {InterpolationError} for a malformed group and for a failed lookup without fallback
 */
export function interpolate(text: string, lookup: Lookup): string {
  if (!text.includes("${")) return text;
  let result = "";
  for (const part of parseTemplate(text)) {
    switch (part.kind) {
      case "text":
        result += part.text;
        break;
      case "malformed":
        throw new InterpolationError(part.source, part.reason);
      case "reference":
        result += renderReference(part, lookup);
    }
  }
  return result;
}

/** Returns `value` with every string in it interpolated, at any depth. @throws {InterpolationError} */
export function interpolateJson(value: Json, lookup: Lookup): Json {
  if (typeof value === "string") return interpolate(value, lookup);
  if (Array.isArray(value)) {
    return value.map((item: Json) => interpolateJson(item, lookup));
  }
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map((
        [key, item],
      ) => [key, interpolateJson(item, lookup)]),
    );
  }
  return value;
}

/**
 * Returns `text` interpolated where that works and as it is otherwise: for places that the
 * reference leaves literal, such as patterns, whose `${` may mean something else.
 */
export function interpolateOrKeep(text: string, lookup: Lookup): string {
  try {
    return interpolate(text, lookup);
  } catch (error) {
    if (error instanceof InterpolationError) return text;
    throw error;
  }
}

/**
 * Returns what a reference to the context shows, for places that see nothing else; `null`
 * where it leads nowhere.
 */
export function renderFromContext(
  part: ReferencePart,
  context: JsonObject,
): string | null {
  const found = walk(context, part.path, (key) => key);
  return "missing" in found && part.fallback === null
    ? null
    : render(part, found);
}

function renderReference(part: ReferencePart, lookup: Lookup): string {
  return render(part, resolve(part, lookup));
}

function render(part: ReferencePart, found: Found): string {
  let text: string;
  if ("value" in found) text = formatValue(found.value);
  else if (part.fallback !== null) text = part.fallback;
  else throw new InterpolationError(part.source, found.missing);
  if (part.isTrimmed) text = text.trim();
  // Null is nothing, not an empty word (EXEC 3.2).
  const isNothing = "value" in found && found.value === null;
  return part.isShellQuoted && !isNothing ? quoteForShell(text) : text;
}

type Found = { readonly value: Json } | { readonly missing: string };

function resolve(part: ReferencePart, lookup: Lookup): Found {
  const { frame } = lookup;
  const { path } = part;
  switch (part.namespace) {
    case "context":
      return walk(
        frame.context,
        path,
        (key, depth) =>
          depth === 0
            ? describeLackedKey(key, frame)
            : `"${parentOf(path, depth)}" in the context has no "${key}"`,
      );
    case "captured":
      return walk(
        frame.captured,
        path,
        (key, depth) =>
          depth === 0
            ? `nothing was captured as "${key}"`
            : `the captured "${parentOf(path, depth)}" has no "${key}"`,
      );
    case "prev":
      if (frame.prev === null) {
        return { missing: "no state has run before this one" };
      }
      return walk(
        { ...frame.prev },
        path,
        (key) => `the previous result has no "${key}"`,
      );
    case "result":
      if (lookup.result === null) {
        return { missing: "`result` is known only while a route is picked" };
      }
      return walk(
        { ...lookup.result },
        path,
        (key) => `the result has no "${key}"`,
      );
    case "state":
      return resolveState(path, lookup);
    case "loop":
      return resolveLoop(path, lookup);
    case "env": {
      const value = Object.hasOwn(lookup.env, path)
        ? lookup.env[path]
        : undefined;
      return value === undefined
        ? { missing: `environment variable "${path}" is not set` }
        : { value };
    }
    case "messages":
      return resolveMessages(path, frame.messages);
    case "param":
      return resolveParameter(path, lookup);
    default:
      return {
        missing: `there is no namespace "${part.namespace}"` +
          didYouMean(part.namespace, NAMESPACES),
      };
  }
}

function describeLackedKey(key: string, { parent }: Frame): string {
  const modifier = unknownModifier(key);
  if (modifier !== null) return `"${modifier.text}" is no modifier`;
  // What the run is given does not reach its sub-loops.
  return `the context has no key "${key}"; ` +
    (parent === null
      ? `pass --context ${key}=VALUE`
      : `add below "with" of the state that runs this loop: ${key}: …`);
}

function resolveState(path: string, lookup: Lookup): Found {
  if (path === "name") return { value: lookup.state.name };
  if (path === "iteration") return { value: lookup.frame.steps };
  return { missing: '`state` has "name" and "iteration"' };
}

function resolveLoop(path: string, lookup: Lookup): Found {
  const elapsedMs = Math.max(
    0,
    Math.round(
      lookup.nowMs - lookup.frame.startedAtMs + lookup.frame.elapsedOffsetMs,
    ),
  );
  switch (path) {
    case "name":
      return { value: lookup.loop.name };
    case "started_at":
      return { value: formatTimestamp(lookup.frame.startedAtMs) };
    case "elapsed_ms":
      return { value: elapsedMs };
    case "elapsed":
      return { value: formatElapsed(elapsedMs) };
    default:
      return {
        missing: '`loop` has "name", "started_at", "elapsed_ms" and "elapsed"',
      };
  }
}

const LAST_MESSAGES_REGEXP = /^last\((\d+)\)$/;

function resolveMessages(path: string, messages: readonly string[]): Found {
  if (path === "" || path === "output") return { value: messages.join("\n") };
  if (path === "summary") return { value: "" };
  const count = LAST_MESSAGES_REGEXP.exec(path)?.[1];
  if (count === undefined) {
    return { missing: '`messages` has "output" and "last(N)"' };
  }
  return {
    value: count === "0" ? "" : messages.slice(-Number(count)).join("\n"),
  };
}

function resolveParameter(path: string, lookup: Lookup): Found {
  const { bindings, bindingParameters } = lookup.state;
  const name = path.split(".", 1)[0] ?? path;
  const rest = path.slice(name.length + 1);
  let value: Json | undefined;
  if (Object.hasOwn(bindings, name)) {
    // A binding sees no parameters: one that names itself would never end.
    const state = { ...lookup.state, bindings: {}, bindingParameters: {} };
    try {
      value = interpolateJson(bindings[name] ?? null, { ...lookup, state });
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      return { missing: `parameter "${name}": ${error.message}` };
    }
  } else if (Object.hasOwn(bindingParameters, name)) {
    value = bindingParameters[name]?.default ?? undefined;
  }
  if (value === undefined) {
    return {
      missing:
        `the fragment's parameter "${name}" is not bound under \`with\`` +
        didYouMean(name, Object.keys(bindings)),
    };
  }
  return rest === ""
    ? { value }
    : walk(value, rest, (key) => `parameter "${name}" has no "${key}"`);
}

const INDEX_REGEXP = /^\d+$/;

function walk(
  root: Json,
  path: string,
  describe: (key: string, depth: number) => string,
): Found {
  let value: Json = root;
  for (const [depth, key] of path.split(".").entries()) {
    if (
      Array.isArray(value) && INDEX_REGEXP.test(key) &&
      Number(key) < value.length
    ) {
      value = value[Number(key)] ?? null;
    } else if (isJsonObject(value) && Object.hasOwn(value, key)) {
      value = value[key] ?? null;
    } else {
      if (key === "") return { missing: "a name is missing beside a dot" };
      const keys = isJsonObject(value) ? Object.keys(value) : [];
      return { missing: describe(key, depth) + didYouMean(key, keys) };
    }
  }
  return { value };
}

/** Returns the nearest candidate as the end of a sentence; empty when none comes near. */
function didYouMean(name: string, candidates: readonly string[]): string {
  const [near] = nearest(name, candidates, 1);
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

function parentOf(path: string, depth: number): string {
  return path.split(".").slice(0, depth).join(".");
}

/**
 * Returns a value as a template shows it: `null` is empty, lists and maps are JSON.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatValue(["a", 1]), '["a",1]');
 * assertEquals(formatValue(true), "true");
 * ```
 */
export function formatValue(value: Json): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const SHELL_SAFE_REGEXP = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Returns `text` as one word of a POSIX shell. A secret in it is quoted when it is put in.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(quoteForShell("it's"), `'it'"'"'s'`);
 * assertEquals(quoteForShell(""), "''");
 * ```
 */
export function quoteForShell(text: string): string {
  if (SHELL_SAFE_REGEXP.test(text)) return text;
  const quoted = `'${text.replaceAll("'", `'"'"'`)}'`;
  return quoteReferences(quoted);
}

function formatElapsed(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)}m${rest === 0 ? "" : ` ${rest}s`}`;
}
