// deno-lint-ignore-file camelcase -- templates reach these fields by the reference's names
/** Owns making up what earlier states would have left behind. */

import {
  type Begin,
  type Captured,
  isJsonObject,
  type Json,
  type Previous,
} from "../../model/mod.ts";
import { cleanText } from "../run/mod.ts";
import type { StateTestRequest } from "./request.ts";

/** Fields of an action that passed and printed nothing. */
const PASSED: Captured = {
  output: "",
  stderr: "",
  exit_code: 0,
  duration_ms: 0,
  failure_type: "",
  timeout_kind: null,
  verdict: "yes",
};

/**
 * Returns the beginning at `state` with the captures and the previous result that were given:
 * those of actions that passed, unless a field says otherwise.
 */
export function beginAt(
  state: string,
  given: Pick<StateTestRequest, "captured" | "prev">,
): Begin {
  let captured: { readonly [name: string]: Captured } = {};
  for (const [path, value] of given.captured) {
    const [name = "", ...fields] = path.split(".");
    const record = Object.hasOwn(captured, name)
      ? captured[name] ?? PASSED
      : PASSED;
    captured = {
      ...captured,
      [name]: withField(record, {
        fields: fields.length === 0 ? ["output"] : fields,
        value: cleanText(value),
      }),
    };
  }
  return { state, captured, prev: previous(given.prev) };
}

function previous(output: string | null): Previous | null {
  return output === null ? null : {
    output: cleanText(output),
    stderr: "",
    exit_code: 0,
    state: "",
    timeout_kind: null,
  };
}

function withField(
  record: Captured,
  options: { readonly fields: readonly string[]; readonly value: string },
): Captured {
  const [field = "", ...rest] = options.fields;
  const inner: Json | undefined = Object.hasOwn(record, field)
    ? record[field]
    : undefined;
  return {
    ...record,
    [field]: rest.length === 0 ? options.value : withField(
      isJsonObject(inner) ? inner : {},
      { ...options, fields: rest },
    ),
  };
}
