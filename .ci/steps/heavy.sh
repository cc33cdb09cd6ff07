#!/usr/bin/env bash
# Exactly once under faults, with 100,000 requests; every malice against every command. `npm test` has the short forms.
set -euo pipefail

npm run --silent test:heavy
