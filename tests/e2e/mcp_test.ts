// deno-lint-ignore-file no-boolean-literal-for-arguments -- expected values
/** States that call tools of MCP servers, with a server that a script plays. */

import { assertEquals } from "@std/assert";
import { isInputLine } from "../../src/model/mod.ts";
import { type Project, withProject } from "../support/ll_loop.ts";
import { fixture, isAlive } from "../support/processes.ts";
import { waitUntil } from "../support/scratch.ts";

const SECRET = "sk-s3cr3t-of-the-server";

/** The servers' file of a project: `fix`, started with `args`, notes what it does in `notes`. */
function servers(...args: readonly string[]): string {
  return JSON.stringify({
    mcpServers: {
      fix: {
        command: "bash",
        args: [fixture("mcp_server.sh"), ...args],
        env: {
          // Where the tests have no home, below the folder that the server is started in.
          MCP_NOTES: "${HOME:-..}/project/notes",
          MCP_SETTING: "${SETTING:-by default}",
          MCP_API_KEY: SECRET,
        },
      },
      lost: { command: "bash", args: ["${NOWHERE}"] },
      net: { url: "http://127.0.0.1:1/" },
    },
  });
}

const EVERY = `name: every
description: Each verdict of a tool call
initial: ok
states:
  ok:
    action: fix/echo
    action_type: mcp_tool
    params: {message: "hello \${context.who}"}
    capture: said
    route: {success: mine, _: failed}
  mine:
    action: fix/fail
    action_type: mcp_tool
    on_tool_error: nameless
    on_success: failed
  nameless:
    action: fix/ecco
    action_type: mcp_tool
    on_not_found: homeless
    on_error: failed
  homeless:
    action: fixx/echo
    action_type: mcp_tool
    on_not_found: secret
    on_error: failed
  secret:
    action: fix/secret
    action_type: mcp_tool
    route: {success: chatty, _: failed}
  chatty:
    action: fix/chatty
    action_type: mcp_tool
    next: slow
  slow:
    action: fix/slow
    action_type: mcp_tool
    timeout: 0.4
    on_timeout: again
    on_error: failed
  again:
    action: fix/env
    action_type: mcp_tool
    route: {success: show, _: failed}
  show:
    action: "echo \${captured.said.output:shell}"
    next: done
`;

/** Pids in the notes of a project's server, of itself and of what it has left behind. */
function pidsOf(project: Project): number[] {
  const notes = project.read("notes") ?? "";
  return [...notes.matchAll(/^(?:start|child) (\d+)$/gm)].map(([, pid]) =>
    Number(pid)
  );
}

function noted(project: Project, note: string): Promise<void> {
  return waitUntil(
    note,
    () => project.read("notes")?.includes(`${note}\n`) ?? false,
  );
}

Deno.test("every verdict of a tool call; the journal tells the run again, and holds no secret", async () => {
  await withProject({
    ".loops/every.yaml": EVERY,
    ".mcp.json": servers(),
  }, async (project) => {
    const { stdout } = await project.ll([
      ...["run", "every", "--context", "who=you"],
    ], {
      stdout: [
        '│ {"content":[{"type":"text","text":"Echo: hello you"}]}',
        "✗ tool_error  exit 1",
        '! MCP server "fix" of .mcp.json has no tool "ecco": did you mean "echo"?',
        "✗ not_found  exit 127",
        '! MCP server "fixx" was not found in .mcp.json: did you mean "fix"?',
        "! the key is ***",
        "! [warning disk] nearly full",
        "│ 1/3 one of three",
        '! MCP tool "fix/slow" did not answer within 0.4 s',
        "✗ timeout  timed out",
        '"text":"by default in a run in <root>"',
        'Loop "every" completed',
      ],
      nowhere: [SECRET],
    });
    const { id, folder, lines, events } = project.run();
    const verdicts = lines.flatMap((line) =>
      !isInputLine(line) && line.event === "evaluate" ? [line.verdict] : []
    );
    assertEquals(verdicts, [
      ...["success", "tool_error", "not_found", "not_found", "success"],
      ...["timeout", "success"],
    ]);
    assertEquals(
      events.filter((event) => event === "action_progress").length,
      2,
      stdout,
    );
    // One server, and another one after the call that it let time out.
    const pids = pidsOf(project);
    assertEquals([pids.length, pids.filter(isAlive)], [2, []]);
    for (const file of ["events.jsonl", "state.json", "log", "run.json"]) {
      const text = project.read(`${folder}/${file}`) ?? SECRET;
      assertEquals(text.includes(SECRET), false, file);
    }
    await project.ll(["replay", "every"], {
      stdout: ["The same events as in its journal"],
    });
    await project.ll(["history", id, "--event", "action_progress"], {
      stdout: ["1/3 one of three"],
    });
  });
});

Deno.test("a call that is stopped is taken back and made again by resume; nothing is left", async () => {
  const loop = (tool: string) =>
    `name: one
description: One call
initial: a
states:
  a:
    action: fix/${tool}
    action_type: mcp_tool
    params: {message: hi}
    timeout: 60
    route: {success: done, _: failed}
`;
  await withProject({
    ".loops/one.yaml": loop("slow"),
    // Its child ignores TERM.
    ".mcp.json": servers("-l"),
  }, async (project) => {
    const live = project.start(["run", "one", "--grace", "0.2"]);
    await noted(project, "call slow");
    live.signal("SIGINT");
    project.expect(await live.ended, {
      status: 130,
      stdout: ["✗ stopped"],
      stderr: ['Loop "one" stopped by SIGINT'],
    });
    const pids = pidsOf(project);
    assertEquals([pids.length, pids.filter(isAlive)], [2, []]);
    assertEquals(project.read("notes")?.includes("cancelled\n"), true);
    project.write(".loops/one.yaml", loop("echo"));
    await project.ll(["resume", "one", "--accept-changes"], {
      stdout: ["Echo: hi", 'Loop "one" completed'],
      stderr: ["Ended processes that were left: "],
    });
    assertEquals(pidsOf(project).filter(isAlive), []);
  });
});

Deno.test("a server is ended with a runner that is killed with -9", async () => {
  await withProject({
    ".loops/one.yaml": EVERY.replace("fix/echo", "fix/slow"),
    ".mcp.json": servers("-s"),
  }, async (project) => {
    const live = project.start(["run", "one", "--context", "who=you"]);
    await noted(project, "call slow");
    live.signal("SIGKILL");
    await live.ended;
    const [pid = 0] = pidsOf(project);
    await waitUntil("its end", () => !isAlive(pid));
  });
});

Deno.test("before a run: what servers a loop needs, and what they need", async () => {
  const state = (tool: string, next: string) =>
    `  ${tool}: {action: ${tool}/x, action_type: mcp_tool, next: ${next}}\n`;
  await withProject({
    ".loops/needs.yaml": "name: needs\ndescription: Needs servers\nstates:\n" +
      state("fix", "lost") + state("lost", "net") + state("net", "gone") +
      state("gone", "done"),
    ".mcp.json": servers(),
  }, async (project) => {
    await project.ll(["run", "needs", "--dry-run"], {
      stdout: [
        "✓ MCP server fix: <root>/.mcp.json (fix)\n",
        "✗ MCP server gone: not found in <root>/.mcp.json (gone)\n",
        "✓ MCP server lost: <root>/.mcp.json (lost)\n",
        "✗ environment variable NOWHERE: not found (lost)\n",
        "✓ MCP server net: <root>/.mcp.json (net)\n",
      ],
      isUntouched: true,
    });
    await project.ll(["doctor", "needs"], {
      status: "any",
      stdout: ["MCP server gone", "environment variable NOWHERE"],
      isUntouched: true,
    });
  });
});

Deno.test("before a run: a file that is damaged, and a variable that a loop keeps out, are told with their place", async () => {
  const loop = "name: needs\ndescription: Needs a server\nenv_allow: []\n" +
    "states:\n  ask: {action: fix/x, action_type: mcp_tool, next: done}\n";
  await withProject({
    ".loops/needs.yaml": loop,
    ".mcp.json": '{\n  "mcpServers": {\n    "fix": { "command": "bash" \n',
  }, async (project) => {
    const lines = async (expected: string) => {
      await project.ll(["run", "needs", "--dry-run"], {
        stdout: [`✗ ${expected} (ask)\n`],
      }, { env: { FIX_KEY: "set" } });
      await project.ll(["doctor", "needs"], {
        status: "any",
        stdout: [`${expected} (ask)\n`],
      }, { env: { FIX_KEY: "set" } });
    };
    await lines(
      "MCP server fix: cannot use <root>/.mcp.json:3:32: Not JSON: the end of the file where " +
        '"," or "}" is needed',
    );
    project.write(
      ".mcp.json",
      '{\n  "mcpServers": {\n    "fix": { "comand": "bash" }}}\n',
    );
    await lines(
      'MCP server fix: in <root>/.mcp.json:3 it has no "command", wanted the name of a program, or "url": did you mean it by "comand"?',
    );
    project.write(
      ".mcp.json",
      '{"mcpServers": {"fix": {"command": "bash", "args": ["${FIX_KEY}"]}}}\n',
    );
    await lines(
      "environment variable FIX_KEY: it is set, and env_allow keeps it out",
    );
  });
});

Deno.test("one state is tested for real, and simulated without a server", async () => {
  await withProject({
    ".loops/every.yaml": EVERY,
    ".mcp.json": servers(),
  }, async (project) => {
    await project.ll(
      ["test", "every", "--state", "mine", "--context", "who=x"],
      {
        stdout: ["tool_error", "nameless"],
      },
    );
    assertEquals(pidsOf(project).map(isAlive), [false]);
    project.remove("notes");
    await project.ll(["simulate", "every", "--context", "who=x"], {
      status: "any",
      stdout: ["ok", "mine"],
      isUntouched: true,
    });
    assertEquals(project.read("notes"), null);
  });
});
