import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { CommandSpec } from "../../../src/cli/command_spec.ts";
import { COMMANDS, optionsOf } from "../../../src/cli/command_table.ts";
import {
  completionScript,
  offerLines,
} from "../../../src/cli/completion/mod.ts";
import { wantedAt } from "../../../src/cli/completion/wanted.ts";
import { SHELLS } from "../../../src/cli/shells.ts";
import { PEEK } from "./peek_program.ts";
import {
  failure,
  fakeSources,
  fakeSystem,
  memoryFiles,
} from "../../support/fakes.ts";

const READY: readonly CommandSpec[] = [
  ...COMMANDS,
  PEEK,
];

function wanted(line: string): string {
  const found = wantedAt(line.split(" "), READY);
  const what = found.kind === "command"
    ? "command"
    : found.kind === "option"
    ? `options of ${found.command?.name ?? "all"}`
    : found.kind === "choice"
    ? `${found.prefix}${found.choices.join("|")}`
    : `${found.prefix}${found.completion}`;
  const { loop, loopsDir } = found;
  return [what, loop ?? "", loopsDir ?? ""].join(" ").trim();
}

Deno.test("wanted: what may come next, by the words before", () => {
  const rows: [line: string, wanted: string][] = [
    ["", "command"],
    ["ru", "command"],
    ["--loops-dir d ", "command  d"],
    ["--loops-dir=d ", "command  d"],
    ["-", "options of all"],
    ["run ", "loop"],
    ["r ", "loop"],
    ["run my", "loop"],
    ["run my ", "file my"],
    ["run my text ", "nothing my"],
    ["my ", "file my"],
    ["my --", "options of run my"],
    ["run --quiet my -n 5 ", "file my"],
    ["run my -qn", "options of run my"],
    ["run my -qn ", "nothing my"],
    ["run my -n5 ", "file my"],
    ["run --durability ", "full|fast"],
    ["run --durability=", "--durability=full|fast"],
    ["run --dur=f", "--dur=full|fast"],
    ["run --context ", "nothing"],
    ["run --max=", "options of run"],
    ["--loops-dir ", "folder"],
    ["run --loops-dir=x/", "--loops-dir=folder"],
    ["run my --loops-dir d --unknown ", "file my d"],
    ["validate a b ", "loop a"],
    ["val ", "loop"],
    ["list ", "nothing"],
    ["show -- -odd ", "nothing -odd"],
    ["show -- -", "loop"],
    ["help ", "command"],
    ["completions ", "bash|zsh|fish|powershell"],
    ["completions bash ", "nothing"],
    ["peek my ", "state my"],
    ["peek my one ", "run my"],
    ["--color ", "auto|always|never"],
    ["status ", "run"],
    ["history my ", "run"],
    ["queue ", "list|remove"],
    ["stop ", "run"],
    ["fragments ", "file fragments"],
  ];
  for (const [line, expected] of rows) {
    assertEquals(wanted(line), expected, `"${line}"`);
  }
  assertEquals(wantedAt([], READY).kind, "command");
});

const LOOP = (description: string) =>
  `name: x\ndescription: ${description}\ninitial: one\nstates:\n  one: {action: ls, next: two three}\n  two three: {terminal: true}\n  failed: {terminal: true}\n`;

function world() {
  const files = {
    "/p/.loops/my loop.yaml": LOOP("|\n  First line\tof it\n  second"),
    "/p/.loops/list.yaml": LOOP("d"),
    "/p/.loops/bad\tname.yaml": LOOP("d"),
    "/other/only.yaml": LOOP("o".repeat(100)),
    "/p/.loops/runs/.gitignore": "*",
    "/p/.loops/runs/1-a/run.json": '{"loop": "my loop"}',
    "/p/.loops/runs/2-b/run.json": "{",
    "/p/.loops/runs/3-c/state.json": "{}",
    "builtin:built.yaml": LOOP("Built in"),
    "builtin:demo.yaml": LOOP("d").replace(
      "initial",
      "visibility: internal\ninitial",
    ),
  };
  return {
    files: memoryFiles(files, { folders: ["/p/.git"] }),
    sources: fakeSources(files),
    system: fakeSystem(),
  };
}

const offered = (...words: string[]) => offerLines(world(), words, READY);

Deno.test("offer: loops, states, runs, commands, choices and paths, a line each", async () => {
  assertEquals(await offered("run", ""), [
    "files",
    "list\td",
    "my loop\tFirst line of it",
    "built\tBuilt in",
  ]);
  const first = await offered("");
  assertEquals(first.slice(0, 2), ["files", "run\tRun a loop"]);
  // A loop that a command hides does not run by its bare name.
  assertEquals(first.filter((line) => line.startsWith("list\t")).length, 1);
  assert(first.includes("my loop\tFirst line of it"));
  assertEquals(await offered("--loops-dir", "/other", "run", "on"), [
    "files",
    `only\t${"o".repeat(59)}…`,
    "built\tBuilt in",
  ]);
  assertEquals(await offered("peek", "my loop", ""), [
    "none",
    "one\tshell",
    "two three\tterminal",
    "failed\tterminal, failure",
  ]);
  assertEquals(await offered("peek", "gone", ""), ["none"]);
  assertEquals(await offered("peek", "my loop", "one", ""), [
    "none",
    "3-c",
    "2-b",
    "1-a\tmy loop",
  ]);
  assertEquals(await offered("run", "x", "--durability=f"), [
    "none",
    "--durability=full",
    "--durability=fast",
  ]);
  assertEquals(await offered("--loops-dir", ""), ["folders"]);
  assertEquals(await offered("run", "x", ""), ["files"]);
  assertEquals(await offered("run", "x", "-n", ""), ["none"]);
  const options = await offered("list", "--");
  assert(options.includes("--json\tPrint one JSON value on stdout"));
  assert(!options.some((line) => line.startsWith("--grid")), "refused");
});

Deno.test("offer: a name that no line can hold is left out, and a description is one line", async () => {
  const controls = [0x00, 0x09, 0x0a, 0x1f, 0x7f, 0x80, 0x9f]
    .map((code) => String.fromCharCode(code));
  const names = [...controls, "~", "\xa0"].map((sign) => `a${sign}b`);
  const files = Object.fromEntries(names.map((name) => [
    `/p/.loops/${name}.yaml`,
    LOOP(JSON.stringify(`d${name.slice(1, 2)}e`)),
  ]));
  const here = {
    files: memoryFiles(files, { folders: ["/p/.git"] }),
    sources: fakeSources(files),
    system: fakeSystem(),
  };
  assertEquals(await offerLines(here, ["run", ""], READY), [
    "files",
    "a~b\td~e",
    "a\xa0b\td\xa0e",
  ]);
  const plain = "/p/.loops/plain.yaml";
  files[plain] = LOOP('"d\\te\\x85f"');
  const one = { [plain]: files[plain] };
  const only = {
    files: memoryFiles(one, { folders: ["/p/.git"] }),
    sources: fakeSources(one),
    system: fakeSystem(),
  };
  assertEquals(await offerLines(only, ["run", ""], READY), [
    "files",
    "plain\td e f",
  ]);
});

Deno.test("offer: nothing is written, and folders that cannot be read offer nothing of theirs", async () => {
  const here = world();
  here.files.beforeWrite = (path) => {
    throw new Error(`Written: ${path}`);
  };
  const { list } = here.files;
  here.files.list = (path) => {
    if (path.endsWith("/runs")) throw failure("unreadable", path, "no");
    return list(path);
  };
  assertEquals(await offerLines(here, ["peek", "my loop", "one", ""], READY), [
    "none",
  ]);
  await offerLines(here, ["run", ""], READY);
});

Deno.test("scripts: every command, alias and working option is in each", () => {
  for (const shell of SHELLS) {
    const script = completionScript(shell, COMMANDS);
    for (const command of READY) {
      if (command === PEEK) continue;
      for (const word of [command.name, ...command.aliases]) {
        assert(new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(script), word);
      }
      for (const { name, refusal } of optionsOf(command)) {
        const written = shell === "fish" ? `-l ${name}` : `--${name}`;
        if (refusal === undefined) assertStringIncludes(script, written);
      }
    }
    assert(!script.includes("diagram"), "refused options are left out");
    assert(!script.includes("next-loop"), "refused commands are left out");
    assert(script.endsWith("\n"));
  }
});

Deno.test("scripts: what a description holds cannot break out of its quotes", () => {
  const odd = 'It\'s `a` $(b) "c" \\d :e';
  const command: CommandSpec = { ...PEEK, summary: odd };
  const quoted = {
    bash: null,
    zsh: `'peek:It'\\''s \`a\` $(b) "c" \\d :e'`,
    fish: `'It\\'s \`a\` $(b) "c" \\\\d :e'`,
    powershell: `'It''s \`a\` $(b) "c" \\d :e'`,
  };
  for (const shell of SHELLS) {
    const script = completionScript(shell, [command]);
    if (quoted[shell] !== null) assertStringIncludes(script, quoted[shell]);
  }
});

Deno.test("PowerShell: quotes and brackets are closed, where no PowerShell is to try it", () => {
  const script = completionScript("powershell", COMMANDS);
  const open: string[] = [];
  const closing: Record<string, string> = { ")": "(", "}": "{", "]": "[" };
  const bare = script.replaceAll(
    /'(?:[^']|'')*'|"(?:[^"`]|`.)*"|^\s*#.*$/gm,
    "",
  );
  assert(!/['"]/.test(bare), "a quote is open");
  for (const character of bare) {
    if ("({[".includes(character)) open.push(character);
    const opener = closing[character];
    if (opener !== undefined) assertEquals(open.pop(), opener);
  }
  assertEquals(open, []);
  assertStringIncludes(
    script,
    "Register-ArgumentCompleter -Native -CommandName ll-loop",
  );
  assertStringIncludes(script, "& $Program @Arguments 2>$null");
  assertStringIncludes(script, "        'run' = @('--max-steps', ");
  assertStringIncludes(script, "        'r' = @('--max-steps', ");
  assertStringIncludes(
    script,
    "        'validate' = 'Check loops without running them'",
  );
});
