#!/usr/bin/env bash
# Some kills of the emulator and of each command that works with a board; `npm run interrupt` has the full numbers.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

[[ -e dist/test/interruptions/run.js ]] || npm run --silent build
node dist/test/interruptions/run.js --emulator 20 --commands 6
