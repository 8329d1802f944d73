#!/bin/sh
# Installs ll-loop: downloads the executable for this machine, verifies its checksum, and puts it
# into a folder of yours. Needs no root. Run it again to upgrade.
#
#   install.sh [--version VERSION] [--dir FOLDER]
#   install.sh --uninstall [--dir FOLDER]
#
# VERSION  a release such as 1.2.3; by default the newest
# FOLDER   by default ~/.local/bin
#
# LL_LOOP_RELEASES names another place to download from, such as a mirror: the address below
# which the folders v1.2.3 are. Any POSIX shell will do, with curl or wget.
set -eu

# Releases carry a copy of this file in which this is their own repository.
repository=OWNER/ll-loop

# What every ll-loop of this project has inside, and no other program of that name.
mark='An independent implementation of the ll-loop of little-loops'

say() { printf '%s\n' "$*"; }

# refuse STATUS MESSAGE [HINT]
refuse() {
  printf 'error: %s\n' "$2" >&2
  [ -z "${3:-}" ] || printf 'hint: %s\n' "$3" >&2
  exit "$1"
}

usage() {
  say "Usage: install.sh [--version VERSION] [--dir FOLDER]
       install.sh --uninstall [--dir FOLDER]

  --version VERSION  a release such as 1.2.3; by default the newest
  --dir FOLDER       where to put ll-loop; by default ~/.local/bin
  --uninstall        remove it from there; loops and runs stay where they are"
}

# value OPTION COUNT: refuses an option at the end of the line.
value() {
  [ "$2" -ge 2 ] || refuse 64 "Option \"$1\" needs a value"
}

# Sets `file` to the name of the executable for this machine.
find_platform() {
  system=$(uname -s)
  machine=$(uname -m)
  case $system in
    Linux) os=linux ;;
    Darwin)
      os=macos
      # A shell that is translated does not know what processor it runs on.
      if [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then machine=arm64; fi
      ;;
    MINGW* | MSYS* | CYGWIN*)
      refuse 69 "Windows has an installer of its own, install.ps1" \
        "In WSL this one is right: loops with actions run only there"
      ;;
    *) refuse 69 "There is no ll-loop for \"$system\": wanted Linux or macOS" "$elsewhere" ;;
  esac
  case $machine in
    x86_64 | amd64) processor=x64 ;;
    arm64 | aarch64) processor=arm64 ;;
    *)
      refuse 69 "There is no ll-loop for $system on \"$machine\": wanted x86_64 or arm64" "$elsewhere"
      ;;
  esac
  file=ll-loop-$os-$processor
}

elsewhere='ll-loop.js of a release runs wherever Deno does: deno run -A ll-loop.js'

# fetch URL FILE
fetch() {
  if command -v curl >/dev/null 2>&1; then
    curl --fail --silent --show-error --location --retry 3 --connect-timeout 30 \
      --proto "$protocols" --output "$2" "$1"
  elif command -v wget >/dev/null 2>&1; then
    wget -q -O "$2" "$1"
  else
    refuse 69 "A program to download with is missing: curl or wget"
  fi
}

# Prints the SHA-256 of a file.
digest() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum <"$1"
  elif command -v shasum >/dev/null 2>&1; then
    shasum -a 256 <"$1"
  elif command -v openssl >/dev/null 2>&1; then
    openssl dgst -sha256 -r <"$1"
  else
    refuse 69 "A program to verify the download with is missing: sha256sum, shasum or openssl"
  fi | cut -d ' ' -f 1
}

is_ours() {
  [ -f "$1" ] && LC_ALL=C grep -q "$mark" "$1"
}

# Prints what a program says its version is.
version_of() {
  "$1" --version 2>/dev/null | sed -n '1s/^ll-loop \([^ ]*\).*/\1/p'
}

# Tells of every other program of that name that PATH leads to, and whether `dir` is on it.
look_at_path() {
  seen=
  rest=$PATH:
  while [ -n "$rest" ]; do
    entry=${rest%%:*}
    rest=${rest#*:}
    if [ "${entry%/}" = "$dir" ]; then
      seen=yes
    elif [ -n "$entry" ] && [ -f "$entry/ll-loop" ] && [ -x "$entry/ll-loop" ]; then
      # A link to the one that was just installed is no other one.
      [ "$(cd "$entry" && pwd -P)" != "$(cd "$dir" && pwd -P)" ] || { seen=yes; continue; }
      what="of another project"
      if is_ours "$entry/ll-loop"; then what="a copy of this one"; fi
      if [ -n "$seen" ]; then order=after; else order=before; fi
      say "warning: Another ll-loop ($what) comes $order it on PATH: $entry/ll-loop" >&2
    fi
  done
  if [ -z "$seen" ]; then
    say "warning: $dir is not on PATH. This line in the start-up file of your shell puts it there:" >&2
    say "  export PATH=\"$dir:\$PATH\"" >&2
  fi
}

uninstall() {
  [ -e "$dir/ll-loop" ] || refuse 69 "There is no ll-loop in $dir" "--dir names another folder"
  is_ours "$dir/ll-loop" ||
    refuse 69 "$dir/ll-loop is of another project: it is left alone"
  rm -f "$dir/ll-loop" || refuse 73 "Cannot remove $dir/ll-loop"
  say "Removed $dir/ll-loop"
  say "Loops and runs are where they were, in the .loops folders of your projects"
}

install() {
  find_platform
  case ${LL_LOOP_RELEASES:-} in
    "")
      owner=${repository%%/*}
      [ "$owner" != OWNER ] ||
        refuse 69 "This copy of install.sh belongs to no release and does not know where they are" \
          "Take the one of a release, or name the place in LL_LOOP_RELEASES"
      releases=https://github.com/$repository/releases/download
      ;;
    *) releases=${LL_LOOP_RELEASES%/} ;;
  esac
  # A mirror may be reached without TLS, but only one that was asked for.
  case $releases in http://*) protocols='=http,https' ;; *) protocols='=https' ;; esac
  case $version in
    "")
      case $releases in
        */download) from=${releases%/download}/latest/download ;;
        *) from=$releases/latest ;;
      esac
      ;;
    *) from=$releases/v$version ;;
  esac

  if [ -e "$dir/ll-loop" ] && ! is_ours "$dir/ll-loop"; then
    refuse 73 "$dir/ll-loop is of another project: it is left alone" \
      "Remove it, or choose another folder with --dir"
  fi
  mkdir -p "$dir" 2>/dev/null || refuse 73 "Cannot make the folder $dir"
  # Beside its place, so that it comes there whole or not at all.
  scratch=$(mktemp -d "$dir/.ll-loop-XXXXXX" 2>/dev/null) || refuse 73 "Cannot write to $dir"
  trap 'rm -rf "$scratch"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM

  fetch "$from/SHA256SUMS" "$scratch/SHA256SUMS" ||
    refuse 69 "Cannot download $from/SHA256SUMS" \
      "Is there ${version:+a release \"$version\", and }a network?"
  wanted=$(awk -v file="$file" '$2 == file || $2 == "*" file { print $1; exit }' "$scratch/SHA256SUMS")
  [ -n "$wanted" ] || refuse 69 "The release has no checksum of $file"
  fetch "$from/$file" "$scratch/ll-loop" || refuse 69 "Cannot download $from/$file"
  got=$(digest "$scratch/ll-loop")
  [ "$got" = "$wanted" ] ||
    refuse 69 "The checksum of $file is wrong: wanted $wanted, got ${got:-none}. Nothing was installed" \
      "The download was cut off or changed on its way: try again"
  chmod 755 "$scratch/ll-loop"
  new=$(version_of "$scratch/ll-loop" || :)
  [ -n "$new" ] ||
    refuse 69 "$file does not start on this machine. Nothing was installed" \
      "On Linux it needs glibc. $elsewhere"

  old=
  if [ -e "$dir/ll-loop" ]; then old=$(version_of "$dir/ll-loop" || :); fi
  mv -f "$scratch/ll-loop" "$dir/ll-loop" || refuse 73 "Cannot write $dir/ll-loop"
  say "Installed ll-loop $new as $dir/ll-loop${old:+ (before: $old)}"
  look_at_path
}

main() {
  version=
  dir=
  action=install
  while [ $# -gt 0 ]; do
    case $1 in
      --version) value "$1" $#; version=$2; shift ;;
      --version=*) version=${1#*=} ;;
      --dir) value "$1" $#; dir=$2; shift ;;
      --dir=*) dir=${1#*=} ;;
      --uninstall) action=uninstall ;;
      -h | --help) usage; return ;;
      *) refuse 64 "Unknown argument \"$1\", wanted \"--version\", \"--dir\" or \"--uninstall\"" ;;
    esac
    shift
  done
  version=${version#v}
  case $version in
    "") ;;
    *[!0-9A-Za-z.+-]* | [!0-9]*)
      refuse 64 "Option \"--version\" takes a release such as 1.2.3, got \"$version\""
      ;;
  esac
  if [ -z "$dir" ]; then
    [ -n "${HOME:-}" ] || refuse 64 "HOME is not set: name a folder with --dir"
    dir=$HOME/.local/bin
  fi
  case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
  dir=${dir%/}
  "$action"
}

# Last, so that half of this file does nothing.
main "$@"
