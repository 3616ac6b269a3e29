#!/bin/sh
# Usage: setup.sh site|dev|peers. Makes .venv from the lock of that name, or .venv-peers, in which other people's
# counting libraries are compared with ours: every package by its hash, nothing else.
set -eu
cd "$(dirname "$0")/.."
lock=$1
venv=.venv
ready=".venv/.ready-$lock"
if [ "$lock" = peers ]; then venv=.venv-peers ready=.venv-peers/.ready; fi

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
makes_venvs() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

if [ ! -x $venv/bin/python ]; then
    # the distribution's own is optimised; what was compiled beside it often takes half as long again for everything
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else
        set -- /usr/bin/python3.11 python3.11 python3.12 python3.13 python3
    fi
    python=
    for candidate in "$@"; do
        new_enough "$candidate" || continue
        python=${python:-$candidate}
        if makes_venvs "$candidate"; then python=$candidate; break; fi
    done
    if [ -z "$python" ]; then
        echo "Weft needs Python 3.11 or newer. If it has another name here: make PYTHON=/path/to/python" >&2
        exit 1
    fi
    # Debian ships Python without the part that makes virtual environments
    makes_venvs "$python" || sh scripts/apt-install.sh python3-venv
    echo "Setting up $venv ..."
    "$python" -m venv $venv
fi

echo "Installing what requirements/$lock.txt names ..."
# a lock names everything, and Python compiles what is used when it is used: no need to look for more or to compile the rest
pip="$venv/bin/python -m pip --disable-pip-version-check --no-input --quiet"
if [ "$lock" = peers ]; then
    echo '*' > $venv/.gitignore
    $pip install --no-deps --no-compile --require-hashes -r "requirements/$lock.txt"
else
    $pip install --no-deps --no-compile --require-hashes -r "requirements/$lock.txt"
    $pip install --no-deps --no-compile --no-build-isolation -e .
fi
touch "$ready"
