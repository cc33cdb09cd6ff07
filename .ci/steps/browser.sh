#!/usr/bin/env bash
# Every page that the product draws, and the emulator in a page, in a real browser. Installs Debian's Chromium (as root; else the
# tests say that it is missing).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

if [[ ! -x /usr/bin/chromium && $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq install --no-install-recommends -y chromium >/dev/null
fi

log=$(mktemp)
npx ava --timeout 600s 'dist/test/browser/*.test.js' 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
passed=$(sed -nE 's/^ *([0-9]+) tests? passed.*/\1/p' "$log" | tail -n 1)
rm -f "$log"
echo "${passed:-0} passed, $((code == 0 ? 0 : 1)) failed"
exit "$code"
