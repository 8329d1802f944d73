/** Owns the completion script for fish. */

import { unreachable } from "../../model/mod.ts";
import type { CommandSpec, Completion, OptionSpec } from "../command_spec.ts";
import { GLOBAL_OPTIONS } from "../common_options.ts";
import { COMPLETE_COMMAND } from "../shells.ts";
import { globalOptionsWithValue, spellingsOf } from "./script_parts.ts";

/** Returns the script; `commands` are those that work. */
export function fishScript(commands: readonly CommandSpec[]): string {
  const spellings = commands.flatMap(spellingsOf);
  const lines = [
    ...GLOBAL_OPTIONS.map((option) => optionLine(option, null)),
    ...commands.flatMap((command) => [
      `complete -c ll-loop -n __ll_loop_is_first -a ${command.name} -d ${
        quoted(command.summary)
      }`,
      ...command.options.filter(({ refusal }) => refusal === undefined)
        .map((option) => optionLine(option, command)),
    ]),
  ];
  return `# Completions of ll-loop for fish, made by \`ll-loop completions fish\`. To install them:
#   ll-loop completions fish > ~/.config/fish/completions/ll-loop.fish

# Prints the command that was typed: the first word that is no option, and no value of one.
function __ll_loop_command
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case ${globalOptionsWithValue().join(" ")}
                set skip 1
            case '-*'
            case ${spellings.join(" ")}
                echo -- $word
                return
            case '*'
                # The name of a loop, which is run.
                echo run
                return
        end
    end
    return 1
end

function __ll_loop_is_first
    not __ll_loop_command >/dev/null
end

function __ll_loop_is
    set -l command (__ll_loop_command)
    and contains -- $command $argv
end

# Prints the words that may come next.
function __ll_loop_offer
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    if string match -q -- '-*' "$word"
        return
    end
    set -l lines ($words[1] ${COMPLETE_COMMAND} -- $words[2..-1] "$word" 2>/dev/null)
    set -l names $lines[2..-1]
    switch "$lines[1]"
        case folders
            __fish_complete_directories "$word"
        case files
            # Beside names, paths are offered to who begins one.
            if not set -q names[1]; or string match -q -- '*/*' "$word"
                __fish_complete_path "$word"
            end
    end
    if set -q names[1]
        if __ll_loop_is_first
            # Commands are known already.
            string match -v -r -- '^(${
    commands.map(({ name }) => name).join("|")
  })(\\t|$)' $names
        else
            string join \\n -- $names
        end
    end
end

complete -c ll-loop -f
complete -c ll-loop -a '(__ll_loop_offer)'
${lines.join("\n")}
`;
}

function optionLine(option: OptionSpec, command: CommandSpec | null): string {
  const names = [option.name, ...option.aliases ?? []]
    .map((name) => `-l ${name}`);
  return [
    "complete -c ll-loop",
    ...(command === null
      ? []
      : [`-n ${quoted(`__ll_loop_is ${spellingsOf(command).join(" ")}`)}`]),
    ...names,
    ...(option.short === undefined ? [] : [`-s ${option.short}`]),
    ...valueWords(option),
    `-d ${quoted(option.summary)}`,
  ].join(" ");
}

function valueWords({ value }: OptionSpec): string[] {
  switch (value.kind) {
    case "flag":
    case "optional-text":
      return [];
    case "integer":
    case "seconds":
    case "amount":
    case "duration":
    case "key-value":
      return ["-x"];
    case "choice":
      return ["-x", `-a ${quoted(value.choices.join(" "))}`];
    case "text":
      return completionWords(value.completes ?? "nothing");
    default:
      return unreachable(value);
  }
}

function completionWords(completion: Completion): string[] {
  switch (completion) {
    case "nothing":
      return ["-x"];
    case "file":
      return ["-r -F"];
    case "folder":
      return ["-x", "-a '(__fish_complete_directories (commandline -ct))'"];
    case "loop":
    case "built-in loop":
    case "state":
    case "run":
    case "command":
      return ["-x", "-a '(__ll_loop_offer)'"];
    default:
      return unreachable(completion);
  }
}

/** In single quotes fish knows two escapes. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
