/** Owns reading the modules of the bundle as the bundler prints them. */

import type {
  Expression,
  Identifier,
  Node,
  Program,
  Statement,
  VariableDeclaration,
} from "acorn";

/** What the bundler prints before each part of a module. */
const PART_REGEXP =
  /^\/\/ ((?:src|deps|npm|loops|docs|schema)\/\S+|\S+\.\w+)$/gm;

/** A module that is evaluated when it is asked for. */
export interface Wrapped {
  /** The function that evaluates it. */
  readonly init: string;
  readonly path: string;
  readonly declaration: VariableDeclaration;
  readonly body: readonly Statement[];
  /** Behind the brace that opens the body, and behind the one that closes it. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

/** What stands behind a comment of the bundler, up to the next one. */
export interface Part {
  readonly path: string;
  readonly start: number;
}

/**
 * Returns the modules that are evaluated when they are asked for, by the function that does it.
 *
 * @throws {Error} when the bundler prints modules in another way
 */
export function wrappedModules(tree: Program): Map<string, Wrapped> {
  const modules = new Map<string, Wrapped>();
  for (const statement of tree.body) {
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id, init } of statement.declarations) {
      if (
        id.type !== "Identifier" || init?.type !== "CallExpression" ||
        nameOf(init.callee) !== "__esm"
      ) continue;
      const [object] = init.arguments;
      const [method] = object?.type === "ObjectExpression"
        ? object.properties
        : [];
      if (
        statement.declarations.length !== 1 || method?.type !== "Property" ||
        method.key.type !== "Literal" ||
        method.value.type !== "FunctionExpression" || method.value.async
      ) throw new Error(`Cannot read how module "${id.name}" is evaluated`);
      modules.set(id.name, {
        init: id.name,
        path: String(method.key.value),
        declaration: statement,
        body: method.value.body.body,
        bodyStart: method.value.body.start + 1,
        bodyEnd: method.value.body.end,
      });
    }
  }
  return modules;
}

/** Returns where the parts of modules begin. */
export function partsOf(program: string): readonly Part[] {
  return [...program.matchAll(PART_REGEXP)].map((match) => ({
    path: match[1] ?? "",
    start: match.index,
  }));
}

/** Returns the name of an identifier; `null` for everything else. */
export function nameOf(node: Node | null | undefined): string | null {
  return node?.type === "Identifier" ? (node as Identifier).name : null;
}

/** Returns the statements of each module; those before the first part belong to none. */
export function statementsByPath(
  tree: Program,
  parts: readonly Part[],
): Map<string, Program["body"]> {
  const owned = new Map<string, Program["body"]>();
  let index = -1;
  for (const statement of tree.body) {
    while ((parts[index + 1]?.start ?? Infinity) <= statement.start) index++;
    const path = parts[index]?.path;
    if (path === undefined) continue;
    const own = owned.get(path) ?? [];
    owned.set(path, own);
    own.push(statement);
  }
  return owned;
}

/** Returns the names that a statement at the top declares. */
export function declaredBy(statement: Node): string[] {
  if (
    statement.type === "FunctionDeclaration" ||
    statement.type === "ClassDeclaration"
  ) return [nameOf((statement as Node & { id: Node }).id) ?? ""];
  if (statement.type !== "VariableDeclaration") return [];
  return (statement as VariableDeclaration).declarations.flatMap(({ id }) =>
    nameOf(id) ?? []
  );
}

/** Returns the name of the function that a statement calls without arguments, if it does that alone. */
export function calledBy(statement: Node): string | null {
  if (statement.type !== "ExpressionStatement") return null;
  const { expression } = statement as Node & { expression: Expression };
  return expression.type === "CallExpression" &&
      expression.arguments.length === 0
    ? nameOf(expression.callee)
    : null;
}
