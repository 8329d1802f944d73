/**
 * Records journals of this version into `tests/golden/journals/VERSION/`: every later version must
 * fold them. Journals of a version that was released are never recorded again.
 * Usage: `deno run -A tests/support/record_journals.ts`.
 */

import { dirname } from "@std/path";
import config from "../../deno.json" with { type: "json" };
import { type Project, withProject } from "./ll_loop.ts";
import { waitUntil } from "./scratch.ts";

/** A run that leaves a journal. */
interface Recording {
  readonly loops: Readonly<Record<string, string>>;
  /** Runs the loop "main", to its end or until it was resumed. */
  record(project: Project): Promise<unknown>;
}

const ANY = { status: "any", stderr: [], stdout: [] } as const;

/** Runs the loop as a process, and sends a signal once its action says that it is at work. */
async function interrupt(
  project: Project,
  signal: Deno.Signal,
): Promise<void> {
  const live = project.start(["main"]);
  await project.line("ready");
  // The state file may lag behind by a moment.
  await waitUntil(
    "the state file",
    () => project.run().state.current_state === "waits",
  );
  live.signal(signal);
  await live.ended;
  project.write("go", "");
}

const END =
  "  done: { terminal: true }\n  bad: { terminal: true, failure: true }\n";

/** A loop whose second state waits to be interrupted, once. */
const WAITS = `name: main
description: Is interrupted in its second step
initial: first
states:
  first: { action: "echo one", capture: first, next: waits }
  waits:
    action: "echo $LL_CAPTURED_FIRST; echo > ready; until [ -e go ]; do sleep 0.01; done"
    capture: second
    on_yes: done
    on_error: bad
${END}`;

const RECORDINGS: Readonly<Record<string, Recording>> = {
  captures: {
    loops: {
      main: `name: main
description: Captures, messages, evaluators and values
initial: numbers
context: { wanted: 3, name: "wörld" }
states:
  numbers:
    action: echo x >> n; wc -l < n
    capture: n
    append_to_messages: "\${captured.n.output} so far"
    evaluate: { type: output_numeric, operator: ge, target: "\${context.wanted}" }
    on_yes: json
    on_no: numbers
  json:
    action: echo '{"items":[{"score":7}]}'
    capture: scores
    evaluate: { type: output_json, path: .items.0.score, operator: eq, target: 7 }
    on_yes: says
    on_no: bad
  says:
    action: echo "\${context.name} \${captured.n.output} \${messages}"
    evaluate: { type: output_contains, pattern: "w.rld 3" }
    on_yes: done
    on_no: bad
${END}`,
    },
    record: (project) => project.ll(["main"], ANY),
  },
  "sub-loops": {
    loops: {
      main: `name: main
description: Sub-loops, one of a computed name, one that fails
initial: fixed
context: { which: leaf }
states:
  fixed:
    loop: middle
    with: { word: hello }
    capture: middle
    on_yes: computed
    on_no: bad
  computed: { loop: "\${context.which}", on_yes: fails, on_no: bad }
  fails: { loop: fails, on_yes: bad, on_no: done }
${END}`,
      middle: `name: middle
description: Runs a leaf
parameters: { word: { type: string } }
initial: down
states:
  down: { loop: leaf, context_passthrough: true, on_yes: says, on_no: bad }
  says: { action: "echo \${context.word}", capture: said, on_yes: done }
${END}`,
      leaf: `name: leaf
description: A leaf
initial: a
states:
  a: { action: "echo leaf", capture: leaf, on_yes: done }
${END}`,
      fails: `name: fails
description: Fails
initial: a
states:
  a: { action: "exit 3", on_yes: done, on_no: bad, on_error: bad }
${END}`,
    },
    record: (project) => project.ll(["main"], ANY),
  },
  retries: {
    loops: {
      main: `name: main
description: Retries, a limit, a stall, a file that is looked at, a cap with its summary
initial: again
max_steps: 12
on_max_steps: summary
states:
  again:
    action: "false"
    max_retries: 2
    on_retry_exhausted: slow
    on_yes: bad
    on_no: again
  slow: { action: "echo begins; sleep 5", timeout: 0.1, on_yes: bad, on_error: same }
  same:
    action: echo same
    evaluate: { type: action_stall, track: [], max_repeat: 2 }
    on_yes: same
    on_no: looks
  looks:
    action: echo 5 >> scores
    evaluate: { type: score_stall, history_file: scores, max_stall: 2 }
    on_yes: looks
    on_no: turns
    on_error: turns
  turns: { next: turns2, backoff: 0 }
  turns2: { next: turns, on_error: done }
  summary: { action: "echo summed up", terminal: true }
${END}`,
    },
    record: (project) => project.ll(["main"], ANY),
  },
  handoff: {
    loops: {
      main: `name: main
description: Hands over, then goes on
initial: work
states:
  work:
    action: |
      echo working
      if [ -e handed ]; then exit 0; fi
      touch handed
      echo "CONTEXT_HANDOFF: go on with the second half"
    capture: work
    on_yes: done
${END}`,
    },
    async record(project) {
      await project.ll(["main"], ANY);
      await project.ll(["resume", "main"], ANY);
    },
  },
  stopped: {
    loops: { main: WAITS },
    async record(project) {
      await interrupt(project, "SIGTERM");
      await project.ll(["resume", "main"], ANY);
    },
  },
  killed: {
    loops: { main: WAITS },
    async record(project) {
      await interrupt(project, "SIGKILL");
      await project.ll(["resume", "main"], ANY);
    },
  },
  "left-alone": {
    loops: { main: WAITS },
    record: (project) => interrupt(project, "SIGKILL"),
  },
  "went-back": {
    loops: {
      main: `name: main
description: Fails, then goes back with an edited loop
initial: one
states:
  one: { action: "echo 1 >> n; wc -l < n", capture: one, next: two }
  two: { action: "exit 1", on_yes: done, on_no: bad }
${END}`,
    },
    async record(project) {
      await project.ll(["main"], ANY);
      project.write(
        ".loops/main.yaml",
        (project.read(".loops/main.yaml") ?? "").replace("exit 1", "exit 0"),
      );
      await project.ll(
        ["resume", "main", "--from", "one", "--accept-changes"],
        ANY,
      );
    },
  },
  "large-output": {
    loops: {
      main: `name: main
description: Prints more than a line of the journal holds
initial: prints
states:
  prints:
    action: yes "$(printf 'a line, again %.0s' {1..80})" | head -n 60; echo end >&2
    capture: printed
    evaluate: { type: output_contains, pattern: "a line" }
    on_yes: done
    on_no: bad
${END}`,
    },
    record: (project) => project.ll(["main"], ANY),
  },
};

/** What a fold reads, and what it is compared with. */
const KEPT_REGEXP = /^(?:run|state|definition)\.json$|^events\.jsonl$|\.kept$/;

async function keep(project: Project, target: string): Promise<void> {
  const runs = await Array.fromAsync(
    Deno.readDir(project.path(".loops/runs")),
    ({ name }) => name,
  );
  const run = runs.find((name) => !name.startsWith("."));
  const folder = project.path(`.loops/runs/${run}`);
  for (const below of ["", "outputs/"]) {
    for await (const { name, isFile } of Deno.readDir(`${folder}/${below}`)) {
      if (!isFile || !KEPT_REGEXP.test(name)) continue;
      const path = `${target}/${below}${name}`;
      await Deno.mkdir(dirname(path), { recursive: true });
      const text = await Deno.readTextFile(`${folder}/${below}${name}`);
      await Deno.writeTextFile(path, anywhere(text, project));
    }
  }
}

/** Returns a text that says nothing of the machine that it was made on. */
function anywhere(text: string, project: Project): string {
  return text.replaceAll(project.root, "/project")
    .replaceAll(project.home, "/home")
    .replaceAll(JSON.stringify(Deno.hostname()), '"host"')
    .replaceAll(/("pid(?:_started)?": ?)("[^"]*"|\d+)/g, "$11")
    .replaceAll(/("runtime": ?)"[^"]*"/g, '$1"deno"');
}

if (import.meta.main) {
  const root = new URL(
    `../golden/journals/${config.version}/`,
    import.meta.url,
  );
  for (const [name, { loops, record }] of Object.entries(RECORDINGS)) {
    const files = Object.fromEntries(
      Object.entries(loops).map((
        [loop, text],
      ) => [`.loops/${loop}.yaml`, text]),
    );
    await withProject(files, async (project) => {
      await record(project);
      await keep(project, decodeURIComponent(new URL(name, root).pathname));
    });
  }
}
