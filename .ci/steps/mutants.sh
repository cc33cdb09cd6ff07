#!/usr/bin/env bash
# A sample of small changes of the emulator's firmware, each put to the conformance checks by a process with such a board:
# those that a host could tell must be found. All of them: node dist/test/conformance/mutation/run.js --all
set -euo pipefail
cd "$(dirname "$0")/../.." || exit

[[ -e dist/test/conformance/mutation/run.js ]] || npm run --silent build
node dist/test/conformance/mutation/run.js --count 40
