#!/usr/bin/env bash
# Exactly once under faults, with 100,000 requests; `npm test` has the short form. `npm run test:heavy` does more.
set -euo pipefail

npm run --silent test:faults
