# shellcheck shell=bash
# How the steps of the action refuse: an annotation, the output "status", an exit status.

# refuse STATUS MESSAGE
refuse() {
  local message=${2//'%'/%25}
  message=${message//$'\r'/%0D}
  message=${message//$'\n'/%0A}
  printf '::error title=ll-loop::%s\n' "$message"
  printf 'status=%s\n' "$1" >>"$GITHUB_OUTPUT"
  exit "$1"
}

# one_of INPUT VALUE CHOICE…: refuses what is none of the choices.
one_of() {
  local input=$1 value=$2 choice
  shift 2
  for choice in "$@"; do
    [ "$value" != "$choice" ] || return 0
  done
  refuse 64 "Input \"$input\" takes one of $*, got \"$value\""
}
