/**
 * Measures the program against its budgets, each as a ratio or difference to a floor taken in
 * the same run. Usage: `run.ts [--only NAME]… [--rounds N] [--program PATH] [--json]`.
 * Never fails because of a time.
 */

import { parseArgs } from "@std/cli";
import { writeBundle } from "../tools/bundle.ts";
import type { Argv } from "./measure.ts";
import { type Bench, MEASUREMENTS, type Row } from "./measurements.ts";

const ROUNDS = 15;

function isWithin({ value, budget }: Row): boolean | null {
  return budget === null ? null : value <= budget;
}

function formatNumber(value: number): string {
  return value.toFixed(value < 10 && !Number.isInteger(value) ? 2 : 0);
}

/** Returns the rows as a table for people. */
function formatRows(rows: readonly Row[]): string {
  const cells = rows.map((row) => {
    const verdict = isWithin(row);
    return [
      row.what,
      `${formatNumber(row.value)} ${row.unit}`,
      row.budget === null ? "" : `≤ ${row.budget}`,
      verdict === null ? "" : verdict ? "pass" : "over",
      row.detail,
    ];
  });
  const head = ["What", "Measured", "Budget", "", "Numbers behind it"];
  const widths = head.map((title, i) =>
    Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0))
  );
  return [head, ...cells].map((row) =>
    row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ").trimEnd()
  ).join("\n");
}

function print(text: string): void {
  // deno-lint-ignore no-console -- a tool for people
  console.log(text);
}

function note(text: string): void {
  // deno-lint-ignore no-console -- a tool for people
  console.error(text);
}

async function measureAll(args: readonly string[]): Promise<void> {
  const options = parseArgs(args, {
    string: ["only", "rounds", "program"],
    collect: ["only"],
    boolean: ["json"],
    unknown: (argument) => {
      throw new RangeError(
        `Unknown argument "${argument}", wanted "--only", "--rounds", "--program" or "--json"`,
      );
    },
  });
  const only = options["only"] as string[];
  const unknown = only.find((name) => !Object.hasOwn(MEASUREMENTS, name));
  if (unknown !== undefined) {
    const names = Object.keys(MEASUREMENTS).map((name) => `"${name}"`);
    throw new RangeError(
      `No measurement "${unknown}", wanted one of ${names.join(", ")}`,
    );
  }
  const rounds = Number(options["rounds"] ?? ROUNDS);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(
      `Cannot use --rounds "${
        options["rounds"]
      }", wanted a whole number from 1`,
    );
  }

  const folder = await Deno.makeTempDir({ prefix: "ll-loop-bench-" });
  try {
    const project = `${folder}/project`;
    await Deno.mkdir(`${project}/.loops`, { recursive: true });
    const bundle = `${folder}/ll-loop.js`;
    const given = options["program"] as string | undefined;
    const executable = given === undefined ? null : await Deno.realPath(given);
    await writeBundle(bundle);
    const program: Argv = executable === null
      ? [Deno.execPath(), "run", "-A", bundle]
      : [executable];
    const bench: Bench = { project, program, bundle, executable, rounds };
    const rows: Row[] = [];
    for (const [name, measure] of Object.entries(MEASUREMENTS)) {
      if (only.length > 0 && !only.includes(name)) continue;
      note(`measuring ${name} …`);
      rows.push(...await measure(bench));
    }
    const machine =
      `deno ${Deno.version.deno}, ${Deno.build.target}, ${navigator.hardwareConcurrency} processors`;
    if (options["json"]) {
      const judged = rows.map((row) => ({ ...row, isWithin: isWithin(row) }));
      print(JSON.stringify({ machine, rounds, rows: judged }, null, 2));
    } else {
      print(`${machine}, medians of ${rounds} runs (long ones fewer)\n`);
      print(formatRows(rows));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

try {
  await measureAll(Deno.args);
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  note(error.message);
  Deno.exit(64);
}
