#!/usr/bin/env bash
# No package that users install along has a known vulnerability. A registry without audit, as a mirror often is,
# skips it.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

log=$(npm audit --omit=dev 2>&1)
code=$?
if [[ $code -ne 0 ]] && grep -qE 'audit endpoint returned an error|ENOAUDIT|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT' <<<"$log"; then
  echo "Skipped: the registry has no audit ($(head -n 1 <<<"$log"))."
  echo '0 passed, 0 failed'
  exit 0
fi
echo "$log"
exit "$code"
