/** Owns watching a run through its journal, as it goes on and as it went until now. */

import type { Definitions, Input, RunEvent } from "../../model/mod.ts";
import { definitionsIn, parseEvent } from "../runs/mod.ts";
import type { World } from "../world.ts";
import { followFile } from "./follow_file.ts";
import { LineReader } from "./line_reader.ts";

/** What came. */
export interface Seen {
  /** In order, with what the run was told in between. */
  readonly parts: readonly (
    | { readonly kind: "event"; readonly event: RunEvent }
    | { readonly kind: "input"; readonly input: Input }
  )[];
  /** Definitions that a resume has brought along, the last of them. */
  readonly definitions: Definitions | null;
}

/**
 * Yields all that a run has done so far, then what it does, until nobody runs it any more or
 * until it is stopped. Lines that cannot be read are left out: watching repairs nothing.
 *
 * @throws {LoopError} `unreadable`
 */
export async function* watchRun(
  world: Pick<World, "files" | "locks" | "clock">,
  options: { readonly folder: string; readonly stop: AbortSignal },
): AsyncGenerator<Seen, void> {
  const reader = new LineReader();
  let parts: Seen["parts"][number][] = [];
  let definitions: Definitions | null = null;
  const file = "events.jsonl";
  for await (
    const { text, isUpToDate } of followFile(world, { ...options, file })
  ) {
    for (const line of reader.push(text)) {
      const parsed = parseEvent(line);
      if (parsed.kind === "damaged") continue;
      parts.push(parsed);
      if (parsed.kind === "input") {
        definitions = definitionsIn(parsed.input) ?? definitions;
      }
    }
    if (!isUpToDate) continue;
    yield { parts, definitions };
    parts = [];
  }
}
