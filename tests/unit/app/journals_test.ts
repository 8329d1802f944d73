/** Journals of released versions, and of this one: each folds, and means what it meant. */

import { assertEquals } from "@std/assert";
import { createFiles, createSystem } from "../../../src/adapters/mod.ts";
import { replayRun } from "../../../src/app/replay/mod.ts";
import { runStatusOf } from "../../../src/app/run/mod.ts";
import {
  inputsOf,
  readDefinition,
  readJournal,
  readRun,
} from "../../../src/app/runs/mod.ts";
import { fold } from "../../../src/engine/mod.ts";
import { ROOT_FRAME } from "../../../src/model/mod.ts";

const ROOT = decodeURIComponent(
  new URL("../../golden/journals", import.meta.url).pathname,
);
const ports = { files: createFiles(), system: createSystem() };

function journals(): readonly string[] {
  return ports.files.list(ROOT).flatMap((version) =>
    ports.files.list(`${ROOT}/${version}`).map((name) => `${version}/${name}`)
  );
}

Deno.test("journals of each kind of run are kept", () => {
  assertEquals(
    journals().filter((name) => name.startsWith("0.1.0/"))
      .map((name) => name.slice("0.1.0/".length)),
    [
      "captures",
      "handoff",
      "killed",
      "large-output",
      "left-alone",
      "retries",
      "stopped",
      "sub-loops",
      "went-back",
    ],
  );
});

for (const name of journals()) {
  Deno.test(`journal ${name} folds to the state that its run ended in`, () => {
    const folder = `${ROOT}/${name}`;
    const { definitions } = readDefinition(ports.files, folder);
    const journal = readJournal(ports, folder);
    const { state } = readRun(ports.files, folder);
    const snapshot = fold(definitions, inputsOf(journal.lines));
    const root = snapshot.frames[ROOT_FRAME];
    const { end } = snapshot;
    const told = {
      status: end === null ? "running" : runStatusOf(end),
      by: end?.terminatedBy,
      state: root?.state,
      steps: root?.steps,
      captured: root?.captured,
      messages: root?.messages,
      retries: root?.retries,
    };
    assertEquals<unknown>(told, {
      status: state?.status,
      by: state?.terminated_by,
      state: state?.current_state,
      steps: state?.iteration,
      captured: state?.captured,
      messages: state?.messages ?? [],
      retries: state?.retry_counts ?? {},
    });
    // A later version may add to events: then those of earlier ones are compared by what they have.
    const { difference, unwritten } = replayRun(definitions, journal);
    assertEquals([difference, unwritten], [null, 0]);
  });
}
