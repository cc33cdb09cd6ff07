#!/usr/bin/env bash
# The golden answers of the emulator, and the fast path against the plain one, under the other supported
# versions of Node.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
source .ci/lib/counts.sh

for version in 22 24; do
  for name in board/golden kernels/fast-backend; do
    check "$name under Node $version" \
      npx --yes -p "node@$version" node node_modules/ava/entrypoints/cli.mjs "dist/test/emulator/$name.test.js"
  done
done
report
