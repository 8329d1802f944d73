/** What `validate` takes, how it prints what it finds, and what `--fix` makes of it. */

import { assert, assertEquals } from "@std/assert";
import { type Project, withProject } from "../support/ll_loop.ts";

const MISTAKES = `# Why
description: d # kept
scope: [.]
timeout: "30"
states:
  s:
    run: |
      echo \${X} $\${Y} \${X}
    on_yes: dnoe
    on_no: done
    on_error: done
`;

const MENDED = MISTAKES.replace('"30"', "30")
  .replace("echo ${X} $${Y} ${X}", () => "echo $${X} $${Y} $${X}")
  .replace("dnoe", "done");

const DIFF = `--- .loops/a.yaml
+++ .loops/a.yaml
@@ -1,11 +1,11 @@
 # Why
 description: d # kept
 scope: [.]
-timeout: "30"
+timeout: 30
 states:
   s:
     run: |
-      echo \${X} $\${Y} \${X}
-    on_yes: dnoe
+      echo $\${X} $\${Y} $\${X}
+    on_yes: done
     on_no: done
     on_error: done
`;

const GOOD =
  "description: d\nscope: [.]\nstates: {s: {run: ls, on_yes: done, on_error: failed}}\n";

Deno.test("--fix makes the changes that are certain, shows them first if asked, and then finds none", async () => {
  await withProject({ ".loops/a.yaml": MISTAKES }, async (project) => {
    await project.ll(["validate", "a", "--fix", "--dry-run"], {
      stdout: DIFF,
      stderr: "Would change 4 places in .loops/a.yaml\n",
      isUntouched: true,
    });
    await project.ll(["validate", "a", "--fix", "--strict"], {
      stdout: ["✓ a is valid", "Changed 4 places in .loops/a.yaml\n"],
    });
    assertEquals(project.read(".loops/a.yaml"), MENDED);
    await project.ll(["validate", "a", "--fix"], {
      stdout: ["✓ a is valid", "Nothing to fix\n"],
      isUntouched: true,
    });
  });
});

Deno.test("--fix keeps line ends, a byte order mark, links and who may read a file", async () => {
  await withProject({ "real.yaml": "" }, async (project) => {
    const text = `\ufeff${MISTAKES.replaceAll("\n", "\r\n")}`;
    const path = `${project.root}/real.yaml`;
    await Deno.writeTextFile(path, text);
    await Deno.chmod(path, 0o640);
    await Deno.symlink("real.yaml", `${project.root}/link.yaml`);
    await project.ll(["validate", "link.yaml", "--fix", "--format", "line"], {
      stdout: "",
    });
    const after = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      await Deno.readFile(path),
    );
    assertEquals(after, `\ufeff${MENDED.replaceAll("\n", "\r\n")}`);
    assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o640);
    assert((await Deno.lstat(`${project.root}/link.yaml`)).isSymlink);
  });
});

Deno.test("--portable --fix writes a short loop out in full, and the reference can take it", async () => {
  const short = `# Mine
description: d
scope: [.]
states:
  check: { run: 'test "$A"', on_yes: done, on_error: fix }
  fix: # Repair
    run: touch a
    next: $current
  ask:
    prompt: Well?
    route:
      yes: done
      no: failed
`;
  await withProject({ ".loops/s.yaml": short }, async (project) => {
    await project.ll(["validate", "s", "--portable"], { status: 1 });
    await project.ll(["validate", "s", "--portable", "--fix"], {
      stdout: ["✓ s is valid, also in the reference"],
    });
    assertEquals(
      project.read(".loops/s.yaml"),
      `# Mine
name: s
description: d
scope: [.]
initial: check
states:
  check: { action_type: shell, action: 'test "$A"', on_yes: done, on_error: fix }
  fix: # Repair
    action_type: shell
    action: touch a
    next: fix
  ask:
    action_type: prompt
    action: Well?
    route:
      "yes": done
      "no": failed
  done: { terminal: true }
  failed: { terminal: true }
`,
    );
    await project.ll(["validate", "s", "--portable", "--fix"], {
      stdout: ["Nothing to fix\n"],
      isUntouched: true,
    });
  });
});

Deno.test("folders stand for the loops below them, and - for standard input", async () => {
  await withProject({
    ".loops/a.yaml": GOOD,
    ".loops/config.yaml": "color: false\n",
    ".loops/deep/b.yaml": GOOD.replace("done", "dnoe"),
    ".loops/runs/x/c.yaml": "states: 1\n",
    "ci/workflow.yml": "jobs: {}\n",
    "ci/broken.yaml": "a: [\n",
    "empty/x.txt": "",
    "other/.loops/c.yaml": GOOD,
    "other/.loops/config.yaml": "color: false\n",
    "other/.loops/runs/x/d.yaml": "states: 1\n",
    "other/.git/e.yaml": "states: 1\n",
  }, async (project) => {
    const { stdout } = await project.ll(["validate", ".", "--json"], {
      status: 1,
    });
    assertEquals(
      JSON.parse(stdout).map((each: { loop: string; valid: boolean }) => [
        each.loop,
        each.valid,
      ]),
      [
        [".loops/a.yaml", true],
        [".loops/deep/b.yaml", false],
        ["ci/broken.yaml", false],
        ["other/.loops/c.yaml", true],
      ],
    );
    // Another project's loops are those of its folder, too.
    await project.ll(["validate", "other", "--format", "line"], { stdout: "" });
    await project.ll(["validate", "empty"], {
      status: 65,
      stderr: ['No loops in the folder "empty"'],
    });
    const typed = GOOD.replace("on_yes: done", "on_yes: dnoe").split("\n")
      .slice(0, -1);
    await project.ll(["validate", "-", "--format", "line"], {
      status: 1,
      stdout:
        '<stdin>:3:31: error: State "s" goes to the unknown state "dnoe" [unknown-target]\n',
    }, { answers: typed });
    await project.ll(["validate", "-", "--fix"], {
      stdout: GOOD,
      stderr: ["✓ <stdin> is valid", "Changed 1 place in <stdin>\n"],
      isUntouched: true,
    }, { answers: typed });
  });
});

Deno.test("a file that two loops share is told of once, with the way that led there", async () => {
  await withProject({
    ".loops/a.yaml": "from: base\nscope: [.]\n",
    ".loops/b.yaml": "from: base\nscope: [.]\n",
    ".loops/base.yaml":
      "description: d\nstates: {s: {run: ls, on_yes: gone, on_error: done}}\n",
  }, async (project) => {
    const error =
      '.loops/base.yaml:2:31: error: State "s" goes to the unknown state "gone" [unknown-target]\n';
    await project.ll(["validate", "a", "b", "--format", "line"], {
      status: 1,
      stdout: error,
    });
    await project.ll(["validate", "a", "b"], {
      status: 1,
      stdout: [
        error,
        "  = note: Reached through .loops/a.yaml:1:7\n",
        "✗ a is not valid",
        "✗ b is not valid",
      ],
      nowhere: [".loops/b.yaml:1:7"],
    });
  });
});

Deno.test("sarif and github tell every finding once, to programs", async () => {
  await withProject({ ".loops/a.yaml": MISTAKES }, async (project) => {
    await project.ll(["validate", "a", "--format", "github"], {
      status: 1,
      stdout: `${
        [
          "::error file=.loops/a.yaml,line=4,endLine=4,col=10,endColumn=14,title=bad-value::" +
          '"timeout" must be a number of seconds, not the text "30"%0Ahint: Drop the quotes: timeout: 30',
          "::warning file=.loops/a.yaml,line=8,endLine=8,col=12,endColumn=16,title=malformed-reference::" +
          '"${X}" is not a reference: expected namespace.path%0Ahint: Did you mean "$${X}", for the shell?',
          "::error file=.loops/a.yaml,line=9,endLine=9,col=13,endColumn=17,title=unknown-target::" +
          'State "s" goes to the unknown state "dnoe"%0Ahint: Did you mean "done"?',
        ].join("\n")
      }\n`,
    });
    const log = await sarif(project, ["a", "gone"], 65);
    const [run] = log.runs;
    assertEquals(run.tool.driver.name, "ll-loop");
    assertEquals(
      run.tool.driver.rules.map(({ id }: { id: string }) => id),
      ["bad-value", "malformed-reference", "unknown-target"],
    );
    assertEquals(run.invocations[0], {
      executionSuccessful: false,
      toolExecutionNotifications: [
        { level: "error", message: { text: 'Loop not found: "gone"' } },
      ],
    });
    assertEquals(run.results[2], {
      ruleId: "unknown-target",
      ruleIndex: 2,
      level: "error",
      message: {
        text:
          'State "s" goes to the unknown state "dnoe"\nDid you mean "done"?',
      },
      locations: [{
        physicalLocation: {
          artifactLocation: { uri: ".loops/a.yaml", uriBaseId: "SRCROOT" },
          region: { startLine: 9, startColumn: 13, endLine: 9, endColumn: 17 },
        },
      }],
      fixes: [{
        description: { text: 'Did you mean "done"?' },
        artifactChanges: [{
          artifactLocation: { uri: ".loops/a.yaml", uriBaseId: "SRCROOT" },
          replacements: [{
            deletedRegion: {
              startLine: 9,
              startColumn: 13,
              endLine: 9,
              endColumn: 17,
            },
            insertedContent: { text: "done" },
          }],
        }],
      }],
    });
  });
});

async function sarif(
  project: Project,
  names: readonly string[],
  status: number,
  // deno-lint-ignore no-explicit-any -- a log of another program's format
): Promise<any> {
  const { stdout } = await project.ll(
    ["validate", ...names, "--format", "sarif"],
    { status, stderr: ["gone"].filter((each) => !names.includes(each)) },
  );
  return JSON.parse(stdout);
}

Deno.test("--dry-run alone is refused with what it goes with", async () => {
  await withProject({ ".loops/a.yaml": GOOD }, async (project) => {
    await project.ll(["validate", "a", "--dry-run"], {
      status: 64,
      stderr: ['"--dry-run" is only for "--fix"'],
    });
  });
});
