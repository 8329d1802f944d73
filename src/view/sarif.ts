/** Owns findings as SARIF 2.1.0, which code scanning services read. */

import type {
  JsonObject,
  PlacedFinding,
  Position,
  TextChange,
} from "../model/mod.ts";

/** What is told of a rule. */
export interface SarifRule {
  readonly name: string;
  readonly severity: "error" | "warning";
  readonly description: string;
}

/** What {@linkcode sarifLog} needs beside findings. */
export interface SarifOptions {
  /** Version of ll-loop. */
  readonly version: string;
  /** Every rule that there is; only those that found something are told. */
  readonly rules: readonly SarifRule[];
  /** Folder that paths are relative to, absolute. */
  readonly root: string;
  /** Returns a path relative to `root` where it is below it. */
  displayPath(file: string): string;
  /** Why something could not be checked at all. */
  readonly failures: readonly string[];
}

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
const ROOT_ID = "SRCROOT";

/** Returns one log with one run; columns count UTF-16 units, as everywhere here. */
export function sarifLog(
  findings: readonly PlacedFinding[],
  options: SarifOptions,
): JsonObject {
  const names = [...new Set(findings.map(({ rule }) => rule))].sort();
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [{
      tool: {
        driver: {
          name: "ll-loop",
          semanticVersion: options.version,
          rules: names.map((name) => ruleJson(name, options.rules)),
        },
      },
      columnKind: "utf16CodeUnits",
      originalUriBaseIds: {
        [ROOT_ID]: { uri: `file://${encodePath(options.root)}/` },
      },
      invocations: [{
        executionSuccessful: options.failures.length === 0,
        toolExecutionNotifications: options.failures.map((text) => ({
          level: "error",
          message: { text },
        })),
      }],
      results: findings.map((each) => resultJson(each, { names, options })),
    }],
  };
}

function ruleJson(name: string, rules: readonly SarifRule[]): JsonObject {
  const rule = rules.find((each) => each.name === name);
  return {
    id: name,
    ...(rule === undefined ? {} : {
      shortDescription: { text: rule.description },
      defaultConfiguration: { level: rule.severity },
    }),
  };
}

function resultJson(
  finding: PlacedFinding,
  { names, options }: {
    readonly names: readonly string[];
    readonly options: SarifOptions;
  },
): JsonObject {
  const { rule, severity, message, hint, at, position } = finding;
  const related = [
    ...(finding.others ?? []),
    ...(finding.reached ?? []).map((each) => ({
      ...each,
      message: "Reached through this",
    })),
  ];
  return {
    ruleId: rule,
    ruleIndex: names.indexOf(rule),
    level: severity,
    message: { text: hint === undefined ? message : `${message}\n${hint}` },
    locations: [locationJson(at.file, position, options)],
    ...(related.length === 0 ? {} : {
      relatedLocations: related.map((each, id) => ({
        id,
        message: { text: each.message },
        ...locationJson(each.at.file, each.position, options),
      })),
    }),
    ...(finding.change === undefined
      ? {}
      : { fixes: [fixJson(finding.change, hint ?? message, options)] }),
  };
}

function fixJson(
  { file, position, text }: TextChange,
  description: string,
  options: SarifOptions,
): JsonObject {
  return {
    description: { text: description },
    artifactChanges: [{
      artifactLocation: artifactJson(file, options),
      replacements: [{
        deletedRegion: regionJson(position),
        insertedContent: { text },
      }],
    }],
  };
}

function locationJson(
  file: string,
  position: Position,
  options: SarifOptions,
): JsonObject {
  return {
    physicalLocation: {
      artifactLocation: artifactJson(file, options),
      region: regionJson(position),
    },
  };
}

function artifactJson(file: string, options: SarifOptions): JsonObject {
  const shown = options.displayPath(file);
  // What is not on the disk has a name of its own kind, and what lies elsewhere a whole address.
  return shown.startsWith("/")
    ? { uri: `file://${encodePath(shown)}` }
    : shown === file
    ? { uri: encodeURI(shown) }
    : { uri: encodePath(shown), uriBaseId: ROOT_ID };
}

function regionJson(
  { line, column, endLine, endColumn }: Position,
): JsonObject {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
