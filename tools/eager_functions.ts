/**
 * Owns which functions of the bundle are compiled when it is loaded for the first time. The
 * runtime keeps what is compiled then for every later start, and nothing that is compiled
 * afterwards. The engine compiles at once what stands in parentheses, since that is mostly
 * called at once.
 */

import { type Node, parse } from "acorn";
import { fullAncestor } from "acorn-walk";
import { type Edit, edited } from "./edited.ts";

/** A function that was called, by its place in the text. */
export interface CalledFunction {
  readonly start: number;
  readonly end: number;
}

type FunctionNode = Node & {
  readonly async: boolean;
  readonly generator: boolean;
  readonly id: (Node & { readonly name: string }) | null;
};

/** A member of an object or a class. */
type MemberNode = Node & {
  readonly key: Node;
  readonly value: Node;
  readonly kind: string;
  readonly computed: boolean;
  readonly method?: boolean;
  readonly static?: boolean;
};

/**
 * Returns the program with `called` compiled at once. A declaration at the top becomes a variable
 * in front of everything, below the comments there, and so is there before anything is
 * evaluated, as it was; a method becomes a property that holds a function. Declarations inside
 * of functions, accessors, constructors, generators and what uses `super` stay as they are.
 *
 * @throws {SyntaxError} when the program is no module
 */
export function compileAtOnce(
  program: string,
  called: readonly CalledFunction[],
): string {
  const tree = parse(program, { ecmaVersion: "latest", sourceType: "module" });
  const places = new Set(called.map(({ start, end }) => `${start}-${end}`));
  const isCalled = (node: Node): boolean =>
    places.has(`${node.start}-${node.end}`);
  const edits: Edit[] = [];
  const declared: FunctionNode[] = [];
  fullAncestor(tree, (node, _state, above) => {
    const parent = above.at(-2);
    if (parent === undefined || !/Function/.test(node.type)) return;
    // The engine counts the name of a method as a part of it.
    if (!isCalled(node) && !isCalled(parent)) return;
    const called = node as FunctionNode;
    if (node.type === "FunctionDeclaration") {
      if (parent.type === "Program" && called.id !== null) {
        declared.push(called);
      }
      return;
    }
    const member = isMethod(parent, called) ? parent as MemberNode : null;
    const opening = member === null
      ? { start: node.start, end: node.start, text: "(" }
      : openingOf(program, { member, called, owner: above.at(-3) });
    if (opening === null) return;
    edits.push(opening);
    const closing = member?.type === "MethodDefinition"
      ? closingOf(member)
      : ")";
    edits.push({ start: node.end, end: node.end, text: closing });
  });
  const top = /^(?:\/\/.*\n)*/.exec(program)?.[0].length ?? 0;
  const variables = declared.map((each) => {
    const inner = within(edits, each).map(({ start, end, text }) => ({
      start: start - each.start,
      end: end - each.start,
      text,
    }));
    const text = edited(program.slice(each.start, each.end), inner);
    return `var ${each.id?.name} = (${text});\n`;
  });
  return edited(program, [
    { start: top, end: top, text: variables.join("") },
    ...declared.map(({ start, end }) => ({ start, end, text: "" })),
    ...edits,
  ]);
}

function within(edits: readonly Edit[], { start, end }: Node): Edit[] {
  return edits.filter((edit) => edit.start >= start && edit.end <= end);
}

function isMethod(parent: Node, value: Node): boolean {
  const member = parent as MemberNode;
  if (member.value !== value) return false;
  return parent.type === "MethodDefinition" ||
    (parent.type === "Property" &&
      (member.method === true || member.kind !== "init"));
}

/** Returns what stands in place of the head of a method; `null` for one that has to stay. */
function openingOf(
  program: string,
  { member, called, owner }: {
    readonly member: MemberNode;
    readonly called: FunctionNode;
    /** The object or the body of the class. */
    readonly owner: Node | undefined;
  },
): Edit | null {
  const { start, key, kind, computed } = member;
  const usesSuper = /\bsuper\b/.test(program.slice(called.start, called.end));
  if (called.generator || usesSuper) return null;
  const name = program.slice(key.start, key.end);
  const head = `(${called.async ? "async " : ""}function`;
  if (member.type === "Property") {
    if (kind !== "init") return null;
    const text = `${computed ? `[${name}]` : name}: ${head}`;
    return { start, end: called.start, text };
  }
  // A private method is one of each object, as a field is; any other one is of the class.
  const isPlain = kind === "method" && !computed && member.static !== true &&
    (key.type === "PrivateIdentifier" || key.type === "Identifier");
  if (!isPlain) return null;
  if (key.type === "PrivateIdentifier" && usesItself(program, owner)) {
    return null;
  }
  const text = key.type === "PrivateIdentifier"
    ? `${name} = ${head}`
    : `static { this.prototype.${name} = ${head}`;
  return { start, end: called.start, text };
}

function closingOf({ key }: MemberNode): string {
  return key.type === "PrivateIdentifier" ? ");" : "); }";
}

/** Returns whether a class has fields whose values may call a method that is not there yet. */
function usesItself(program: string, owner: Node | undefined): boolean {
  const members = (owner as Node & { body?: readonly Node[] })?.body ?? [];
  return members.some((each) =>
    each.type === "PropertyDefinition" &&
    /\bthis\b/.test(program.slice(each.start, each.end))
  );
}
