#!/usr/bin/env bash
# Installs a Chromium for the browser tests, if there is none and it can.
# Exit code 1: there is none. --find only prints which program it is.
set -euo pipefail

# The first shows a page in less than half the time of the others: it has no window.
found() {
    for name in chromium-headless-shell chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
    return 1
}

if [ "${1:-}" = --find ]; then
    found
    exit
fi
found >/dev/null && exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
    # Never a password prompt in the middle of a test run.
    command -v sudo >/dev/null && sudo -n true 2>/dev/null || exit 1
    as_root="sudo -n"
fi
command -v apt-get >/dev/null || exit 1

echo "Installing Chromium for the browser tests ..."
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    $as_root apt-get install --yes --no-install-recommends "$@" >>"$log" 2>&1
}
# Not every distribution has the program without a window as a package of its own.
if ! { $as_root apt-get update >"$log" 2>&1 &&
    { install chromium-headless-shell || install chromium; } &&
    install fonts-dejavu-core fonts-inter; }; then
    tail -n 20 "$log" >&2
    exit 1
fi
