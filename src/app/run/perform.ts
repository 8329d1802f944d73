/** Owns performing effects for real: who does what, and the border that secrets cross. */

import { join } from "@std/path";
import {
  type ActionEffect,
  type ActionMode,
  type ActionOutcome,
  type Effect,
  type LoadedOutcome,
  type LoadEffect,
  LoopError,
  type Outcome,
  unreachable,
} from "../../model/mod.ts";
import type { Supervisor } from "../../ports/mod.ts";
import type { McpConnections } from "../mcp/mod.ts";
import type { SharedCircuit } from "../rate_limits/mod.ts";
import type { Vault } from "../secrets/mod.ts";
import type { World } from "../world.ts";
import type { AgentSettings } from "./agent_settings.ts";
import type { ChildEnvironment } from "./child_environment.ts";
import type { Performer, PerformOptions } from "./drive.ts";
import { lookForRoom } from "./look_for_room.ts";
import { observe } from "./observe.ts";
import { performShell } from "./perform_shell.ts";
import { revealEffect, sealOutcome } from "./reveal_effect.ts";
import { performWorktree } from "./worktree.ts";

/** What {@linkcode makePerformer} needs. */
export interface PerformerOptions {
  readonly world: Pick<World, "clock" | "files" | "match" | "system">;
  readonly supervisor: Supervisor;
  readonly vault: Vault;
  readonly environment: ChildEnvironment;
  /** Project root, where actions run. */
  readonly root: string;
  /** Run folder. */
  readonly folder: string;
  /** Servers whose tools actions call. */
  readonly mcp: McpConnections;
  readonly graceMs: number;
  /** Finds a loop whose name was computed. */
  load(effect: LoadEffect): LoadedOutcome;
  /** Whether every line of output is wanted live, however many there are. */
  readonly isVerbose: boolean;
  readonly agents: AgentSettings;
  /** What the runs of the project tell each other of rate limits; `null` where that is off. */
  readonly circuit: SharedCircuit | null;
}

/** Carries out actions of one mode. Secrets are revealed in the effect, and sealed in the outcome later. */
type ActionPerformer = (
  effect: ActionEffect,
  performing: PerformOptions,
) => Promise<ActionOutcome>;

/** Returns the performer of a real run. */
export function makePerformer(options: PerformerOptions): Performer {
  const { world, supervisor, vault, root, folder } = options;
  const outputs = join(folder, "outputs");
  const performers: { readonly [mode in ActionMode]?: ActionPerformer } = {
    shell: (effect, performing) =>
      performShell(
        { ...options, outputs, mask: vault.mask },
        effect,
        performing,
      ),
    // Loaded by the first call of a tool: no other loop pays for it.
    mcp: async (effect, performing) => {
      const { performMcp } = await import("./perform_mcp.ts");
      const given = { ...options, outputs, mask: () => vault.mask };
      return await performMcp(given, effect, performing);
    },
    // Loaded by the first prompt: no other loop pays for it.
    prompt: async (effect, performing) => {
      const { performPrompt } = await import("./perform_prompt.ts");
      const given = {
        ...options,
        ...options.agents,
        outputs,
        mask: vault.mask,
      };
      return await performPrompt(given, effect, performing);
    },
  };

  // Loaded by the first guarded action: no other loop pays for it.
  const guarded = async (
    effect: ActionEffect,
    act: () => Promise<ActionOutcome>,
  ): Promise<ActionOutcome> => {
    const { guardTests } = await import("./tamper_guard.ts");
    const ports = { ...world, processes: supervisor };
    const place = effect.cwd ?? root;
    // The same for each try of a state, whatever its name.
    const id = world.system.sha256(`${effect.frame} ${effect.state}`);
    const record = join(outputs, `${id.slice(0, 16)}.guard`);
    return await guardTests(ports, { folder: place, record, effect, act });
  };

  const perform = async (
    effect: Effect,
    performing: PerformOptions,
  ): Promise<Outcome> => {
    switch (effect.kind) {
      case "action": {
        const act = performers[effect.mode];
        vault.hideVariables(effect.env ?? {});
        if (act !== undefined) {
          return effect.guard === undefined
            ? await act(effect, performing)
            : await guarded(effect, () => act(effect, performing));
        }
        throw new LoopError(
          "internal",
          `No performer of "${effect.mode}" actions`,
        );
      }
      case "wait":
        if (effect.limit !== undefined) {
          await options.circuit?.record(effect.limit);
        }
        await world.clock.sleep(effect.durationMs, performing.cancel);
        return { kind: "waited" };
      case "observe":
        return await observe(
          {
            world,
            processes: supervisor,
            root,
            outputs,
            room: (subject) => lookForRoom(options, subject),
          },
          effect,
          performing,
        );
      case "load":
        return options.load(effect);
      case "worktree":
        return await performWorktree(
          { processes: supervisor, root, folder: join(folder, "worktrees") },
          effect,
          performing,
        );
      case "judge": {
        vault.hideVariables(effect.asked?.env ?? {});
        const { performJudge } = await import("./perform_judge.ts");
        const random = (count: number) => world.system.randomBytes(count);
        const given = { ...options, ...options.agents, outputs, random };
        return await performJudge(
          { ...given, mask: vault.mask },
          effect,
          performing,
        );
      }
      default:
        return unreachable(effect);
    }
  };

  return {
    isSeenByEvents: true,
    async perform(effect, performing) {
      const outcome = await perform(revealEffect(vault, effect), performing);
      return sealOutcome(vault, { effect, outcome });
    },
    async close({ isPatient, force }) {
      const kill = () => void options.mcp.close("killed");
      if (force.aborted) return await options.mcp.close("killed");
      force.addEventListener("abort", kill, { once: true });
      await options.mcp.close(isPatient ? "asked" : "ended");
      force.removeEventListener("abort", kill);
    },
  };
}
