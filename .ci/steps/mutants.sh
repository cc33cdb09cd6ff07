#!/usr/bin/env bash
# Makes a sample of small changes to the emulator's firmware, each in its own process. The conformance checks
# must find every change that a host can notice. All changes: node dist/test/conformance/mutation/run.js --all
set -euo pipefail
cd "$(dirname "$0")/../.." || exit

[[ -e dist/test/conformance/mutation/run.js ]] || npm run --silent build
node dist/test/conformance/mutation/run.js --count 40
