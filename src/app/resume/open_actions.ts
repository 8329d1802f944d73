/** Owns the actions that may have run when their run was cut off, and what its states say about that. */

import { unanswered } from "../../engine/mod.ts";
import {
  type ActionEffect,
  type Definitions,
  type OnResume,
  own,
  type Snapshot,
} from "../../model/mod.ts";

/** An action that was asked for and not seen to end. */
export interface OpenAction {
  readonly effect: ActionEffect;
  readonly policy: OnResume;
  /** Whether the state says where to go on an error. */
  readonly hasErrorRoute: boolean;
}

/** Returns the open actions of a snapshot; the others of its effects are simply asked for again. */
export function openActions(
  definitions: Definitions,
  snapshot: Snapshot,
): readonly OpenAction[] {
  return unanswered(snapshot).flatMap((effect): OpenAction[] => {
    if (effect.kind !== "action") return [];
    const id = snapshot.frames[effect.frame]?.loop ?? "";
    const loop = (snapshot.definitions ?? definitions).loops[id] ??
      snapshot.loops[id];
    const state = own(loop?.states ?? {}, effect.state);
    if (state === undefined) return [];
    return [{
      effect,
      policy: state.onResume,
      hasErrorRoute: own(state.on, "error") !== undefined,
    }];
  });
}
