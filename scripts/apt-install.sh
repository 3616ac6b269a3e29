#!/bin/sh
# Usage: apt-install.sh PACKAGE... Installs Debian packages if this machine and this user may; else says which.
set -eu

if ! command -v apt-get >/dev/null; then
    echo "Please install with your system's package manager: $*" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "Please run: sudo apt-get install $*" >&2
    exit 1
fi
# one at a time: `make test` sets up several things at once
exec 9<"$0"
flock 9
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update </dev/null
$as_root apt-get -qq install --yes --no-install-recommends "$@" </dev/null >/dev/null
