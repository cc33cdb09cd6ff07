#!/usr/bin/env bash
# The pages that the commands write, and the emulator in a page, in a real browser. As root it installs
# Debian's Chromium; without a browser the tests are skipped.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
source .ci/lib/counts.sh

if [[ ! -x /usr/bin/chromium && $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq install --no-install-recommends -y chromium >/dev/null
fi

ava_tests npx ava --timeout 600s 'dist/test/browser/*.test.js'
report
