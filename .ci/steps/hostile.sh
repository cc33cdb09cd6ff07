#!/usr/bin/env bash
# Boards that do harm, over tcp: each kind of malice against one command or more. All of them against all:
# node dist/test/hostile/run.js, which `npm run test:heavy` runs.
set -euo pipefail
cd "$(dirname "$0")/../.." || exit

[[ -e dist/test/hostile/run.js ]] || npm run --silent build
node dist/test/hostile/run.js --sample 17 --parallel 4
