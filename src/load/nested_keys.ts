/** Owns which keys there are below those of a loop and of a state: read out of the one schema. */

import type * as z from "zod/mini";
import { LOOP_SCHEMA } from "./schema.ts";

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
  const loop = shapeOf(LOOP_SCHEMA);
  const states = entriesOf(loop?.["states"]);
  made = {
    loop: belowOf(loop ?? {}),
    state: belowOf(shapeOf(states) ?? {}),
  };
  return made;
}

type Schema = z.ZodMiniType | undefined;
type Shape = Readonly<Record<string, z.ZodMiniType>>;

function belowOf(shape: Shape): ReadonlyMap<string, NestedKeys> {
  const below = new Map<string, NestedKeys>();
  for (const [key, schema] of Object.entries(shape)) {
    if (OTHERS.includes(key)) continue;
    const direct = shapeOf(schema);
    const inner = direct ?? shapeOf(entriesOf(schema));
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
function shapeOf(schema: Schema): Shape | null {
  const def = bare(schema);
  if (def?.type === "union") {
    return (def.options ?? []).map(shapeOf).find((each) => each !== null) ??
      null;
  }
  // What refuses other keys has said so already.
  return def?.type === "object" && def.catchall?._zod.def.type !== "never"
    ? def.shape ?? null
    : null;
}

/** Returns the schema of each entry of a list or of a mapping with names of its own. */
function entriesOf(schema: Schema): Schema {
  const def = bare(schema);
  return def?.type === "array"
    ? def.element
    : def?.type === "record"
    ? def.valueType
    : undefined;
}

/** What of the definition of a schema is looked at. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodMiniType;
  readonly options?: readonly z.ZodMiniType[];
  readonly shape?: Shape;
  readonly element?: z.ZodMiniType;
  readonly valueType?: z.ZodMiniType;
  readonly catchall?: z.ZodMiniType;
}

/** Returns the definition of what is there when something is. */
function bare(schema: Schema): Definition | null {
  let def = schema?._zod.def as Definition | undefined;
  while (def?.type === "optional" || def?.type === "nullable") {
    def = def.innerType?._zod.def as Definition | undefined;
  }
  return def ?? null;
}
