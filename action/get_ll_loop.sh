#!/usr/bin/env bash
# First step of the action: looks at the inputs, and finds the program or downloads it and
# verifies its checksum. Leaves its path as output "program". Bash 3.2 is enough.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/refuse.sh
. "$here/refuse.sh"

[ "${RUNNER_OS:-}" != Windows ] ||
  refuse 69 "ll-loop runs no shell actions on Windows: use a Linux or macOS runner"

[ -n "${INPUT_LOOP:-}" ] ||
  refuse 64 'Input "loop" is missing: give the name of a loop or the path of its file'
one_of upload-artifact "${INPUT_UPLOAD_ARTIFACT:-failure}" failure always never
one_of paused-is "${INPUT_PAUSED_IS:-success}" success failure

# found PATH: the program is there.
found() {
  printf 'program=%s\n' "$1" >>"$GITHUB_OUTPUT"
  exit 0
}

if [ -n "${INPUT_BINARY:-}" ]; then
  case $INPUT_BINARY in
    *$'\n'* | *$'\r'*) refuse 64 'Input "binary" takes one path, got several lines' ;;
    /*) program=$INPUT_BINARY ;;
    *) program=${GITHUB_WORKSPACE:-$PWD}/$INPUT_BINARY ;;
  esac
  if ! [ -f "$program" ] || ! [ -x "$program" ]; then
    refuse 69 "Input \"binary\" takes the path of a program, got \"$INPUT_BINARY\""
  fi
  found "$program"
fi

case ${RUNNER_OS:-}-${RUNNER_ARCH:-} in
  Linux-X64) file=ll-loop-linux-x64 ;;
  Linux-ARM64) file=ll-loop-linux-arm64 ;;
  macOS-X64) file=ll-loop-macos-x64 ;;
  macOS-ARM64) file=ll-loop-macos-arm64 ;;
  *)
    refuse 69 "There is no ll-loop for ${RUNNER_OS:-unknown} on ${RUNNER_ARCH:-unknown}: \
wanted Linux or macOS on X64 or ARM64, or the input \"binary\""
    ;;
esac

version=${INPUT_VERSION:-}
if [ -z "$version" ]; then
  version=$(sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' "$here/../deno.json" | head -n 1)
fi
version=${version#v}
case $version in
  *[!0-9A-Za-z.+-]* | "" | [!0-9]*)
    refuse 64 "Input \"version\" takes a release such as 1.2.3, got \"${INPUT_VERSION:-}\""
    ;;
esac

repository=${ACTION_REPOSITORY:-${GITHUB_REPOSITORY:-}}
base=${LL_LOOP_RELEASES:-${GITHUB_SERVER_URL:-https://github.com}/$repository/releases/download}
# A mirror may be reached without TLS, but only one that was asked for.
protocols='=https'
case ${LL_LOOP_RELEASES:-} in http://*) protocols='=http,https' ;; esac

folder=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/ll-loop-XXXXXX")

# download NAME: into the folder, or refuses.
download() {
  local url=$base/v$version/$1
  curl --fail --silent --show-error --location --retry 3 --connect-timeout 30 \
    --proto "$protocols" --output "$folder/$1" "$url" ||
    { rm -rf "$folder"; refuse 69 "Cannot download $url: is \"$version\" a release?"; }
}

download SHA256SUMS
wanted=$(awk -v file="$file" '$2 == file || $2 == "*" file { print $1; exit }' "$folder/SHA256SUMS")
[ -n "$wanted" ] || {
  rm -rf "$folder"
  refuse 69 "Release $version has no checksum of $file"
}
download "$file"
if command -v sha256sum >/dev/null; then
  got=$(sha256sum <"$folder/$file")
else
  got=$(shasum -a 256 <"$folder/$file")
fi
got=${got%% *}
[ "$got" = "$wanted" ] || {
  rm -rf "$folder"
  refuse 69 "The checksum of $file is wrong: wanted $wanted, got $got. It is not used"
}
mv "$folder/$file" "$folder/ll-loop"
chmod 755 "$folder/ll-loop"
"$folder/ll-loop" --version >/dev/null 2>&1 || {
  rm -rf "$folder"
  refuse 69 "$file does not start on this runner: on Linux it needs glibc"
}
echo "ll-loop $version for ${RUNNER_OS} ${RUNNER_ARCH}, SHA-256 $got"
found "$folder/ll-loop"
