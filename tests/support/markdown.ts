/**
 * Pages under test. A page is followed as a reader would: what it shows is written, what it
 * tells to type is typed, what it says is printed is compared. A new page needs no code:
 *
 * - `yaml`: a file. Its path is a comment in the first line, `# .loops/a.yaml`; without one it is
 *   the loop that `name:` says, or one without a name. A loop must be valid.
 * - `sh`: each line is typed in the project's folder, and ends with status 0 and nothing on
 *   stderr. A comment that ends in `status N` says otherwise.
 * - `console`: `$ COMMAND`, and all that it prints; a line `…` stands for any lines. Status as above.
 * - `text`: a part of what the last `sh` block printed.
 * - `json`: below a heading that is a command, the shape of what it prints; a test of its own.
 * - `zsh`, `fish`: typed in that shell, where it is installed.
 * - Blocks without a language, and those that are indented, are not looked at.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { fixture } from "./processes.ts";
import { canTest, isInstalled } from "./installed.ts";
import { oneAction, type Project } from "./ll_loop.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** A fenced block. */
export interface Block {
  readonly language: string;
  /** Without the indentation of its fence. */
  readonly text: string;
}

/** Returns the text of a page, such as `docs/until.md`. */
export function pageText(page: string): string {
  return Deno.readTextFileSync(`${ROOT}${page}`);
}

/** Returns the fenced blocks of a page that have a language, in order. */
export function blocksOf(page: string): Block[] {
  return [...pageText(page).matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)]
    .map(([, indent = "", language = "", body = ""]) => ({
      language,
      text: body.replace(new RegExp(`^${indent}`, "gm"), ""),
    }));
}

/** Files of the project in which pages are followed, beside those that they show. */
export const PAGE_FILES: Readonly<Record<string, string>> = {
  "README.md": "# Here\n",
  "package.json": '{ "scripts": { "test": "true" } }\n',
  ".mcp.json": `{
  "mcpServers": {
    "everything": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-everything"],
      "env": { "LOG_LEVEL": "\${LOG_LEVEL:-info}" }
    },
    "tickets": {
      "type": "http",
      "url": "https://tickets.example/mcp",
      "headers": { "Authorization": "Bearer \${TICKETS_TOKEN}" }
    }
  }
}
`,
  ".loops/lint.yaml": oneAction("lint", "echo linted"),
  ".loops/docs.yaml": oneAction("docs", "echo documented"),
};

/** Programs that pages use and that need not be here: they do nothing, and do it well. */
const PROGRAMS: Readonly<Record<string, string>> = {
  npm: "exit 0",
  claude: "exit 0",
  // Of a checkout: a task must be there, and one that builds leaves a program behind.
  // The server of the page about MCP is played by a script.
  npx: `case "$2 $3" in
deno@*" task") ;;
@modelcontextprotocol/server-*) exec bash '${fixture("mcp_server.sh")}' ;;
*) exit 0 ;;
esac
grep -q "^    \\"$4\\": {" '${ROOT}deno.json' || { echo "No task $4" >&2; exit 1; }
[ "$4" != build ] || { mkdir -p dist && cp ~/bin/ll-loop dist/ll-loop-linux-x64; }`,
};

/** Puts a program on PATH; without a script it does nothing, and does it well. */
export function addProgram(
  project: Project,
  name: string,
  script = "exit 0",
): void {
  const path = `${project.home}/bin/${name}`;
  project.write(path, `#!/bin/sh\n${script}\n`);
  project.chmod(path, 0o755);
}

/**
 * Goes through a page in `project`.
 *
 * @throws {Error} at the first command or loop that is not as the page says
 */
export async function follow(page: string, project: Project): Promise<void> {
  for (const [name, script] of Object.entries(PROGRAMS)) {
    addProgram(project, name, script);
  }
  const blocks = blocksOf(page);
  // Readers copy the loops of a page before they type its commands.
  for (const { path, text } of filesOf(blocks).toReversed()) {
    project.write(path, text);
  }
  let printed = "";
  for (const block of blocks) {
    switch (block.language) {
      case "yaml":
        for (const { path, text } of filesOf([block])) {
          project.write(path, text);
          if (isLoop(path, text)) await mustBeValid(project, path);
        }
        break;
      case "sh":
        printed = "";
        for (const line of linesOf(block)) printed += await type(project, line);
        break;
      case "console":
        for (const entry of block.text.split(/^\$ /m).slice(1)) {
          await compare(project, entry);
        }
        break;
      case "text":
        assertStringIncludes(project.mask(printed), project.mask(block.text));
        break;
      case "json":
        break;
      case "zsh":
      case "fish":
        await typeInto(project, block);
        break;
      default:
        throw new Error(`${page}: nobody tries a block of ${block.language}`);
    }
  }
}

/** Returns the files that YAML blocks stand for, with their paths. */
function filesOf(
  blocks: readonly Block[],
): { readonly path: string; readonly text: string }[] {
  return blocks.filter(({ language }) => language === "yaml").map(
    (block) => {
      const { text } = block;
      const [, name = "of-the-page"] = /^name: (\S+)$/m.exec(text) ?? [];
      return { path: fileOf(block) ?? `.loops/${name}.yaml`, text };
    },
  );
}

/** Returns the path in the first line of a block that is a file: `# .loops/a.yaml`. */
export function fileOf(block: Block): string | null {
  return /^# (\S+\.ya?ml)\n/.exec(block.text)?.[1] ?? null;
}

function isLoop(path: string, text: string): boolean {
  return path.startsWith(".loops/") && /^(?:states|flow|from):/m.test(text);
}

/** What a page may leave out for the sake of brevity: descriptions, scopes, ways that it is not about. */
const MANNERS = [
  "[missing-description]",
  "[missing-scope]",
  "[unrouted-verdict]",
];

/** A page holds no loop with a mistake in it. */
async function mustBeValid(project: Project, path: string): Promise<void> {
  const { stdout } = await project.ll(
    ["validate", `./${path}`, "--format", "line"],
    { status: "any", stdout: [], stderr: [] },
  );
  const findings = stdout.split("\n").filter((line) =>
    line !== "" && !MANNERS.some((rule) => line.includes(rule))
  );
  assertEquals(findings, [], path);
}

/** Returns the commands of a block: lines, continued ones joined. */
export function linesOf(block: Block): string[] {
  return block.text.replaceAll("\\\n", "").split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** Types a line, comment included, and compares how it ends; returns what it prints on stdout. */
export async function type(project: Project, line: string): Promise<string> {
  const { command, status } = partsOf(line);
  const ended = await run(project, command);
  const stderr = status === 0 ? ended.stderr : "";
  assertEquals([line, ended.status, stderr], [line, status, ""]);
  return ended.stdout;
}

async function compare(project: Project, entry: string): Promise<void> {
  const [typed = "", ...printed] = entry.split("\n");
  const { command, status } = partsOf(typed);
  const ended = await run(project, command);
  assertEquals([command, ended.status], [command, status]);
  const expected = project.mask(printed.join("\n"));
  const actual = project.mask(ended.stdout + ended.stderr);
  const pattern = expected.split("…\n").map((part) =>
    part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
  ).join("[^]*");
  if (!new RegExp(`^${pattern}$`).test(actual)) {
    assertEquals(actual, expected, command);
  }
}

function partsOf(line: string): { command: string; status: number } {
  const [, command = "", comment = ""] = /^(.*?)(?:\s+# (.*))?$/.exec(line) ??
    [];
  return {
    command,
    status: Number(/\bstatus (\d+)$/.exec(comment)?.[1] ?? 0),
  };
}

/**
 * A line in which the shell has more to do than to find the words, or one that starts ll-loop
 * again, which only a process can.
 */
const SHELL_REGEXP = /[|<>;&$`*~()]|^(?!ll-loop\b)| --background\b/;

async function run(
  project: Project,
  command: string,
): Promise<{ status: number; stdout: string; stderr: string }> {
  const bare = command.replaceAll(/"[^"$`]*"|'[^']*'/g, "");
  // Readers have a home.
  const options = { env: { HOME: project.home } };
  return SHELL_REGEXP.test(bare)
    ? await project.bash(command, options).ended
    : await project.ll(
      wordsOf(command).slice(1),
      { status: "any", stderr: [] },
      options,
    );
}

/** Splits a line as a shell would, as far as examples need it. */
export function wordsOf(line: string): string[] {
  return Array.from(
    line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g),
    ([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"),
  );
}

/** What a shell has loaded where its users type. */
const SHELL_STARTS: Readonly<Record<string, string>> = {
  zsh: "autoload -U compinit; compinit -D -u; ",
  fish: "",
};

async function typeInto(project: Project, block: Block): Promise<void> {
  const { language, text } = block;
  if (!canTest(`a block of ${language}`, isInstalled(language))) return;
  const script = `${SHELL_STARTS[language]}${text}`.replaceAll("'", `'\\''`);
  const { status, stderr } = await project.bash(
    `exec ${language} -c '${script}'`,
    { env: { HOME: project.home } },
  ).ended;
  assertEquals([text, status, stderr], [text, 0, ""]);
}
