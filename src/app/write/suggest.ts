/** Owns the answers that are proposed for a new loop: what fits this project and this machine. */

import { join } from "@std/path";
import type { TemplateValueName, TemplateValues } from "../../model/mod.ts";
import type { Project } from "../project/mod.ts";
import type { World } from "../world.ts";
import { loopFileOf } from "./loop_name.ts";

/** What the tests of a project are run by, where a file matches. The first one wins. */
const CHECKS:
  readonly (readonly [file: string, match: RegExp, check: string])[] = [
    ["package.json", /"scripts"\s*:\s*\{[^}]*"test"\s*:/, "npm test"],
    ["deno.json", /"tasks"\s*:\s*\{[^}]*"test"\s*:/, "deno task test"],
    ["deno.json", /^/, "deno test"],
    ["Cargo.toml", /^/, "cargo test"],
    ["go.mod", /^/, "go test ./..."],
    ["pyproject.toml", /^/, "pytest"],
    ["pom.xml", /^/, "mvn --quiet test"],
    ["gradlew", /^/, "./gradlew test"],
    ["Makefile", /^test:/m, "make test"],
  ];
const OTHER_CHECK = "test -s README.md";

/** The shortest way to tell an agent what to do, for a line that is to be typed. */
const PROMPTS: readonly (readonly [program: string, words: string])[] = [
  ["claude", "claude -p"],
  ["codex", "codex exec"],
  ["gemini", "gemini -p"],
];
/** For a folder of which nothing is known: it works anywhere. */
const OTHER_UNTIL: UntilSuggestion = {
  check: "test -s notes.txt",
  fix: "date > notes.txt",
};

/** A command that shall pass, and one that makes it pass; without the latter somebody does. */
export interface UntilSuggestion {
  readonly check: string;
  readonly fix: string | null;
}

/** Agents that read a prompt on standard input, each with leave to edit files here, and to do little else. */
const AGENTS = [
  "claude -p --permission-mode acceptEdits",
  "codex exec --sandbox workspace-write",
  "gemini --approval-mode auto_edit",
] as const;

/** Returns a value that would do, from the project's files, the programs on PATH and the values so far. */
export function suggestValue(
  world: Pick<World, "sources" | "processes">,
  project: Pick<Project, "root">,
  asked: { readonly name: TemplateValueName; readonly values: TemplateValues },
): string {
  const check = asked.values.check ?? checkOf(world, project);
  switch (asked.name) {
    case "check":
      return check;
    case "fix":
      return `printf '%s\\n' "Make this check pass. It printed:" "$LL_CAPTURED_CHECK" | ${
        agentOf(world)
      }`;
    case "items":
      return "git ls-files";
    case "each":
      return 'test -s "$ITEM"';
    case "agent":
      return agentOf(world);
    case "task":
      return "Repair what the check finds wrong, without weakening the check";
  }
}

/** Returns commands for `until` that can be run here: the project's tests where there are any. */
export function suggestUntil(
  world: Pick<World, "sources" | "processes">,
  project: Pick<Project, "root">,
): UntilSuggestion {
  const check = checkOf(world, project);
  if (check === OTHER_CHECK || !canStart(world, check)) return OTHER_UNTIL;
  const agent = PROMPTS.find(([program]) => canStart(world, program));
  return {
    check,
    fix: agent === undefined ? null : `${agent[1]} "make the tests pass"`,
  };
}

/** Returns a name that no loop of the project has. */
export function suggestName(
  world: Pick<World, "files">,
  project: Pick<Project, "loopsDir">,
): string {
  for (let number = 1;; number++) {
    const name = number === 1 ? "my-loop" : `my-loop-${number}`;
    if (loopFileOf(world, project, name) === null) return name;
  }
}

function checkOf(
  { sources }: Pick<World, "sources">,
  { root }: Pick<Project, "root">,
): string {
  for (const [file, match, check] of CHECKS) {
    const source = sources.read(join(root, file));
    if (source.kind === "text" && match.test(source.text)) return check;
  }
  return OTHER_CHECK;
}

function agentOf(world: Pick<World, "processes">): string {
  return AGENTS.find((command) => canStart(world, command)) ?? AGENTS[0];
}

function canStart(
  { processes }: Pick<World, "processes">,
  command: string,
): boolean {
  return processes.find(command.split(" ", 1)[0] ?? "") !== null;
}
