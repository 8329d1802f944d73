/** The quick yes of loading against the schema that it stands in for: they agree on every value. */

import { assert, assertEquals } from "@std/assert";
import { fits } from "../../../src/load/fits.ts";
import { LOOP_SHAPE } from "../../../src/load/schema.ts";
import { findShapeProblems } from "../../../src/load/shape.ts";
import {
  anything,
  type Keys,
  listOf,
  mapping,
  maybe,
  optional,
  record,
  type Shape,
  union,
} from "../../../src/load/shapes.ts";
import { zodSchema } from "../../../src/load/zod_schema.ts";
import type { Json } from "../../../src/model/mod.ts";

/** Values of each type, and at the ends of ranges. */
const SAMPLES: readonly Json[] = [
  null,
  true,
  false,
  "",
  "x",
  "yes",
  "TRUE",
  "rerun",
  "line-start",
  0,
  1,
  -1,
  1.5,
  100,
  101,
  Number.MAX_SAFE_INTEGER + 2,
  NaN,
  Infinity,
  -Infinity,
  [],
  ["x"],
  [1, null],
  [{}],
  [{ cmd: "a", comment: "b" }],
  [{ cmd: "a", comment: "b", more: 1 }],
  [{ cmd: "a" }],
  {},
  { a: 1 },
  { a: "x" },
  { a: null },
  { a: [] },
  { check: "true" },
  { type: "exit_code" },
  { p: { type: "string" } },
  { p: { type: 1 } },
  { p: {} },
  { constructor: "x", toString: 1 },
];

const TEXT: Shape = { kind: "string" };

/** Returns each place below a shape: how a value there is put into a whole document. */
function placesIn(
  shape: Shape,
  wrap: (value: Json) => Json,
): ((value: Json) => Json)[] {
  switch (shape.kind) {
    case "optional":
      return placesIn(shape.shape, wrap);
    case "union":
      return [
        wrap,
        ...shape.options.flatMap((each) => placesBelow(each, wrap)),
      ];
    default:
      return [wrap, ...placesBelow(shape, wrap)];
  }
}

function placesBelow(
  shape: Shape,
  wrap: (value: Json) => Json,
): ((value: Json) => Json)[] {
  switch (shape.kind) {
    case "list":
      return placesIn(shape.each, (value) => wrap([value]));
    case "record":
      return placesIn(shape.each, (value) => wrap({ name: value }));
    case "mapping": {
      const others = neededIn(shape.keys);
      return Object.entries(shape.keys).flatMap(([key, each]) =>
        placesIn(each, (value) => wrap({ ...others, [key]: value }))
      );
    }
    default:
      return [];
  }
}

/** What a mapping cannot do without: all of it is text. */
function neededIn(keys: Keys): { [key: string]: Json } {
  return Object.fromEntries(
    Object.keys(keys).filter((key) => keys[key]?.kind !== "optional")
      .map((key) => [key, "x"]),
  );
}

Deno.test("every value in every place of a loop file fits where the schema says so, and nowhere else", () => {
  const schema = zodSchema(LOOP_SHAPE);
  const places = placesIn(LOOP_SHAPE, (value) => value);
  let fitting = 0;
  for (const [index, place] of places.entries()) {
    for (const sample of SAMPLES) {
      const document = place(sample);
      const isRight = schema.safeParse(document).success;
      if (isRight) fitting++;
      assertEquals(
        fits(LOOP_SHAPE, document),
        isRight,
        `place ${index}: ${JSON.stringify(document)}`,
      );
    }
  }
  // Both answers were given, each a thousand times.
  assert(places.length > 250, `${places.length} places`);
  assert(fitting > 1000, `${fitting} fit`);
  assert(places.length * SAMPLES.length - fitting > 1000);
});

Deno.test("a value has a shape, or it has not", () => {
  const closed: Shape = { kind: "mapping", keys: {}, isClosed: true };
  const percent: Shape = {
    kind: "whole",
    error: "a whole number",
    range: { min: 1, max: 100, error: "a whole number from 1 to 100" },
  };
  const rows: readonly [Shape, Json | undefined, boolean][] = [
    [anything, undefined, true],
    [anything, { a: [null] }, true],
    [{ kind: "string" }, undefined, false],
    [{ kind: "boolean" }, 0, false],
    [{ kind: "number" }, Infinity, false],
    [percent, 1, true],
    [percent, 100, true],
    [percent, 0, false],
    [percent, 50.5, false],
    [{ kind: "words", words: ["a", 1] }, 1, true],
    [{ kind: "words", words: ["a", 1] }, "1", false],
    [{ kind: "words", words: ["a", 1] }, ["a"], false],
    [optional({ kind: "string" }), null, false],
    [maybe({ kind: "string" }), null, true],
    [listOf({ kind: "string" }, "texts"), { 0: "a" }, false],
    [record({ kind: "string" }, "a mapping"), ["a"], false],
    [record({ kind: "string" }, "a mapping"), { a: "b", c: 1 }, false],
    [mapping({}), { a: 1 }, true],
    [closed, { a: 1 }, false],
    [closed, {}, true],
    // A key that every object has from elsewhere is still missing.
    [mapping(Object.fromEntries([["constructor", TEXT]])), {}, false],
    [union([{ kind: "string" }, { kind: "number" }], "text"), 1, true],
    [union([{ kind: "string" }, { kind: "number" }], "text"), true, false],
  ];
  for (const [shape, value, expected] of rows) {
    assertEquals(fits(shape, value), expected, JSON.stringify([shape, value]));
  }
});

Deno.test("a shape is made into one schema only once", () => {
  const shape = maybe({ kind: "string" });
  const first = zodSchema(shape);
  assert(zodSchema(shape) === first);
});

Deno.test("a whole number beyond its range is told the range alone", () => {
  const say = (value: Json) =>
    findShapeProblems({ config: { handoff_threshold: value } }, () => undefined)
      .map(({ message }) => message);
  assertEquals(say(101), [
    '"handoff_threshold" must be a whole number from 1 to 100, not the number 101',
  ]);
  assertEquals(say(50.5), [
    '"handoff_threshold" must be a whole number, not the number 50.5',
  ]);
  assertEquals(say(50), []);
});
