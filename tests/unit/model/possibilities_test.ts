import { assertEquals } from "@std/assert";
import {
  hasAction,
  judgeOf,
  possibilitiesOf,
  type State,
  verdictForExitCode,
} from "../../../src/model/mod.ts";
import { DEFAULT_EVALUATE, type Evaluate } from "../../../src/model/mod.ts";

type Judged = Pick<State, "kind" | "evaluate" | "next" | "on" | "route">;

const AT = { file: "/a.yaml", path: [] };

function state(change: Partial<Judged> = {}): Judged {
  return {
    kind: "shell",
    evaluate: null,
    next: null,
    on: {},
    route: null,
    ...change,
  };
}

function by(
  type: Evaluate["type"],
  options: Partial<Evaluate> = {},
): Pick<Judged, "evaluate"> {
  return { evaluate: { ...DEFAULT_EVALUATE, at: AT, type, ...options } };
}

/** Possibilities in short: `yes 0, no 1`, with `…` where any word may come. */
function brief(judged: Judged): string {
  const { known, isOpen } = possibilitiesOf(judged);
  const words = known.map(({ verdict, exitCode }) => `${verdict} ${exitCode}`);
  return [...words, ...(isOpen ? ["…"] : [])].join(", ");
}

Deno.test("who judges a state: its evaluator, else the default of its kind", () => {
  const kinds = [
    ["shell", "exit_code"],
    ["prompt", "llm_structured"],
    ["mcp", "mcp_result"],
    ["learning", "learning"],
    ["none", null],
    ["contract", null],
    ["loop", null],
  ] as const;
  for (const [kind, judge] of kinds) {
    assertEquals(judgeOf(state({ kind })), judge, kind);
    assertEquals(
      judgeOf(state({ kind, ...by("classify") })),
      kind === "loop" ? null : "classify",
    );
    assertEquals(judgeOf(state({ kind, next: "a" })), null, kind);
    assertEquals(
      hasAction({ kind }),
      ["shell", "prompt", "mcp", "learning"].includes(kind),
      kind,
    );
  }
});

Deno.test("how a state can turn out: passing, failing, the rest, error", () => {
  const routed = { on: { partial: "a", yes: "b", error: "c" } };
  const table = { route: { RED: "a", no: "b", _: "c", _error: "d" } };
  const cases: [string, Judged, string][] = [
    ["exit code", state(), "yes 0, no 1, error 2"],
    ["number", state(by("output_numeric")), "yes 0, no 0, error 2"],
    [
      "convergence",
      state(by("convergence")),
      "target 0, stall 0, progress 0, error 2",
    ],
    ["score", state(by("harbor_scorer")), "yes 0, no 1, error 2"],
    [
      "MCP",
      state({ kind: "mcp" }),
      "success 0, tool_error 1, not_found 127, timeout 124, error 2",
    ],
    [
      "model",
      state({ kind: "prompt" }),
      "yes 0, no 0, partial 0, blocked 0, cannot_judge 0, error 2",
    ],
    [
      "model with words of its own",
      state(by("llm_structured", {
        schema: {
          properties: { verdict: { enum: ["worse", "no", "better", "yes"] } },
        },
      })),
      "yes 0, no 0, worse 0, better 0, error 2",
    ],
    [
      "model with any word",
      state({ ...by("llm_structured", { schema: {} }), ...routed }),
      "yes 0, partial 0, error 2, …",
    ],
    [
      "model that says when it is not sure",
      state(by("llm_structured", {
        uncertainSuffix: true,
        schema: { properties: { verdict: { enum: ["yes", "no"] } } },
      })),
      "yes 0, no 0, yes_uncertain 0, no_uncertain 0, error 2",
    ],
    [
      "words of a table",
      state({ ...by("classify"), ...table }),
      "no 0, RED 0, error 2, …",
    ],
    ["words of nobody", state(by("classify")), "yes 0, no 0, error 2, …"],
    [
      "learning",
      state({ kind: "learning" }),
      "yes 0, no 0, blocked 0, error 2",
    ],
    ["sub-loop", state({ kind: "loop" }), "yes 0, no 1, timeout 1, error 1"],
    ["nothing to judge", state({ kind: "none" }), "yes 0"],
    [
      "an exit code of nothing",
      state({ kind: "none", ...by("exit_code") }),
      "yes 0",
    ],
    [
      "a number of another state",
      state({ kind: "none", ...by("output_numeric") }),
      "yes 0, no 0, error 2",
    ],
    ["next", state({ next: "a" }), "yes 0"],
    [
      "next, with somewhere for failures",
      state({ next: "a", on: { error: "b" } }),
      "yes 0, error 2",
    ],
    [
      "next, without an action",
      state({ kind: "none", next: "a", on: { error: "b" } }),
      "yes 0",
    ],
  ];
  for (const [name, judged, expected] of cases) {
    assertEquals(brief(judged), expected, name);
  }
});

Deno.test("what an exit code stands for among the verdicts that a state knows", () => {
  const of = (judged: Judged): string[] =>
    [0, 1, 2, 124].map((code) =>
      verdictForExitCode(possibilitiesOf(judged), code)
    );
  assertEquals(of(state()), ["yes", "no", "error", "error"]);
  assertEquals(of(state(by("convergence"))), [
    "target",
    "stall",
    "error",
    "error",
  ]);
  assertEquals(of(state({ kind: "none" })), ["yes", "yes", "yes", "yes"]);
});
