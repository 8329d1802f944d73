// deno-lint-ignore-file no-sync-fn-in-async-fn no-console -- nothing else waits while a case is
// set up, and whoever runs it wants to see each row
/**
 * The real command lines of the hosts against a stub of their API on 127.0.0.1. Opt-in, since it installs
 * them from npm: `deno task test:clients`. With `LL_CLIENTS` they are taken from a folder with `node_modules`.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Project, withProject } from "../support/ll_loop.ts";
import { processesWith } from "../support/processes.ts";

const PACKAGES = [
  "@anthropic-ai/claude-code@2.1.330",
  "@openai/codex@0.169.0",
  "@google/gemini-cli@0.61.0",
];
/** A file that is neither in the project nor in a temporary folder, where codex lets an agent write. */
const OUTSIDE = `/var/tmp/ll-loop-clients-${Deno.pid}`;
const STUBS = new URL("./stubs/", import.meta.url).pathname;

type Host = "claude" | "codex" | "gemini";

/** What is expected of one scenario of the stub. */
interface Scenario {
  readonly name: string;
  /** What the stub plays. @default the name */
  readonly stub?: string;
  /** Verdict of the prompt, judged by its exit code. */
  readonly verdict: "yes" | "error";
  /** Kind of the failure, where one is told; by host where they differ. */
  readonly failure?: string | { readonly [host in Host]?: string };
  /** Part of what the run prints; by host where they differ. */
  readonly prints?: string | { readonly [host in Host]?: string };
  /** Hosts that do otherwise. */
  readonly unless?: readonly Host[];
  readonly isSafe?: boolean;
  /** Whether the agent has made the file that it wants to make outside of the project. */
  readonly makesOutside?: boolean;
}

const SCENARIOS: readonly Scenario[] = [
  { name: "ok", verdict: "yes", prints: "│ VERDICT ok from stub" },
  {
    name: "tool",
    verdict: "yes",
    prints: "echo hi > made.txt",
  },
  {
    name: "tool, outside of the project",
    stub: "tool-outside",
    verdict: "yes",
    makesOutside: true,
  },
  // What would have to be allowed is denied, which is no failure for any of them; codex, whose sandbox
  // denies it, does not even tell.
  {
    name: "tool, outside of the project, safe mode",
    stub: "tool-outside",
    verdict: "yes",
    isSafe: true,
    prints: {
      claude: "! Not allowed to use Bash",
      gemini: '! Tool "run_shell_command" not found.',
    },
    makesOutside: false,
  },
  { name: "429", verdict: "error", failure: "rate_limit" },
  { name: "429, then well", stub: "429x1", verdict: "yes" },
  { name: "529", verdict: "error", failure: "overloaded" },
  { name: "401", verdict: "error", failure: "auth" },
  // A stall in mid-stream: the limit of the state ends it.
  { name: "hang", verdict: "error" },
  { name: "cut", verdict: "error", failure: "network", unless: ["claude"] },
  { name: "html", verdict: "error", failure: "server" },
  // Status 200, and an answer that is no JSON.
  { name: "bad-json", verdict: "error", failure: "network" },
  { name: "bad-mid", verdict: "error", failure: "network", unless: ["claude"] },
  // It asks once more without streaming, and gets its answer.
  { name: "cut", verdict: "yes", unless: ["codex", "gemini"] },
  { name: "bad-mid", verdict: "yes", unless: ["codex", "gemini"] },
  { name: "huge", verdict: "yes", prints: "line 419" },
];

const LOOP = `name: one
description: One prompt
budget: { max_calls: 1 }
output_signals: "off"
states:
  ask:
    prompt: say hi
    timeout: 25
    rate_limit_backoff_base_seconds: 1
    evaluate: { type: exit_code }
    on_yes: done
    on_error: failed
`;

/** Sessions are kept below the home: between its prompts all of them are removed. */
const SESSIONS = `name: one
description: Prompts of one session
budget: { max_calls: 3 }
session_mode: continue
states:
  first: { prompt: one, timeout: 60, next: second, on_error: failed }
  second: { prompt: two, timeout: 60, next: forget, on_error: failed }
  forget:
    run: rm -rf ~/.claude/projects ~/.codex/sessions ~/.codex/*.sqlite* ~/.gemini/tmp
    next: third
    on_error: failed
  third: { prompt: three, timeout: 60, next: done, on_error: failed }
`;

async function clientsFolder(): Promise<string> {
  const given = Deno.env.get("LL_CLIENTS");
  if (given !== undefined) return given;
  const folder = await Deno.makeTempDir({ prefix: "ll-loop-clients-" });
  Deno.writeTextFileSync(`${folder}/package.json`, '{"private":true}');
  const { success, stderr } = await new Deno.Command("npm", {
    args: ["install", "--no-audit", "--no-fund", ...PACKAGES],
    cwd: folder,
    stdout: "null",
    stderr: "piped",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return folder;
}

/** Starts a stub, and returns its port and what ends it. */
async function startStub(
  file: string,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const child = new Deno.Command("node", {
    args: [`${STUBS}${file}`, "0"],
    env: { STUB_OUTSIDE: OUTSIDE },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) text += (await reader.read()).value ?? "";
  const port = Number(/ready (\d+)/.exec(text)?.[1]);
  const rest = (async () => {
    while (!(await reader.read()).done);
  })();
  return {
    port,
    async stop() {
      child.kill("SIGKILL");
      await child.status;
      await rest;
    },
  };
}

/** Returns the variables with which a client talks to the stub, and writes its settings. */
function setUp(
  host: Host,
  project: Project,
  { port, scenario }: { readonly port: number; readonly scenario: string },
): Record<string, string> {
  const url = `http://127.0.0.1:${port}/s/${scenario}`;
  switch (host) {
    case "claude":
      return {
        ANTHROPIC_API_KEY: "sk-test",
        ANTHROPIC_BASE_URL: url,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        CLAUDE_CODE_MAX_RETRIES: "0",
        DISABLE_TELEMETRY: "1",
        DISABLE_AUTOUPDATER: "1",
        IS_SANDBOX: "1",
      };
    case "codex":
      project.write(
        `${project.home}/.codex/config.toml`,
        `model = "stub-model"
model_provider = "stub"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.stub]
name = "stub"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "STUB_KEY"
request_max_retries = 0
stream_max_retries = 0
`,
      );
      return { STUB_KEY: "sk-test" };
    case "gemini":
      project.write(
        `${project.home}/.gemini/settings.json`,
        JSON.stringify({
          security: { auth: { selectedType: "gemini-api-key" } },
          general: { maxAttempts: 1, enableAutoUpdate: false },
          privacy: { usageStatisticsEnabled: false },
        }),
      );
      return { GEMINI_API_KEY: "sk-test", GOOGLE_GEMINI_BASE_URL: url };
  }
}

const BYPASS_REGEXP =
  /--dangerously-|--approval-mode yolo|danger-full-access|bypassPermissions/;

/** Puts a program in front of a client that notes its arguments. */
function noteArguments(
  project: Project,
  { host, bin }: { readonly host: Host; readonly bin: string },
): void {
  Deno.writeTextFileSync(
    `${project.home}/bin/${host}`,
    `#!/bin/bash\necho "$*" >> '${
      project.path("arguments")
    }'\nexec '${bin}/${host}' "$@"\n`,
    { mode: 0o755 },
  );
}

/** Removes a file, and returns whether it was there. */
function takeAway(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Without a model it asks another one which to take, whom the stub does not play. */
function modelOf(host: Host): readonly string[] {
  return host === "gemini" ? ["--model", "gemini-2.5-flash"] : [];
}

const STUB_OF: { readonly [host in Host]: string } = {
  claude: "anthropic.mjs",
  codex: "responses.mjs",
  gemini: "gemini.mjs",
};

Deno.test("the real clients do as their readers say", async (t) => {
  const folder = await clientsFolder();
  const bin = `${folder}/node_modules/.bin`;
  const hosts = (Deno.env.get("LL_CLIENT") ?? "claude,codex,gemini")
    .split(",") as Host[];
  for (const host of hosts) {
    const stub = await startStub(STUB_OF[host]);
    try {
      for (const scenario of SCENARIOS) {
        const { name, unless = [], stub: plays = name, isSafe = false } =
          scenario;
        if (unless.includes(host)) continue;
        await t.step(`${host}: ${name}`, async () => {
          // The failures themselves are looked at, not what is made of them.
          const loop = plays === "429x1"
            ? LOOP.replace("max_calls: 1", "max_calls: 2")
            : LOOP;
          await withProject({ ".loops/one.yaml": loop }, async (project) => {
            noteArguments(project, { host, bin });
            const env = {
              ...setUp(host, project, { port: stub.port, scenario: plays }),
              PATH: `${project.home}/bin:${bin}:${Deno.env.get("PATH")}`,
              ...(isSafe ? { LL_SAFE: "1" } : {}),
            };
            const started = performance.now();
            const { stdout, stderr } = await project.ll(
              ["run", "one", "--host", host, "--verbose", ...modelOf(host)],
              { status: "any", stdout: [], stderr: [] },
              { env, isProcess: true },
            );
            const seconds = ((performance.now() - started) / 1000).toFixed(1);
            const end = project.run().lines.find((line) =>
              "event" in line && line.event === "action_complete"
            ) as unknown as Record<string, unknown>;
            const verdict = stdout.includes("✓ yes") ? "yes" : "error";
            console.error(
              `  ${host} ${name}: ${verdict}, exit ${end?.["exit_code"]}, ${
                end?.["agent_failure"] ?? end?.["timeout_kind"] ?? "no failure"
              }, ${end?.["input_tokens"]}+${
                end?.["output_tokens"]
              } tokens, ${seconds} s`,
            );
            assertEquals(verdict, scenario.verdict, stdout + stderr);
            const failure = typeof scenario.failure === "string"
              ? scenario.failure
              : scenario.failure?.[host];
            if (failure !== undefined) {
              assertEquals(end["agent_failure"], failure, stdout);
            }
            const prints = typeof scenario.prints === "string"
              ? scenario.prints
              : scenario.prints?.[host];
            if (prints !== undefined) assertStringIncludes(stdout, prints);
            const args = project.read("arguments") ?? "";
            assertEquals(BYPASS_REGEXP.test(args), !isSafe, args);
            const { makesOutside } = scenario;
            if (makesOutside !== undefined) {
              assertEquals(takeAway(OUTSIDE), makesOutside, stdout);
            }
            assertEquals(processesWith(project.run().id, "environ"), []);
          });
        });
      }
      await t.step(
        `${host}: a session goes on, and one that is gone begins anew`,
        async () => {
          await withProject(
            { ".loops/one.yaml": SESSIONS },
            async (project) => {
              noteArguments(project, { host, bin });
              const env = {
                ...setUp(host, project, { port: stub.port, scenario: "ok" }),
                PATH: `${project.home}/bin:${bin}:${Deno.env.get("PATH")}`,
              };
              const { stdout } = await project.ll(
                ["run", "one", "--host", host, ...modelOf(host)],
                { stdout: [], stderr: "" },
                { env, isProcess: true },
              );
              assertStringIncludes(stdout, "this one begins anew");
              const resumed = (project.read("arguments") ?? "").trim()
                .split("\n").map((line) =>
                  /\bresume\b/.test(line) ? "on" : "new"
                );
              assertEquals(resumed, ["new", "on", "on", "new"]);
            },
          );
        },
      );
      await t.step(
        `${host}: stopped while a tool runs, nothing is left`,
        async () => {
          await withProject({ ".loops/one.yaml": LOOP }, async (project) => {
            const env = {
              ...setUp(host, project, {
                port: stub.port,
                scenario: "tool-sleep",
              }),
              PATH: `${bin}:${project.home}/bin:${Deno.env.get("PATH")}`,
            };
            const args = ["run", "one", "--host", host, ...modelOf(host)];
            const live = project.start(args, { env });
            await live.printed("sleep 100");
            live.signal("SIGTERM");
            assertEquals((await live.ended).status, 143);
            assertEquals(processesWith(project.run().id, "environ"), []);
          });
        },
      );
    } finally {
      await stub.stop();
    }
  }
});
