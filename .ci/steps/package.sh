#!/usr/bin/env bash
# The package as its users get it: what is in it, its types, and every example run from the packed tarball in a fresh folder.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
source .ci/python.sh
root=$PWD
passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() {
  local name=$1 log="$work/log"
  shift
  if ("$@") >"$log" 2>&1; then
    passed=$((passed + 1))
    echo "ok     $name"
  else
    failed=$((failed + 1))
    echo "FAILED $name"
    tail -n 30 "$log"
  fi
}

# Folders that a user needs, and nothing else.
contents() {
  local files strays
  files=$(tar tzf "$tarball")
  strays=$(grep -vE '^package/(package.json|README.md|LICENSE|CHANGELOG.md|docs/|models/|dist/(protocol|drivers|emulator|boards|network|data|runtime|training|testing|conformance|cli)/)' <<<"$files")
  echo "$strays"
  [[ -z $strays && $files == *kernels.wasm* && $(wc -c <"$tarball") -lt 2000000 ]]
}

install_fresh() {
  cd "$work/project" && npm init -y && npm install --no-audit --no-fund "$tarball"
}

# A command, an emulator in another process, and the conformance test, from the installed package.
installed_command() {
  cd "$work/project" || return 1
  node_modules/.bin/pcm emulate --tcp 127.0.0.1:0 --json >listening &
  local emulator=$! board code=0
  for _ in $(seq 100); do
    [[ -s listening ]] && break
    sleep 0.1
  done
  board=$(node -p 'JSON.parse(require("fs").readFileSync("listening", "utf8")).board')
  npx --no-install pcm info --board "$board" --json && npx --no-install pcm conformance --board "$board" --idle 100 || code=1
  kill "$emulator"
  wait "$emulator" || code=1
  return $code
}

example() {
  cp -r "$root/examples/$1" "$work/project/" && cd "$work/project/$1" && npm test
}

# The page is bundled from the installed package, and its assets are found there.
browser_page() {
  cp -r "$root/examples/browser" "$work/project/" && cd "$work/project/browser" || return 1
  node serve.mjs >address &
  local server=$! code=0
  for _ in $(seq 100); do
    [[ -s address ]] && break
    sleep 0.1
  done
  for file in '' main.js kernels.wasm profile.json model.safetensors; do
    curl --fail --silent --show-error --output /dev/null "$(cat address)$file" || code=1
  done
  kill "$server"
  return $code
}

test_runners() {
  cd "$work/project" && npm install --no-audit --no-fund ava@7 vitest@4 jest@30 esbuild@0.28
}

tarball="$work/$(npm pack --ignore-scripts --silent --pack-destination "$work")"
echo "package of $(wc -c <"$tarball") bytes, $(tar tzf "$tarball" | wc -l) files"
check 'holds what is needed' contents
check 'publint' npx --yes publint@0.3 "$tarball" --strict
check 'are the types wrong' npx --yes @arethetypeswrong/cli@0.18 "$tarball" --profile esm-only --exclude-entrypoints emulator/kernels.wasm

mkdir "$work/project"
SECONDS=0
check 'installs in an empty project' install_fresh
echo "installed in $SECONDS s"
check 'pcm from the installed package' installed_command
check 'test runners install' test_runners
for name in node-test ava vitest jest; do check "examples/$name" example "$name"; done
check 'examples/browser' browser_page
if python3 -c 'import numpy' 2>/dev/null; then
  python=python3
elif make_python "$work/python" numpy; then
  python="$work/python/bin/python"
else
  python=
fi
if [[ -n $python ]]; then
  check 'examples/python' bash -c "cd '$work/project' && '$python' '$root/examples/python/lab.py'"
else
  echo 'skip   examples/python'
fi
check 'action.yml, step by step' env PCM_PACKAGE="$tarball" npx ava --timeout 600s dist/test/action/action.test.js

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
