/** Owns what the run, the environment and the configuration say about agents. */

import {
  LIST_PRICES,
  type Loop,
  type Prices,
  type State,
} from "../../model/mod.ts";
import {
  chooseHost,
  type ChosenHost,
  type CommandHost,
  type HostChoice,
  type HostWork,
  type HostWorld,
} from "../hosts/mod.ts";
import type { Prepared } from "./prepare.ts";

/** What prompts and judges are carried out with. */
export interface AgentSettings {
  /** @throws {LoopError} `missing-program` */
  choose(work: HostWork): ChosenHost;
  readonly command: CommandHost | null;
  readonly prices: Prices;
  readonly model: string | null;
  readonly effort: string | null;
}

/** Returns the settings of a run. */
export function agentSettings(
  world: HostWorld,
  prepared: Pick<Prepared, "request" | "project">,
): AgentSettings {
  const { request, project } = prepared;
  const { config } = project;
  const choice = hostChoice(prepared);
  return {
    choose: (work) => chooseHost(world, choice, work),
    command: choice.command,
    prices: { ...LIST_PRICES, ...config.prices },
    model: request.model,
    effort: request.effort,
  };
}

/** Returns what chooses the hosts of a run. */
export function hostChoice(
  { request, project }: Pick<Prepared, "request" | "project">,
): HostChoice {
  const { config } = project;
  return {
    flag: request.host,
    configured: config.host,
    command: config.hostCommand === null
      ? null
      : { run: config.hostCommand, stream: config.hostStream },
    isSafe: config.isSafe,
  };
}

/** Returns the host that a state or its loop names; `null` where neither does. */
export function namedHost(
  loop: Pick<Loop, "host">,
  state: Pick<State, "host">,
): string | null {
  return state.host ?? loop.host ?? null;
}
