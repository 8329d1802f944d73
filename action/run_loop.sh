#!/usr/bin/env bash
# Second step of the action: makes arguments of the inputs, runs the loop, and leaves its exit
# status as output "status"; ll-loop itself writes the others. Bash 3.2 is enough.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/refuse.sh
. "$here/refuse.sh"

unset CDPATH
folder=${INPUT_WORKING_DIRECTORY:-.}
[ "$folder" != - ] || folder=./-
cd -- "$folder" 2>/dev/null ||
  refuse 64 "Input \"working-directory\" takes a folder, got \"$INPUT_WORKING_DIRECTORY\""

arguments=(run)
[ -z "${INPUT_MAX_STEPS:-}" ] || arguments+=("--max-steps=$INPUT_MAX_STEPS")
[ -z "${INPUT_MAX_TIME:-}" ] || arguments+=("--checkpoint-after=$INPUT_MAX_TIME")

while IFS= read -r line || [ -n "$line" ]; do
  line=${line%$'\r'}
  case $line in *[![:space:]]*) arguments+=("--context=$line") ;; esac
done <<<"${INPUT_CONTEXT:-}"

# xargs knows quotes and backslashes, and expands nothing.
case ${INPUT_ARGS:-} in
  *[![:space:]]*)
    words=$(tr '\r\n' '  ' <<<"$INPUT_ARGS" | xargs -n 1 printf '%s\n' 2>/dev/null) ||
      refuse 64 "Input \"args\" has a quote without its end: $INPUT_ARGS"
    while IFS= read -r word; do arguments+=("$word"); done <<<"$words"
    ;;
esac

arguments+=(-- "$INPUT_LOOP")
[ -z "${INPUT_INPUT:-}" ] || arguments+=("$INPUT_INPUT")

# The runner signals this process alone, so that the signal is handed on. What runs in the
# background is deaf to INT; a second TERM ends the run at once.
child=
was_asked=
# shellcheck disable=SC2317 # called by the trap
stop() {
  was_asked=1
  [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || :
}
trap stop INT TERM

"$PROGRAM" "${arguments[@]}" </dev/null &
child=$!
collect() {
  status=0
  wait "$child" || status=$?
}
collect
# A signal ends the waiting early. 127 is the answer when it had come to its end already.
while [ -n "$was_asked" ]; do
  was_asked=
  before=$status
  collect
  [ "$status" != 127 ] || status=$before
done

# What an action of the loop wrote there need not end with a line.
printf '\nstatus=%s\n' "$status" >>"$GITHUB_OUTPUT"
if [ "$status" = 3 ] && [ "${INPUT_PAUSED_IS:-success}" = success ]; then exit 0; fi
exit "$status"
