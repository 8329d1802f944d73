/** Owns the values of options: what each kind takes, and the one message for everything else. */

import {
  formatSpan,
  LoopError,
  parseDuration,
  unreachable,
} from "../model/mod.ts";
import { quote } from "../view/mod.ts";
import type { OptionSpec, ValueSpec } from "./command_spec.ts";
import { didYouMean } from "./did_you_mean.ts";

/** A checked value. Flags are true; `key-value` is a pair; a duration is in milliseconds. */
export type OptionValue =
  | boolean
  | string
  | number
  | readonly [key: string, value: string];

const INTEGER_REGEXP = /^\+?\d+$/;
const DECIMAL_REGEXP = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Returns what a value must be, to complete "takes …".
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(
 *   describeValue({ kind: "integer", placeholder: "N", min: 1, max: 100 }),
 *   "a whole number from 1 to 100",
 * );
 * ```
 */
export function describeValue(value: ValueSpec): string {
  switch (value.kind) {
    case "flag":
      return "no value";
    case "text":
      return "a text";
    case "optional-text":
      return "a text";
    case "integer":
      return `a whole number from ${value.min} to ${value.max}`;
    case "seconds":
      return `a number of seconds from ${value.min} to ${value.max}`;
    case "amount":
      return `an amount in ${value.unit} from ${value.min} to ${value.max}`;
    case "duration":
      return `a duration such as 30s, 5m or 1h30m, from ${
        formatSpan(value.minMs)
      } to ${formatSpan(value.maxMs)}`;
    case "choice":
      return `one of ${value.choices.join(", ")}`;
    case "key-value":
      return `${value.placeholder} with a key before the =`;
    default:
      return unreachable(value);
  }
}

/**
 * Returns the value of `option` that `raw` stands for; `typed` is how the option was named.
 *
 * @throws {LoopError} `usage` when it stands for none
 */
export function readValue(
  option: OptionSpec,
  raw: string,
  { typed }: { readonly typed: string },
): OptionValue {
  const value = readSpec(option.value, raw);
  if (value !== null) return value;
  if (option.value.kind === "text" && raw.trim() === "") {
    throw new LoopError("usage", `Option "${typed}" must not be empty`);
  }
  const hint = option.value.kind === "choice"
    ? didYouMean(raw, option.value.choices)
    : null;
  throw new LoopError(
    "usage",
    `Option "${typed}" takes ${describeValue(option.value)}, got ${quote(raw)}`,
    hint === null ? {} : { hint },
  );
}

function readSpec(spec: ValueSpec, raw: string): OptionValue | null {
  switch (spec.kind) {
    case "flag":
      return true;
    case "text":
      return raw.trim() === "" && spec.allowsEmpty !== true ? null : raw;
    case "optional-text":
      return raw.trim() === "" ? true : raw;
    case "integer":
      return INTEGER_REGEXP.test(raw) ? within(Number(raw), spec) : null;
    case "seconds":
    case "amount":
      return DECIMAL_REGEXP.test(raw) ? within(Number(raw), spec) : null;
    case "duration": {
      const durationMs = parseDuration(raw);
      return durationMs === null
        ? null
        : within(durationMs, { min: spec.minMs, max: spec.maxMs });
    }
    case "choice":
      return spec.choices.includes(raw) ? raw : null;
    case "key-value": {
      const equals = raw.indexOf("=");
      const key = raw.slice(0, Math.max(0, equals)).trim();
      return key === "" ? null : [key, raw.slice(equals + 1)];
    }
    default:
      return unreachable(spec);
  }
}

function within(
  value: number,
  range: { readonly min: number; readonly max: number },
): number | null {
  return value >= range.min && value <= range.max ? value : null;
}
