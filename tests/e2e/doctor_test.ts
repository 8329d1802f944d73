/** `doctor` on real machines and folders. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { oneAction, wellMannered, withProject } from "../support/ll_loop.ts";

const REFERENCE = `#!/usr/bin/python3
from little_loops.cli import main_loop
open("started", "w").close()
main_loop()
`;

const FILES = {
  ".loops/ok.yaml": oneAction("ok", "echo hi"),
  ".loops/takes.yaml": oneAction("takes", "echo ${context.what}"),
  ".loops/lacks.yaml": oneAction(
    "lacks",
    "nosuchprogram --now; ll-issues list",
  ),
  ".loops/bad.yaml": "name: bad\ninitial: a\nstates:\n  a: {next: gone}\n",
};

Deno.test("doctor: the whole project, exit status 1 while a loop lacks something; nothing stays", async () => {
  await withProject(FILES, async (project) => {
    const { stdout } = await project.ll(["doctor"], {
      status: 1,
      stdout: [
        "an independent implementation of the ll-loop of little-loops\n",
        "  ✓ bash ",
        "  ✓ git ",
        "This project (<root>):\n  • no configuration file\n" +
        "  ✓ <root>/.loops: can be written, locks work\n",
        "Loops, 2 of 4 can run (best effort: ",
        "  ✗ bad: does not run: 1 error in its definition, see `ll-loop validate bad`\n" +
        "  ✗ lacks: runs with nosuchprogram, ll-issues of little-loops\n" +
        "  ✓ ok: runs\n" +
        "  • takes: runs with --context what=VALUE\n",
      ],
      isUntouched: true,
    });
    assert(!/\.ll-loop-doctor/.test(stdout));
    await project.ll(["doctor", "ok", "takes", "until-green"], {
      stdout: [
        "Loops, 3 of 3 can run",
        "  • until-green: runs with an INPUT after the loop's name\n" +
        "      program ",
      ],
    });
    await project.ll(["doctor", "ok", "lcaks"], {
      status: 65,
      stdout: [
        "  ✓ ok: runs\n",
        '  ✗ lcaks: does not run: Loop not found: "lcaks"\n',
      ],
      stderr: ['error: Loop not found: "lcaks"\n', 'Did you mean "lacks"?'],
    });
  });
});

Deno.test("a file in the place of the loops was a single error of doctor, and no word of ll-loop", async () => {
  await withProject({ ".loops": "" }, async (project) => {
    const problem = 'Cannot read "<root>/.loops": Not a directory';
    await project.ll(["doctor"], {
      status: 65,
      stdout: [
        "  ✓ bash ",
        '  ✗ <root>/.loops: cannot be written: "<root>/.loops" is not a folder\n',
        `  ✗ <root>/.loops: does not run: ${problem}\n`,
      ],
      stderr: `error: ${problem}\n`,
    });
    await project.ll([], {
      status: 64,
      // Cut where the path of the project is long.
      stderr: ['\nCannot read "<root>', "\nEverything else: ll-loop --help"],
    });
  });
});

Deno.test("doctor --json: one value, also with a configuration that nothing else can use", async () => {
  const config = { ".loops/config.yaml": "grace: soon\n" };
  await withProject({ ...FILES, ...config }, async (project) => {
    const { stdout } = await project.ll(["doctor", "ok", "gone", "--json"], {
      status: 65,
      stderr: ['error: Loop not found: "gone"\n'],
    });
    const report = JSON.parse(stdout);
    assert(!report.ready);
    assertEquals(
      report.loops.map((loop: Record<string, unknown>) => [
        loop["loop"],
        loop["verdict"],
        loop["can_run"],
      ]),
      [["ok", "runs", true], ["gone", "does-not-run", false]],
    );
    assertEquals(report.project.configuration[0].problems, [{
      severity: "error",
      line: 1,
      message: '"grace" is "soon" and must be a number of seconds, 0 or more',
    }]);
    await project.ll(["doctor", "ok"], {
      status: 1,
      stdout: ["cannot be used"],
    });
  });
});

Deno.test("doctor: other copies on PATH are told apart, and the reference is not started", async () => {
  await withProject({
    ".loops/ok.yaml": oneAction("ok", "true"),
    "theirs/ll-loop": REFERENCE,
    "strange/ll-loop": "#!/bin/sh\necho strange 1.0\n",
  }, async (project) => {
    for (const name of ["theirs", "strange"]) {
      project.chmod(`${name}/ll-loop`, 0o755);
    }
    const { stdout } = await project.ll(["doctor", "ok", "--json"], {}, {
      env: {
        PATH: ["theirs", "strange"].map((name) => project.path(name))
          .concat(`${project.home}/bin`, Deno.env.get("PATH") ?? "").join(":"),
      },
    });
    const [first, second, third] = JSON.parse(stdout).on_path;
    assertEquals([first.kind, first.version], ["reference", null]);
    assertStringIncludes(first.evidence, "was not started");
    assertEquals(second.kind, "unknown");
    assertEquals(third.path, `${project.home}/bin/ll-loop`);
    // A script that starts this program, which only the program itself can tell.
    assertEquals(third.kind, "ours");
    assertEquals(project.read("started"), null);
  });
});

Deno.test("run --dry-run ends with the verdict that doctor gives", async () => {
  await withProject(FILES, async (project) => {
    for (const name of ["ok", "takes", "lacks"]) {
      const { stdout } = await project.ll(["run", name, "--dry-run"]);
      const verdict = stdout.trimEnd().split("\n").at(-1)?.replace(
        "Verdict: ",
        "",
      );
      const report = await project.ll(["doctor", name, "--json"], {
        status: name === "lacks" ? 1 : 0,
      });
      assertEquals(JSON.parse(report.stdout).loops[0].summary, verdict);
    }
  });
});

Deno.test("a loop named like a command of ours: list, validate and the command itself tell how to run it", async () => {
  await withProject({
    ".loops/doctor.fsm.yaml": wellMannered("doctor", "echo ran"),
    // What the reference has as a command, too, was never run by that name.
    ".loops/show.yaml": wellMannered("show", "true"),
    ".loops/sub/doctor.yaml": wellMannered("deep", "true"),
    ".loops/logs.yaml": wellMannered("logs", "true"),
  }, async (project) => {
    const warning = (name: string) =>
      `warning: Loop "${name}" has the name of a command: \`ll-loop ${name}\` does not run it; ` +
      `it runs with \`ll-loop run ${name}\`\n`;
    await project.ll(["list"], { stderr: warning("doctor") + warning("logs") });
    const listed = await project.ll(["list", "--json"], {
      stderr: warning("doctor") + warning("logs"),
    });
    assert(JSON.parse(listed.stdout).length > 4);
    await project.ll(["list", "--builtin"]);
    await project.ll([
      "validate",
      "./.loops/doctor.fsm.yaml",
      "--format",
      "line",
    ], {
      stdout:
        '.loops/doctor.fsm.yaml:1:1: warning: Loop "doctor" has the name of a command: ' +
        "`ll-loop doctor` does not run it [hidden-by-command]\n",
    });
    await project.ll(["validate", "show", "sub/doctor", "--strict"]);
    const note =
      'note: There is a loop "doctor" here, too; it runs with `ll-loop run doctor`\n';
    await project.ll(["doctor", "show"], { stderr: note });
    await project.ll(["--loops-dir", "sub", "doctor", "show"], {
      status: 65,
      stderr: ["error: Loop not found"],
      nowhere: ["note: "],
    });
    await project.ll(["run", "doctor"], { stdout: ["ran"] });
  });
});

Deno.test("validate --portable: what the bash of macOS lacks is a warning, and nothing without it", async () => {
  const loop = oneAction("newer", "declare -A seen; ls").replace(
    "    action: |",
    "    action_type: shell\n    on_error: bad\n    action: |",
  ).replace("initial: a", "scope: [src]\ninitial: a");
  await withProject({ ".loops/newer.yaml": loop }, async (project) => {
    await project.ll(["validate", "newer", "--strict"]);
    await project.ll(["validate", "newer", "--portable", "--format", "line"], {
      stdout:
        '.loops/newer.yaml:10:7: warning: State "a" uses "declare -A", which came with bash 4.0: ' +
        "the bash of macOS is 3.2 [newer-bash]\n",
    });
  });
});
