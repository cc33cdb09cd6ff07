#!/usr/bin/env bash
# The package as users get it: its files, its types, and every example, run from the packed tarball in a fresh
# folder.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
source .ci/lib/counts.sh
source .ci/lib/python.sh
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The package holds the folders that users need, and nothing else.
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

# The installed package runs a command, an emulator in another process, and the conformance checks.
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

# The declarations of every entry suit a strict program that checks them too, and that has no types of the DOM.
consumer_types() {
  cd "$work/project" && npm install --no-save --no-audit --no-fund "typescript@$1" @types/node@20 || return 1
  # shellcheck disable=SC2016 # the dollar signs are those of JavaScript
  node -e '
    const { exports } = JSON.parse(fs.readFileSync("node_modules/pcm-hil/package.json", "utf8"));
    const typed = Object.keys(exports).filter((entry) => exports[entry].types);
    const lines = typed.map((entry, i) => `export type * as entry${i} from "pcm-hil${entry.slice(1)}";`);
    fs.writeFileSync("all.mts", lines.join("\n"));
  '
  node_modules/.bin/tsc all.mts --noEmit --strict --module nodenext --target es2022 --lib es2022 --types node
}

example() {
  cp -r "$root/examples/$1" "$work/project/" && cd "$work/project/$1" && npm test
}

# The page is bundled from the installed package, which also serves its assets.
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
quiet_check 'holds the needed files only' contents
quiet_check 'publint' npx --yes publint@0.3 "$tarball" --strict
quiet_check 'are the types wrong' npx --yes @arethetypeswrong/cli@0.18 "$tarball" --profile esm-only --exclude-entrypoints emulator/kernels.wasm

mkdir "$work/project"
SECONDS=0
quiet_check 'installs in an empty project' install_fresh
echo "installed in $SECONDS s"
for version in 5.9 6; do quiet_check "types for TypeScript $version" consumer_types "$version"; done
quiet_check 'pcm from the installed package' installed_command
quiet_check 'test runners install' test_runners
for name in node-test ava vitest jest; do quiet_check "examples/$name" example "$name"; done
quiet_check 'examples/browser' browser_page
if python3 -c 'import numpy' 2>/dev/null; then
  python=python3
elif make_python "$work/python" numpy; then
  python="$work/python/bin/python"
else
  python=
fi
if [[ -n $python ]]; then
  quiet_check 'examples/python' bash -c "cd '$work/project' && '$python' '$root/examples/python/lab.py'"
else
  echo 'skip   examples/python'
fi
quiet_check 'action.yml, step by step' env PCM_PACKAGE="$tarball" npx ava --timeout 600s dist/test/action/action.test.js

report
