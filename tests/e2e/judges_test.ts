/** Judges, played by scripts in the place of the hosts. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Project, withProject } from "../support/ll_loop.ts";
import {
  claudeFails,
  claudeSays,
  scriptHost,
} from "../support/scripted_host.ts";

const ENV = { IS_SANDBOX: "1" };
const ENDS = `
  done: { terminal: true }
  other: { terminal: true }
`;

function loop(states: string, top = ""): string {
  return `name: j\ndescription: Judged\nbudget: { max_calls: 20 }\n${top}states:\n${states}${ENDS}`;
}

const judged = (verdict: string, evidence = "out") =>
  claudeSays("", {
    structured: { verdict, confidence: 0.9, reason: "because", evidence },
  });

async function run(
  project: Project,
  status = 0,
  ...args: string[]
): Promise<string> {
  const { stdout, stderr } = await project.ll(["run", "j", ...args], {
    status,
    stdout: [],
    stderr: [],
  }, { env: ENV });
  return stdout + stderr;
}

function verdicts(project: Project): unknown[] {
  const run = project.runs().at(-1);
  return (run?.lines ?? []).filter((line) =>
    "event" in line && line.event === "evaluate"
  );
}

Deno.test("judge: a prompt is judged by a model without tools, by a schema", async () => {
  const text = loop("  a: { prompt: Do it, on_yes: done, on_no: other }");
  await withProject({ ".loops/j.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("the out put"),
      judged("yes"),
    ]);
    const printed = await run(project);
    assertStringIncludes(printed, "✓ yes  (0.90)");
    assertStringIncludes(printed, "2 calls of an agent");
    const [, args = []] = host.calls();
    assertEquals(args.slice(4, 8), [
      "--tools",
      "",
      "--no-session-persistence",
      "--json-schema",
    ]);
    assertEquals(args.slice(9), ["--model", "sonnet"]);
    assert(!args.includes("--dangerously-skip-permissions"));
    assertStringIncludes(
      host.prompts()[1] ?? "",
      "<action_output>\nthe out put\n</action_output>",
    );
    const [event] = verdicts(project) as Record<string, unknown>[];
    assertEquals(
      ["type", "verdict", "reason", "evidence", "host"].map((key) =>
        event?.[key]
      ),
      ["default", "yes", "because", "out", "claude"],
    );
  });
});

Deno.test("judge: its model, question, limits and what it judges are those of the loop", async () => {
  const text = loop(
    `  a:
    run: echo short
    evaluate: { type: llm_structured, prompt: "Is \${context.what} good?", source: "judged \${context.what}", uncertain_suffix: true, min_confidence: 0.95 }
    on_yes_uncertain: other
    on_yes: done
    on_no: done
    on_error: done`,
    "context: { what: this }\nllm: { model: opus, effort: high, max_tokens: 900 }\n",
  );
  await withProject({ ".loops/j.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [
      `echo "$CLAUDE_CODE_MAX_OUTPUT_TOKENS" > tokens; ${judged("yes")}`,
    ]);
    assertStringIncludes(await run(project), "completed: other");
    assertEquals(host.calls()[0]?.slice(9), [
      "--model",
      "opus",
      "--effort",
      "high",
    ]);
    assertStringIncludes(host.prompts()[0] ?? "", "Is this good?");
    assertStringIncludes(
      host.prompts()[0] ?? "",
      "<action_output>\njudged this\n",
    );
    assertEquals(project.read("tokens"), "900\n");
  });
});

Deno.test("judge: one that fails is an error, one that is off is never asked", async () => {
  const text = loop(
    "  a: { run: echo x, evaluate: { type: llm_structured }, on_yes: done, on_error: other }",
  );
  await withProject({ ".loops/j.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeFails("Invalid API key", { status: 401 }),
    ]);
    assertStringIncludes(
      await run(project),
      "The judge failed: Invalid API key",
    );
    const [event] = verdicts(project) as Record<string, unknown>[];
    assertEquals(
      [event?.["verdict"], event?.["api_error"], event?.["failure"]],
      ["error", true, "auth"],
    );
    assertStringIncludes(await run(project, 0, "--no-llm"), "completed: other");
    assertEquals(host.calls().length, 1);
  });
});

Deno.test("judge: one that cannot judge is asked again twice, and then it is an error", async () => {
  const text = loop(
    "  a: { run: echo x, evaluate: { type: llm_structured }, on_yes: done, on_no: done, on_error: other }",
  );
  await withProject({ ".loops/j.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [judged("cannot_judge")]);
    assertStringIncludes(await run(project), "completed: other");
    assertEquals(host.calls().length, 3);
    project.write(
      ".loops/j.yaml",
      text.replace("on_no: done", "on_cannot_judge: done"),
    );
    assertStringIncludes(await run(project), "completed: done");
    assertEquals(host.calls().length, 4);
  });
});

Deno.test("judge: a host that takes no schema is told it, and answers in words", async () => {
  const text = loop(
    "  a: { run: echo x, evaluate: { type: llm_structured }, on_yes: done, on_error: other }",
  );
  await withProject({
    ".loops/j.yaml": text,
    ".loops/config.yaml": "host: command\nhost_command: my-judge\n",
  }, async (project) => {
    const host = scriptHost(project, "my-judge", [
      `echo 'I think:'; echo '{"verdict":"yes","confidence":1,"reason":"r","evidence":"x"}'`,
    ]);
    assertStringIncludes(await run(project), "completed: done");
    assertStringIncludes(
      host.prompts()[0] ?? "",
      "Answer with one JSON object and nothing else",
    );
  });
});

Deno.test("comparator: the first output is the baseline, later ones are compared blindly", async () => {
  const text = loop(
    "  a: { run: echo new, evaluate: { type: comparator, baseline_path: base, auto_promote: true, min_pairs: 3 }, route: { yes: done, tie: other, _: other } }",
  );
  await withProject({ ".loops/j.yaml": text }, async (project) => {
    // Whichever stands first: the new one is good, the old one is not.
    const host = scriptHost(project, "claude", [
      `if awk '/<output_a>/{a=1} a&&/^new/{found=1} /<\\/output_a>/{a=0} END{exit !found}' "$dir/prompt-$n"; then
${
        claudeSays("", {
          structured: {
            verdict_a: "yes",
            verdict_b: "no",
            confidence: 1,
            reason: "r",
          },
        })
      }
else
${
        claudeSays("", {
          structured: {
            verdict_a: "no",
            verdict_b: "yes",
            confidence: 1,
            reason: "r",
          },
        })
      }
fi`,
    ]);
    assertStringIncludes(await run(project), "completed: done");
    assertEquals(project.read("base/output.txt"), "new\n");
    assertEquals(host.calls().length, 0);
    project.write("base/output.txt", "old\n");
    assertStringIncludes(await run(project), "completed: done");
    assertEquals(host.calls().length, 3);
    const [event] = verdicts(project) as Record<string, unknown>[];
    assertEquals([event?.["harness_wins"], event?.["baseline_wins"]], [3, 0]);
    assertEquals(project.read("base/output.txt"), "new\n");
  });
});

Deno.test("contract: both sides of each pair are read and compared", async () => {
  const text = loop(
    "  a:\n    action_type: contract\n    evaluate: { type: contract, pairs: [{ producer: a.ts, consumer: b.ts, producer_pattern: 'id: [^;]*' }] }\n    on_yes: done\n    on_no: other\n    on_error: other",
  );
  await withProject({
    ".loops/j.yaml": text,
    "a.ts": "id: string; more: 1;\n",
    "b.ts": "uses id\n",
  }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("", {
        structured: { verdict: "no", confidence: 1, reason: "differs" },
      }),
    ]);
    const differs = await run(project);
    assertStringIncludes(differs, "completed: other");
    assertStringIncludes(differs, "\n      a.ts and b.ts: differs\n");
    const [prompt = ""] = host.prompts();
    assertStringIncludes(prompt, "<producer>\nid: string\n</producer>");
    assertStringIncludes(prompt, "<consumer>\nuses id\n");
    project.write(".loops/j.yaml", text.replace("id: [^;]*", "(id"));
    assertStringIncludes(
      await run(project),
      '\n      "producer_pattern" is no regular expression: "(id"\n',
    );
    project.write(".loops/j.yaml", text);
    project.remove("b.ts");
    assertStringIncludes(await run(project), '\n      Cannot read "b.ts"\n');
    assertEquals(
      (verdicts(project)[0] as Record<string, unknown>)["verdict"],
      "error",
    );
    assertEquals(host.calls().length, 1);
  });
});

Deno.test("budget: a judge counts against the limits of the state that it judges", async () => {
  const text = loop(
    "  a: { run: echo x, evaluate: { type: llm_structured }, on_yes: a, on_error: other, on_budget_exceeded: done, budget: { max_calls: 2 } }",
  );
  await withProject({ ".loops/j.yaml": text }, async (project) => {
    const host = scriptHost(project, "claude", [judged("yes")]);
    assertStringIncludes(await run(project), "completed: done");
    assertEquals(host.calls().length, 2);
  });
});

/** An answer to a comparison that prefers nobody. */
const EVEN = {
  ["verdict_a"]: "yes",
  ["verdict_b"]: "yes",
  confidence: 1,
  reason: "",
};

Deno.test("comparator: one that meets a rate limit waits, and asks only what was not answered", async () => {
  const text = loop(
    "  a: { run: echo new; echo x >> ran, evaluate: { type: comparator, baseline_path: base, min_pairs: 2 }, rate_limit_backoff_base_seconds: 1, max_rate_limit_retries: 1, on_rate_limit_exhausted: other, route: { tie: done, _: other } }",
  );
  await withProject({
    ".loops/j.yaml": text,
    "base/output.txt": "old\n",
  }, async (project) => {
    const host = scriptHost(project, "claude", [
      claudeSays("", { structured: EVEN }),
      claudeFails("Too many requests", { status: 429 }),
      claudeSays("", { structured: EVEN }),
    ]);
    const printed = await run(project);
    assertStringIncludes(printed, "rate limit: asks again in ");
    assertStringIncludes(printed, "completed: done");
    assertEquals([host.calls().length, project.read("ran")], [3, "x\n"]);
  });
});
