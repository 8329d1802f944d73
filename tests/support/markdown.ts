/**
 * Pages under test: their fenced blocks are taken as they stand. A YAML block that begins
 * with a comment naming a file is that file; a `sh` block is typed.
 */

import type { Project } from "./ll_loop.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** A fenced block. */
export interface Block {
  readonly language: string;
  /** Without the indentation of its fence. */
  readonly text: string;
}

/** Returns the fenced blocks of a page, such as `docs/until.md`, in order. */
export function blocksOf(page: string): Block[] {
  const text = Deno.readTextFileSync(`${ROOT}${page}`);
  return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)]
    .map(([, indent = "", language = "", body = ""]) => ({
      language,
      text: body.replace(new RegExp(`^${indent}`, "gm"), ""),
    }));
}

/** Returns the path in the first line of a block that is a file: `# .loops/a.yaml`. */
export function fileOf(block: Block): string | null {
  return /^# (\S+\.yaml)$/m.exec(block.text.split("\n", 1)[0] ?? "")?.[1] ??
    null;
}

/** Returns the commands of a `sh` block, comments and continuations resolved. */
export function commandsOf(block: Block): string[] {
  return block.text.replaceAll("\\\n", "").split("\n")
    .map((line) => line.replace(/\s+# .*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** One command of a page and how it ended. */
export interface Typed {
  readonly command: string;
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Goes through a page as a reader would: writes its files and types its commands in a
 * shell of the project, in order. Returns how each command ended.
 */
export async function follow(page: string, project: Project): Promise<Typed[]> {
  const typed: Typed[] = [];
  for (const block of blocksOf(page)) {
    const file = fileOf(block);
    if (block.language === "yaml" && file !== null) {
      project.write(file, block.text);
    }
    if (block.language !== "sh") continue;
    for (const command of commandsOf(block)) {
      const { status, stdout, stderr } = await project.bash(command).ended;
      typed.push({ command, status, stdout, stderr });
    }
  }
  return typed;
}
