/**
 * Owns what a module of the bundle costs each start that does not use it. The bundler wraps a
 * module that is loaded late into an object with a method, fills the names of all namespaces
 * before anything runs, and evaluates a text file as soon as somebody imports it. Here a wrapper is
 * one function, the names of a namespace are filled when it is loaded, the text of a file is
 * made where it is used, and packages of {@linkcode LATE_PACKAGES} are evaluated by the functions
 * that call them.
 */

import {
  type Expression,
  type Node,
  parse,
  type Program,
  type TemplateLiteral,
  type VariableDeclaration,
} from "acorn";
import { ancestor, full } from "acorn-walk";
import {
  calledBy,
  declaredBy,
  nameOf,
  statementsByPath,
  type Wrapped,
  wrappedModules,
} from "./bundled_modules.ts";
import { type Edit, edited } from "./edited.ts";

/** Packages that most commands load and do not call, by what the paths of their files hold. */
const LATE_PACKAGES = /\/deno-std\/[^/]+\/yaml\/|(?:^|\/)zod\//;

/** The function that stands in place of the one that evaluates a module, once it has. */
const NONE = "__evaluated";

/**
 * Returns the program with modules that cost less, and does the same.
 *
 * @param program as the bundler prints it, in one module without imports
 * @throws {Error} when the bundler prints modules in another way
 */
export function lightenModules(program: string): string {
  const tree = parse(program, { ecmaVersion: "latest", sourceType: "module" });
  const modules = wrappedModules(tree);
  const edits: Edit[] = [];
  const dropped = new Set<Node>();
  const drop = (node: Node): void => {
    dropped.add(node);
    edits.push({ start: node.start, end: node.end, text: "" });
  };

  const texts = textFiles(tree, modules);
  for (const { nodes } of texts.values()) nodes.forEach(drop);
  edits.push(...usesOfTexts(tree, { texts, dropped }));
  edits.push(...usedParts(tree, modules));
  const late = evaluateLate(program, { tree, modules });
  edits.push(...late.edits);
  late.moved.forEach(drop);

  const exported = namespaces(tree);
  const empty = emptyModules(modules, {
    dropped,
    kept: new Set([...exported.values()].map(({ init }) => init)),
  });
  for (const call of callsOf(tree, empty)) {
    if (!dropped.has(call)) drop(call);
  }
  edits.push(...sequencesWithout(tree, empty));
  for (const { statement } of exported.values()) drop(statement);
  for (const { init, declaration, body } of modules.values()) {
    if (empty.has(init)) {
      drop(declaration);
      continue;
    }
    const [first] = body;
    const last = body.at(-1);
    const names = [...exported.values()].filter((each) => each.init === init)
      .map(({ statement }) => program.slice(statement.start, statement.end));
    edits.push({
      start: declaration.start,
      end: first?.start ?? declaration.end,
      text: [`var ${init} = () => {`, `${init} = ${NONE};`, ...names, ""]
        .join("\n") + (first === undefined ? "};" : ""),
    });
    if (last !== undefined) {
      edits.push({ start: last.end, end: declaration.end, text: "\n};" });
    }
  }
  const functions = [...texts].map(([name, { text }]) =>
    `function ${name}() {\nreturn ${text};\n}\n`
  );
  const light = `var ${NONE} = () => {};\n${functions.join("")}${
    edited(program, edits)
  }`;
  refuseUnknown(light, [...empty]);
  return light;
}

/** A name that holds the text of a file, and nothing else. */
interface TextFile {
  /** The text, in quotes. */
  readonly text: string;
  /** Where the name is declared and set. */
  readonly nodes: readonly Node[];
}

/** Returns the text files by the name under which the program has them. */
function textFiles(
  tree: Program,
  modules: ReadonlyMap<string, Wrapped>,
): Map<string, TextFile> {
  const declared = new Map<string, VariableDeclaration>();
  for (const statement of tree.body) {
    if (
      statement.type !== "VariableDeclaration" ||
      statement.declarations.length !== 1
    ) continue;
    const name = nameOf(statement.declarations[0]?.id);
    if (name !== null) declared.set(name, statement);
  }
  const texts = new Map<string, TextFile>();
  for (const { body } of modules.values()) {
    const [statement] = body;
    if (body.length !== 1 || statement?.type !== "ExpressionStatement") {
      continue;
    }
    const { expression } = statement;
    if (expression.type !== "AssignmentExpression") continue;
    const name = nameOf(expression.left);
    const declaration = name === null ? undefined : declared.get(name);
    const text = rawText(expression.right);
    if (name === null || declaration === undefined || text === null) continue;
    texts.set(name, { text, nodes: [declaration, statement] });
  }
  for (const [name, declaration] of declared) {
    const text = rawText(declaration.declarations[0]?.init);
    if (text !== null && name.endsWith("_default")) {
      texts.set(name, { text, nodes: [declaration] });
    }
  }
  return texts;
}

/** Returns a text as it is written, in quotes or, with nothing put in, between backquotes. */
function rawText(node: Node | null | undefined): string | null {
  if (node?.type === "TemplateLiteral") {
    const { quasis: [part, ...others] } = node as TemplateLiteral;
    return part === undefined || others.length > 0
      ? null
      : `\`${part.value.raw}\``;
  }
  if (node?.type !== "Literal") return null;
  const { value, raw } = node as Node & { value: unknown; raw?: string };
  return typeof value === "string" ? raw ?? null : null;
}

function usesOfTexts(
  tree: Program,
  { texts, dropped }: {
    readonly texts: ReadonlyMap<string, TextFile>;
    readonly dropped: ReadonlySet<Node>;
  },
): Edit[] {
  const edits: Edit[] = [];
  ancestor(tree, {
    Identifier(node, _state, above) {
      if (!texts.has(node.name) || above.some((each) => dropped.has(each))) {
        return;
      }
      edits.push({ start: node.end, end: node.end, text: "()" });
    },
  });
  return edits;
}

/** Returns edits that leave of a JSON file only what the program mentions of it. */
function usedParts(
  tree: Program,
  modules: ReadonlyMap<string, Wrapped>,
): Edit[] {
  const edits: Edit[] = [];
  const objects = [...modules.values()].flatMap(({ path, body: [statement] }) =>
    path.endsWith(".json") && statement?.type === "ExpressionStatement" &&
      statement.expression.type === "AssignmentExpression"
      ? [{ id: statement.expression.left, value: statement.expression.right }]
      : []
  );
  for (const statement of tree.body) {
    if (statement.type !== "VariableDeclaration") continue;
    for (const { id, init } of statement.declarations) {
      if (nameOf(id)?.endsWith("_default") && init) {
        objects.push({ id, value: init });
      }
    }
  }
  for (const { id, value } of objects) {
    const name = nameOf(id);
    if (name === null || value.type !== "ObjectExpression") continue;
    const members = new Set<string>();
    let isWhole = false;
    ancestor(tree, {
      Identifier(node, _state, above) {
        if (node.name !== name || node === id) return;
        const parent = above.at(-2);
        const member = parent?.type === "MemberExpression"
          ? parent as Node & { object: Node; property: Node; computed: boolean }
          : null;
        if (member === null || member.object !== node || member.computed) {
          isWhole = true;
        } else members.add(nameOf(member.property) ?? "");
      },
    });
    if (isWhole) continue;
    for (const [index, property] of value.properties.entries()) {
      if (property.type !== "Property") continue;
      const key = nameOf(property.key) ?? String(
        (property.key as Node & { value?: unknown }).value,
      );
      if (members.has(key)) continue;
      const next = value.properties[index + 1];
      const end = next?.start ?? property.end;
      edits.push({ start: property.start, end, text: "" });
    }
  }
  return edits;
}

/** Returns edits by which functions evaluate the late packages that they mention. */
function evaluateLate(
  program: string,
  { tree, modules }: {
    readonly tree: Program;
    readonly modules: ReadonlyMap<string, Wrapped>;
  },
): { readonly edits: readonly Edit[]; readonly moved: readonly Node[] } {
  const owned = statementsByPath(program, tree);
  const lateInits = new Set<string>();
  const lateNames = new Set<string>();
  const late = [...owned].filter(([path]) => LATE_PACKAGES.test(path));
  for (const statement of late.flatMap(([, statements]) => statements)) {
    for (const name of declaredBy(statement)) {
      if (modules.has(name)) lateInits.add(name);
      else lateNames.add(name);
    }
  }
  const edits: Edit[] = [];
  const moved: Node[] = [];
  const mentions = (node: Node): boolean => {
    let isFound = false;
    full(node, (each) => {
      isFound ||= lateNames.has(nameOf(each) ?? "");
    });
    return isFound;
  };
  for (const [path, own] of owned) {
    if (LATE_PACKAGES.test(path)) continue;
    const bodies = own.flatMap((statement) =>
      declaredBy(statement).flatMap((name) => modules.get(name)?.body ?? [])
    );
    const evaluated = [...bodies, ...own];
    const calls = evaluated.filter((each) =>
      lateInits.has(calledBy(each) ?? "")
    );
    const isNeededAtOnce = [
      ...bodies,
      ...own.filter((each) => !isFunction(each) && !isWrapper(each, modules)),
    ].some(mentions);
    if (calls.length === 0 || isNeededAtOnce) continue;
    moved.push(...calls);
    const text = calls.map((call) => program.slice(call.start, call.end))
      .join("\n");
    for (const statement of own) {
      if (statement.type !== "FunctionDeclaration" || !mentions(statement)) {
        continue;
      }
      const at = statement.body.start + 1;
      edits.push({ start: at, end: at, text: `\n${text}` });
    }
  }
  return { edits, moved };
}

function isFunction(statement: Node): boolean {
  return statement.type === "FunctionDeclaration";
}

function isWrapper(
  statement: Node,
  modules: ReadonlyMap<string, Wrapped>,
): boolean {
  return declaredBy(statement).some((name) => modules.has(name));
}

/** The names of a module that something loads late, filled before it is evaluated. */
interface Namespace {
  readonly statement: Node;
  /** The function that evaluates the module. */
  readonly init: string;
}

/** Returns the namespaces that are used by late loading alone, by their name. */
function namespaces(tree: Program): Map<string, Namespace> {
  const statements = new Map<string, Node>();
  for (const statement of tree.body) {
    if (statement.type !== "ExpressionStatement") continue;
    const { expression } = statement;
    if (
      expression.type !== "CallExpression" ||
      nameOf(expression.callee) !== "__export"
    ) continue;
    const name = nameOf(expression.arguments[0]);
    if (name !== null) statements.set(name, statement);
  }
  const inits = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  full(tree, (node) => {
    const name = nameOf(node);
    if (name !== null && statements.has(name)) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    if (node.type !== "SequenceExpression") return;
    const [call, value, ...others] =
      (node as Node & { expressions: Expression[] }).expressions;
    const loaded = nameOf(value);
    if (loaded === null || !statements.has(loaded) || others.length > 0) return;
    const init = call?.type === "CallExpression" ? nameOf(call.callee) : null;
    const known = inits.get(loaded) ?? new Set();
    inits.set(loaded, known.add(init ?? ""));
    // One that is used so does not count as another use.
    counts.set(loaded, (counts.get(loaded) ?? 0) - 1);
  });
  const found = new Map<string, Namespace>();
  for (const [name, statement] of statements) {
    const [init, ...others] = inits.get(name) ?? [];
    // It is declared and filled.
    const isOnlyLoaded = counts.get(name) === 2 && others.length === 0;
    if (init !== undefined && init !== "" && isOnlyLoaded) {
      found.set(name, { statement, init });
    }
  }
  return found;
}

/** Returns the functions that evaluate nothing: their modules call for such modules alone. */
function emptyModules(
  modules: ReadonlyMap<string, Wrapped>,
  { dropped, kept }: {
    readonly dropped: ReadonlySet<Node>;
    readonly kept: ReadonlySet<string>;
  },
): Set<string> {
  const empty = new Set<string>();
  let size = -1;
  while (empty.size !== size) {
    size = empty.size;
    for (const { init, body } of modules.values()) {
      const isEmpty = body.every((statement) =>
        dropped.has(statement) || empty.has(calledBy(statement) ?? "")
      );
      if (isEmpty && !kept.has(init)) empty.add(init);
    }
  }
  return empty;
}

function callsOf(tree: Program, names: ReadonlySet<string>): Node[] {
  const calls: Node[] = [];
  full(tree, (node) => {
    if (names.has(calledBy(node) ?? "")) calls.push(node);
  });
  return calls;
}

/** Returns edits of `(init(), value)` where there is nothing to evaluate. */
function sequencesWithout(tree: Program, names: ReadonlySet<string>): Edit[] {
  const edits: Edit[] = [];
  full(tree, (node) => {
    if (node.type !== "SequenceExpression") return;
    const [call, value] =
      (node as Node & { expressions: Expression[] }).expressions;
    if (call?.type !== "CallExpression" || value === undefined) return;
    if (!names.has(nameOf(call.callee) ?? "")) return;
    edits.push({ start: call.start, end: value.start, text: "" });
  });
  return edits;
}

function refuseUnknown(program: string, names: readonly string[]): void {
  const mentioned = new Set(program.match(/[\w$]+/g));
  for (const name of names) {
    if (mentioned.has(name)) {
      throw new Error(`"${name}" is mentioned, and there is no such module`);
    }
  }
}
