/**
 * Owns the grammar of `${…}` references (EXEC 3.1, 3.2). The one parser for
 * checking before a run and for resolving during it; resolving itself is the engine's.
 */

/** What may stand before the first dot of a reference. */
export const NAMESPACES = [
  "captured",
  "context",
  "env",
  "loop",
  "messages",
  "param",
  "prev",
  "result",
  "state",
] as const;

/** One of {@linkcode NAMESPACES}. */
export type Namespace = typeof NAMESPACES[number];

/** Returns whether `name` is one of {@linkcode NAMESPACES}. */
export function isNamespace(name: string): name is Namespace {
  return (NAMESPACES as readonly string[]).includes(name);
}

/** A piece of a template. `offset` and `source` are those of the original text. */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | ReferencePart
  | {
    readonly kind: "malformed";
    readonly source: string;
    readonly offset: number;
    readonly reason: string;
  };

/** A `${namespace.path…}` of a template. */
export interface ReferencePart {
  readonly kind: "reference";
  readonly source: string;
  readonly offset: number;
  readonly namespace: string;
  /** Everything after the first dot, without modifiers; empty for bare `${messages}`. */
  readonly path: string;
  /** Text that replaces a failed lookup (`:default=text`, or empty for `?`); `null` without one. */
  readonly fallback: string | null;
  /** `:trim`: white space at both ends is removed. */
  readonly isTrimmed: boolean;
  /** `:shell`: the value is quoted for a POSIX shell. */
  readonly isShellQuoted: boolean;
}

/** A parsed template: parts in order of appearance. */
export type Template = readonly TemplatePart[];

const GROUP_REGEXP = /\$\$\{|\$\{([^}]+)\}/g;
const DEFAULT_MARK = ":default=";
const CACHE_ENTRIES_MAX = 4096;
const cache = new Map<string, Template>();

/**
 * Returns the parts of `text`. `$${` is an escape and yields `${`; `${}` and an
 * unclosed `${` are text. Never throws: a group without a dot is a `malformed` part.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const [first] = parseTemplate("${context.who:default=you}");
 * assertEquals(first?.kind === "reference" && [first.namespace, first.path, first.fallback],
 *   ["context", "who", "you"]);
 * ```
 */
export function parseTemplate(text: string): Template {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const parts: TemplatePart[] = [];
  let pending = "";
  let end = 0;
  // What is never closed is text; looking for its end again and again would take for ever.
  const closed = text.slice(0, text.lastIndexOf("}") + 1);
  for (const match of closed.matchAll(GROUP_REGEXP)) {
    pending += text.slice(end, match.index);
    end = match.index + match[0].length;
    if (match[1] === undefined) {
      pending += "${";
      continue;
    }
    if (pending !== "") parts.push({ kind: "text", text: pending });
    pending = "";
    parts.push(parseReference(match[1], match[0], match.index));
  }
  pending += text.slice(end);
  if (pending !== "") parts.push({ kind: "text", text: pending });
  if (cache.size >= CACHE_ENTRIES_MAX) cache.clear();
  cache.set(text, parts);
  return parts;
}

/** Returns the references of `text` in order of appearance. */
export function referencesOf(text: string): readonly ReferencePart[] {
  if (!text.includes("${")) return [];
  return parseTemplate(text).filter((part) => part.kind === "reference");
}

/** Returns whether `text` holds a reference or a malformed group. */
export function isTemplate(text: string): boolean {
  return text.includes("${") &&
    parseTemplate(text).some((part) => part.kind !== "text");
}

function parseReference(
  inner: string,
  source: string,
  offset: number,
): TemplatePart {
  let body = inner;
  let fallback: string | null = null;
  let isShellQuoted = false;
  let isTrimmed = false;
  const mark = body.indexOf(DEFAULT_MARK);
  if (mark >= 0) {
    fallback = body.slice(mark + DEFAULT_MARK.length);
    body = body.slice(0, mark);
    if (body.endsWith("?")) {
      return {
        kind: "malformed",
        source,
        offset,
        reason: "`:default=` and `?` exclude each other",
      };
    }
  } else if (body.endsWith("?")) {
    fallback = "";
    body = body.slice(0, -1);
  }
  for (;;) {
    if (body.endsWith(":shell")) {
      isShellQuoted = true;
      body = body.slice(0, -":shell".length);
    } else if (body.endsWith(":trim")) {
      isTrimmed = true;
      body = body.slice(0, -":trim".length);
    } else break;
  }
  const dot = body.indexOf(".");
  if (dot < 0 && body !== "messages") {
    return {
      kind: "malformed",
      source,
      offset,
      reason: "expected namespace.path",
    };
  }
  return {
    kind: "reference",
    source,
    offset,
    namespace: dot < 0 ? body : body.slice(0, dot),
    path: dot < 0 ? "" : body.slice(dot + 1),
    fallback,
    isTrimmed,
    isShellQuoted,
  };
}
