// deno-lint-ignore-file camelcase -- the names are keys of the file
/** Owns which keys of a state its agent host cannot act on. */

import {
  HOST_FACTS,
  type HostName,
  type HostOption,
  type Loop,
  type State,
} from "../model/mod.ts";

/** Returns the keys that a prompt state sets and `host` has nothing for; none of other states. */
export function lackedOptions(
  state: State,
  loop: Loop,
  host: HostName,
): readonly HostOption[] {
  if (state.kind !== "prompt") return [];
  const { options } = HOST_FACTS[host];
  const set: { readonly [option in HostOption]: boolean } = {
    model: state.model !== null,
    agent: state.agent !== null,
    tools: state.tools !== null,
    session_mode: (state.sessionMode ?? loop.sessionMode) === "continue",
    effort: state.effort !== null,
  };
  return (Object.keys(set) as HostOption[]).filter((option) =>
    set[option] && !options.includes(option)
  );
}
