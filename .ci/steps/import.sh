#!/usr/bin/env bash
# Networks that ONNX's checker accepts are imported and give the outputs of its reference evaluator. Also the
# Python of docs/model-format.md, with the packages that it needs.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
source .ci/lib/counts.sh

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if ! { python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install --quiet numpy safetensors onnx; }; then
  echo 'Skipped: found no Python that can install numpy, safetensors and onnx.'
  echo '0 passed, 0 failed'
  exit 0
fi
python="$folder/venv/bin/python"

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
let [difference, max] = [0, 0];
for (const [index, image] of images.entries()) {
  const logits = headLogits(weights, network.features(Float32Array.from(image)), bias);
  for (const [way, value] of outputs[index].entries()) {
    difference = Math.max(difference, Math.abs(logits[way] - value));
    max = Math.max(max, Math.abs(value));
  }
}
console.log(`maximum difference ${difference.toExponential(1)}, maximum value ${max.toPrecision(3)}`);
process.exitCode = max > 0 && difference < 1e-5 * max ? 0 : 1;
JS
}

check 'onnx.checker accepts the networks' "$python" test/network/import/onnx_reference.py "$folder"
for name in few-shot explicit channels-last; do
  check "$name gives the outputs of the reference evaluator" imports_as_the_reference "$name"
done
check 'the Python of docs/model-format.md' env PCM_PYTHON="$python" npx ava --timeout 600s dist/test/network/model/model-format.test.js

report
