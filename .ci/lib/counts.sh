# shellcheck shell=bash
# Counts for steps: `source .ci/lib/counts.sh`, then `check`, `quiet_check` or `ava_tests` for each thing to
# check, and `report` at the end.
passed=0
failed=0

# Runs a command and counts it as one check: check NAME COMMAND...
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

# As check, but shows the command's output only if it fails.
quiet_check() {
  local log code
  log=$(mktemp)
  check "$1" silently "$log" "${@:2}"
  rm -f "$log"
}

silently() {
  local log=$1
  shift
  ("$@") >"$log" 2>&1 && return
  tail -n 30 "$log"
  return 1
}

# Runs a command that runs ava, and counts its tests: ava_tests COMMAND...
ava_tests() {
  local log code good bad
  log=$(mktemp)
  "$@" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  good=$(ava_count passed "$log")
  bad=$(ava_count failed "$log")
  rm -f "$log"
  # An error outside of the tests fails the run as well.
  if [[ $code -ne 0 && $bad -eq 0 ]]; then bad=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
}

ava_count() { # passed or failed, log
  local count
  count=$(sed -nE "s/^ *([0-9]+) tests? $1.*/\1/p" "$2" | tail -n 1)
  echo "${count:-0}"
}

# Prints the counts as the last line of the step; false if anything failed.
report() {
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
}
