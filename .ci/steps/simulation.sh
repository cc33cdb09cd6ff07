#!/usr/bin/env bash
# Faults on virtual time: a million requests with ten thousand power cuts; then mistakes planted in the code, which must be found.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

[[ -e dist/test/simulation/run.js ]] || npm run --silent build
failed=0
node dist/test/simulation/run.js --requests 1e6 --power-cuts 0.6 --jobs 2 || failed=1
node dist/test/simulation/defects/plant.js | tee /dev/stderr | tail -n 1 | grep -q ' 0 failed$' || failed=$((failed + 1))
echo "$((2 - failed)) passed, $failed failed"
exit "$failed"
