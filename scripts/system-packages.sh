#!/bin/sh
# What the tests need beside Python: a browser, and the verifiers that others wrote (in Go, and belenios-tool).
set -eu
cd "$(dirname "$0")/.."

missing=
# the browser without windows is enough, and opens pages in less time
command -v chromium-headless-shell >/dev/null || missing="$missing chromium-headless-shell"
command -v go >/dev/null || missing="$missing golang-go"
command -v belenios-tool >/dev/null || missing="$missing belenios-tool"
for package in golang-golang-x-mod-dev golang-golang-x-crypto-dev; do
    # without dpkg there is no Debian Go path either, and the tests say so themselves
    ! command -v dpkg >/dev/null || dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done

if [ -n "$missing" ]; then
    echo "Installing for the tests:$missing"
    # the tests that need one of them say so and fail; the others still run
    # shellcheck disable=SC2086
    sh scripts/apt-install.sh $missing || true
fi
