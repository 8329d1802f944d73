import { assertEquals } from "@std/assert";
import { findUnportable } from "../../../src/check/portable/find_unportable.ts";
import { PORTABLE_RULES } from "../../../src/check/portable/rules.ts";
import { linesOf, loadText, type MemoryFiles } from "../load/memory_sources.ts";

interface Case {
  readonly rule: string;
  /** As the reference has it: nothing is found here. */
  readonly silent: string;
  readonly noisy: string;
  readonly others?: MemoryFiles;
  /** What is found in `noisy`, without file and rule. */
  readonly lines: readonly string[];
}

/** A loop that the reference accepts, `states` beginning in line 7. */
function loop(states: string, top = "max_steps: 5"): string {
  return `name: a
description: d
${top}
initial: s
states:
  done: {terminal: true}
${states}`;
}

/** Returns what speaks against running `text` in the reference. */
async function unportable(
  text: string,
  others: MemoryFiles = {},
): Promise<string[]> {
  const loaded = loadText(text, others, ["/bin/make"]);
  const builtins = Object.keys(others).filter((file) =>
    file.startsWith("builtin:")
  ).map((file) => file.slice("builtin:".length));
  const findings = await findUnportable({ ...loaded, builtins });
  return await linesOf(findings, loaded.files);
}

const S = "  s: {action: ls, on_yes: done, on_no: done}\n";

const CASES: readonly Case[] = [
  {
    rule: "portable-required",
    silent: loop(S),
    noisy: "states:\n  s: {action: ls, on_yes: done, on_no: failed}\n",
    lines: [
      '1:1 error The reference needs "initial"',
      '1:1 error The reference needs "name"',
      '2:27 error The reference needs the state "done" to be declared',
      '2:40 error The reference needs the state "failed" to be declared',
    ],
  },
  {
    rule: "portable-required",
    silent: "initial: s\nname: x\nflow: [s, done]\n",
    noisy: "flow: [s, done]\nname: x\n",
    lines: ['1:1 error The reference needs "initial"'],
  },
  {
    rule: "portable-short-action",
    silent: loop(
      "  s: {action: ls, action_type: shell, next: t}\n  t: {action: A, action_type: prompt, next: done}\n",
    ),
    noisy: loop("  s: {run: ls, next: t}\n  t: {prompt: A, next: done}\n"),
    lines: [
      '7:7 error The reference ignores "run": the state does nothing',
      '8:7 error The reference ignores "prompt": the state does nothing',
    ],
  },
  {
    rule: "portable-short-action",
    silent: loop(
      "  s: {fragment: f, on_yes: done}\n",
      "fragments: {f: {action: ls}}",
    ),
    noisy: loop(
      "  s: {fragment: f, on_yes: done}\n",
      "fragments: {f: {run: ls}}",
    ),
    lines: ['3:17 error The reference ignores "run": the state does nothing'],
  },
  {
    rule: "portable-own-key",
    silent: loop(S, "circuit: {repeated_failure: {window: 2}}"),
    noisy: loop(
      "  s: {action: ls, stdin: x, detach: true, on_resume: ask, next: t}\n  t: {action: ls, on_resume: {check: ls}, next: done}\n",
      "secrets: [x]\noutput_signals: 'off'\ncircuit: {repeated_failure: {failures_only: true}}",
    ),
    lines: [
      '3:1 error The reference ignores "secrets"',
      '4:1 error The reference ignores "output_signals"',
      '5:30 error The reference ignores "failures_only"',
      '9:19 error The reference ignores "stdin"',
      '9:29 error The reference ignores "detach"',
      '9:43 error The reference takes "on_resume" for a route to the state "ask", which it does not know',
      '10:19 error The reference ignores "on_resume"',
    ],
  },
  {
    rule: "portable-current",
    silent: loop("  s: {action: ls, on_yes: done, on_no: $current}\n"),
    noisy: loop("  s: {action: ls, next: $current}\n"),
    lines: [
      '7:25 error The reference ends the run with an error at "$current" here',
    ],
  },
  {
    rule: "portable-reference",
    silent: loop(
      "  s: {action: 'echo ${prev.output?} ${context.a:shell} ${context.b:default=:trim}', on_yes: done}\n",
    ),
    noisy: loop(
      "  s: {action: 'echo ${prev.stderr} ${context.a:trim} ${context.b:shell:default=x}', on_yes: done}\n",
    ),
    lines: [
      '7:21 error The reference cannot resolve "${prev.stderr}": "prev" has only "output", "exit_code", "state", "timeout_kind" there',
      '7:36 error The reference cannot resolve "${context.a:trim}": it has no ":trim"',
      '7:54 error The reference cannot resolve "${context.b:shell:default=x}": ":shell" and ":default=" exclude each other there',
    ],
  },
  {
    rule: "portable-tools",
    silent: loop("  s: {action: /ll:go on, tools: [go], on_yes: done}\n"),
    noisy: loop(
      "  s: {action: /ll:go on, tools: [Read], next: t}\n  t: {action: '/do /ll:go', tools: [], next: done}\n",
    ),
    lines: [
      '7:26 error The reference refuses "tools" without the skill "go" of the action',
      '8:29 error The reference refuses "tools" without the skill "go" of the action',
    ],
  },
  {
    rule: "portable-otherwise",
    silent: loop(
      "  s: {action: /bin/make, action_type: shell, on_yes: done}\n",
    ),
    noisy: loop("  s: {action: /bin/make, on_yes: done}\n", "scope: src"),
    lines: [
      '3:8 error The reference reads a "scope" that is text as a list of its letters',
      "7:15 error The reference takes an action that begins with a slash for a prompt to an agent",
    ],
  },
  {
    rule: "portable-scalar",
    silent: loop(
      "  s: {action: ls, terminal: no, route: {'yes': done, \"no\": t, ok: t}}\n  t: {action: ls, next: on}\n  on: {action: ls, route: {_: done}}\n",
      "context: {a: 'yes', b: true, c: 010, d: 1.5e+3, e: 12}\nmaintain: off",
    ),
    noisy: loop(
      "  s: {action: ls, route: {yes: done, no: t, 1: t, null: t, =: t}}\n  t: {action: on, with: {terminal: yes}, next: done}\n",
      "context: {a: yes, b: 1:30, c: 2024-01-01, d: 1e3, e: [Off], f: =, 7: x}",
    ),
    lines: [
      ...[
        ["14", "yes", "a boolean"],
        ["22", "1:30", "a number"],
        ["31", "2024-01-01", "a date"],
        ["46", "1e3", "text"],
        ["55", "Off", "a boolean"],
        ["64", "=", "nothing that it can read"],
      ].map(([column, word, reading]) =>
        `3:${column} error The reference reads "${word}" without quotes as ${reading}`
      ),
      '7:27 error The reference cannot load a "route" whose key is no text: "yes" without quotes is a boolean there',
      '7:38 error The reference cannot load a "route" whose key is no text: "no" without quotes is a boolean there',
      '7:45 error The reference cannot load a "route" whose key is no text: "1" without quotes',
      '7:51 error The reference cannot load a "route" whose key is no text: "null" without quotes',
      '7:60 error The reference cannot load a "route" whose key is no text: "=" without quotes is nothing that it can read there',
      '8:15 error The reference reads "on" without quotes as a boolean',
      '8:36 error The reference reads "yes" without quotes as a boolean',
    ],
  },
  {
    rule: "portable-file",
    silent: loop(
      "  s: {loop: beside, on_yes: t}\n  t: {loop: '${context.any}', on_yes: done}\n",
      "import: [lib/common.yaml, own.yaml]",
    ),
    noisy: loop("  s: {loop: ours, on_yes: done}\n", "x-a: 1"),
    others: {
      "/p/.loops/beside.yaml": loop(S),
      "/p/.loops/own.yaml": "fragments: {}\n",
      "builtin:lib/common.yaml": "fragments: {}\n",
      "builtin:ours.yaml": loop(S),
    },
    lines: ['7:13 error The reference has no built-in loop "ours"'],
  },
  {
    rule: "portable-file",
    silent: loop(S),
    noisy: "from: ours\nname: a\ninitial: s\n",
    others: { "builtin:ours.yaml": loop(S) },
    lines: ['1:7 error The reference has no built-in loop "ours"'],
  },
];

Deno.test("portable: every rule is silent where it should be and exact where it is not", async (t) => {
  for (const { rule, silent, noisy, others, lines } of CASES) {
    await t.step(rule, async () => {
      assertEquals(await unportable(silent, others), []);
      assertEquals(
        await unportable(noisy, others),
        lines.map((line) => {
          const [place = "", severity = "", ...message] = line.split(" ");
          return `a.yaml:${place} ${severity} ${rule}: ${message.join(" ")}`;
        }),
      );
    });
  }
  const covered = new Set(CASES.map(({ rule }) => rule));
  assertEquals(
    PORTABLE_RULES.map(({ name }) => name).filter((name) => !covered.has(name)),
    [],
  );
});

Deno.test("portable: loops and libraries of another folder are not found there", async () => {
  const file = "/p/.loops/sub/b.yaml";
  const loaded = loadText(
    loop("  s: {loop: sub/b, on_yes: done}\n"),
    {
      [file]: loop("  s: {loop: up, on_yes: done}\n", "import: [own.yaml]"),
      "/p/.loops/up.yaml": loop(S),
      "/p/.loops/own.yaml": "fragments: {}\n",
    },
  );
  const findings = await findUnportable({
    ...loaded,
    root: file,
    builtins: [],
  });
  assertEquals(await linesOf(findings, loaded.files), [
    'sub/b.yaml:3:10 error portable-file: The reference looks for "own.yaml" beside this file and among its own libraries only',
    'sub/b.yaml:7:13 error portable-file: The reference, when it validates, looks for the loop "up" beside this file and among its own loops only',
  ]);
});

Deno.test("portable: the parents' words count, and what does not load is told by loading", async () => {
  assertEquals(
    await unportable("from: b\nname: a\n", {
      "/p/.loops/b.yaml": loop(S, "context: {x: yes}"),
    }),
    [
      'b.yaml:3:14 error portable-scalar: The reference reads "yes" without quotes as a boolean',
    ],
  );
  assertEquals(await unportable("states: ["), []);
  assertEquals(await unportable("- a\n"), []);
});
