/**
 * Owns the modules of the bundle that usual commands never call. Each function at the top of the
 * program costs every start its place among the names there and in what the runtime keeps. The
 * functions of such a module stand inside of the one that evaluates it instead, and nobody
 * evaluates it who does not come to a place where one of its names is needed.
 */

import {
  type Node,
  parse,
  type Program,
  type VariableDeclaration,
} from "acorn";
import { ancestor, full } from "acorn-walk";
import { type Edit, edited } from "./edited.ts";
import type { CalledFunction } from "./eager_functions.ts";
import { isShadowed } from "./scopes.ts";
import {
  calledBy,
  declaredBy,
  nameOf,
  statementsByPath,
  type Wrapped,
  wrappedModules,
} from "./bundled_modules.ts";

/** Files of packages may do more at their top than fill their names. */
const OUR_REGEXP = /^src\//;

/** A program with nested modules. */
export interface NestedProgram {
  readonly program: string;
  /** The modules whose functions are nested, by their path: what evaluates each. */
  readonly nested: ReadonlyMap<string, string>;
}

/**
 * Returns the program with the functions of every module of ours nested of which none is among
 * `called`, and does the same: such a module does nothing at its top but fill its names.
 *
 * @param program as the bundler prints it, in one module without imports
 * @throws {Error} when the bundler prints modules in another way
 */
export function nestModules(
  program: string,
  { called, kept }: {
    readonly called: readonly CalledFunction[];
    /** Paths of modules that stay as they are. */
    readonly kept: ReadonlySet<string>;
  },
): NestedProgram {
  const read = readProgram(program);
  const nested = new Map<string, string>();
  for (const [path, module] of read.modules) {
    const own = read.owned.get(path) ?? [];
    if (
      OUR_REGEXP.test(path) && !kept.has(path) && own.some(isFunction) &&
      !called.some((each) => isWithin(each, { module, own }))
    ) nested.set(path, module.init);
  }
  const late = edited(program, evaluationsByNeed(read, nested));
  return { program: edited(late, movesInside(late, nested)), nested };
}

interface ReadProgram {
  readonly tree: Program;
  /** The statements of each module, by its path. */
  readonly owned: ReadonlyMap<string, readonly Node[]>;
  /** Modules that are evaluated when they are asked for, by their path. */
  readonly modules: ReadonlyMap<string, Wrapped>;
}

function readProgram(program: string): ReadProgram {
  const tree = parse(program, { ecmaVersion: "latest", sourceType: "module" });
  const owned = statementsByPath(program, tree);
  return { tree, owned, modules: wrappedByPath(tree, owned) };
}

/** Returns edits by which a nested module is evaluated where others need a name of it. */
function evaluationsByNeed(
  { tree, owned }: ReadProgram,
  nested: ReadonlyMap<string, string>,
): Edit[] {
  const inits = new Set(nested.values());
  /** What evaluates the owner of a name, and the statements in which it is there anyway. */
  const owners = new Map<string, { init: string; own: ReadonlySet<Node> }>();
  for (const [path, init] of nested) {
    const own = new Set(owned.get(path));
    for (const statement of own) {
      if (!isFunction(statement) && !isBareVariables(statement)) continue;
      for (const name of declaredBy(statement)) owners.set(name, { init, own });
    }
  }
  const edits: Edit[] = [];
  full(tree, (node) => {
    if (!inits.has(calledBy(node) ?? "")) return;
    edits.push({ start: node.start, end: node.end, text: "" });
  });
  ancestor(tree, {
    Identifier(node, _state, above) {
      const owner = owners.get(node.name);
      const [, statement] = above;
      if (owner === undefined || statement === undefined) return;
      if (owner.own.has(statement) || isShadowed(node.name, above)) return;
      const text = `(${owner.init}(), ${node.name})`;
      edits.push({
        start: node.start,
        end: node.end,
        text: isShorthand(above.at(-2)) ? `${node.name}: ${text}` : text,
      });
    },
  });
  return edits;
}

/** Returns edits that move the functions of nested modules, and what these alone use, to where they are evaluated. */
function movesInside(
  program: string,
  nested: ReadonlyMap<string, string>,
): Edit[] {
  const { tree, owned, modules } = readProgram(program);
  const users = usersOf(tree, owned);
  const edits: Edit[] = [];
  for (const path of nested.keys()) {
    const own = owned.get(path) ?? [];
    const module = modules.get(path);
    if (module === undefined) throw new Error(`Cannot find "${path}" again`);
    const inside = new Set([...own.filter(isFunction), module.declaration]);
    const isPrivate = (name: string): boolean =>
      [...users.get(name) ?? []].every((user) => inside.has(user));
    const lines: string[] = [];
    const move = (node: Node, shown: readonly string[]): void => {
      const text = shown.length === 0 ? "" : `var ${shown.join(", ")};`;
      edits.push({ start: node.start, end: node.end, text });
    };
    for (const each of own) {
      const names = declaredBy(each);
      const shown = names.filter((name) => !isPrivate(name));
      if (isFunction(each)) {
        const text = program.slice(each.start, each.end);
        lines.push(shown.length === 0 ? text : `${names[0]} = ${text};`);
        move(each, shown);
      } else if (isBareVariables(each) && shown.length < names.length) {
        lines.push(`var ${names.filter(isPrivate).join(", ")};`);
        move(each, shown);
      }
    }
    const at = module.block.start + 1;
    edits.push({ start: at, end: at, text: `\n${lines.join("\n")}\n` });
  }
  return edits;
}

function isFunction(statement: Node): boolean {
  return statement.type === "FunctionDeclaration";
}

function isShorthand(parent: Node | undefined): boolean {
  return parent?.type === "Property" &&
    (parent as Node & { readonly shorthand?: boolean }).shorthand === true;
}

/** Returns the modules that are evaluated when they are asked for. */
function wrappedByPath(
  tree: Program,
  owned: ReadonlyMap<string, readonly Node[]>,
): Map<string, Wrapped> {
  const byInit = wrappedModules(tree);
  const found = new Map<string, Wrapped>();
  for (const [path, own] of owned) {
    const [module, ...others] = own.flatMap(declaredBy)
      .flatMap((name) => byInit.get(name) ?? []);
    if (module !== undefined && others.length === 0) found.set(path, module);
  }
  return found;
}

/** Returns whether a called function is one of a module: to evaluate it is no use of it. */
function isWithin(
  { start, end }: CalledFunction,
  { module, own = [] }: {
    readonly module: Wrapped;
    readonly own: readonly Node[] | undefined;
  },
): boolean {
  const isEvaluation = start <= module.block.start && end >= module.block.end;
  return !isEvaluation &&
    own.some((each) => each.start <= start && end <= each.end);
}

/** Returns the statements at the top of the program that mention each name, but for those that declare it. */
function usersOf(
  tree: Program,
  owned: ReadonlyMap<string, readonly Node[]>,
): Map<string, Set<Node>> {
  const declared = new Set([...owned.values()].flat().flatMap(declaredBy));
  const users = new Map<string, Set<Node>>();
  for (const statement of tree.body) {
    const isDeclaration = isBareVariables(statement);
    full(statement, (node) => {
      const name = nameOf(node);
      if (name === null || !declared.has(name) || isDeclaration) return;
      const known = users.get(name) ?? new Set();
      users.set(name, known.add(statement));
    });
  }
  return users;
}

/** Returns whether a statement only declares variables, as those that evaluating fills. */
function isBareVariables(statement: Node): boolean {
  return statement.type === "VariableDeclaration" &&
    (statement as VariableDeclaration).declarations.every(({ id, init }) =>
      id.type === "Identifier" && (init === null || init === undefined)
    );
}

/** Returns the functions at the top of a program that evaluate modules and are among `called`. */
export function evaluatedIn(
  program: string,
  called: readonly CalledFunction[],
): Set<string> {
  const places = new Set(called.map(({ start, end }) => `${start}-${end}`));
  const tree = parse(program, { ecmaVersion: "latest", sourceType: "module" });
  const evaluated = new Set<string>();
  for (const statement of tree.body) {
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id, init } of statement.declarations) {
      const name = nameOf(id);
      if (name === null || init?.type !== "ArrowFunctionExpression") continue;
      if (places.has(`${init.start}-${init.end}`)) evaluated.add(name);
    }
  }
  return evaluated;
}
