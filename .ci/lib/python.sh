# shellcheck shell=bash
# Makes a Python environment with packages from PyPI: `make_python FOLDER PACKAGE...`. Fails with a message if
# there is no Python or PyPI cannot be reached.
make_python() {
  local folder=$1 log
  shift
  log=$(python3 -m venv "$folder" 2>&1 && "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" 2>&1) && return
  echo "no Python with $*: $(tail -n 1 <<<"$log")"
  return 1
}
