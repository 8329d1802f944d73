/** Owns choosing a host where it is no failure that there is none. */

import { LoopError } from "../../model/mod.ts";
import {
  chooseHost,
  type ChosenHost,
  type HostChoice,
  type HostWork,
  type HostWorld,
} from "../hosts/mod.ts";

/** Returns the host that `chooseHost` does; `null` where it refuses. */
export function tryChoose(
  world: HostWorld,
  choice: HostChoice,
  work: HostWork,
): ChosenHost | null {
  try {
    return chooseHost(world, choice, work);
  } catch (error) {
    if (!(error instanceof LoopError)) throw error;
    return null;
  }
}
