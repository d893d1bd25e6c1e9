#!/usr/bin/env bash
# Installs Debian's Chromium for the browser tests, if there is none and it can.
# Exit code 1: there is none.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done

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
if ! { $as_root apt-get update &&
    $as_root apt-get install --yes --no-install-recommends \
        chromium fonts-dejavu-core fonts-inter; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    exit 1
fi
