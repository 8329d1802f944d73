/** Owns reading what the bundler prints: the parts of modules, and how each module is evaluated. */

import type { AnyNode, Node, Program, VariableDeclaration } from "acorn";
import { full } from "acorn-walk";

/** What the bundler prints before each part of a module. */
const PART_REGEXP =
  /^\/\/ ((?:src|deps|npm|loops|docs|schema)\/\S+|\S+\.\w+)$/gm;

/** A statement at the top, or one that evaluates a module. */
export type AnyStatement = Program["body"][number];

/** A module that is evaluated when it is asked for. */
export interface Wrapped {
  /** The function that evaluates it. */
  readonly init: string;
  readonly path: string;
  readonly declaration: VariableDeclaration;
  /** What evaluates it; `block` with the braces. */
  readonly body: readonly AnyStatement[];
  readonly block: Node;
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
        block: method.value.body,
      });
    }
  }
  return modules;
}

/** Returns the statements of each module; those before the first part belong to none. */
export function statementsByPath(
  program: string,
  tree: Program,
): Map<string, AnyStatement[]> {
  const parts = [...program.matchAll(PART_REGEXP)];
  const owned = new Map<string, AnyStatement[]>();
  let index = -1;
  for (const statement of tree.body) {
    while ((parts[index + 1]?.index ?? Infinity) <= statement.start) index++;
    const path = parts[index]?.[1];
    if (path === undefined) continue;
    const own = owned.get(path) ?? [];
    owned.set(path, own);
    own.push(statement);
  }
  return owned;
}

/** Returns the name that a node is; `null` for any other one. */
export function nameOf(node: Node | null | undefined): string | null {
  const any = node as AnyNode | null | undefined;
  return any?.type === "Identifier" ? any.name : null;
}

/** Returns every name in a node, except for keys and members. */
export function namesIn(node: Node): Set<string> {
  const names = new Set<string>();
  full(node, (each) => {
    const name = nameOf(each);
    if (name !== null) names.add(name);
  });
  return names;
}

/** Returns the name of the function that a statement calls without arguments, if it does that alone. */
export function calledBy(statement: Node): string | null {
  const node = statement as AnyNode;
  return node.type === "ExpressionStatement" &&
      node.expression.type === "CallExpression" &&
      node.expression.arguments.length === 0
    ? nameOf(node.expression.callee)
    : null;
}

/** Returns the names that a statement declares, with those that a pattern of it mentions. */
export function declaredBy(statement: Node): string[] {
  const node = statement as AnyNode;
  if (
    node.type === "FunctionDeclaration" || node.type === "ClassDeclaration"
  ) return [nameOf(node.id) ?? ""];
  if (node.type !== "VariableDeclaration") return [];
  return node.declarations.flatMap(({ id }) => [...namesIn(id)]);
}
