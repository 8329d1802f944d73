/** The guardian's program: bash, and nothing but what is built into it. */

/** Where it has the list of sessions open. */
export const LIST_DESCRIPTOR = 3;

/**
 * Waits for `bye` on stdin. When the input ends without it, the
 * runner is dead: kills everything of run `$1`, found by session and by environment, until two
 * searches in a row find nothing. `$2` and `$3` name the environment variables; `$4` is the
 * runner's own session, of which no group is touched; `$5` is where the list of sessions is opened
 * (`SessionFile`). What that says counts alone. Until it says something, and after `void`, sessions are told by
 * `+SESSION` and `-SESSION`.
 */
export const GUARDIAN_SCRIPT = `
trap '' INT HUP TERM QUIT TSTP TTIN TTOU PIPE
# What the runner inherited (a lock, a pipe of the caller) is not to be held open from here.
for fd in /proc/$$/fd/*; do
  fd=\${fd##*/}
  if [[ $fd == [0-9]* ]] && ((fd > 2 && fd != 255)); then eval "exec $fd>&-"; fi
done
run=$1 marker=$2 detached=$3 own_session=$4
if [[ -n $5 ]]; then exec ${LIST_DESCRIPTOR}<"$5"; fi
sessions=()
while IFS= read -r line; do
  case $line in
    +*) sessions[\${line:1}]=1 ;;
    -*) unset "sessions[\${line:1}]" ;;
    void) exec ${LIST_DESCRIPTOR}<&-; sessions=() ;;
    bye) exit 0 ;;
  esac
done
if { read -r -d '' -a listed <&${LIST_DESCRIPTOR}; ((\${#listed[@]})); }; then
  sessions=()
  for session in "\${listed[@]}"; do
    # A period ends the list; nothing but a number may get into a subscript, which is evaluated.
    [[ $session == *[!0-9]* ]] && break
    sessions[session]=1
  done
fi

if ((BASH_VERSINFO[0] > 4 || BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 4)); then
  environment() { mapfile -d '' -t vars <"$1/environ"; }
else
  environment() {
    while IFS= read -r -d '' var; do vars+=("$var"); done <"$1/environ"
  }
fi
belongs() {
  [[ "\${vars[*]}" == *"$run"* ]] || return 1
  local var found=1
  for var in "\${vars[@]}"; do
    case $var in
      "$marker="*) [[ ":\${var#*=}:" == *":$run:"* ]] && found=0 ;;
      "$detached="*) [[ ":\${var#*=}:" == *":$run:"* ]] && return 1 ;;
    esac
  done
  return $found
}
# Fails for the dead. The name before the state may hold spaces, parentheses and line ends.
status() {
  local text=
  IFS= read -r -d '' text <"$1/stat"
  text=\${text##*) }
  local state=\${text%% *}
  text=\${text#* * }
  group=\${text%% *}
  text=\${text#* }
  session=\${text%% *}
  [[ -n $state && $state != [ZXx] ]]
}

end() {
  kill -KILL "$1"
  if ((group > 1 && session != own_session)); then kill -KILL -- "-$group"; fi
  found=1
}

empty=0 started=$SECONDS
while ((empty < 2 && SECONDS - started < 5)); do
  found=0
  for session in "\${!sessions[@]}"; do kill -KILL -- "-$session"; done
  for folder in /proc/[1-9]*; do
    vars=()
    environment "$folder"
    if belongs && status "$folder"; then end "\${folder##*/}"; fi
  done
  # What hides its environment is looked for last: it takes three times as long.
  if ((found == 0 && \${#sessions[@]} > 0)); then
    for folder in /proc/[1-9]*; do
      if status "$folder" && [[ -n \${sessions[session]-} ]]; then
        end "\${folder##*/}"
      fi
    done
  fi
  if ((found)); then empty=0; else ((++empty)); fi
done
`;
