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

function agentOf({ processes }: Pick<World, "processes">): string {
  const isHere = (command: string): boolean =>
    processes.find(command.split(" ", 1)[0] ?? "") !== null;
  return AGENTS.find(isHere) ?? AGENTS[0];
}
