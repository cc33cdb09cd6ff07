#!/usr/bin/env bash
# The README's test command: installs, builds and tests.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
source .ci/lib/counts.sh

ava_tests npm cit
report
