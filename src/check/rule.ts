/** Owns what a rule is and what it sees: a loaded loop, and a way to report. */

import type {
  DocumentPath,
  Finding,
  JsonObject,
  Loop,
  Severity,
  State,
  StateKind,
} from "../model/mod.ts";
import type { LoadResult } from "../load/mod.ts";
import type { Graph } from "./graph.ts";
import type { Flow } from "./prove/mod.ts";

/** A loop under check. */
export interface LoopView {
  readonly loop: Loop;
  /** The merged document. */
  readonly document: JsonObject;
  readonly result: LoadResult;
  /** Which states name one another as targets; made when first asked for. */
  readonly graph: Graph;
  /** Which states really follow one another; only for a loop without errors of loading. */
  readonly flow: Flow;
}

/** A state under check. */
export interface StateView extends LoopView {
  readonly state: State;
  /** The state's part of the merged document. */
  readonly map: JsonObject;
}

/** What a rule says about a place. */
export type Report = (
  path: DocumentPath,
  problem: Pick<
    Finding,
    | "message"
    | "hint"
    | "onKey"
    | "excerpt"
    | "occurrence"
    | "edit"
    | "related"
    | "isSecret"
  >,
) => void;

/** A shell that a loop may have to run with; rules that are only for it are silent otherwise. */
export type Condition = "old-bash";

/** One check. */
export interface Rule {
  /** Stable kebab-case name. */
  readonly name: string;
  readonly severity: Severity;
  /** One sentence: what it reports. */
  readonly description: string;
  /** A matter of style or of care, or what a run tells itself: `run` leaves it to `validate`. @default {false} */
  readonly isOnTextOnly?: boolean;
  /** A true value of this key, or of one of these, at the top of the file silences the rule. */
  readonly unless?: string | readonly string[];
  /** Runs only where this is asked for. */
  readonly only?: Condition;
  /** Needs every state to be sound: left out after errors of loading. @default {false} */
  readonly needsWholeGraph?: boolean;
  /**
   * How little it takes to be right: `value`, a value by itself; `state`, what a state itself says, and the rest of the
   * loop. It looks at these where a parent or a fragment cannot be had. All others need everything.
   */
  readonly needs?: "value" | "state";
  /** Keys of states that it is about: a state with none of them in the merged document is passed over. */
  readonly stateKeys?: readonly string[];
  /** Kinds of states that it is about: the others are passed over. */
  readonly stateKinds?: readonly StateKind[];
  /** Looks at the loop once; paths are those of the merged document. */
  loop?(view: LoopView, report: Report): void;
  /** Looks at each state; paths are below the state, empty for the state itself. */
  state?(view: StateView, report: Report): void;
}
