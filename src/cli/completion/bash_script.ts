/** Owns the completion script for bash, 3.2 included: nothing beside the shell is needed. */

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
export function bashScript(commands: readonly CommandSpec[]): string {
  const options = commands.map((command) =>
    `    ${spellingsOf(command).join(" | ")}) REPLY=${
      optionWords(workingOptions(command))
    } ;;`
  );
  const run = commands.find(({ name }) => name === "run");
  const names = commands.map(({ name }) => name).join(" ");
  return `# Completions of ll-loop for bash, made by \`ll-loop completions bash\`. To load them, here and in ~/.bashrc:
#   eval "$(ll-loop completions bash)"

# Sets REPLY to the options of a command; without one, to those of all.
_ll_loop_options() {
  case $1 in
${options.join("\n")}
    "") REPLY=${optionWords(GLOBAL_OPTIONS)} ;;
    # The name of a loop, which is run.
    *) REPLY=${optionWords(run === undefined ? [] : workingOptions(run))} ;;
  esac
}

# Sets REPLY to a word without its quotes, and quote to one that is still open.
_ll_loop_unquote() {
  local text=$1 character i
  REPLY= quote=
  for ((i = 0; i < \${#text}; i++)); do
    character=\${text:i:1}
    if [[ $character == "\\\\" && $quote != "'" ]]; then
      i=$((i + 1))
      REPLY+=\${text:i:1}
    elif [[ -n $quote && $character == "$quote" ]]; then
      quote=
    elif [[ -z $quote && ( $character == "'" || $character == '"' ) ]]; then
      quote=$character
    else
      REPLY+=$character
    fi
  done
}

# Adds a word that fits: without what readline has as a word of its own, and quoted.
_ll_loop_add() {
  local word=$1
  [[ $word == "$plain"* ]] || return 0
  word=\${word#"$strip"}
  if [[ -z $quote ]]; then printf -v word %q "$word"; fi
  COMPREPLY+=("$word")
}

_ll_loop() {
  local -a words=()
  local REPLY quote= plain= strip= command= skip= paths= program word line i
  COMPREPLY=()
  _ll_loop_unquote "\${COMP_WORDS[0]}"
  program=\${REPLY/#\\~\\//$HOME/}
  # Readline ends words at = and :, which are a part of them here.
  local isJoined=
  for ((i = 1; i <= COMP_CWORD; i++)); do
    _ll_loop_unquote "\${COMP_WORDS[i]}"
    if [[ \${#words[@]} -gt 0 && ( -n $isJoined || $REPLY == [=:] ) ]]; then
      words[\${#words[@]}-1]+=$REPLY
    else
      words+=("$REPLY")
    fi
    isJoined=
    if [[ $REPLY == [=:] ]]; then isJoined=1; fi
  done
  plain=\${words[\${#words[@]}-1]}
  strip=\${plain%"$REPLY"}
  if [[ -n $isJoined ]]; then strip=$plain; fi

  # The command is the first word that is no option, and no value of one.
  for ((i = 0; i < \${#words[@]} - 1; i++)); do
    if [[ -n $skip ]]; then
      skip=
      continue
    fi
    case \${words[i]} in
      --)
        paths=all
        break
        ;;
      ${globalOptionsWithValue().join(" | ")}) skip=1 ;;
      -*) ;;
      *) command=\${command:-\${words[i]}} ;;
    esac
  done
  if [[ $plain == -* && $plain != *=* && -z $paths ]]; then
    compopt +o bashdefault +o default 2>/dev/null
    _ll_loop_options "$command"
    for word in $REPLY; do _ll_loop_add "$word"; done
    return 0
  fi

  paths=
  while IFS= read -r line; do
    if [[ -z $paths ]]; then
      paths=$line
    else
      _ll_loop_add "\${line%%$'\\t'*}"
    fi
  done < <("$program" ${COMPLETE_COMMAND} -- "\${words[@]}" 2>/dev/null)
  if [[ -z $paths && -z $command ]]; then
    for word in ${names}; do _ll_loop_add "$word"; done
  fi
  case $paths in
    # Without a word that fits, readline offers files.
    files) ;;
    folders)
      compopt +o bashdefault +o default -o filenames 2>/dev/null
      local value=$plain prefix=
      if [[ $plain == --*=* ]]; then
        value=\${plain#*=}
        prefix=\${plain%"$value"}
      fi
      quote=filenames
      while IFS= read -r line; do
        _ll_loop_add "$prefix$line"
      done < <(compgen -d -- "$value")
      ;;
    *) compopt +o bashdefault +o default 2>/dev/null ;;
  esac
  return 0
}

complete -o bashdefault -o default -F _ll_loop ll-loop
`;
}

function optionWords(options: readonly OptionSpec[]): string {
  return singleQuoted(options.map(({ name }) => `--${name}`).join(" "));
}
