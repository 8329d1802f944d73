/** Owns what is looked at before an agent is called: whether another run was told that there is no room. */

import { isJsonObject, own } from "../model/mod.ts";
import { type Decision, WAIT } from "./decision.ts";
import { askAgain, waitForOthers } from "./retry_agent.ts";
import type { Turn } from "./turn.ts";

/** A look that takes longer keeps nobody from working. */
const LOOK_AROUND_MS = 5000;

/** Asks for the look before a call on behalf of the frame's state; `null` where none is due, or it was taken. */
export function lookAround(turn: Turn, id: string): Decision | null {
  if (turn.snapshot.looksAround !== true) return null;
  const { observed: { room, ...observed }, cwd, loop } = turn.frame(id);
  if (room !== undefined) {
    // The next call is another one.
    turn.update(id, { observed });
    return null;
  }
  const { host } = turn.state(id);
  turn.ask(id, "observing", {
    kind: "observe",
    purpose: "room",
    subject: { kind: "room", host: host ?? turn.loop(loop).host ?? null },
    ...turn.clamp(id, LOOK_AROUND_MS),
    cwd,
  });
  return WAIT;
}

/** Returns what follows from the look: a wait, or the call. */
export function leaveLook(turn: Turn, id: string): Decision {
  const { room, ...observed } = turn.frame(id).observed;
  const value = room?.value ?? null;
  const seen = isJsonObject(value) ? value : {};
  const untilMs = own(seen, "recovery_at_ms");
  const wait = typeof untilMs === "number"
    ? waitForOthers(turn, id, untilMs)
    : null;
  if (wait === null) return askAgain(turn, id);
  turn.update(id, { observed });
  return wait;
}
