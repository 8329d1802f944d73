/**
 * Owns which modules of the bundle are evaluated. The bundler wraps each module that is loaded
 * late into a function and calls those of everything that it imports: of a folder's `mod.ts`
 * every file, though one name of it is used. Here a module calls for those whose names it
 * mentions. That is right as long as evaluating a module does nothing but fill its own names;
 * packages are not asked for that.
 */

import { codeTokens } from "./code_tokens.ts";

/** What the bundler prints before each part of a module. */
const PART_REGEXP =
  /^\/\/ ((?:src|deps|npm|loops|docs)\/\S+|main\.ts|deno\.json)\n/gm;
const WRAPPED_REGEXP =
  /^var (init_\w+) = __esm\(\{\n {2}"[^"]+"\(\) \{\n([\s\S]*?)^ {2}\}\n\}\);\n/m;
const CALL_REGEXP = /^ *(init_\w+)\(\);\n/gm;
const DEFINED_REGEXP =
  /^(?:(?:async )?function\*? ([\w$]+)|class ([\w$]+)|(?:var|let|const) ([^;=]*?)(?:;| = ))/gm;

interface Module {
  readonly path: string;
  /** The function that evaluates it; `null` for one that is evaluated at the start. */
  readonly init: string | null;
  readonly defined: ReadonlySet<string>;
  readonly mentioned: ReadonlySet<string>;
  /** Functions that it calls for. */
  readonly calls: readonly string[];
}

/**
 * Returns the program with each module of ours calling only for the modules that it mentions.
 *
 * @throws {Error} when the bundler prints modules in another way
 */
export function narrowInits(program: string): string {
  const pieces = program.split(PART_REGEXP);
  const [head = ""] = pieces;
  const parts: { path: string; code: string }[] = [];
  for (let i = 1; i < pieces.length; i += 2) {
    parts.push({ path: pieces[i] ?? "", code: pieces[i + 1] ?? "" });
  }
  const modules = readModules(parts);
  const byInit = new Map(
    [...modules.values()].map((module) => [module.init, module]),
  );
  const told = new Set<string>();
  const rewritten = parts.map(({ path, code }) => {
    const module = modules.get(path);
    if (module === undefined || !isOurs(module)) return `// ${path}\n${code}`;
    const calls = below(module, byInit)
      .filter((each) =>
        !each.defined.isDisjointFrom(module.mentioned) ||
        (!isOurs(each) && module.calls.includes(each.init ?? ""))
      ).map(({ init }) => `${init}();\n`);
    const wrapped = WRAPPED_REGEXP.exec(code);
    if (wrapped !== null) {
      const [, , body = ""] = wrapped;
      const rest = body.replace(CALL_REGEXP, "");
      const indented = calls.map((call) => `    ${call}`).join("");
      return `// ${path}\n${code.replace(body, () => indented + rest)}`;
    }
    if (module.init !== null) return `// ${path}\n${code}`;
    const rest = code.replace(CALL_REGEXP, "");
    // A module that is printed in parts calls for everything in the first.
    if (told.has(path)) return `// ${path}\n${rest}`;
    told.add(path);
    return `// ${path}\n${calls.join("")}${rest}`;
  });
  return head + rewritten.join("");
}

function isOurs({ path }: Pick<Module, "path">): boolean {
  return path.startsWith("src/") || path === "main.ts";
}

function readModules(
  parts: readonly { readonly path: string; readonly code: string }[],
): Map<string, Module> {
  const codes = new Map<string, string>();
  for (const { path, code } of parts) {
    codes.set(path, (codes.get(path) ?? "") + code);
  }
  return new Map([...codes].map(([path, code]) => {
    const wrapped = WRAPPED_REGEXP.exec(code);
    const init = wrapped?.[1] ?? null;
    const calls = (wrapped?.[2] ?? code).matchAll(CALL_REGEXP);
    const defined = new Set<string>();
    for (const [, fn, type, names = ""] of code.matchAll(DEFINED_REGEXP)) {
      for (const name of [fn ?? type ?? "", ...names.match(/[\w$]+/g) ?? []]) {
        if (name !== "" && name !== init) defined.add(name);
      }
    }
    return [path, {
      path,
      init,
      defined,
      mentioned: namesIn(code),
      calls: [...calls].map(([, name = ""]) => name),
    }];
  }));
}

/** Returns the names that `code` may refer to: all but those after a dot and before a colon. */
function namesIn(code: string): Set<string> {
  const names = new Set<string>();
  for (const { kind, start, end } of codeTokens(code)) {
    if (kind !== "name") continue;
    const isMember = code[start - 1] === "." && code[start - 2] !== ".";
    // The bundler prints a blank before the colon of a condition.
    const isKey = code[end] === ":" &&
      code.slice(start - 5, start) !== "case ";
    if (!isMember && !isKey) names.add(code.slice(start, end));
  }
  return names;
}

/** Returns every module that `module` may reach, each behind those that it needs itself. */
function below(
  module: Module,
  byInit: ReadonlyMap<string | null, Module>,
): Module[] {
  const seen = new Set<Module>([module]);
  const found: Module[] = [];
  const visit = (from: Module): void => {
    for (const call of from.calls) {
      const next = byInit.get(call);
      if (next === undefined) {
        throw new Error(`Cannot find the module that "${call}" evaluates`);
      }
      if (seen.has(next)) continue;
      seen.add(next);
      visit(next);
      found.push(next);
    }
  };
  visit(module);
  return found;
}
