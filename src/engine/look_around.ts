// deno-lint-ignore-file camelcase -- events keep the reference's names
/**
 * Owns what is looked at before an agent is called: whether another run was told that there is no room, and how much
 * of the machine's memory is in use (EXEC 9.4, 9.5).
 */

import {
  DEFAULT_HOST_GUARD,
  type HostGuard,
  isJsonObject,
  own,
  pressureWay,
} from "../model/mod.ts";
import { withoutStep } from "./budget.ts";
import { type Decision, WAIT } from "./decision.ts";
import { askAgain, isJudging, waitForOthers } from "./retry_agent.ts";
import type { Turn } from "./turn.ts";

/** A look that takes longer keeps nobody from working. */
const LOOK_AROUND_MS = 5000;

/** Asks for the look before a call on behalf of the frame's state; `null` where none is due, or it was taken. */
export function lookAround(turn: Turn, id: string): Decision | null {
  const { looksAt } = turn.snapshot;
  const { observed: { room, ...observed }, cwd, loop } = turn.frame(id);
  if (room !== undefined) {
    // The next call is another one.
    turn.update(id, { observed });
    return null;
  }
  const limits = looksAt?.limits === true;
  const memory = looksAt?.memory === true && guardOf(turn, id) !== null;
  if (!limits && !memory) return null;
  const host = turn.state(id).host ?? turn.loop(loop).host ?? null;
  turn.ask(id, "observing", {
    kind: "observe",
    purpose: "room",
    subject: { kind: "room", host, limits, memory },
    ...turn.clamp(id, LOOK_AROUND_MS),
    cwd,
  });
  return WAIT;
}

/** Returns what follows from the look: a wait, a way out, or the call. */
export function leaveLook(turn: Turn, id: string): Decision {
  const { room, ...observed } = turn.frame(id).observed;
  const value = room?.value ?? null;
  const seen = isJsonObject(value) ? value : {};
  const untilMs = own(seen, "recovery_at_ms");
  const wait = typeof untilMs === "number"
    ? waitForOthers(turn, id, untilMs)
    : null;
  if (wait !== null) {
    // It is looked at again after that.
    turn.update(id, { observed });
    return wait;
  }
  const usedPct = own(seen, "used_pct");
  const guard = guardOf(turn, id);
  return guard === null || typeof usedPct !== "number"
    ? askAgain(turn, id)
    : watchMemory(turn, id, { guard, usedPct });
}

/** The guard of the next call; `null` where it has none: judges take little, and are not guarded. */
function guardOf(turn: Turn, id: string): HostGuard | null {
  const { hostGuard = DEFAULT_HOST_GUARD } = turn.loop(turn.frame(id).loop);
  return hostGuard.enabled && !isJudging(turn, id) ? hostGuard : null;
}

function watchMemory(
  turn: Turn,
  id: string,
  { guard, usedPct }: { readonly guard: HostGuard; readonly usedPct: number },
): Decision {
  const { state } = turn.frame(id);
  const facts = { state, used_pct: Math.round(usedPct * 10) / 10 };
  if (usedPct < guard.criticalPct) {
    if (turn.snapshot.isUnderPressure === true) {
      turn.patch({ isUnderPressure: false });
      turn.emit(id, { event: "host_pressure_relieved", ...facts });
    }
    return usedPct < guard.warnPct
      ? askAgain(turn, id)
      : coolDown(turn, id, { guard, facts });
  }
  turn.patch({ isUnderPressure: true });
  const way = pressureWay(guard);
  const next = way === null ? {} : { next: way.target };
  const { onPressure: action } = guard;
  turn.emit(id, { event: "host_pressure", ...facts, action, ...next });
  if (action === "abort") {
    turn.emit(id, { event: "host_pressure_abort", ...facts, ...next });
  }
  if (way !== null) return { do: "follow", ...way };
  if (action !== "abort") return coolDown(turn, id, { guard, facts });
  return withoutStep(turn, id, {
    do: "finish",
    end: {
      by: "host_pressure_abort",
      error:
        `${facts.used_pct} % of the memory is in use, and \`host_guard\` ends the run from ${guard.criticalPct} % on`,
    },
  });
}

function coolDown(
  turn: Turn,
  id: string,
  { guard, facts }: {
    readonly guard: HostGuard;
    readonly facts: { readonly state: string; readonly used_pct: number };
  },
): Decision {
  const leftMs = turn.remainingMs(id) ?? Infinity;
  const durationMs = Math.min(guard.cooldownMs, leftMs);
  if (durationMs <= 0) return askAgain(turn, id);
  turn.emit(id, {
    event: "host_cooldown",
    ...facts,
    cooldown_seconds: guard.cooldownMs / 1000,
  });
  turn.ask(id, "retrying", { kind: "wait", durationMs });
  return WAIT;
}
