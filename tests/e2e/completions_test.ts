/**
 * What other programs read: completion scripts and the manual page. The scripts are tried in the
 * shells themselves: what is typed with tabs in a terminal, and what the program is then given. A
 * program that is not installed is told on stderr; in CI on Linux it must be there.
 */

import { assert, assertEquals } from "@std/assert";
import { canTest, findPowershell, isInstalled } from "../support/installed.ts";
import { oneAction, type Project, withProject } from "../support/ll_loop.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const isLinux = Deno.build.os === "linux";

/** Names that a shell would split, expand or end a word at. */
const FILES = {
  ".loops/my loop.yaml": oneAction("my", "true"),
  ".loops/it's.yaml": oneAction("its", "true"),
  ".loops/a:b.yaml": oneAction("ab", "true"),
  ".loops/dol$ar.yaml": oneAction("dollar", "true"),
  ".loops/über.yaml": oneAction("uber", "true"),
  ".loops/sub/deep.yaml": oneAction("deep", "true"),
  ".loops/runs/20260101-a/run.json": '{"loop": "deep"}',
  "docs/x.md": "x",
};

/** Writes the script of a shell; returns its path. */
async function scriptFor(project: Project, shell: string): Promise<string> {
  const { stdout } = await project.ll(["completions", shell]);
  const path = `${project.home}/completions.${shell}`;
  project.write(path, stdout);
  return path;
}

/**
 * Puts an `ll-loop` on PATH that answers the script's questions as \`answering\` does, and
 * writes down what else it is called with.
 */
function record(project: Project, answering: string): string {
  const folder = `${project.home}/recording`;
  project.write(
    `${folder}/ll-loop`,
    `#!/bin/bash
if [ "$1" = __complete ]; then exec ${answering} "$@"; fi
printf '<%s>' "$@" >> '${project.home}/calls'
echo >> '${project.home}/calls'
`,
  );
  project.chmod(`${folder}/ll-loop`, 0o755);
  return folder;
}

/** Lines as somebody types them, and what the program must be given. */
const TYPED: readonly (readonly [keys: string, call: string])[] = [
  ["ll-loop run my\t end", "<run><my loop><end>"],
  ['ll-loop run "my\t end', "<run><my loop><end>"],
  ["ll-loop show it\t", "<show><it's>"],
  ["ll-loop r a:\t", "<r><a:b>"],
  ["ll-loop val dol\t üb\t sub/\t", "<val><dol$ar><über><sub/deep>"],
  [
    "ll-loop run sub/deep --durability=fa\t --max-st\t5",
    "<run><sub/deep><--durability=fast><--max-steps><5>",
  ],
  ["ll-loop doct\tsub/de\t --js\t", "<doctor><sub/deep><--json>"],
  ["ll-loop --loops-dir doc\t", "<--loops-dir><docs/>"],
];

/** Types \`lines\` into a shell on a terminal of its own. */
async function typeInto(
  project: Project,
  shell: { readonly command: string; readonly lines: readonly string[] },
): Promise<string> {
  const folder = record(project, `'${project.home}/bin/ll-loop'`);
  const child = new Deno.Command("script", {
    args: ["-qec", shell.command, "/dev/null"],
    cwd: project.root,
    clearEnv: true,
    env: {
      HOME: project.home,
      ZDOTDIR: project.home,
      TERM: "xterm",
      LC_ALL: "C.UTF-8",
      DENO_DIR: Deno.env.get("DENO_DIR") ??
        `${Deno.env.get("HOME")}/.cache/deno`,
      PATH: `${folder}:${Deno.env.get("PATH")}`,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(
    new TextEncoder().encode([...shell.lines, "exit", ""].join("\n")),
  );
  await writer.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout);
}

async function expectTyped(
  project: Project,
  shell: { readonly command: string; readonly before: readonly string[] },
): Promise<void> {
  const { command, before } = shell;
  const lines = [...before, ...TYPED.map(([keys]) => keys)];
  const screen = await typeInto(project, { command, lines });
  const calls = (project.read(`${project.home}/calls`) ?? "").trimEnd()
    .split("\n");
  // Shells differ in whether a folder's name ends in a slash.
  const same = (call: string) => call.replace("<docs>", "<docs/>");
  assertEquals(calls.map(same), TYPED.map(([, call]) => call), screen);
}

Deno.test("bash completes what is typed in a terminal", async () => {
  if (
    !canTest("bash completions on a terminal", isLinux && isInstalled("bash"))
  ) {
    return;
  }
  await withProject(FILES, async (project) => {
    const script = await scriptFor(project, "bash");
    await expectTyped(project, {
      command: "bash --norc --noprofile -i",
      before: [`source '${script}'`],
    });
  });
});

Deno.test("zsh completes what is typed in a terminal", async () => {
  if (!canTest("zsh completions", isLinux && isInstalled("zsh"))) return;
  await withProject(FILES, async (project) => {
    const script = await scriptFor(project, "zsh");
    project.write(
      `${project.home}/.zshrc`,
      `autoload -U compinit; compinit -D -u; source '${script}'\n`,
    );
    await expectTyped(project, { command: "zsh -i", before: [] });
  });
});

Deno.test("zsh takes the script from a folder of fpath, too", async () => {
  if (!canTest("zsh completions", isLinux && isInstalled("zsh"))) return;
  await withProject(FILES, async (project) => {
    const script = await scriptFor(project, "zsh");
    project.write(
      `${project.home}/functions/_ll-loop`,
      project.read(script) ?? "",
    );
    project.write(
      `${project.home}/.zshrc`,
      `fpath=('${project.home}/functions' $fpath); autoload -U compinit; compinit -D -u\n`,
    );
    await typeInto(project, {
      command: "zsh -i",
      lines: ["ll-loop run my\t --dura\tfu\t"],
    });
    assertEquals(
      project.read(`${project.home}/calls`),
      "<run><my loop><--durability><full>\n",
    );
  });
});

Deno.test("fish completes what is typed in a terminal", async () => {
  if (!canTest("fish completions", isLinux && isInstalled("fish"))) return;
  await withProject(FILES, async (project) => {
    const script = await scriptFor(project, "fish");
    await expectTyped(project, {
      command: "fish --no-config -i",
      before: [`source '${script}'`],
    });
  });
});

// ------------------------------------------------------------------ lists, states, runs

/** Lists what bash offers for each line, whose last word is unfinished. */
async function offeredByBash(
  project: Project,
  script: string,
  lines: readonly string[],
): Promise<string[]> {
  const tries = lines.map((line) => `try ${line}`).join("\n");
  const { ended } = project.bash(`
source '${script}'
PATH='${project.home}/recording':$PATH
try() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _ll_loop
  (IFS='|'; echo "\${COMPREPLY[*]}")
}
${tries}`);
  const { stdout, stderr } = await ended;
  assertEquals(stderr, "");
  return stdout.replace(/\n$/, "").split("\n");
}

const PEEKING =
  `'${Deno.execPath()}' run -A --quiet --no-check '${ROOT}tests/unit/cli/peek_program.ts'`;

Deno.test("bash offers commands, options, states and runs, whatever ends words", async () => {
  await withProject(FILES, async (project) => {
    record(project, PEEKING);
    const script = `${project.home}/peek.bash`;
    const { stdout } = await project.bash(
      `${PEEKING} completions bash > '${script}'`,
    ).ended;
    assertEquals(stdout, "");
    assertEquals(
      await offeredByBash(project, script, [
        "ll-loop pe",
        "ll-loop peek sub/deep ''",
        "ll-loop peek sub/deep a ''",
        "ll-loop run x --durability ''",
        "ll-loop run x --durability = fu",
        "ll-loop run x --durability=fu",
        "ll-loop r a : ''",
        "ll-loop r 'a:'",
        'll-loop run "\'my l"',
        "ll-loop --color au",
        "ll-loop nothing --fol",
        "ll-loop list ''",
        "ll-loop test sub/deep --state ''",
      ]),
      [
        "peek",
        "a|done|bad",
        "20260101-a",
        "full|fast",
        "full",
        "--durability=full",
        "b",
        "a:b",
        "my loop",
        "auto",
        "--follow",
        "",
        "a|done|bad",
      ],
    );
    // Without the program the commands are known all the same.
    project.remove(`${project.home}/recording`);
    project.remove(`${project.home}/bin/ll-loop`);
    assertEquals(
      await offeredByBash(project, script, ["ll-loop vali", "ll-loop l --js"]),
      [
        "validate",
        "--json",
      ],
    );
  });
});

Deno.test("fish offers words with their descriptions, states and runs", async () => {
  if (!canTest("fish completions", isInstalled("fish"))) return;
  await withProject(FILES, async (project) => {
    record(project, PEEKING);
    const script = `${project.home}/peek.fish`;
    await project.bash(`${PEEKING} completions fish > '${script}'`).ended;
    const offered = async (line: string) => {
      const { stdout, stderr } = await project.bash(
        `PATH='${project.home}/recording':$PATH fish --no-config -c "source '${script}'; complete -C '${line}'"`,
      ).ended;
      assertEquals(stderr, "");
      return stdout.trimEnd().split("\n");
    };
    assertEquals(await offered("ll-loop pee"), [
      "peek\tLook at a state in a run",
    ]);
    assertEquals(await offered("ll-loop peek sub/deep "), [
      "a\tshell",
      "bad\tterminal, failure",
      "done\tterminal",
    ]);
    assertEquals(await offered("ll-loop peek sub/deep a "), [
      "20260101-a\tdeep",
    ]);
    assertEquals(await offered("ll-loop val it"), ["it's\tOne action"]);
    assertEquals(await offered("ll-loop run x --durability f"), [
      "fast\tWhat a recorded step survives",
      "full\tWhat a recorded step survives",
    ]);
    const options = await offered("ll-loop l --");
    assert(options.includes("--json\tPrint one JSON value on stdout"));
    assert(!options.some((line) => line.startsWith("--max-steps")));
  });
});

Deno.test("PowerShell offers words with their descriptions, and hands over what was chosen", async () => {
  const powershell = findPowershell("PowerShell completions");
  if (powershell === null) return;
  await withProject(FILES, async (project) => {
    record(project, PEEKING);
    const script = `${project.home}/peek.ps1`;
    await project.bash(`${PEEKING} completions powershell > '${script}'`).ended;
    const expected: [line: string, offered: string[]][] = [
      ["ll-loop pee", ["peek|Look at a state in a run"]],
      ["ll-loop peek sub/deep ", [
        "a|shell",
        "done|terminal",
        "bad|terminal, failure",
      ]],
      ["ll-loop peek sub/deep a ", ["20260101-a|deep"]],
      ["ll-loop val it", ["'it''s'|One action"]],
      ["ll-loop val 'it", ["'it''s'|One action"]],
      ["ll-loop r my", ["'my loop'|One action"]],
      ["ll-loop r dol", ["'dol$ar'|One action"]],
      ["ll-loop run x --durability f", ["full|full", "fast|fast"]],
      ["ll-loop l --js", ["--json|--json"]],
      ["ll-loop l --max-st", []],
    ];
    const tries = expected.map(([line]) =>
      `offer '${line.replaceAll("'", "''")}'`
    );
    const chosen = expected.slice(4, 7).map(([line, [offer = ""]]) =>
      `${line.slice(0, line.lastIndexOf(" "))} ${offer.split("|")[0]}`
    );
    project.write(
      `${project.home}/try.ps1`,
      `. '${script}'
function offer([string] $Line) {
  $Matches = (TabExpansion2 $Line $Line.Length).CompletionMatches
  ConvertTo-Json -Compress @($Matches | ForEach-Object { $_.CompletionText + '|' + $_.ToolTip })
}
${[...tries, ...chosen].join("\n")}
`,
    );
    const { stdout, stderr } = await project.bash(
      `PATH='${project.home}/recording':$PATH NO_COLOR=1 POWERSHELL_TELEMETRY_OPTOUT=1 ` +
        `'${powershell}' -NoLogo -NoProfile -NonInteractive -File '${project.home}/try.ps1'`,
    ).ended;
    assertEquals(stderr, "");
    assertEquals(
      stdout.trimEnd().split("\n").map((line) => JSON.parse(line)),
      expected.map(([, offered]) => offered),
    );
    assertEquals(
      project.read(`${project.home}/calls`),
      "<val><it's>\n<r><my loop>\n<r><dol$ar>\n",
    );
  });
});

Deno.test("completions: a shell that there is no script for, and none", async () => {
  await withProject({}, async (project) => {
    await project.ll(["completions", "zhs"], {
      status: 64,
      stderr:
        'error: SHELL must be one of bash, zsh, fish, powershell, got "zhs"\n' +
        'hint: Did you mean "zsh"?\n',
    });
    await project.ll(["completions"], {
      status: 64,
      stderr: ["the shell that you use, one of bash, zsh, fish, powershell\n"],
    });
    await project.ll(["completions", "powershell"], {
      stdout: ["Register-ArgumentCompleter"],
      isUntouched: true,
    });
    await project.ll(["help", "__complete"], {
      stdout: ["Usage: ll-loop __complete"],
    });
    await project.ll(["--help"], { nowhere: ["__complete"] });
  });
});

Deno.test("man: a page that man and mandoc read without a warning, with every command", async () => {
  await withProject({}, async (project) => {
    const env = { SOURCE_DATE_EPOCH: "1767225600" };
    const { stdout } = await project.ll(["man"], { isUntouched: true }, {
      env,
    });
    assertEquals(
      stdout.split("\n", 1)[0]?.replace(/ll-loop [^"]+/, "ll-loop V"),
      '.TH LL-LOOP 1 2026-01-01 "ll-loop V" "User Commands"',
    );
    const page = `${project.home}/ll-loop.1`;
    project.write(page, stdout);
    const read = async (command: string) => {
      const ended = await project.bash(`LC_ALL=C.UTF-8 ${command} 2>&1`).ended;
      return ended.stdout;
    };
    if (canTest("the manual page with man", isLinux && isInstalled("man"))) {
      assertEquals(
        await read(`man --warnings -l -E UTF-8 -Tutf8 -Z '${page}' >/dev/null`),
        "",
      );
    }
    if (!canTest("the manual page with mandoc", isInstalled("mandoc"))) return;
    assertEquals(await read(`mandoc -T lint '${page}'`), "");
    const shown = await read(`mandoc -T utf8 '${page}' | col -b`);
    for (
      const text of [
        "ll-loop run LOOP [INPUT] [OPTIONS]",
        "-n, --max-steps N",
        "ll-loop doctor [LOOP...] [OPTIONS]",
        "128+n",
        "LL_LOOPS_DIR",
      ]
    ) assert(shown.includes(text), text);
    assert(!/next-loop|--baseline|__complete/.test(shown));
  });
});
