#!/usr/bin/env bash
# Fuzzes each reader of what comes from outside for a few seconds: inputs that once failed, then mutations of
# valid ones. For longer: npm run fuzz -- TARGET --seconds N
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

[[ -e dist/test/fuzz/run.js ]] || npm run --silent build
node dist/test/fuzz/run.js --seconds 3
