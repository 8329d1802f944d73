/** What GitHub Actions is told: commands, annotations, drawings, the job's summary. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type EventBody,
  type PlacedFinding,
  type RunEnd,
  stampEvent,
} from "../../../src/model/mod.ts";
import {
  type Annotation,
  defuse,
  failedStep,
  fenced,
  findingAnnotation,
  formatAnnotations,
  formatCommand,
  formatJobSummary,
  JOB_SUMMARY_BYTES_MAX,
  outputEntry,
  plainText,
  runAnnotation,
} from "../../../src/view/github/mod.ts";
import {
  formatMermaid,
  RunPath,
  type RunSummary,
} from "../../../src/view/mod.ts";
import { commandsIn, outputsIn } from "../../support/actions_runner.ts";
import { definitionsOf, fileOf } from "../../support/definitions.ts";
import { HOSTILE_LINES } from "../../support/hostile_output.ts";

const START_MS = 1_700_000_000_000;

const LOOP = definitionsOf(`
states:
  check:
    action: make
    on_yes: done
    on_no: fix
  fix: { action: ./fix, next: check }
  done: { terminal: true }
  lost: { terminal: true, failure: true }
`).loops[fileOf("a")] ?? (() => {
  throw new Error("No loop");
})();

/** Returns a path over events, one second apart. */
function pathOf(events: readonly EventBody[], frame = { id: "0", depth: 0 }) {
  const path = new RunPath();
  for (const [index, event] of events.entries()) {
    path.push(stampEvent(event, { nowMs: START_MS + index * 1000, frame }));
  }
  return path;
}

/** Returns the events of one step. */
function step(
  state: string,
  number: number,
  how: { exit: number; verdict?: string; to?: string; prints?: string },
): EventBody[] {
  return [
    { event: "state_enter", state, iteration: number },
    { event: "action_start", action: "x", is_prompt: false, state },
    {
      event: "action_complete",
      exit_code: how.exit,
      duration_ms: 300,
      output_preview: how.prints ?? null,
      stderr_preview: null,
      is_prompt: false,
    },
    ...(how.verdict === undefined ? [] : [{
      event: "evaluate" as const,
      type: "exit_code",
      verdict: how.verdict,
      state,
    }]),
    ...(how.to === undefined
      ? []
      : [{ event: "route" as const, from: state, to: how.to }]),
  ];
}

const LOOP_START: EventBody = { event: "loop_start", loop: "a" };

const SUMMARY: RunSummary = {
  loop: "a",
  runId: "20260101T000000000Z-00000000",
  runFolder: ".loops/runs/20260101T000000000Z-00000000/",
  end: {
    terminatedBy: "max_steps",
    finalState: "check",
    isFailureTerminal: false,
    steps: 2,
    error: null,
    continuation: null,
    endedAtMs: START_MS,
    noRoute: null,
  },
  exitStatus: 1,
  elapsedMs: 4000,
  limits: { maxSteps: 2, maxIterations: null, passes: 0, timeoutMs: null },
  place: null,
  limitPlace: null,
  hasRouteTable: false,
  hint: null,
  lastAction: null,
  signal: null,
  args: ["run", "a"],
  canResume: true,
  resumeWords: [],
};

function ended(end: Partial<RunEnd>, exitStatus: number): RunSummary {
  return { ...SUMMARY, end: { ...SUMMARY.end, ...end }, exitStatus };
}

// -------------------------------------------------------------------- commands

Deno.test("no hostile line is a command once it is defused, whatever it follows", () => {
  const raw = HOSTILE_LINES.join("\n");
  assert(commandsIn(raw).length > 5);
  assertEquals(commandsIn(defuse(raw)), []);
  assertEquals(commandsIn(defuse(`x\r${raw}\r\n::error::y`)), []);
  const plain = "a::b\n#[x] ##x\n:: spaced\n";
  assertEquals(defuse(plain.replace("\n:: spaced\n", "")), "a::b\n#[x] ##x");
  assertEquals(defuse(raw).replaceAll("\u200b", ""), raw);
});

Deno.test("a command ends where it was meant to, whatever is in it", () => {
  for (const line of HOSTILE_LINES) {
    const command = formatCommand("error", { title: line, line: 1 }, line);
    assertEquals(command.split(/[\r\n]/).length, 1, command);
    assertEquals(commandsIn(command), [command]);
    const [, title = ""] = /^::error title=([^,:]*),line=1::/.exec(command) ??
      [];
    const unescape = (text: string) =>
      text.replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%0A", "\n")
        .replaceAll("%0D", "\r").replaceAll("%25", "%");
    assertEquals(unescape(title), line);
  }
});

Deno.test("no value ends its entry of GITHUB_OUTPUT", () => {
  const values = [
    ...HOSTILE_LINES,
    "a\nEND\nstatus=0",
    "END",
    "",
    "\n\n",
    "END_",
  ];
  const text = values.map((value, index) =>
    outputEntry(`v${index}`, value, "END")
  ).join("");
  assertEquals(Object.values(outputsIn(text)), values);
});

// ----------------------------------------------------------------- annotations

Deno.test("annotations: ten of a level at most, the errors first", () => {
  const many = (level: Annotation["level"], count: number): Annotation[] =>
    Array.from({ length: count }, (_, index) => ({
      level,
      title: "t",
      message: `${level} ${index}`,
      place: null,
    }));
  const all = [
    ...many("notice", 1),
    ...many("warning", 12),
    ...many("error", 10),
  ];
  const lines = formatAnnotations(all, { more: "see the log" });
  assertEquals(lines.length, 21);
  assertEquals(lines[0], "::error title=t::error 0");
  assertEquals(lines[9], "::error title=t::error 9");
  assertEquals(lines[10], "::warning title=t::warning 0");
  assertEquals(
    lines[19],
    "::warning title=3 more warnings::There are 3 more warnings: see the log",
  );
  assertEquals(lines[20], "::notice title=t::notice 0");
});

Deno.test("a finding is annotated at its place, outside of the workspace at none", () => {
  const finding: PlacedFinding = {
    rule: "unknown-state",
    severity: "error",
    message: 'State "a" goes to "b"',
    at: { file: "/w/a.yaml", path: [] },
    position: { line: 3, column: 5, endLine: 3, endColumn: 9 },
    sourceLine: "",
    hint: "50% of it",
  };
  const inside = findingAnnotation(finding, () => "a.yaml");
  assertEquals(formatAnnotations([inside], { more: "" }), [
    "::error file=a.yaml,line=3,endLine=3,col=5,endColumn=9,title=unknown-state::" +
    'State "a" goes to "b"%0Ahint: 50%25 of it',
  ]);
  assertEquals(
    formatAnnotations([findingAnnotation(finding, () => null)], { more: "" }),
    [
      '::error title=unknown-state::State "a" goes to "b"%0Ahint: 50%25 of it',
    ],
  );
});

Deno.test("a run is annotated with the step that failed, not with the one that ran last", () => {
  const path = pathOf([
    LOOP_START,
    ...step("check", 1, { exit: 1, verdict: "no", to: "fix", prints: "bad\n" }),
    ...step("fix", 2, { exit: 0, to: "check" }),
  ]);
  const found = failedStep(SUMMARY, path);
  assertEquals([found?.state, found?.loop, found?.exit], [
    "check",
    "a",
    "exit 1",
  ]);
  const place = { file: ".loops/a.yaml", line: 6 };
  const annotation = runAnnotation(SUMMARY, { step: found, place });
  assertEquals(annotation?.level, "error");
  assertEquals(
    annotation?.message,
    'Loop "a" stopped: the cap of 2 steps is reached\n' +
      'State "check": exit 1, verdict no\n' +
      "  bad\n" +
      "next: ll-loop resume 20260101T000000000Z-00000000 --max-steps 4",
  );
  const success = ended({ terminatedBy: "terminal", finalState: "done" }, 0);
  assertEquals(runAnnotation(success, { step: null, place }), null);
  const paused = ended({ terminatedBy: "handoff" }, 3);
  assertEquals(failedStep(paused, path), null);
  assertEquals(runAnnotation(paused, { step: null, place })?.level, "notice");
});

Deno.test("an exit code that a state is after is no failure", () => {
  const path = pathOf([
    LOOP_START,
    ...step("check", 1, { exit: 1, verdict: "yes", to: "done" }),
  ]);
  assertEquals(path.failed, null);
});

// ---------------------------------------------------------------- the machine

Deno.test("the machine is drawn with the way taken", () => {
  const path = pathOf([
    LOOP_START,
    ...step("check", 1, { exit: 1, verdict: "no", to: "fix" }),
    ...step("fix", 2, { exit: 0, to: "check" }),
    ...step("check", 3, { exit: 1, verdict: "no", to: "fix" }),
    ...step("fix", 4, { exit: 0, to: "check" }),
  ]);
  const end = { state: "check", isSuccess: false };
  assertEquals(formatMermaid(LOOP, { path, end }), [
    "flowchart TD",
    '  start((" "))',
    "  start --> s0",
    '  s0["check"]',
    '  s1["fix"]',
    '  s2(["done"])',
    '  s3(["lost"])',
    '  s0 -.->|"yes"| s2',
    '  s0 ==>|"no ×2"| s1',
    '  s1 ==>|"next ×2"| s0',
    "  classDef visited stroke-width:3px",
    "  class s0,s1 visited",
    "  classDef ended stroke:#cf222e,stroke-width:4px",
    "  class s0 ended",
  ]);
  assertEquals(
    formatMermaid(LOOP)?.filter((line) => /s0 -/.test(line)),
    ["  start --> s0", '  s0 -->|"yes"| s2', '  s0 -->|"no"| s1'].slice(1),
  );
});

Deno.test("a name can neither end the drawing nor its label", () => {
  const name =
    '"]\n```\nclick x "https://e.example" %%{init}%% </script>#quot;';
  const hostile = {
    initial: name,
    states: {
      [name]: { ...Object.values(LOOP.states)[0], name, on: { yes: name } },
    },
  } as unknown as typeof LOOP;
  const lines = formatMermaid(hostile) ?? [];
  assertEquals(lines.length, 5);
  for (const line of lines) {
    assertEquals(
      line.replace(/\[?"[^"]*"\]?/, "").match(/["`<%\n]/),
      null,
      line,
    );
  }
});

Deno.test("a machine too large to draw is drawn as far as it was visited", () => {
  const first = Object.values(LOOP.states)[0];
  const names = Array.from({ length: 1000 }, (_, index) => `s-${index}`);
  const large = {
    initial: "s-0",
    states: Object.fromEntries(
      names.map((name, index) => [name, {
        ...first,
        name,
        on: { yes: names[index + 1] ?? "s-0" },
      }]),
    ),
  } as unknown as typeof LOOP;
  assertEquals(formatMermaid(large), null);
  const path = pathOf([
    LOOP_START,
    ...step("s-0", 1, { exit: 0, verdict: "yes", to: "s-1" }),
    { event: "state_enter", state: "s-1", iteration: 2 },
  ]);
  assertEquals(formatMermaid(large, { path })?.slice(3), [
    '  s0["s-0"]',
    '  s1["s-1"]',
    '  s0 ==>|"yes"| s1',
    "  classDef visited stroke-width:3px",
    "  class s0,s1 visited",
  ]);
});

// ----------------------------------------------------------------- the summary

Deno.test("the summary tells outcome, way, steps and the failing output", () => {
  const path = pathOf([
    LOOP_START,
    ...step("check", 1, {
      exit: 1,
      verdict: "no",
      to: "fix",
      prints: HOSTILE_LINES.join("\n"),
    }),
    ...step("fix", 2, { exit: 0, to: "check" }),
  ]);
  const text = formatJobSummary({ summary: SUMMARY, loop: LOOP, path }, {
    bytesMax: JOB_SUMMARY_BYTES_MAX,
  });
  assertStringIncludes(text, "## ll-loop: a stopped\n");
  assertStringIncludes(text, "\n```mermaid\nflowchart TD\n");
  assertStringIncludes(
    text,
    "| 1 | check | 4.0s | exit 1 | no | fix |\n" +
      "| 2 | fix | 3.0s | ok |  | check |\n",
  );
  assertStringIncludes(
    text,
    "### Last output of check (exit 1)\n\nstdout:\n\n````text\n",
  );
  // Markup outside of fences is ours alone.
  const outside = text.replaceAll(/^(`{3,})\w+\n[\s\S]*?\n\1$/gm, "");
  assertEquals(outside.match(/script|example\.com|injected/), null);
});

Deno.test("text in a page is never markup", () => {
  const line =
    "a|b <i> [x](y) `c` *d* _e_ ![f] &amp; $g$ @h #1 http://e www.e.com \\";
  const shown = plainText(line);
  assertEquals(shown.match(/[|<>[\]`*_!$@\\]/), null);
  assertEquals(shown.match(/www\./), null);
  const read = shown.replaceAll(
    /&#(\d+);/g,
    (_, code) => String.fromCharCode(Number(code)),
  );
  assertEquals(read, line);
  for (const hostile of HOSTILE_LINES) {
    const block = fenced([hostile, "x"], "text").split("\n");
    assertEquals(block.indexOf(block.at(-1) ?? ""), block.length - 1);
  }
});

Deno.test("the summary stays below what is left, whatever was printed", () => {
  const long = "😀`".repeat(10_000);
  const name = "|".repeat(3000);
  const events: EventBody[] = [LOOP_START];
  for (let number = 1; number <= 5000; number++) {
    events.push(
      ...step(name, number, { exit: 1, verdict: name, to: name, prints: long }),
    );
  }
  const path = pathOf(events);
  const record = {
    summary: { ...SUMMARY, loop: name },
    loop: LOOP,
    path,
  };
  const size = (bytesMax: number) =>
    new TextEncoder().encode(formatJobSummary(record, { bytesMax })).length;
  const whole = size(JOB_SUMMARY_BYTES_MAX);
  assert(whole > 10_000 && whole < JOB_SUMMARY_BYTES_MAX / 2, String(whole));
  for (const room of [0, 100, 2000, 5000, 50_000, whole]) {
    assert(size(room) <= room, `${room}`);
  }
  assertEquals(size(-5), 0);
  assertStringIncludes(
    formatJobSummary(record, { bytesMax: JOB_SUMMARY_BYTES_MAX }),
    "| … | 4900 more steps | | | | |",
  );
});

Deno.test("sub-loops do not mix with the loop around them", () => {
  const path = new RunPath();
  const say = (body: EventBody, id: string, depth: number) =>
    path.push(stampEvent(body, { nowMs: START_MS, frame: { id, depth } }));
  say(LOOP_START, "0", 0);
  say({ event: "state_enter", state: "check", iteration: 1 }, "0", 0);
  say({ event: "loop_start", loop: "child" }, "0.1", 1);
  for (const event of step("test", 1, { exit: 2, verdict: "no", to: "end" })) {
    say(event, "0.1", 1);
  }
  say({ event: "route", from: "check", to: "fix" }, "0", 0);
  assertEquals(path.failed?.loop, "child");
  assert(!path.hasVisited("test"));
  assertEquals(path.timesOf("test", "end"), 0);
  assertEquals(path.timesOf("check", "fix"), 1);
  assertEquals(path.steps.first.map(({ depth, to }) => [depth, to]), [
    [0, "fix"],
    [1, "end"],
  ]);
});
