/** Owns what an agent is called with: what a run gives, and what is asked. */

import type { Prices, PromptSettings } from "../../model/mod.ts";
import type { Mask, Supervisor } from "../../ports/mod.ts";
import type { ChosenHost, CommandHost, HostWork } from "../hosts/mod.ts";
import type { World } from "../world.ts";
import type { ChildEnvironment } from "./child_environment.ts";

/** What calling agents takes. */
export interface PromptOptions {
  readonly world: Pick<World, "clock" | "files">;
  readonly supervisor: Supervisor;
  readonly environment: ChildEnvironment;
  /** Where actions run that have no place of their own. */
  readonly root: string;
  /** Folder of outputs. */
  readonly outputs: string;
  readonly graceMs: number;
  readonly mask: Mask | null;
  /** @throws {LoopError} `missing-program` where there is no such host */
  choose(work: HostWork): ChosenHost;
  readonly command: CommandHost | null;
  readonly prices: Prices;
  /** `--model` and `--effort`, for states that say nothing. */
  readonly model: string | null;
  readonly effort: string | null;
}

/** What is asked of an agent; its secrets are revealed. */
export interface AgentRequest {
  readonly prompt: string;
  readonly settings: PromptSettings;
  readonly schema: string | null;
  readonly env: Readonly<Record<string, string | null>>;
  readonly cwd: string | null;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly detach: boolean;
  /** Name of its files below the folder of outputs. */
  readonly name: string;
}
