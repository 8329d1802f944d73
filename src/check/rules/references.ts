/** Owns the rules on references: malformed ones, unknown namespaces, captures that may be missing. */

import {
  type Finding,
  isNamespace,
  type Loop,
  MODIFIERS,
  NAMESPACES,
  nearest,
  nearestOf,
  parseTemplate,
  type ReferencePart,
  type State,
  type StateKind,
  unknownModifier,
} from "../../model/mod.ts";
import { quote, quoteAll, readFlag, suggest } from "../../load/mod.ts";
import type { DocumentPath } from "../../model/mod.ts";
import type { Report, Rule, StateView } from "../rule.ts";
import { capturesOf } from "../captures_of.ts";
import { BASH_DEFAULT_REGEXP } from "./bash_default.ts";
import { declaredContextKeys } from "../context_keys.ts";
import {
  loopTemplatesOf,
  templatesOf,
  type TemplateUse,
} from "../templates_of.ts";

const SHELL_REGEXP = /^[A-Za-z_0-9#!@*?][^.]*$|[:#%/^,@*[\]-]/;
/** Parts of a sub-loop's capture that can be read. */
const LOOP_CAPTURE_FIELDS = ["output", "exit_code", "verdict"];

/** What the namespaces with fixed names hold. */
const FIELDS: { readonly [namespace: string]: readonly string[] } = {
  loop: ["name", "started_at", "elapsed_ms", "elapsed"],
  prev: ["output", "stderr", "exit_code", "state", "timeout_kind"],
  result: ["verdict", "details"],
  state: ["name", "iteration"],
};

/** Parts of an action's capture that can be read. */
const ACTION_CAPTURE_FIELDS = [
  "output",
  "stderr",
  "exit_code",
  "verdict",
  "duration_ms",
  "failure_type",
  "timeout_kind",
];
/** States whose capture is that of an action. */
const ACTING_KINDS: readonly StateKind[] = ["shell", "prompt", "mcp"];

/** A `${captured.NAME…}` that must resolve. */
interface CaptureRead {
  readonly name: string;
  readonly rest: string;
  readonly source: string;
  readonly path: DocumentPath;
}

/** Rules on references. */
export const referenceRules: readonly Rule[] = [
  {
    name: "malformed-reference",
    severity: "warning",
    description: "A ${…} that is no reference",
    loop: ({ loop }, report) => reportMalformed(watchedOf(loop), report),
    state: (view, report) => reportMalformed(watchedIn(view), report),
  },
  {
    name: "unknown-namespace",
    severity: "warning",
    description: "A reference into a namespace that does not exist",
    loop: ({ loop }, report) => reportUnknown(watchedOf(loop), report),
    state: (view, report) => reportUnknown(watchedIn(view), report),
  },
  {
    name: "unknown-modifier",
    severity: "warning",
    description: "A word after the colon of a reference that is no modifier",
    state(view, report) {
      const { loop } = view;
      const seen = new Set<string>();
      for (const { path, text, kind } of watchedIn(view)) {
        if (kind === "literal") continue;
        for (const part of referencesIn(text)) {
          const modifier = unknownModifier(part.path);
          if (
            modifier === null || !isNamespace(part.namespace) ||
            seen.has(part.source) ||
            Object.hasOwn(loop.context, part.path.split(".", 1)[0] ?? "")
          ) continue;
          seen.add(part.source);
          const [key] = part.namespace === "context"
            ? nearest(modifier.path, declaredContextKeys(loop), 1)
            : [];
          const meant = `\${${part.namespace}.${key ?? modifier.path}${
            modifier.near ?? ""
          }}`;
          report(path, {
            message: `${quote(part.source)} has the unknown modifier ${
              quote(modifier.text)
            }: expected one of ${quoteAll(MODIFIERS)}`,
            ...(modifier.near === null ? {} : {
              hint: `Did you mean ${meant}?`,
              edit: { kind: "replace", text: meant },
            }),
            excerpt: part.source,
          });
        }
      }
    },
  },
  {
    name: "unknown-field",
    severity: "warning",
    description:
      "A field of the run, of a state, a capture or a result that does not exist",
    state({ loop, state }, report) {
      const seen = new Set<string>();
      for (const { path, text, kind } of templatesOf(state)) {
        if (kind === "literal") continue;
        for (const part of referencesIn(text)) {
          if (part.fallback !== null || seen.has(part.source)) continue;
          const lack = lackedField(part, loop);
          if (lack === null || unknownModifier(part.path) !== null) continue;
          seen.add(part.source);
          report(path, {
            message: `${quote(part.source)}: ${lack.owner} has only ${
              quoteAll(lack.fields)
            }`,
            ...suggestField(part, lack.name, lack.fields),
            excerpt: part.source,
          });
        }
      }
    },
  },
  {
    name: "unresolved-scope",
    severity: "warning",
    description: "A ${…} in the scope that is no value of the context",
    loop({ loop }, report) {
      for (const { path, text, kind } of loopTemplatesOf(loop)) {
        if (kind !== "scope") continue;
        for (const part of parseTemplate(text)) {
          if (
            part.kind === "text" ||
            (part.kind === "reference" && part.namespace === "context")
          ) continue;
          report(path, {
            message: `${quote(part.source)} stays as it is written: ` +
              "in a scope only references to the context are replaced",
            excerpt: part.source,
          });
        }
      }
    },
  },
  {
    name: "unbound-parameter",
    severity: "warning",
    description: "A reference to a fragment parameter that has no value",
    state({ state }, report) {
      const seen = new Set<string>();
      for (const { path, text } of templatesOf(state)) {
        for (const part of referencesIn(text)) {
          if (part.namespace !== "param" || part.fallback !== null) continue;
          const [name = ""] = part.path.split(".", 1);
          if (seen.has(name) || hasParameter(state, name)) continue;
          seen.add(name);
          report(path, {
            message: `${quote(part.source)} has no value: nothing is bound to ${
              quote(name)
            }`,
            hint: bindingHint(state, name),
            excerpt: part.source,
          });
        }
      }
    },
  },
  {
    name: "never-captured",
    severity: "error",
    description: "A reference to a capture that no state makes",
    unless: "capture_reachability_ok",
    needsWholeGraph: true,
    state(view, report) {
      const captures = capturesOf(view.loop);
      if (captures.hasLoops) return;
      for (const read of readsOf(view)) {
        if (captures.byName.has(read.name)) continue;
        const names = [...captures.byName.keys()];
        const [near] = nearest(read.name, names, 1);
        report(read.path, {
          message: `${
            quote(read.source)
          } is never captured: no state has "capture: ${read.name}"`,
          excerpt: read.source,
          ...(near === undefined
            ? {}
            : { hint: `Did you mean ${quote(near)}?` }),
        });
      }
    },
  },
  {
    name: "bad-capture-field",
    severity: "error",
    description: "A part of a sub-loop's capture that it does not have",
    unless: "capture_reachability_ok",
    needsWholeGraph: true,
    state(view, report) {
      const { byName } = capturesOf(view.loop);
      for (const { name, rest, source, path } of readsOf(view)) {
        if (Object.hasOwn(view.loop.states, name)) continue;
        const isOfLoop = (byName.get(name) ?? []).some((state) =>
          view.loop.states[state]?.kind === "loop"
        );
        if (!isOfLoop || rest === "" || LOOP_CAPTURE_FIELDS.includes(rest)) {
          continue;
        }
        report(path, {
          message: `${quote(source)}: the capture of a sub-loop has only ${
            quoteAll(LOOP_CAPTURE_FIELDS)
          }`,
          ...suggestField({ source }, rest, LOOP_CAPTURE_FIELDS),
          excerpt: source,
        });
      }
    },
  },
  {
    name: "capture-may-be-missing",
    severity: "warning",
    description: "A capture that some way to its reader does not make",
    unless: "capture_reachability_ok",
    needsWholeGraph: true,
    state(view, report) {
      const { byName, hasLoops } = capturesOf(view.loop);
      const { graph, loop, state } = view;
      for (const { name, source, path } of readsOf(view)) {
        const isLoopState = Object.hasOwn(loop.states, name) &&
          loop.states[name]?.kind === "loop";
        const makers = isLoopState ? [name] : byName.get(name) ?? [];
        if (makers.length === 0) {
          if (!hasLoops) continue;
          report(path, {
            message: `${quote(source)} is captured by no state of this loop`,
            hint: "Capture it here, or read it through the sub-loop's state",
            excerpt: source,
          });
          continue;
        }
        // What a state captures itself is there once its action has run.
        const isBefore = path[0] === "action" || path[0] === "stdin";
        const gates = isBefore
          ? makers.filter((maker) => maker !== state.name)
          : makers;
        if (gates.length > 0 && graph.isGuarded(state.name, gates)) continue;
        const isNever = !makers.some((maker) =>
          graph.leadsTo(maker, state.name)
        );
        const way = graph.wayAround(state.name, gates);
        // A state that nothing leads to is told as that.
        if (gates.length === 0 && way === null) continue;
        report(path, {
          message: gates.length === 0
            ? `${quote(source)} is missing when state ${
              quote(state.name)
            } is entered first: it captures it itself, afterwards`
            : isNever
            ? `${quote(source)} is read before it is captured: no way leads ` +
              `from ${quoteAll(makers)} to here`
            : `${quote(source)} may be missing: ${
              quoteAll(gates)
            } can be bypassed${way === null ? "" : ` by ${way.join(" → ")}`}`,
          hint: `Give a fallback: \${captured.${name}…:default=…}`,
          excerpt: source,
        });
      }
    },
  },
];

/** What only the shell can have been meant to read is escaped, where the shell reads it. */
function forShell(
  source: string,
  kind: TemplateUse["kind"],
): Pick<Finding, "hint" | "edit"> {
  return {
    hint: `Did you mean "$${source}", for the shell?`,
    ...(kind === "action"
      ? { edit: { kind: "replace", text: `$${source}` } }
      : {}),
  };
}

/** A field that is there, in the place of one that is not. */
function suggestField(
  { source }: Pick<ReferencePart, "source">,
  name: string,
  fields: readonly string[],
): Pick<Finding, "hint" | "edit"> {
  const { hint, edit } = suggest(name, fields, { max: 1 });
  const { only: meant } = nearestOf(name, fields);
  return {
    ...(hint === undefined ? {} : { hint }),
    ...(edit === undefined || meant === null ? {} : {
      edit: {
        kind: "replace",
        text: source.replace(`.${name}`, `.${meant}`),
      },
    }),
  };
}

/** The field that a reference names in vain, and those that there are. */
function lackedField(
  { namespace, path }: ReferencePart,
  loop: Loop,
): {
  readonly name: string;
  readonly owner: string;
  readonly fields: readonly string[];
} | null {
  const [name = "", field = ""] = path.split(".", 2);
  if (namespace === "captured") {
    const makers = capturesOf(loop).byName.get(name) ?? [];
    // A state that runs a loop may leave captures of that loop: rules of their own see to it.
    const isOfAction = makers.length > 0 && makers.every((maker) => {
      const kind = loop.states[maker]?.kind;
      return kind !== undefined && ACTING_KINDS.includes(kind);
    });
    return !isOfAction || field === "" || ACTION_CAPTURE_FIELDS.includes(field)
      ? null
      : { name: field, owner: "a capture", fields: ACTION_CAPTURE_FIELDS };
  }
  const fields = Object.hasOwn(FIELDS, namespace)
    ? FIELDS[namespace]
    : undefined;
  return fields === undefined || name === "" || fields.includes(name)
    ? null
    : { name, owner: quote(namespace), fields };
}

function bindingHint(state: State, name: string): string {
  const given = { ...state.bindings, ...state.bindingParameters };
  const [near] = nearest(name, Object.keys(given), 1);
  return near === undefined
    ? `Add below "with": ${name}: …`
    : `Did you mean ${quote(near)}? Else add below "with": ${name}: …`;
}

/** The texts of the loop itself that are resolved like those of its states. */
function watchedOf(loop: Loop): TemplateUse[] {
  return loopTemplatesOf(loop).filter(({ kind }) => kind === "progress");
}

/** The texts of a state, without the defaults as the shell writes them that have a rule of their own. */
function watchedIn({ state, document }: StateView): readonly TemplateUse[] {
  const uses = templatesOf(state);
  if (readFlag(document, "bash_default_ok")) return uses;
  return uses.map((use) =>
    use.path[0] === "action" && use.text.includes(":-")
      ? { ...use, text: use.text.replaceAll(BASH_DEFAULT_REGEXP, "") }
      : use
  );
}

function reportMalformed(uses: readonly TemplateUse[], report: Report): void {
  const seen = new Set<string>();
  for (const { path, text, kind } of uses) {
    if (kind === "literal") continue;
    for (const part of parseTemplate(text)) {
      if (part.kind !== "malformed" || seen.has(part.source)) continue;
      seen.add(part.source);
      const inner = part.source.slice(2, -1);
      report(path, {
        message: `${quote(part.source)} is not a reference: ${part.reason}`,
        ...(isNamespace(inner)
          ? { hint: `Name what you want of it: \${${inner}.NAME}` }
          : forShell(part.source, kind)),
        excerpt: part.source,
      });
    }
  }
}

function reportUnknown(uses: readonly TemplateUse[], report: Report): void {
  const seen = new Set<string>();
  for (const { path, text, kind } of uses) {
    if (kind === "literal") continue;
    for (const part of referencesIn(text)) {
      const isKnown = isNamespace(part.namespace);
      if (isKnown || part.fallback !== null || seen.has(part.source)) continue;
      seen.add(part.source);
      const [near] = nearest(part.namespace, NAMESPACES, 1);
      report(path, {
        message: `${quote(part.source)} names the unknown namespace ${
          quote(part.namespace)
        }: expected one of ${quoteAll(NAMESPACES)}`,
        ...(near !== undefined
          ? {
            hint: `Did you mean \${${near}.${part.path.trim()}}?`,
            edit: {
              kind: "replace",
              text: part.source.replace(part.namespace, near),
            },
          }
          : SHELL_REGEXP.test(part.namespace)
          ? forShell(part.source, kind)
          : { hint: "Put what you want to read before the first dot" }),
        excerpt: part.source,
      });
    }
  }
}

/** Whether a parameter has a value, or its lack is an error of its own. */
function hasParameter(state: State, name: string): boolean {
  const parameter = Object.hasOwn(state.bindingParameters, name)
    ? state.bindingParameters[name]
    : undefined;
  return Object.hasOwn(state.bindings, name) ||
    (parameter !== undefined &&
      (parameter.required || parameter.default !== null));
}

function referencesIn(text: string): readonly ReferencePart[] {
  return parseTemplate(text).filter((part) => part.kind === "reference");
}

/** The captures that the action, its input and the evaluator's source of a state cannot do without. */
function readsOf({ state }: StateView): CaptureRead[] {
  if (state.kind === "loop") return [];
  const reads = new Map<string, CaptureRead>();
  for (const { path, text } of templatesOf(state)) {
    const isScanned = path[0] === "action" || path[0] === "stdin" ||
      (path[0] === "evaluate" && path[1] === "source");
    if (!isScanned) continue;
    for (const part of referencesIn(text)) {
      if (part.namespace !== "captured" || part.fallback !== null) continue;
      const [name = "", ...rest] = part.path.split(".");
      if (!reads.has(part.path)) {
        reads.set(part.path, {
          name,
          rest: rest.join("."),
          source: part.source,
          path,
        });
      }
    }
  }
  return [...reads.values()];
}
