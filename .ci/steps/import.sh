#!/usr/bin/env bash
# Networks that ONNX's own checker accepts are imported and give what its reference evaluator gives; and the Python of
# docs/model-format.md, with the packages that it needs.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if ! { python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install --quiet numpy safetensors onnx; }; then
  echo 'Skipped: no Python here that installs numpy, safetensors and onnx.'
  echo '0 passed, 0 failed'
  exit 0
fi
python="$folder/venv/bin/python"

passed=0
failed=0
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "passed: $name"
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
}

imports_as_the_reference() { # name
  node dist/cli/main.js import "$folder/$1.onnx" --out "$folder/$1.safetensors" --json >"$folder/report.json" &&
    node --input-type=module - "$folder/$1" <<'JS'
import { readFileSync } from 'node:fs';
import { SoftwareNetwork, headLogits } from './dist/network/index.js';
import { loadModel } from './dist/network/node/index.js';
const path = process.argv[2];
const { images, outputs } = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
const model = await loadModel(`${path}.safetensors`);
const head = model.description.layers.at(-1);
const [weights, bias] = [head.weights, head.bias].map((name) => model.tensors.get(name).data);
const network = new SoftwareNetwork(model);
let [difference, greatest] = [0, 0];
for (const [index, image] of images.entries()) {
  const logits = headLogits(weights, network.features(Float32Array.from(image)), bias);
  for (const [way, value] of outputs[index].entries()) {
    difference = Math.max(difference, Math.abs(logits[way] - value));
    greatest = Math.max(greatest, Math.abs(value));
  }
}
console.log(`greatest difference ${difference.toExponential(1)}, greatest value ${greatest.toPrecision(3)}`);
process.exitCode = greatest > 0 && difference < 1e-5 * greatest ? 0 : 1;
JS
}

check 'onnx.checker accepts the networks' "$python" test/network/import/onnx_reference.py "$folder"
for name in few-shot explicit channels-last; do
  check "$name is imported as the reference evaluator computes it" imports_as_the_reference "$name"
done
check 'the Python of docs/model-format.md' env PCM_PYTHON="$python" npx ava --timeout 600s dist/test/network/model/model-format.test.js

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
