#!/usr/bin/env bash
# The reference of the API is generated without a warning, with a page for every entry. The reports in api/
# are part of `npm test`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
source .ci/lib/counts.sh

# Modules of the reference are named as the entries of the exports map.
every_entry() {
  local pages entries
  pages=$(find out/reference/modules -name '*.html' | wc -l)
  entries=$(node -p "Object.values(require('./package.json').exports).filter(({ types }) => types).length")
  echo "$pages pages, $entries entries"
  [[ $pages -eq $entries && -e out/reference/modules/pcm-hil.html ]]
}

rm -rf out/reference
check 'npm run reference, without a warning' npm run --silent reference
check 'every entry has its page' every_entry

report
