#!/usr/bin/env bash
# Types.
set -euo pipefail
cd "$(dirname "$0")/../.."

npm run typecheck
