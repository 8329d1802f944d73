/**
 * Owns the list of the places of a loop and its states that are interpolated. Everything
 * that looks at references (checks, the look for missing values, needs) asks here.
 */

import type {
  DocumentPath,
  Evaluate,
  Json,
  JsonObject,
  Loop,
  State,
} from "../model/mod.ts";

/** What the text becomes once its references are resolved. */
export type TemplateKind =
  | "action"
  | "binding"
  | "env"
  | "evaluate"
  | "literal"
  | "loop"
  | "message"
  | "param"
  | "progress"
  | "scope"
  | "stdin"
  | "target"
  | "with"
  | "worktree";

/** One text that may hold references. */
export interface TemplateUse {
  /** Below the state, or in the merged document where the loop itself holds it. */
  readonly path: DocumentPath;
  readonly text: string;
  /** `literal` texts were never interpolated by the reference: what is no reference stays there. */
  readonly kind: TemplateKind;
}

const known = new WeakMap<State, readonly TemplateUse[]>();

/**
 * Returns the interpolated texts of a state that hold `${`, in the order in which a run
 * needs them.
 */
export function templatesOf(state: State): readonly TemplateUse[] {
  const before = known.get(state);
  if (before !== undefined) return before;
  const uses = findTemplates(state);
  known.set(state, uses);
  return uses;
}

/** Returns the interpolated texts of the loop itself that hold `${`: its scope, the files of its circuit, its variables. */
export function loopTemplatesOf(loop: Loop): readonly TemplateUse[] {
  const uses = (
    kind: TemplateKind,
    path: DocumentPath,
    texts: readonly string[],
  ): TemplateUse[] =>
    texts.flatMap((text, index) =>
      text.includes("${") ? [{ kind, path: [...path, index], text }] : []
    );
  return [
    ...uses("scope", ["scope"], loop.scope),
    ...uses(
      "progress",
      ["circuit", "repeated_failure", "progress_paths"],
      loop.circuit?.progressPaths ?? [],
    ),
    ...Object.entries(loop.env ?? {}).flatMap(([name, text]): TemplateUse[] =>
      text.includes("${") ? [{ kind: "env", path: ["env", name], text }] : []
    ),
  ];
}

function findTemplates(state: State): TemplateUse[] {
  const uses: TemplateUse[] = [];
  const add = (
    kind: TemplateKind,
    path: DocumentPath,
    value: Json | undefined,
  ): void => {
    if (typeof value === "string") {
      if (value.includes("${")) uses.push({ kind, path, text: value });
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        add(kind, [...path, index], item as Json);
      }
    } else if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value as JsonObject)) {
        add(kind, [...path, key], item);
      }
    }
  };
  add("binding", ["with"], state.bindings);
  add("loop", ["loop"], state.loop);
  add("worktree", ["worktree"], state.worktree);
  if (state.kind === "loop") add("with", ["with"], state.with);
  else {
    add("action", ["action"], state.action);
    if (state.onResume.policy === "check") {
      add("action", ["on_resume", "check"], state.onResume.command);
    }
    add("stdin", ["stdin"], state.stdin);
    add("env", ["env"], state.env);
    if (state.kind === "mcp") add("param", ["params"], state.params);
  }
  add("message", ["append_to_messages"], state.appendToMessages);
  if (state.evaluate !== null) addEvaluate(state.evaluate, add);
  add("target", ["next"], state.next);
  for (const [verdict, target] of Object.entries(state.on)) {
    add("target", [`on_${verdict}`], target);
  }
  add("target", ["route"], state.route ?? {});
  return uses;
}

function addEvaluate(
  evaluate: Evaluate,
  add: (kind: TemplateKind, path: DocumentPath, value: Json) => void,
): void {
  const at = (key: string) => ["evaluate", key];
  add("evaluate", at("source"), evaluate.source);
  add("evaluate", at("prompt"), evaluate.prompt);
  add("evaluate", at("previous"), evaluate.previous);
  add("evaluate", at("tolerance"), evaluate.tolerance);
  add("evaluate", at("history_file"), evaluate.historyFile);
  add("literal", at("pattern"), evaluate.pattern);
  const isLiteral = evaluate.type === "output_json";
  add(isLiteral ? "literal" : "evaluate", at("target"), evaluate.target);
}
