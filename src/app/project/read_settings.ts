/**
 * Owns which keys of the configuration files count and what each may be. Our own file is
 * taken at its word; of the reference's only some keys are ours to judge.
 */

import {
  DURABILITIES,
  type Finding,
  HOST_NAMES,
  hostOf,
  nearest,
  type Price,
} from "../../model/mod.ts";
import { HOST_STREAMS } from "../hosts/mod.ts";
import type { Settings } from "./config.ts";

/** Settings of one file, and what is wrong with it. */
export interface ReadSettings {
  readonly settings: Settings;
  readonly findings: readonly Finding[];
}

/** One key: where it stands, what it may be, what it sets. */
interface Rule {
  readonly path: readonly string[];
  /** What is wanted, after "must be". */
  readonly wanted: string;
  /** Sets the value and returns true; false when it is none, or what is wrong within it. */
  readonly apply: (settings: Settings, value: unknown) => boolean | WrongPart;
  /** A wrong value of this key would lead elsewhere, so it stops also in the reference's file. */
  readonly isVital?: boolean;
}

/** Something below a key. */
interface WrongPart {
  readonly below: readonly string[];
  readonly value: unknown;
  readonly wanted: string;
}

type NumberKey = {
  [K in keyof Settings]-?: number extends Settings[K] ? K : never;
}[keyof Settings];

type FlagKey = {
  [K in keyof Settings]-?: boolean extends Settings[K] ? K : never;
}[keyof Settings];

/** A century: more is a slip of the finger, and more than a date can hold. */
const MAX_SECONDS = 100 * 366 * 86_400;
const MAX_COUNT = 1_000_000_000;

// Made where they are used: most projects have no file for them.
const ourRules = (): readonly Rule[] => [
  flagRule(["color"], "color"),
  secondsRule(["queue_timeout"], "queueTimeoutMs"),
  secondsRule(["grace"], "graceMs"),
  {
    path: ["durability"],
    wanted: '"full" or "fast"',
    apply(settings, value) {
      const durability = DURABILITIES.find((each) => each === value);
      if (durability === undefined) return false;
      settings.durability = durability;
      return true;
    },
  },
  countRule(["retention", "runs"], { key: "retentionRuns", min: 0 }),
  countRule(["retention", "days"], { key: "retentionDays", min: 0 }),
  countRule(["max_depth"], { key: "maxDepth", min: 1 }),
  secondsRule(["delay"], "delayMs"),
  hostRule(["host"]),
  {
    path: ["host_command"],
    wanted: "a shell command that reads a prompt from its standard input",
    apply(settings, value) {
      if (typeof value !== "string" || value.trim() === "") return false;
      settings.hostCommand = value;
      return true;
    },
  },
  {
    path: ["host_stream"],
    wanted: HOST_STREAMS.map((name) => `"${name}"`).join(" or "),
    apply(settings, value) {
      const stream = HOST_STREAMS.find((each) => each === value);
      if (stream === undefined) return false;
      settings.hostStream = stream;
      return true;
    },
  },
  flagRule(["safe"], "isSafe"),
  flagRule(["rate_limit_circuit"], "rateLimitCircuit"),
  flagRule(["host_guard"], "hostGuard"),
  {
    path: ["prices"],
    wanted: "a mapping from models to prices",
    apply(settings, value) {
      if (!isMapping(value)) return false;
      const prices: Record<string, Price> = {};
      for (const [model, given] of Object.entries(value)) {
        const price = priceOf(given);
        if ("below" in price) {
          return { ...price, below: [model, ...price.below] };
        }
        prices[model] = price;
      }
      settings.prices = prices;
      return true;
    },
  },
];

const referenceRules = (): readonly Rule[] => [
  {
    path: ["loops", "loops_dir"],
    wanted: "the path of a folder",
    isVital: true,
    apply(settings, value) {
      if (typeof value !== "string" || value === "") return false;
      settings.loopsDir = value;
      return true;
    },
  },
  flagRule(["cli", "color"], "color"),
  secondsRule(["loops", "queue_wait_timeout_seconds"], "queueTimeoutMs"),
  secondsRule(["loops", "run_defaults", "delay"], "delayMs"),
  hostRule(["orchestration", "host_cli"]),
  {
    path: ["loops", "run_defaults", "include"],
    wanted: "text",
    apply(settings, value) {
      if (typeof value !== "string") return false;
      // Empty is the reference's way to say none.
      if (value !== "") settings.include = value;
      return true;
    },
  },
];

/** Returns the keys of the reference's file that count here, dotted. */
export function referenceKeys(): readonly string[] {
  return referenceRules().map(({ path }) => path.join("."));
}

/** Returns the settings in the value of our own file; a key that we do not know is a warning. */
export function readOurSettings(file: string, value: unknown): ReadSettings {
  const read = readSettings(file, value, { rules: ourRules(), isOurs: true });
  return {
    settings: read.settings,
    findings: [...read.findings, ...findUnknownKeys(file, value)],
  };
}

/** Returns the settings in the value of the reference's file; its other keys are not ours to judge. */
export function readReferenceSettings(
  file: string,
  value: unknown,
): ReadSettings {
  return readSettings(file, value, { rules: referenceRules(), isOurs: false });
}

function readSettings(
  file: string,
  value: unknown,
  { rules, isOurs }: {
    readonly rules: readonly Rule[];
    readonly isOurs: boolean;
  },
): ReadSettings {
  const settings: Settings = {};
  const findings = new Map<string, Finding>();
  const report = (path: readonly string[], wrong: Wrong): void => {
    if (findings.has(path.join("."))) return;
    const severity = isOurs || wrong.isVital ? "error" : "warning";
    const what = path.length === 0 ? "The file" : `"${path.join(".")}"`;
    const ignored = severity === "warning" ? "; it is ignored" : "";
    findings.set(path.join("."), {
      rule: "configuration",
      severity,
      message: `${what} is ${
        describe(wrong.value)
      } and must be ${wrong.wanted}${ignored}`,
      at: { file, path },
    });
  };
  for (const rule of rules) {
    const isVital = rule.isVital === true;
    const found = look(value, rule.path);
    if ("wrongAt" in found) {
      report(found.wrongAt, {
        value: found.value,
        wanted: "a mapping",
        isVital,
      });
    } else if (found.value !== undefined && found.value !== null) {
      const end = rule.apply(settings, found.value);
      if (end === true) continue;
      const wrong = end === false
        ? { below: [], value: found.value, wanted: rule.wanted }
        : end;
      report([...rule.path, ...wrong.below], { ...wrong, isVital });
    }
  }
  return { settings, findings: [...findings.values()] };
}

interface Wrong {
  readonly value: unknown;
  readonly wanted: string;
  readonly isVital: boolean;
}

type Found =
  | { readonly value: unknown }
  | { readonly wrongAt: readonly string[]; readonly value: unknown };

function look(root: unknown, path: readonly string[]): Found {
  let value = root;
  for (const [depth, key] of path.entries()) {
    if (value === undefined || value === null) return { value: null };
    if (!isMapping(value)) return { wrongAt: path.slice(0, depth), value };
    value = Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return { value };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !(value instanceof Date);
}

function findUnknownKeys(file: string, root: unknown): Finding[] {
  const findings: Finding[] = [];
  const rules = ourRules();
  const visit = (value: unknown, path: readonly string[]): void => {
    if (!isMapping(value)) return;
    const known = rules
      .filter((rule) => path.every((part, i) => rule.path[i] === part))
      .map((rule) => rule.path[path.length] ?? "");
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const at = [...path, key];
      const [near] = nearest(key, known);
      findings.push({
        rule: "configuration",
        severity: "warning",
        message: `Unknown key "${at.join(".")}"`,
        at: { file, path: at },
        onKey: true,
        hint: near === undefined
          ? `Known keys here: ${[...new Set(known)].join(", ")}`
          : `Did you mean "${near}"?`,
      });
    }
  };
  visit(root, []);
  if (isMapping(root)) visit(root["retention"], ["retention"]);
  return findings;
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a date";
  if (isMapping(value)) return "a mapping";
  const text = String(value);
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}

const BOOLEAN_OF: { readonly [word: string]: boolean } = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

function booleanOf(value: unknown): boolean | undefined {
  const word = typeof value === "string" ? value.toLowerCase() : value;
  if (typeof word === "boolean") return word;
  return typeof word === "string" && Object.hasOwn(BOOLEAN_OF, word)
    ? BOOLEAN_OF[word]
    : undefined;
}

const PRICE_KEYS = ["input", "output", "cache_read", "cache_write"];

function priceOf(value: unknown): Price | WrongPart {
  if (!isMapping(value)) {
    const wanted =
      "a price for a million tokens, such as {input: 3, output: 15}";
    return { below: [], value, wanted };
  }
  for (const key of Object.keys(value)) {
    if (PRICE_KEYS.includes(key)) continue;
    const wanted = "called input, output, cache_read or cache_write";
    return { below: [key], value: value[key], wanted };
  }
  const price = (key: string) => value[key] as number;
  for (const key of PRICE_KEYS) {
    const isNeeded = key === "input" || key === "output";
    if (value[key] === undefined && !isNeeded) continue;
    if (typeof value[key] === "number" && price(key) >= 0) continue;
    const wanted = "US dollars for a million tokens, 0 or more";
    return { below: [key], value: value[key], wanted };
  }
  return {
    input: price("input"),
    output: price("output"),
    ...("cache_read" in value ? { cacheRead: price("cache_read") } : {}),
    ...("cache_write" in value ? { cacheWrite: price("cache_write") } : {}),
  };
}

function hostRule(path: readonly string[]): Rule {
  return {
    path,
    wanted: HOST_NAMES.map((name) => `"${name}"`).join(" or "),
    apply(settings, value) {
      if (typeof value !== "string" || hostOf(value) === null) return false;
      settings.host = value;
      return true;
    },
  };
}

function flagRule(path: readonly string[], key: FlagKey): Rule {
  return {
    path,
    wanted: "true or false",
    apply(settings, value) {
      const flag = booleanOf(value);
      if (flag === undefined) return false;
      settings[key] = flag;
      return true;
    },
  };
}

function secondsRule(path: readonly string[], key: NumberKey): Rule {
  return {
    path,
    wanted: "a number of seconds, 0 or more",
    apply(settings, value) {
      if (typeof value !== "number" || !(value >= 0 && value <= MAX_SECONDS)) {
        return false;
      }
      settings[key] = Math.round(value * 1000);
      return true;
    },
  };
}

function countRule(
  path: readonly string[],
  { key, min }: { readonly key: NumberKey; readonly min: number },
): Rule {
  return {
    path,
    wanted: `a whole number, ${min} or more`,
    apply(settings, value) {
      if (
        typeof value !== "number" || !Number.isInteger(value) ||
        value < min || value > MAX_COUNT
      ) return false;
      settings[key] = value;
      return true;
    },
  };
}
