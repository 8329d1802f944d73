/** Owns the completion script for zsh: as a file in `$fpath`, or sourced. */

import type { CommandSpec, OptionSpec } from "../command_spec.ts";
import { GLOBAL_OPTIONS } from "../common_options.ts";
import { COMPLETE_COMMAND } from "../shells.ts";
import {
  globalOptionsWithValue,
  singleQuoted,
  spellingsOf,
  workingOptions,
} from "./script_parts.ts";

/** Returns the script; `commands` are those that work. */
export function zshScript(commands: readonly CommandSpec[]): string {
  const cases = commands.map((command) =>
    optionCase(spellingsOf(command).join("|"), workingOptions(command))
  );
  const run = commands.find(({ name }) => name === "run");
  const names = commands.map(({ name, summary }) =>
    `      ${described(name, summary)}`
  );
  return `#compdef ll-loop
# Completions of ll-loop for zsh, made by \`ll-loop completions zsh\`. Either put this into a file
# called _ll-loop in a folder of $fpath, or load it after compinit, here and in ~/.zshrc:
#   source <(ll-loop completions zsh)

_ll-loop() {
  local -a before options lines names
  local command= skip= isOpen= program word line name text
  program=\${(Q)words[1]}
  program=\${program/#\\~\\//$HOME/}
  if (( CURRENT > 2 )); then before=("\${(@Q)words[2,CURRENT-1]}"); fi

  # The command is the first word that is no option, and no value of one.
  for word in "\${before[@]}"; do
    if [[ -n $skip ]]; then
      skip=
      continue
    fi
    case $word in
      (--) isOpen=1; break ;;
      (${globalOptionsWithValue().join("|")}) skip=1 ;;
      (-*) ;;
      (*) command=\${command:-$word} ;;
    esac
  done
  if [[ $PREFIX == -* && $PREFIX != *=* && -z $isOpen ]]; then
    case $command in
${cases.join("\n")}
${optionCase("", GLOBAL_OPTIONS)}
      # The name of a loop, which is run.
${optionCase("*", run === undefined ? [] : workingOptions(run))}
    esac
    _describe -o option options
    return
  fi

  lines=("\${(@f)$("$program" ${COMPLETE_COMMAND} -- "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  for line in "\${(@)lines[2,-1]}"; do
    name=\${line%%$'\\t'*}
    text=
    if [[ $line == *$'\\t'* ]]; then text=\${line#*$'\\t'}; fi
    name=\${name//\\\\/\\\\\\\\}
    name=\${name//:/\\\\:}
    names+=("$name\${text:+:$text}")
  done
  if [[ -z $lines[1] && -z $command ]]; then
    names=(
${names.join("\n")}
    )
  fi
  if (( $#names )); then _describe value names && return; fi
  case $lines[1] in
    (files) _files ;;
    (folders) _files -/ ;;
    (*) return 1 ;;
  esac
}

# As a file of $fpath it is called by its name; sourced, it is only made known.
if [[ $funcstack[1] == _ll-loop ]]; then
  _ll-loop "$@"
else
  compdef _ll-loop ll-loop
fi
`;
}

function optionCase(pattern: string, options: readonly OptionSpec[]): string {
  const words = options.map(({ name, summary }) =>
    described(`--${name}`, summary)
  );
  return `      (${pattern === "" ? '""' : pattern})
        options=(
${words.map((word) => `          ${word}`).join("\n")}
        )
        ;;`;
}

/** A name and its description as \`_describe\` takes them. */
function described(name: string, summary: string): string {
  return singleQuoted(`${name}:${summary}`);
}
