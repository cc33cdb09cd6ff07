#!/usr/bin/env bash
# Exactly once under faults, 100,000 requests; the short form of it is part of `npm test`.
set -euo pipefail

npm run --silent test:heavy
