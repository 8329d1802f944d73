/**
 * Owns which modules of the bundle are functions of their own. Each costs a start that evaluates
 * it a compilation, and every start a place in what the runtime keeps. Here nobody calls for a
 * module whose evaluation has begun by then, and one that is called for at a single place stands
 * there itself. What is evaluated, and in which order, stays as it was; where a module throws,
 * those that others count on it to evaluate are not evaluated later.
 */

import { type AnyNode, type Node, parse, type Program } from "acorn";
import { base, full } from "acorn-walk";
import { type AnyStatement, calledBy, nameOf } from "./bundled_modules.ts";
import { type Edit, edited } from "./edited.ts";
import {
  type Callers,
  reached,
  type Step,
  type Unit,
  withoutRepeats,
} from "./evaluations.ts";

/** How the bundler prints that a module is loaded late. */
const LOADED_REGEXP =
  /\bPromise\.resolve\(\)\.then\(\(\) => \(([\w$]+)\(\), [\w$]+\)\)/g;

/**
 * Returns the program with fewer functions that evaluate a module, and does the same.
 *
 * @param program as `lightenModules` returns it
 * @throws {SyntaxError} when the program is no module
 */
export function mergeModules(program: string): string {
  const tree = parse(program, { ecmaVersion: "latest", sourceType: "module" });
  const first = unitsOf(program, tree);
  const callers = callersOf(program, { tree, units: first });
  let units = first;
  for (let size = -1; size !== sizeOf(units);) {
    size = sizeOf(units);
    units = merged(withoutRepeats(reached(units, callers), callers), callers);
  }
  const left = new Map(units.map((unit) => [unit.node, unit]));
  const edits = first.flatMap((unit): Edit[] => {
    const now = left.get(unit.node);
    if (now?.steps === unit.steps) return [];
    const { start, end } = unit.node;
    return [{ start, end, text: now === undefined ? "" : textOf(now) }];
  });
  return edited(program, edits);
}

function sizeOf(units: readonly Unit[]): number {
  return units.reduce((sum, { steps }) => sum + 1 + steps.length, 0);
}

function textOf({ init, steps }: Unit): string {
  const text = steps.map((step) => step.text).join("\n");
  return init === null
    ? text
    : `var ${init} = () => {\n${init} = __evaluated;\n${text}\n};`;
}

function unitsOf(program: string, tree: Program): Unit[] {
  const read = tree.body.flatMap((node) => moduleIn(node) ?? []);
  const inits = new Set(read.map(({ init }) => init));
  const stepOf = (node: Node): Step => {
    const text = program.slice(node.start, node.end);
    const called = calledBy(node);
    return {
      text: text.endsWith(";") ? text : `${text};`,
      init: called !== null && inits.has(called) ? called : null,
    };
  };
  const calls = tree.body.map((node): Unit => ({
    init: null,
    node,
    steps: [stepOf(node)],
  })).filter(({ steps: [call] }) => call?.init !== null);
  const modules = read.map(({ init, node, body }): Unit => ({
    init,
    node,
    steps: body.map(stepOf),
  }));
  return [...calls, ...modules];
}

/** Returns the module that a statement declares, if nothing in it has to stay inside of a function. */
function moduleIn(statement: Node): {
  readonly init: string;
  readonly node: Node;
  readonly body: readonly AnyStatement[];
} | null {
  const node = statement as AnyNode;
  if (node.type !== "VariableDeclaration") return null;
  const [declared, ...others] = node.declarations;
  const value = declared?.init;
  if (
    declared?.id.type !== "Identifier" || others.length > 0 ||
    value?.type !== "ArrowFunctionExpression" || value.async ||
    value.params.length > 0 || value.body.type !== "BlockStatement"
  ) return null;
  const { name } = declared.id;
  const [first, ...body] = value.body.body;
  const isModule = first?.type === "ExpressionStatement" &&
    first.expression.type === "AssignmentExpression" &&
    nameOf(first.expression.left) === name &&
    nameOf(first.expression.right) === "__evaluated" &&
    body.every(({ type }) => type === "ExpressionStatement");
  return isModule ? { init: name, node, body } : null;
}

function callersOf(
  program: string,
  { tree, units }: { readonly tree: Program; readonly units: readonly Unit[] },
): Callers {
  const loads = [...program.matchAll(LOADED_REGEXP)].map(([, name]) => name);
  const calls = units.flatMap(({ steps }) => steps.map(({ init }) => init));
  const explained = Map.groupBy([...loads, ...calls], (name) => name);
  // What is no name, as a word in a text, counts as one that is not understood.
  const words = Map.groupBy(program.match(/[\w$]+/g) ?? [], (name) => name);
  const mentioned = units.flatMap(({ init }) => {
    if (init === null) return [];
    const declaredAndSet = 2;
    const known = declaredAndSet + (explained.get(init)?.length ?? 0);
    return words.get(init)?.length === known ? [] : [init];
  });
  return {
    loaded: new Set(loads.filter((name) => name !== undefined)),
    mentioned: new Set(mentioned),
    waitsAt: tree.body.find(mayWait)?.start ?? Infinity,
  };
}

/** Returns whether a statement may wait before it ends: functions inside of it do not count. */
function mayWait(statement: Node): boolean {
  let waits = false;
  full(statement, (each) => {
    const node = each as AnyNode;
    waits ||= node.type === "AwaitExpression" ||
      (node.type === "ForOfStatement" && node.await);
  }, { ...base, Function: () => {} });
  return waits;
}

/** Returns the units with each module that has one caller in its place, and without empty ones. */
function merged(units: readonly Unit[], callers: Callers): Unit[] {
  const counts = new Map<string, number>();
  for (const { steps } of units) {
    for (const { init } of steps) {
      if (init !== null) counts.set(init, (counts.get(init) ?? 0) + 1);
    }
  }
  const movable = new Map(
    units.flatMap(({ init, steps }) =>
      init !== null && !callers.loaded.has(init) &&
        !callers.mentioned.has(init) &&
        (counts.get(init) === 1 || steps.length === 0)
        ? [[init, steps]]
        : []
    ),
  );
  const placed = (steps: readonly Step[]): readonly Step[] =>
    steps.some(({ init }) => movable.has(init ?? ""))
      ? steps.flatMap((step) => {
        const own = movable.get(step.init ?? "");
        return own === undefined ? [step] : placed(own);
      })
      : steps;
  return units.filter(({ init }) => init === null || !movable.has(init))
    .map((unit) => {
      const steps = placed(unit.steps);
      return steps === unit.steps ? unit : { ...unit, steps };
    });
}
