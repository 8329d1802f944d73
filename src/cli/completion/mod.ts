/** Completions of command lines: a script for each shell, and the answers that the scripts ask for. */

import type { CommandSpec } from "../command_spec.ts";
import type { Shell } from "../shells.ts";
import { bashScript } from "./bash_script.ts";
import { fishScript } from "./fish_script.ts";
import { powershellScript } from "./powershell_script.ts";
import { zshScript } from "./zsh_script.ts";

export { offerLines } from "./offer.ts";

const SCRIPTS: {
  readonly [shell in Shell]: (commands: readonly CommandSpec[]) => string;
} = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** Returns the script for a shell, with all commands of the table that work. */
export function completionScript(
  shell: Shell,
  commands: readonly CommandSpec[],
): string {
  return SCRIPTS[shell](commands.filter(({ status }) => status === "ready"));
}
