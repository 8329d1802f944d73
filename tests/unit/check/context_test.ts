import { assertEquals, assertExists } from "@std/assert";
import {
  type Abilities,
  findMissing,
  findUnwatched,
  needsOf,
  programsOf,
  staticChildren,
  templatesOf,
  unsupported,
} from "../../../src/check/mod.ts";
import { findEvaluator } from "../../../src/engine/evaluators/mod.ts";
import {
  type Definitions,
  EVALUATOR_TYPES,
  type StateKind,
} from "../../../src/model/mod.ts";
import { loadText, type MemoryFiles } from "../load/memory_sources.ts";

function load(
  text: string,
  others: MemoryFiles = {},
): {
  definitions: Definitions;
  results: ReturnType<typeof loadText>["results"];
} {
  const { definitions, findings, results } = loadText(
    `name: a\ninitial: s\n${text}`,
    others,
  );
  assertExists(definitions, JSON.stringify(findings));
  return { definitions, results };
}

/** Missing values as `kind name usedBy: add`. */
function missingIn(
  text: string,
  { context = [], others = {} }: {
    context?: readonly string[];
    others?: MemoryFiles;
  } = {},
): string[] {
  const { definitions, results } = load(text, others);
  return findMissing(definitions, new Set(context), { results }).map((
    { kind, name, usedBy, add },
  ) => `${kind} ${name} ${usedBy}: ${add}`);
}

const EVERYWHERE = `states:
  s:
    action: "\${context.action}"
    append_to_messages: "\${context.message}"
    evaluate:
      type: convergence
      source: "\${context.source}"
      prompt: "\${context.prompt}"
      target: "\${context.target}"
      previous: "\${context.previous}"
      tolerance: "\${context.tolerance}"
      history_file: "\${context.history}"
      pattern: "\${context.pattern}"
    on_success: "\${context.success}"
    on_no: "\${context.no}"
    on_target: "\${context.custom}"
    route: {x: "\${context.route}"}
  mcp:
    action_type: mcp_tool
    action: "server/\${context.tool}"
    params: {a: {b: ["\${context.param}"]}}
    next: "\${context.next}"
  json:
    action: x
    evaluate: {type: output_json, path: a, operator: eq, target: "\${context.json}"}
    on_yes: done
  child:
    loop: "\${context.loop}"
    with: {k: "\${context.with}"}
    worktree: "\${context.worktree}"
    on_yes: done
  part: {fragment: f, with: {p: "\${context.binding}"}, next: done}
  done: {terminal: true}
fragments:
  f: {action: "\${param.p}"}
`;

Deno.test("every place that is interpolated is listed, once", () => {
  const { definitions } = load(EVERYWHERE);
  const loop = definitions.loops[definitions.root];
  assertExists(loop);
  const uses = Object.values(loop.states).flatMap((state) =>
    templatesOf(state).map(({ kind, path, text }) =>
      `${state.name} ${kind} ${path.join(".")} ${text}`
    )
  );
  assertEquals(uses, [
    "s action action ${context.action}",
    "s message append_to_messages ${context.message}",
    "s evaluate evaluate.source ${context.source}",
    "s evaluate evaluate.prompt ${context.prompt}",
    "s evaluate evaluate.previous ${context.previous}",
    "s evaluate evaluate.tolerance ${context.tolerance}",
    "s evaluate evaluate.history_file ${context.history}",
    "s literal evaluate.pattern ${context.pattern}",
    "s evaluate evaluate.target ${context.target}",
    "s target on_yes ${context.success}",
    "s target on_no ${context.no}",
    "s target on_target ${context.custom}",
    "s target route.x ${context.route}",
    "mcp action action server/${context.tool}",
    "mcp param params.a.b.0 ${context.param}",
    "mcp target next ${context.next}",
    "json literal evaluate.target ${context.json}",
    "child loop loop ${context.loop}",
    "child worktree worktree ${context.worktree}",
    "child with with.k ${context.with}",
    "part binding with.p ${context.binding}",
    "part action action ${param.p}",
  ]);
});

Deno.test("a missing key is found in every place that is interpolated", () => {
  const { definitions } = load(EVERYWHERE);
  assertEquals(
    findMissing(definitions, new Set()).map(({ name }) => name).sort(),
    [
      "action",
      "binding",
      "custom",
      "history",
      "json",
      "loop",
      "message",
      "next",
      "no",
      "param",
      "pattern",
      "previous",
      "prompt",
      "route",
      "source",
      "success",
      "target",
      "tolerance",
      "tool",
      "with",
      "worktree",
    ],
  );
});

Deno.test("missing values: each once, with its first use, its place and what to add", () => {
  const { definitions, results } = load(
    `context: {known: 1}
states:
  s: {action: "\${context.known} \${context.target.deep} \${context.target:shell}", on_success: t}
  t: {action: "\${context.target}", next: done}
  done: {terminal: true}
`,
  );
  assertEquals(
    findMissing(definitions, new Set(["known", "input"]), { results }),
    [{
      kind: "context",
      name: "target",
      source: "${context.target.deep}",
      add: '"target: { deep: … }" below "context:" in the file',
      words: [],
      state: "s",
      usedBy: "states.s.action",
      at: { file: "/p/.loops/a.yaml", path: ["states", "s", "action"] },
    }],
  );
  assertEquals(
    missingIn('states: {s: {action: "${context.knwon}", next: s}}\n', {
      context: ["known"],
    }),
    [
      'context knwon states.s.action: --context knwon=VALUE (or did you mean "known"?)',
    ],
  );
});

Deno.test("scope and files of the circuit were not searched for missing values", () => {
  const { definitions, results } = load(`context: {known: 1}
scope: ["\${context.known}/\${context.place:shell}", "\${context.opt?}", "\${captured.no}"]
circuit:
  repeated_failure:
    progress_paths: ["\${context.known}", "x/\${context.nope}", "\${captured.made.output}", "\${captured.never}"]
states:
  s: {action: "\${context.place}", capture: made, on_yes: done}
  done: {terminal: true}
`);
  const context = new Set(["known"]);
  assertEquals(findMissing(definitions, context, { results }), [{
    kind: "context",
    name: "place",
    source: "${context.place:shell}",
    add: "--context place=VALUE",
    words: ["--context", "place=VALUE"],
    state: null,
    usedBy: "scope",
    at: { file: "/p/.loops/a.yaml", path: ["scope", 0] },
  }]);
  const unwatched = findUnwatched(definitions, context, { results });
  assertEquals(unwatched.map(({ message, hint }) => `${message}; ${hint}`), [
    '"x/${context.nope}" is not watched: nothing gives "${context.nope}"; Add --context nope=VALUE',
    '"${captured.never}" is not watched: nothing gives "${captured.never}"; Add capture: never, on a state that runs before',
  ]);
  assertEquals(unwatched[0]?.at.path, [
    "circuit",
    "repeated_failure",
    "progress_paths",
    1,
  ]);
});

Deno.test("missing values: what is said to add can be added", () => {
  const rows: [source: string, add: string][] = [
    ["${context.a:shell}", "--context a=VALUE"],
    [
      "${context.}",
      "a name after the dot: ${context.NAME}",
    ],
    ["${context.a.b.c}", '"a: { b: { c: … } }" below "context:" in the file'],
    ["${context.a=b}", '"a=b: …" below "context:" in the file'],
    ["${context.input_hash}", "an INPUT after the loop's name"],
  ];
  for (const [source, add] of rows) {
    const [missing] = missingIn(
      `states: {s: {action: '${source}', next: s}}\n`,
    );
    assertEquals(missing?.split(": ").slice(1).join(": "), add, source);
  }
});

Deno.test("a run was told to give a value that the file has as a default, and not why", () => {
  assertEquals(
    missingIn(
      `parameters: {p: {type: string, default: fast}, q: {type: string, default: "a b"}}
states: {s: {action: "\${context.p} \${context.q}", next: s}}
`,
    ),
    [
      "context p states.s.action: --context p=fast (the default of a parameter counts in sub-loops only)",
      "context q states.s.action: --context q=VALUE (the default of a parameter counts in sub-loops only)",
    ],
  );
});

Deno.test("references that need nothing are not missing", () => {
  assertEquals(
    missingIn(`on_max_steps: cap
states:
  s:
    action: "\${context.a:default=x} \${context.b?} $\${context.c} \${env.D} \${prev.output} \${state.name} \${loop.name} \${messages}"
    on_yes: t
  t: {action: "\${captured.t.output}", capture: t, next: done, evaluate: {type: exit_code, source: "\${context.unused}"}}
  cap: {terminal: true, action: "\${context.cap}"}
  done: {terminal: true, action: "\${context.never}"}
`),
    ["context cap states.cap.action: --context cap=VALUE"],
  );
});

Deno.test("captures that nothing gives; the rest that leads nowhere refused a run that could route it", () => {
  assertEquals(
    missingIn(`fragments:
  f: {action: "\${param.p} \${param.q} \${param.r}", parameters: {q: {type: string, default: x}, r: {type: string, required: true}}}
states:
  s: {action: "\${captured.outt} \${contxt.a} \${FOO:-/a.b}", capture: out, evaluate: {type: output_contains, pattern: "\${nothing.here}"}, on_yes: t}
  t: {fragment: f, with: {p: 1}, next: u}
  u: {fragment: f, with: {p: 1, r: 2}, next: done}
  v: {action: "\${param.p}", next: done}
  done: {terminal: true}
`),
    [
      'captured outt states.s.action: capture: outt, on a state that runs before (or did you mean "out"?)',
    ],
  );
});

Deno.test("a sub-loop may give any capture, and answers for its own context", () => {
  assertEquals(
    missingIn(
      `states:
  s: {loop: c, on_yes: t}
  t: {action: "\${captured.s.deep.output} \${captured.x}", next: done}
  done: {terminal: true}
`,
      {
        others: {
          "/p/.loops/c.yaml":
            'name: c\ninitial: s\nstates: {s: {action: "${context.zz}", next: t}, t: {terminal: true}}\n',
        },
      },
    ),
    [],
  );
});

Deno.test("origins without load results fall on the state", () => {
  const { definitions } = load(
    'states: {s: {action: x, evaluate: {type: classify, source: "${context.x}"}, on_yes: s}, done: {terminal: true}}\n',
  );
  assertEquals(findMissing(definitions, new Set())[0]?.at, {
    file: "/p/.loops/a.yaml",
    path: ["states", "s", "evaluate", "source"],
  });
});

/** [shell text, programs] */
const PROGRAMS: readonly (readonly [string, readonly string[]])[] = [
  ["make", ["make"]],
  ["echo hi; exit 1", []],
  ["A=1 B=2 make all | tee log && git status || true", ["make", "tee", "git"]],
  [
    "if ! grep -q x f; then sed -i s/a/b/ f; elif curl -s u; then :; else rm f; fi",
    ["grep", "sed", "curl", "rm"],
  ],
  ["for f in a b c; do wc -l $f; done", ["wc"]],
  ["while read -r x; do jq . $x; done < <(find . -name '*.json')", [
    "jq",
    "find",
  ]],
  ["case $X in a|b) npm test;; *) pnpm test;; esac; date", [
    "npm",
    "pnpm",
    "date",
  ]],
  ["case $X in (a) cargo build ;; esac", ["cargo"]],
  ["build() { cmake .; }\nbuild\nfunction go_on { ninja; }\ngo_on", [
    "cmake",
    "ninja",
  ]],
  ["cat <<'EOF' > f\nnot_a_program here\nEOF\ndeno run f", ["cat", "deno"]],
  ["cat <<-EOF\n\tnope\n\tEOF\nls", ["cat", "ls"]],
  ["python3 << PY\nimport x\nPY", ["python3"]],
  ['x=$(git rev-parse HEAD) y=`uname -s`; echo "$(hostname)"', [
    "git",
    "uname",
    "hostname",
  ]],
  ["echo $((1 + 2)); n=$(( n + 1 ))", []],
  ["# make\necho x # git", []],
  ["'quoted' a; \"quoted\" b; $PROG c; \\ls; ${X} d; ./run.sh; a/b", []],
  ["/usr/bin/env python3 x.py", ["/usr/bin/env"]],
  ["env A=1 python3 x.py", ["env", "python3"]],
  ["timeout 5 make; sudo -n apt-get update; xargs -r rm; exec node x", [
    "timeout",
    "make",
    "sudo",
    "apt-get",
    "xargs",
    "rm",
    "node",
  ]],
  ["command -v rg >/dev/null && rg x || grep x", ["grep"]],
  ["(cd sub && make) 2>&1 >/dev/null &", ["make"]],
  ["{ make; } 2>err.log", ["make"]],
  ["make \\\n  all \\\n  && git add", ["make", "git"]],
  [">out date", ["date"]],
  ["a[0]=x make; let x=1; [[ -f x ]] && touch y; [ -f x ] && test -f y", [
    "make",
    "touch",
  ]],
  ["awk '{ print $1; exit }' f | sort -u", ["awk", "sort"]],
  ["unclosed 'quote", ["unclosed"]],
  ["cat <<EOF\nnever ends", ["cat"]],
  ["", []],
  ["$(", []],
];

Deno.test("programs of shell text", () => {
  for (const [text, programs] of PROGRAMS) {
    assertEquals(programsOf(text), programs, text);
  }
});

const NEEDY = `states:
  s: {action: "make; jq .", on_yes: p}
  p: {action: Fix it, action_type: prompt, next: q}
  q: {action: "/commit now", on_yes: m}
  m: {action: "files/read", action_type: mcp_tool, on_success: j}
  j: {action: make, evaluate: {type: llm_structured}, on_yes: n}
  n: {action: make, evaluate: {type: llm_structured}, next: c}
  c: {loop: child, on_yes: d}
  d: {loop: "\${context.x}", on_yes: l}
  l: {type: learning, learning: {targets: [a]}, on_yes: k, on_no: k}
  k: {action_type: contract, evaluate: {type: contract, pairs: []}, on_yes: o}
  o: {action: "ls; python3 - <<'X'\nfrom little_loops.fsm import a\nX\nmapfile x; [[ -v x ]]", evaluate: {type: comparator, baseline_path: b}, on_yes: done}
  done: {terminal: true, action: rm}
`;
const NEEDY_OTHERS = {
  "/p/.loops/child.yaml":
    "name: kid\ninitial: s\nstates: {s: {action: git log, next: p}, p: {action: /x, next: t}, t: {terminal: true}}\n",
};

Deno.test("needs of a loop and of those that it runs", () => {
  const { definitions } = load(NEEDY, NEEDY_OTHERS);
  assertEquals(needsOf(definitions), {
    programs: [
      { name: "git", state: "kid/s", states: ["kid/s"] },
      { name: "jq", state: "s", states: ["s"] },
      { name: "ls", state: "o", states: ["o"] },
      { name: "make", state: "s", states: ["s", "j", "n"] },
      { name: "python3", state: "o", states: ["o"] },
    ],
    shellStates: ["s", "j", "n", "o", "kid/s"],
    hosts: true,
    hostStates: ["p", "q", "j", "l", "o", "kid/p"],
    newerBash: { since: "4.2", states: ["o"] },
    packages: [{ name: "little_loops", state: "o", states: ["o"] }],
    mcpServers: [{ name: "files", state: "m", states: ["m"] }],
    slashCommands: [
      { name: "/commit", state: "q", states: ["q"] },
      { name: "/x", state: "kid/p", states: ["kid/p"] },
    ],
    children: [
      { name: "${context.x}", state: "d", states: ["d"] },
      { name: "child", state: "c", states: ["c"] },
    ],
  });
  const loop = definitions.loops[definitions.root];
  assertExists(loop);
  assertEquals(staticChildren(loop), ["child"]);
});

const SHELL_ONLY: Abilities = {
  kinds: new Set(["none", "shell", "loop"]),
  judges: new Set(["engine"]),
  shell: "bash",
};

Deno.test("what can run is a matter of who performs it", () => {
  const { definitions } = load(NEEDY, NEEDY_OTHERS);
  const reasons = (abilities: Partial<Abilities>) =>
    unsupported(definitions, { ...SHELL_ONLY, ...abilities }).map((
      { state },
    ) => state).join(" ");
  const kinds = new Set<StateKind>([...SHELL_ONLY.kinds, "prompt", "mcp"]);
  assertEquals(reasons({ kinds }), "q j l k o");
  const judges = new Set(["engine", "agent"] as const);
  assertEquals(reasons({ kinds, judges }), "l k");
  const all = new Set<StateKind>([...kinds, "learning", "contract"]);
  assertEquals(reasons({ kinds: all, judges }), "");
});

Deno.test("an evaluator that the engine does not know ended the run as a bug", () => {
  const keys =
    "path: x, operator: eq, target: 1, pattern: x, baseline_path: x, pairs: [{}]";
  for (const type of EVALUATOR_TYPES) {
    for (const action of ["action: x, ", ""]) {
      const { definitions } = load(
        `states:\n  s: {${action}evaluate: {type: ${type}, ${keys}}, on_yes: done}\n  done: {terminal: true}\n`,
      );
      const isRefused = unsupported(definitions, SHELL_ONLY).length > 0;
      assertEquals(isRefused, findEvaluator(type) === null, type);
    }
  }
});

Deno.test("a judge that is switched off needs no model and refuses no run", () => {
  const judged = (llm: string) =>
    load(`${llm}states:
  s: {action: x, evaluate: {type: llm_structured}, on_yes: t, on_error: t}
  t: {terminal: true}
`).definitions;
  for (
    const [llm, isAsked] of [["", true], ["llm: {enabled: false}\n", false]]
  ) {
    const definitions = judged(String(llm));
    assertEquals(unsupported(definitions, SHELL_ONLY).length > 0, isAsked);
    assertEquals(needsOf(definitions).hosts, isAsked);
  }
  const prompt = load(
    "llm: {enabled: false}\nstates:\n  s: {action: think, action_type: prompt, on_yes: t, on_no: t}\n  t: {terminal: true}\n",
  ).definitions;
  assertEquals(unsupported(prompt, SHELL_ONLY).length, 1);
  assertEquals(needsOf(prompt).hostStates, ["s"]);
});

Deno.test("what this version does not run, by state", () => {
  const { definitions } = load(NEEDY, NEEDY_OTHERS);
  assertEquals(
    unsupported(definitions, SHELL_ONLY).map(({ state, at, reason }) =>
      `${at.file} ${state} ${reason}`
    ),
    [
      "/p/.loops/a.yaml p runs a prompt, which this version does not do yet",
      "/p/.loops/a.yaml q runs a slash command, which this version does not do yet",
      "/p/.loops/a.yaml m calls an MCP tool, which this version does not do yet",
      "/p/.loops/a.yaml j is judged by a language model (llm_structured), which this version does not do yet",
      "/p/.loops/a.yaml l is a learning state, which this version does not do yet",
      "/p/.loops/a.yaml k checks a contract, which this version does not do yet",
      "/p/.loops/a.yaml o uses the evaluator comparator, which this version does not do yet",
      "/p/.loops/child.yaml p runs a slash command, which this version does not do yet",
    ],
  );
});
