/** Owns the project that `demo` plays with: a small git project whose check fails. */

import { dirname, join } from "@std/path";
import { parseYamlValue } from "../../load/mod.ts";
import { BUILTIN_PREFIX, LoopError } from "../../model/mod.ts";
import { runGit } from "../git/mod.ts";
import { DEFAULT_CONFIG, type Project } from "../project/mod.ts";
import type { World } from "../world.ts";

/** The loop that repairs the project. */
export const DEMO_LOOP = "demo";
const PROJECT_FILE = `${BUILTIN_PREFIX}lib/demo-project.yaml`;
const GIT_TIMEOUT_MS = 30_000;

/**
 * Creates the project in a fresh temporary folder, committed.
 *
 * @throws {LoopError} `missing-program` without git, `cannot-write`
 */
export async function createDemoProject(
  world: Pick<World, "files" | "processes" | "sources">,
): Promise<Project> {
  for (const program of ["bash", "git"]) {
    if (world.processes.find(program) === null) {
      throw new LoopError(
        "missing-program",
        `Cannot show the demo: program "${program}" was not found on PATH`,
        { hint: `Install ${program}, or add its folder to PATH` },
      );
    }
  }
  const root = world.files.makeTempFolder("ll-loop-demo-");
  try {
    for (const [path, text] of projectFiles(world)) {
      const file = join(root, path);
      world.files.makeFolder(dirname(file));
      world.files.replace(file, text);
    }
    for (const args of GIT_COMMANDS) await git(world, root, args);
    return {
      root,
      loopsDir: join(root, ".loops"),
      exists: false,
      config: DEFAULT_CONFIG,
      findings: [],
    };
  } catch (error) {
    world.files.remove(root);
    throw error;
  }
}

// A person's own settings (signing, hooks, templates) have no say in the demo.
const GIT_COMMANDS = [
  ["init", "--quiet", "--template="],
  ["config", "user.name", "ll-loop demo"],
  ["config", "user.email", "demo@example.invalid"],
  ["config", "commit.gpgSign", "false"],
  ["add", "--all"],
  [
    "commit",
    "--quiet",
    "--no-verify",
    "--message",
    "A project with three bugs",
  ],
];

function projectFiles(
  world: Pick<World, "sources">,
): readonly (readonly [path: string, text: string])[] {
  const source = world.sources.read(PROJECT_FILE);
  if (source.kind !== "text") {
    throw new LoopError(
      "internal",
      "The demo project is not embedded in the program",
    );
  }
  const { files } = parseYamlValue(source.text) as {
    readonly files: Record<string, string>;
  };
  return Object.entries(files);
}

async function git(
  world: Pick<World, "processes">,
  cwd: string,
  args: readonly string[],
): Promise<void> {
  const outcome = await runGit(world.processes, args, {
    cwd,
    env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    timeoutMs: GIT_TIMEOUT_MS,
  });
  if (outcome.exitCode === 0) return;
  const reason = outcome.startError ?? outcome.stderr.text.trim();
  throw new LoopError(
    "missing-program",
    `Git cannot make the demo project: ${reason}`,
  );
}
