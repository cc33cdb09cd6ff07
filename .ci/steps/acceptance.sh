#!/usr/bin/env bash
# The main job on real drawings: flashes over TCP, learns 100 tasks of test alphabets on the device, and
# repeats that on a fresh embedded emulator of the same seed. PCM_OMNIGLOT is the folder with Omniglot's small
# background zips.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

data=${PCM_OMNIGLOT:-../shared/data/omniglot}
if [[ ! -e $data/images_background_small1.zip ]]; then
  echo "Skipped: no Omniglot drawings in $data; set PCM_OMNIGLOT to a folder with images_background_small1.zip and 2."
  echo '0 passed, 0 failed'
  exit 0
fi

folder=$(mktemp -d)
node dist/cli/main.js emulate --tcp 127.0.0.1:0 --profile hermes --seed 1 --json >"$folder/listening" &
emulator=$!
trap 'kill $emulator 2>/dev/null; rm -rf "$folder"' EXIT
for _ in {1..100}; do
  [[ -s $folder/listening ]] && break
  sleep 0.1
done
board=$(node -p "JSON.parse(require('node:fs').readFileSync('$folder/listening', 'utf8')).board")

learn() { # board
  node dist/cli/main.js learn models/omniglot.safetensors --board "$1" \
    --data "$data/images_background_small1.zip" "$data/images_background_small2.zip" \
    --alphabets Korean,Tagalog --ways 5 --shots 5 --queries 15 --tasks 100 --seed 1 --json
}

node dist/cli/main.js flash models/omniglot.safetensors --board "$board" --json >"$folder/flash.json"
learn "$board" >"$folder/tcp.json"
learn 'emulator:hermes?seed=1' >"$folder/embedded.json"

node - "$folder" <<'JS'
const { readFileSync } = require('node:fs');
const read = (name) => {
  try {
    return JSON.parse(readFileSync(`${process.argv[2]}/${name}.json`, 'utf8'));
  } catch {
    return {};
  }
};
const [flash, tcp, embedded] = ['flash', 'tcp', 'embedded'].map(read);
console.log('flash:', JSON.stringify(flash));
console.log('learn:', JSON.stringify(tcp));
console.log(`seconds per task: ${tcp.secondsPerTask} over TCP, ${embedded.secondsPerTask} embedded (on an idle machine below 2)`);
const without = ({ secondsPerTask, ...rest }) => JSON.stringify(rest);
const checks = [
  ['flash: at least 90 % of the devices converged', flash.converged >= 0.9 * flash.devices],
  [`accuracy ${tcp.accuracy} is at least 0.93`, tcp.accuracy >= 0.93],
  [`within 0.02 of float32 ${tcp.software?.float32}`, Math.abs(tcp.accuracy - tcp.software?.float32) <= 0.02],
  ['TCP and embedded give the same JSON', tcp.tasks === 100 && without(tcp) === without(embedded)],
];
for (const [what, holds] of checks) console.log(`${holds ? 'passed' : 'FAILED'}: ${what}`);
const failed = checks.filter(([, holds]) => !holds).length;
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
JS
