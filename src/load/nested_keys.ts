/** Owns which keys there are below those of a loop and of a state: read out of the one schema. */

import { LOOP_SHAPE } from "./schema.ts";
import type { Keys, Shape } from "./shapes.ts";

/** The keys of one mapping of settings. */
export interface NestedKeys {
  readonly keys: readonly string[];
  /** Whether it is each entry of a list or a mapping that has these keys. */
  readonly each: boolean;
  /** What is below them. */
  readonly below: ReadonlyMap<string, NestedKeys>;
}

/** What is below the keys of a loop and of a state. */
export interface AllNestedKeys {
  readonly loop: ReadonlyMap<string, NestedKeys>;
  readonly state: ReadonlyMap<string, NestedKeys>;
}

/** Mappings that have rules of their own. */
const OTHERS = ["states", "evaluate", "fragment_parameters"];

let made: AllNestedKeys | null = null;

/** Returns what is below the keys of a loop and of a state. */
export function nestedKeys(): AllNestedKeys {
  if (made !== null) return made;
  const loop = keysOf(LOOP_SHAPE);
  const states = entriesOf(loop?.["states"]);
  made = {
    loop: belowOf(loop ?? {}),
    state: belowOf(keysOf(states) ?? {}),
  };
  return made;
}

function belowOf(keys: Keys): ReadonlyMap<string, NestedKeys> {
  const below = new Map<string, NestedKeys>();
  for (const [key, shape] of Object.entries(keys)) {
    if (OTHERS.includes(key)) continue;
    const direct = keysOf(shape);
    const inner = direct ?? keysOf(entriesOf(shape));
    if (inner === null) continue;
    below.set(key, {
      keys: Object.keys(inner),
      each: direct === null,
      below: belowOf(inner),
    });
  }
  return below;
}

/** Returns the keys of a mapping that lets other ones pass; `null` for everything else. */
function keysOf(shape: Shape | undefined): Keys | null {
  const there = bare(shape);
  if (there?.kind === "union") {
    return there.options.map(keysOf).find((each) => each !== null) ?? null;
  }
  // What refuses other keys has said so already.
  return there?.kind === "mapping" && !there.isClosed ? there.keys : null;
}

/** Returns the shape of each entry of a list or of a mapping with names of its own. */
function entriesOf(shape: Shape | undefined): Shape | undefined {
  const there = bare(shape);
  return there?.kind === "list" || there?.kind === "record"
    ? there.each
    : undefined;
}

/** Returns the shape of what is there when something is. */
function bare(shape: Shape | undefined): Shape | undefined {
  return shape?.kind === "optional" ? bare(shape.shape) : shape;
}
