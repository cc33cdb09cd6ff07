# shellcheck shell=bash
# Makes a Python with packages from PyPI: `source .ci/python.sh; make_python FOLDER PACKAGE...`. False, with a word, where there
# is no Python or PyPI cannot be reached.
make_python() {
  local folder=$1 log
  shift
  log=$(python3 -m venv "$folder" 2>&1 && "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" 2>&1) && return
  echo "no Python with $*: $(tail -n 1 <<<"$log")"
  return 1
}
