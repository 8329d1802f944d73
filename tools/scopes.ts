/** Owns which names mean something of their own in a part of a program. */

import type { AnyNode, Node, Pattern } from "acorn";

const known = new WeakMap<Node, ReadonlySet<string>>();

/**
 * Returns whether `name` means something else where `above` are the nodes around it, from the whole
 * program on: a variable, a parameter, a function or a class that is declared further in than
 * the top of the module.
 */
export function isShadowed(name: string, above: readonly Node[]): boolean {
  return above.slice(1).some((node) => namesBoundBy(node).has(name));
}

/** Returns the names that are declared by a node, for everything in it. */
export function namesBoundBy(node: Node): ReadonlySet<string> {
  let names = known.get(node);
  if (names === undefined) {
    names = new Set(bound(node as AnyNode));
    known.set(node, names);
  }
  return names;
}

function bound(node: AnyNode): string[] {
  switch (node.type) {
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "FunctionDeclaration":
      return [
        // The name of an expression is known in it alone, that of a declaration around it.
        ...(node.type === "FunctionExpression" ? namesIn(node.id) : []),
        ...node.params.flatMap(namesIn),
        ...variablesIn(node.body),
      ];
    case "ClassExpression":
      return namesIn(node.id);
    case "BlockStatement":
    case "StaticBlock":
      return node.body.flatMap((each) => lexicalIn(each as AnyNode));
    case "SwitchStatement":
      return node.cases.flatMap(({ consequent }) =>
        consequent.flatMap((each) => lexicalIn(each as AnyNode))
      );
    case "ForStatement":
      return node.init ? lexicalIn(node.init as AnyNode) : [];
    case "ForInStatement":
    case "ForOfStatement":
      return lexicalIn(node.left as AnyNode);
    case "CatchClause":
      return namesIn(node.param);
    default:
      return [];
  }
}

/** Declarations that count in the block in which they stand. */
function lexicalIn(node: AnyNode): string[] {
  switch (node.type) {
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return namesIn(node.id);
    case "VariableDeclaration":
      return node.kind === "var"
        ? []
        : node.declarations.flatMap(({ id }) => namesIn(id));
    default:
      return [];
  }
}

/** Variables that count in the whole function, wherever they stand in it. */
function variablesIn(node: Node): string[] {
  const names: string[] = [];
  const visit = (each: unknown): void => {
    if (Array.isArray(each)) {
      each.forEach(visit);
      return;
    }
    if (typeof each !== "object" || each === null || !("type" in each)) return;
    const inner = each as AnyNode;
    if (/Function/.test(inner.type)) return;
    if (inner.type === "VariableDeclaration" && inner.kind === "var") {
      names.push(...inner.declarations.flatMap(({ id }) => namesIn(id)));
    }
    Object.values(inner).forEach(visit);
  };
  visit(node);
  return names;
}

function namesIn(pattern: Pattern | null | undefined): string[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((each) =>
        namesIn(each.type === "RestElement" ? each.argument : each.value)
      );
    case "ArrayPattern":
      return pattern.elements.flatMap(namesIn);
    case "RestElement":
      return namesIn(pattern.argument);
    case "AssignmentPattern":
      return namesIn(pattern.left);
    default:
      return [];
  }
}
