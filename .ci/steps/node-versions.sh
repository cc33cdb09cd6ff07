#!/usr/bin/env bash
# The golden answers of the emulator, and the fast path against the plain one, under the other supported versions of Node.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

passed=0
failed=0
for version in 22 24; do
  for name in board/golden kernels/fast-backend; do
    if npx --yes -p "node@$version" node node_modules/ava/entrypoints/cli.mjs "dist/test/emulator/$name.test.js"; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
    fi
  done
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
