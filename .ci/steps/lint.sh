#!/usr/bin/env bash
# Style, room boundaries and formatting.
set -euo pipefail
cd "$(dirname "$0")/../.."

npm run lint
