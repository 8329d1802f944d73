import { assertEquals } from "@std/assert";
import { type UntilPlan, untilText } from "../../../src/app/until/mod.ts";
import { nearPrograms } from "../../../src/app/run/near_program.ts";
import { checkDefinitions } from "../../../src/check/mod.ts";
import { loadDefinitions } from "../../../src/load/mod.ts";
import { type Loop, untilGoalOf } from "../../../src/model/mod.ts";
import { fakeSources, memoryFiles } from "../../support/fakes.ts";

const PLAN: UntilPlan = {
  check: "npm test",
  fix: 'claude -p "make the tests pass"',
  agent: null,
  budget: null,
  folder: ".",
  times: 5,
  everyMs: null,
  timeoutMs: null,
  notes: ["Made by hand"],
};

/** Loads a text as the program does; nothing may be found in it. */
function loopOf(text: string): Loop {
  const file = "/p/.loops/tests.yaml";
  const result = loadDefinitions(file, {
    sources: fakeSources({ [file]: text }),
    origin: "project",
    loopsDir: "/p/.loops",
    cwd: "/p",
  });
  const findings = [...result.findings, ...checkDefinitions(result)];
  assertEquals(findings.map(({ message }) => message), [], text);
  return result.definitions?.loops[file] as Loop;
}

Deno.test("until: the file of the first example", () => {
  assertEquals(
    untilText(PLAN),
    `# Made by hand
description: 'Run npm test until it passes, and claude -p "make the tests pass" to fix what fails'
category: until # the end of a run tells the fixes used and the files changed
scope: ["."] # other runs keep out of it
max_edge_revisits: 5 # at most so many fixes
max_steps: 1000 # room for all of them; the line above is the limit
output_signals: "off" # LOOP_STOP and the like mean nothing in what the commands print
states:
  check:
    run: npm test
    capture: check
    on_yes: done
    on_error: triage

  # 126 and 127: the command cannot be run, or something in it. Trying again would not help.
  triage:
    evaluate: { type: classify, source: "\${captured.check.exit_code}" }
    route: { "126": failed, "127": failed, _: fix }

  # What the check printed is its input, and stands in the file that $LL_LAST_OUTPUT names.
  fix:
    run: claude -p "make the tests pass"
    stdin: |-
      \${captured.check.output}
      \${captured.check.stderr}
    capture: fix
    next: check
    on_error: triage_fix

  # A fix that fails is no end, since the check decides; one that cannot be run is.
  triage_fix:
    evaluate: { type: classify, source: "\${captured.fix.exit_code}" }
    route: { "126": failed, "127": failed, _: check }
`,
  );
});

Deno.test("until: without a fix it waits, evenly or longer and longer", () => {
  const even = untilText({
    ...PLAN,
    fix: null,
    times: null,
    everyMs: 7_200_000,
    timeoutMs: 90_500,
    folder: "my app",
    notes: [],
  });
  assertEquals(
    even,
    `description: Run npm test until it passes
category: until # the end of a run tells how often it was checked
scope: ["my app"] # other runs keep out of it
max_edge_revisits: 1000000 # as many further checks as it takes
max_steps: 5000000 # room for all of them; the line above is the limit
timeout: 90.5 # seconds, for everything
output_signals: "off" # LOOP_STOP and the like mean nothing in what the commands print
states:
  check:
    run: cd 'my app' || exit 126; npm test
    capture: check
    on_yes: done
    on_error: triage

  # 126 and 127: the command cannot be run, or something in it. Trying again would not help.
  triage:
    evaluate: { type: classify, source: "\${captured.check.exit_code}" }
    route: { "126": failed, "127": failed, _: pause }

  pause:
    run: sleep 7200
    timeout: 7260
    next: check
`,
  );
  const growing = loopOf(untilText({ ...PLAN, fix: null, everyMs: null }));
  assertEquals(
    growing.states["pause"]?.action,
    "# Pause: a quarter of the time so far, from 1 to 60 seconds\n" +
      "s=$((${loop.elapsed_ms} / 4000))\nsleep $((s < 1 ? 1 : s > 60 ? 60 : s))\n",
  );
  const paced = loopOf(untilText({ ...PLAN, everyMs: 500 }));
  assertEquals(
    [
      paced.states["fix"]?.next,
      paced.states["triage_fix"]?.route?.["_"],
      paced.states["pause"]?.action,
    ],
    ["pause", "pause", "sleep 0.5"],
  );
});

Deno.test("until: every command is in the file as it was typed", () => {
  const commands = [
    "npm test",
    'echo "a: b" # c',
    `it's "x": y`,
    "two\nlines",
    "two\nlines\n",
    "a\tb\n\tc",
    "\nblank first",
    "  blanks around  ",
    "a\n\n\nb",
    "yes",
    "5",
    "~",
    "- x",
    "| cat",
    "{a}",
    "[1",
    "&a *b !c %d @e ?f",
    "x:",
    'echo ${HOME} "$${PID}" $$',
    "bell\u0007 next\u0085line sep\u2028",
    "é ü 日本 😀",
    "true && ".repeat(400) + "true",
  ];
  for (const command of commands) {
    const text = untilText({ ...PLAN, check: command, fix: command });
    const { check, fix } = loopOf(text).states;
    const expected = command.replaceAll("${", () => "$${");
    assertEquals([check?.action, fix?.action], [expected, expected], text);
  }
});

Deno.test("until: the goal is in the definition alone", () => {
  const goalOf = (change: Partial<UntilPlan>) =>
    untilGoalOf(loopOf(untilText({ ...PLAN, ...change })));
  assertEquals(goalOf({ times: 7 }), { hasFix: true, max: 7 });
  assertEquals(goalOf({ fix: null, times: null }), {
    hasFix: false,
    max: null,
  });
  const other = loopOf(
    "description: d\nscope: [.]\ncategory: until\nstates: {check: {run: x, on_yes: done, on_error: done}}\n",
  );
  assertEquals(untilGoalOf(other), null);
});

Deno.test("a program that was mistyped is looked for on PATH, a path in its folder", () => {
  const files = memoryFiles({
    "/bin/npm": "",
    "/bin/npx": "",
    "/opt/mine/fix-it": "",
    "/p/sub/go.sh": "",
  });
  const near = (name: string) =>
    nearPrograms({ files }, name, {
      path: "/nowhere::/bin:/opt/mine",
      folder: "/p",
    });
  assertEquals(
    ["npn", "fixit", "./sub/og.sh", "zebra", "np", "npm"].map(near),
    [["npm", "npx"], ["fix-it"], ["./sub/go.sh"], [], [], []],
  );
});
