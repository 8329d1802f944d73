/**
 * Owns which modules of the bundle are evaluated. The bundler wraps each module that is loaded
 * late into a function and calls those of everything that it imports: of a folder's `mod.ts`
 * every file, though one name of it is used. Here a module calls for those whose names it
 * mentions. That is right as long as evaluating a module does nothing but fill its own names;
 * packages are not asked for that.
 */

import { parse } from "acorn";
import {
  type AnyStatement,
  calledBy,
  declaredBy,
  namesIn,
  statementsByPath,
  type Wrapped,
  wrappedModules,
} from "./bundled_modules.ts";
import { type Edit, edited } from "./edited.ts";

/** How the bundler names functions that evaluate a module. */
const INIT_REGEXP = /^init_\w+$/;

interface Module {
  readonly path: string;
  /** Where its first statement begins. */
  readonly start: number;
  /** How it is evaluated; `null` for one that is evaluated at the start. */
  readonly wrapped: Wrapped | null;
  /** What evaluates it, without the calls for other modules. */
  readonly rest: readonly AnyStatement[];
  /** Calls for other modules. */
  readonly calls: readonly AnyStatement[];
  readonly defined: ReadonlySet<string>;
  readonly mentioned: ReadonlySet<string>;
}

/**
 * Returns the program with each module of ours calling only for the modules that it mentions.
 *
 * @throws {Error} when the bundler prints modules in another way
 */
export function narrowInits(program: string): string {
  const tree = parse(program, { ecmaVersion: "latest", sourceType: "module" });
  const wrapped = wrappedModules(tree);
  const modules = [...statementsByPath(program, tree)]
    .map(([path, statements]) => readModule(path, { statements, wrapped }));
  const byInit = new Map(
    modules.map((module) => [module.wrapped?.init ?? null, module]),
  );
  const edits = modules.filter(isOurs).flatMap((module) => {
    const called = new Set(module.calls.map(calledBy));
    const calls = below(module, byInit)
      .filter((each) =>
        !each.defined.isDisjointFrom(module.mentioned) ||
        (!isOurs(each) && called.has(each.wrapped?.init ?? null))
      ).map((each) => `${each.wrapped?.init}();`);
    return editsOf(program, { module, calls });
  });
  return edited(program, edits);
}

function isOurs({ path }: Module): boolean {
  return path.startsWith("src/") || path === "main.ts";
}

function readModule(path: string, { statements, wrapped }: {
  /** All of the module at the top. */
  readonly statements: readonly AnyStatement[];
  readonly wrapped: ReadonlyMap<string, Wrapped>;
}): Module {
  const declared = statements.flatMap(declaredBy);
  const own = declared.flatMap((name) => wrapped.get(name) ?? [])[0] ?? null;
  const evaluated = own?.body ?? statements;
  const isCall = (statement: AnyStatement): boolean =>
    INIT_REGEXP.test(calledBy(statement) ?? "");
  return {
    path,
    start: statements[0]?.start ?? 0,
    wrapped: own,
    calls: evaluated.filter(isCall),
    rest: evaluated.filter((each) => !isCall(each)),
    defined: new Set(declared.filter((name) => name !== own?.init)),
    mentioned: new Set(statements.flatMap((each) => [...namesIn(each)])),
  };
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
      const init = calledBy(call);
      const next = byInit.get(init);
      if (next === undefined) {
        throw new Error(`Cannot find the module that "${init}" evaluates`);
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

/** Returns edits by which `calls` stand in place of the calls of a module, before all of it. */
function editsOf(program: string, { module, calls }: {
  readonly module: Module;
  readonly calls: readonly string[];
}): Edit[] {
  const { wrapped, rest } = module;
  if (wrapped !== null) {
    const texts = rest.map(({ start, end }) => program.slice(start, end));
    const lines = [...calls, ...texts].map((text) => `    ${text}\n`);
    const { start, end } = wrapped.block;
    return [{
      start: start + 1,
      end: end - 1,
      text: `\n${lines.join("")}  `,
    }];
  }
  // It may be printed in parts, and calls for everything in the first.
  const { start } = module;
  return [
    { start, end: start, text: calls.map((call) => `${call}\n`).join("") },
    ...module.calls.map(({ start, end }) => ({
      start,
      end: program.charAt(end) === "\n" ? end + 1 : end,
      text: "",
    })),
  ];
}
