/** Owns what a run looks at before it calls an agent: the command line, the environment and the configuration say. */

import type { LookAround } from "../../model/mod.ts";
import type { World } from "../world.ts";
import type { Prepared } from "./prepare.ts";

/** Whoever sets this to a no has another use for the memory, or another way to watch it. */
const HOST_GUARD_VARIABLE = "LL_HOST_GUARD";

/** Returns what is looked at. */
export function looksAtOf(
  { system }: Pick<World, "system">,
  { request, project: { config } }: Pick<Prepared, "request" | "project">,
): LookAround {
  const value = system.env(HOST_GUARD_VARIABLE) ?? "";
  const isOff = ["0", "false", "no", "off"].includes(value);
  return {
    limits: config.rateLimitCircuit,
    memory: !request.noHostGuard && !isOff && config.hostGuard,
  };
}
